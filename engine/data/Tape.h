#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "engine/base/Time.h"
#include "engine/data/Event.h"
#include "engine/data/Spike.h"

namespace spk {

/// Bounded history of one probe, in chunks; GUI thread. Appended to by the workbench's tick, read
/// by panels. It keeps `span` of time or `bytes`, whichever is less.
class Tape {
 public:
  explicit Tape(Time span = 60 * kSecond, std::size_t bytes = std::size_t{256} << 20)
      : span_(span), bytes_(bytes) {}

  /// Items in order of t; a t before end() (after a rewind) first drops what is at or after it.
  template <class T>
  void append(std::span<const T> items);
  /// Time has come to `t` though nothing happened.
  void advance(Time t) { if (t > end_) end_ = t, ++version_; }
  /// Drops all that the run made from t on (a rewind): what bears the end of its step after t,
  /// what bears its begin at or after t. Or all.
  void cut(Time t);
  void clear();
  /// The run that the last rewind left, from where it was cut to where it had come; nullptr if
  /// there is none. While the run that goes on is still the same, further rewinds keep it.
  const Tape* left() const { return left_.get(); }

  Time begin() const;
  Time end() const { return end_; }
  std::uint64_t version() const { return version_; }   ///< changes when the content does
  /// Grows when old content was cut (rewind, clear): a panel that paints only what is new then
  /// paints afresh.
  std::uint64_t cuts() const { return cuts_; }

  /// Chunks that overlap [from, to), in order; each holds whole chunks trimmed to the range.
  template <class T>
  void visit(Time from, Time to, const std::function<void(std::span<const T>)>& chunk) const;

 private:
  // None is ever empty.
  using Chunk = std::variant<std::vector<Spike>, std::vector<Sample>, std::vector<Event>,
                             std::vector<Flow>, std::vector<Frame>, std::vector<Count>,
                             std::vector<Mark>>;
  template <class T>
  void appendRun(std::span<const T> items);
  void trim();
  void leave(std::deque<Chunk> gone, Time from, Time end);
  std::deque<Chunk> dropFrom(Time t);
  bool isSame(const Tape& other, Time to) const;

  Time span_;
  std::size_t bytes_;
  std::size_t held_ = 0;
  std::deque<Chunk> chunks_;
  Time from_ = 0, end_ = 0;  ///< from: where it was cut off another
  std::uint64_t version_ = 0, cuts_ = 0;
  std::unique_ptr<Tape> left_;
};

}  // namespace spk
