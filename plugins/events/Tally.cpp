#include "plugins/events/Tally.h"

namespace spk::events {
namespace {

struct Words {
  Met met;
  const char* name;
  bool always;
  const char* sentence;  ///< after the number; null: no note
};
constexpr Words kWords[] = {
    {Met::DroppedBeforeTimeBase, "dropped_before_time_base", true,
     "events before the first time word have no time and were skipped"},
    {Met::OutOfBounds, "out_of_bounds", true, nullptr},
    {Met::NonMonotonic, "non_monotonic", true, nullptr},
    {Met::MaxStepBack, "max_step_back_us", false, nullptr},
    {Met::TruncatedBytes, "truncated_bytes", true,
     "bytes at the end are no whole word and were left out"},
    {Met::UnknownWords, "unknown_words", true, "words of unknown type were skipped"},
    {Met::Triggers, "triggers", true, nullptr},
    {Met::Imu, "imu", false, "inertial samples are in the file; they are counted, not read"},
    {Met::Other, "other_words", false, nullptr},
    {Met::MissingY, "violation_missing_y", false, "events without a row were skipped"},
    {Met::MissingBase, "violation_missing_vector_base", false,
     "events of vectors without a base were skipped"},
    {Met::OtherCamera, "second_camera_events", false, "events of a second camera were skipped"},
    {Met::PartialVector, "violation_partial_vector", false, nullptr},
    {Met::PartialContinued, "violation_stray_continued", false, nullptr},
    {Met::TimeHighBack, "violation_time_high_back", false, nullptr},
    {Met::TimeHighJump, "violation_time_high_jump", false, nullptr},
    {Met::ClockOverflow, "violation_clock_overflow", false,
     "wraps of the clock lie beyond 250 years and were left out"},
};

}  // namespace

std::map<std::string, std::int64_t> byName(const Tally& tally) {
  std::map<std::string, std::int64_t> named;
  for (const Words& words : kWords)
    if (words.always || tally[words.met]) named[words.name] = tally[words.met];
  return named;
}

Notes tallyNotes(const Tally& tally, const Sensor& sensor) {
  Notes notes;
  for (const Words& words : kWords)
    if (words.sentence && tally[words.met])
      notes.push_back({words.met == Met::Imu ? Note::Level::Info : Note::Level::Warning,
                       std::to_string(tally[words.met]) + " " + words.sentence});
  if (const auto outside = tally[Met::OutOfBounds])
    notes.push_back(
        {Note::Level::Warning,
         std::to_string(outside) + " events lie outside the " + std::to_string(sensor.width) + "×" +
             std::to_string(sensor.height) + " sensor and were skipped; the first, x = " +
             std::to_string(tally.outsideX) + ", y = " + std::to_string(tally.outsideY) +
             ", is at byte " + std::to_string(tally.firstOutside)});
  if (const auto back = tally[Met::NonMonotonic])
    notes.push_back({Note::Level::Warning, "time goes back at " + std::to_string(back) +
                                               " events, by at most " +
                                               std::to_string(tally[Met::MaxStepBack]) + " µs"});
  return notes;
}

}  // namespace spk::events
