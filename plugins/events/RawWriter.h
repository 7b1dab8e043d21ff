#pragma once
#include <string>

#include "plugins/events/writing.h"

namespace spk::events {

/// ⌊a / b⌋ · b for b > 0.
constexpr std::int64_t wholeBelow(std::int64_t a, std::int64_t b) {
  return (a - ((a % b) + b) % b);
}

/// Writes all events and triggers of `from` as an EVT2 or EVT3 file, its times as the source's raw
/// ones: what its clock cannot hold stands in the header as t0.
/// @tparam Encoder  kFormat, kFormatOptions, kVersion, kWrap [µs], kTriggerIds, events(), trigger()
template <class Encoder>
Result<Notes> writeRaw(const std::filesystem::path& path, Opened& from) {
  TRY(EventSource * source, eventSource(from));
  const Sensor sensor = source->streams()[0].sensor;
  if (sensor.width < 1 || sensor.height < 1 || sensor.width > 2048 || sensor.height > 2048)
    return Error{"the sensor is " + std::to_string(sensor.width) + "×" +
                     std::to_string(sensor.height) + " px; " + Encoder::kFormat +
                     " holds 1×1 to 2048×2048",
                 path.string()};
  TRY(const Time first, firstRawTime(*source));
  const std::int64_t start =
      wholeBelow(wholeBelow(first, kMicrosecond) / kMicrosecond, Encoder::kWrap);
  TRY(RawBytes out, RawBytes::create(path));
  const auto w = std::to_string(sensor.width), h = std::to_string(sensor.height);
  out.putText(std::string("% evt ") + Encoder::kVersion + "\n% format " + Encoder::kFormat +
              Encoder::kFormatOptions + ";height=" + h + ";width=" + w + "\n% geometry " + w + "x" +
              h + "\n");
  if (start != 0) out.putText("% t0 " + std::to_string(start) + "\n");
  out.putText("% end\n");

  Encoder encoder;
  encoder.width = sensor.width;
  std::vector<std::int64_t> t;
  std::int64_t floored = 0, lostIds = 0;
  const auto onClock = [&](Time raw) -> Result<std::int64_t> {
    const Time whole = wholeBelow(raw, kMicrosecond);
    floored += whole != raw;
    const std::int64_t us = whole / kMicrosecond - start;
    if (us < 0)
      return Error{"time goes back to " + std::to_string(whole / kMicrosecond) +
                       " µs, before the clock's wrap at " + std::to_string(start) + " µs; " +
                       Encoder::kFormat + " cannot hold that",
                   path.string()};
    return us;
  };
  TRY_DO(readAll(*source, {[&](const RawRun& run) -> Result<void> {
                             t.clear();
                             for (const Time raw : run.t) {
                               TRY(const std::int64_t us, onClock(raw));
                               t.push_back(us);
                             }
                             return encoder.events({t, run.x, run.y, run.polarity}, out);
                           },
                           [&](const Trigger& trigger) -> Result<void> {
                             lostIds += trigger.id >= Encoder::kTriggerIds;
                             TRY(const std::int64_t us, onClock(trigger.t));
                             return encoder.trigger(us, trigger, out);
                           }}));
  TRY_DO(out.finish());
  Notes notes;
  if (floored)
    notes.push_back({Note::Level::Warning,
                     std::to_string(floored) + " times lost their fraction of a microsecond"});
  if (lostIds)
    notes.push_back({Note::Level::Warning, std::to_string(lostIds) +
                                               " triggers have a number above " +
                                               std::to_string(Encoder::kTriggerIds - 1) +
                                               ", of which the low bits were written"});
  return notes;
}

}  // namespace spk::events
