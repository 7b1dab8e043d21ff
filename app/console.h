#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "engine/base/Json.h"
#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/base/Time.h"
#include "engine/graph/Document.h"

namespace spk::console {

inline constexpr int kDone = 0, kFailed = 1, kWrongUse = 2;

/// One JSON value on standard output; nothing else goes there with --json. @return the exit code:
/// kFailed, said on standard error, if it cannot be written
int answer(const JsonNode& value);
/// Text on standard output.
void print(std::string_view text);
/// A line on standard error.
void say(std::string_view line);
/// "spikarium: where: what" on standard error. @return kFailed
int fail(const Error& error);
/// Warnings and errors, one line each with the item's path, on standard error.
void sayNotes(const Notes& notes, const Project& project);

JsonNode toJson(const Notes& notes, const Project& project);
/// Only their texts, with the item's path in front.
JsonNode textsOf(const Notes& notes, const Project& project);
/// "E.tau_m: …": with the item's path in front, once.
std::string noteText(const Note& note, const Project& project);
/// Adds what is not said yet: opening a project and checking it find some things alike.
void addNotes(Notes& notes, Notes more);

/// "12 345" with thin gaps every three digits.
std::string grouped(std::uint64_t number);
/// With so many digits after the point.
std::string fixed(double number, int digits);

/// A bar on standard error, if that is a terminal and the work takes over a second.
class Progress {
 public:
  explicit Progress(std::string what) : what_(std::move(what)) {}
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// @param share 0 … 1   @param words what stands behind the bar
  void show(double share, std::string_view words);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  Clock::time_point began_ = Clock::now(), last_ = {};
  bool drawn_ = false;
};

}  // namespace spk::console
