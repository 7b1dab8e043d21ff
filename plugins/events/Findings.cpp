#include "plugins/events/Findings.h"

#include <algorithm>

namespace spk::events {

void Findings::add(std::string_view name, std::int64_t n, std::string_view sentence,
                   Note::Level level) {
  if (n == 0) return;
  auto at = found_.find(name);
  if (at == found_.end()) at = found_.emplace(std::string(name), Found()).first;
  at->second.n += n;
  at->second.sentence = sentence;
  at->second.level = level;
}

void Findings::outside(int x, int y, std::uint64_t byte) {
  if (outside_++ == 0) outsideX_ = x, outsideY_ = y, outsideByte_ = byte;
}

void Findings::stepBack(std::int64_t us) {
  ++back_;
  backMost_ = std::max(backMost_, us);
}

std::map<std::string, std::int64_t> Findings::counters() const {
  std::map<std::string, std::int64_t> named = {{"out_of_bounds", outside_},
                                               {"non_monotonic", back_},
                                               {"truncated_bytes", 0},
                                               {"triggers", 0}};
  if (back_) named["max_step_back_us"] = backMost_;
  for (const auto& [name, found] : found_) named[name] = found.n;
  return named;
}

Notes Findings::notes(const Sensor& sensor) const {
  Notes notes;
  for (const auto& [name, found] : found_)
    if (!found.sentence.empty())
      notes.push_back({found.level, std::to_string(found.n) + " " + found.sentence});
  if (outside_)
    notes.push_back({Note::Level::Warning,
                     std::to_string(outside_) + " events lie outside the " +
                         std::to_string(sensor.width) + "×" + std::to_string(sensor.height) +
                         " sensor and were skipped; the first, x = " + std::to_string(outsideX_) +
                         ", y = " + std::to_string(outsideY_) + ", is in the block at byte " +
                         std::to_string(outsideByte_)});
  if (back_)
    notes.push_back({Note::Level::Warning, "time goes back at " + std::to_string(back_) +
                                               " events, by at most " + std::to_string(backMost_) +
                                               " µs"});
  return notes;
}

void Findings::merge(const Findings& other) {
  for (const auto& [name, found] : other.found_) add(name, found.n, found.sentence, found.level);
  if (other.outside_ && !outside_)
    outsideX_ = other.outsideX_, outsideY_ = other.outsideY_, outsideByte_ = other.outsideByte_;
  outside_ += other.outside_;
  back_ += other.back_;
  backMost_ = std::max(backMost_, other.backMost_);
}

}  // namespace spk::events
