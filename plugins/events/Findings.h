#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/base/Note.h"
#include "engine/data/EventSource.h"

namespace spk::events {

/// What a reader met in a file: counts by the names that `info` prints, each with the sentence that
/// says it to a person. Formats name their own, so that none has to know of another's.
class Findings {
 public:
  /// n more of `name`. @param sentence  what stands after the number in a note; empty: no note
  void add(std::string_view name, std::int64_t n, std::string_view sentence = {},
           Note::Level level = Note::Level::Warning);
  /// An event beyond the sensor, in the block that begins at `byte`.
  void outside(int x, int y, std::uint64_t byte);
  /// An event earlier by `us` than the one before.
  void stepBack(std::int64_t us);

  std::map<std::string, std::int64_t> counters() const;
  Notes notes(const Sensor& sensor) const;
  void merge(const Findings& other);

 private:
  struct Found {
    std::int64_t n = 0;
    std::string sentence;
    Note::Level level = Note::Level::Warning;
  };
  std::map<std::string, Found, std::less<>> found_;
  std::int64_t outside_ = 0, back_ = 0, backMost_ = 0;
  int outsideX_ = 0, outsideY_ = 0;
  std::uint64_t outsideByte_ = 0;
};

}  // namespace spk::events
