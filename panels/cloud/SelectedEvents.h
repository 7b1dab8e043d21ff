#pragma once
#include <filesystem>
#include <vector>

#include "engine/data/FileFormat.h"

namespace spk::panels::cloud {

/// Events in memory as a source, so that any writer takes them.
class SelectedEvents final : public EventSource {
 public:
  /// @param events  in order of time, counted from t0
  SelectedEvents(Sensor sensor, Time t0, std::vector<Event> events);
  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return t0_; }
  bool live() const override { return false; }
  Notes notes() const override { return {}; }
  const std::map<std::string, std::int64_t>& counters() const override { return counters_; }
  Result<More> read(std::size_t stream, Packet& out, Time until) override;
  Result<void> seek(Time t) override;

 private:
  std::vector<Stream> streams_;
  Time t0_;
  std::vector<Event> events_;
  std::size_t next_ = 0;
  std::map<std::string, std::int64_t> counters_;
};

/// The formats that can write events, in the registry's order.
std::vector<const FileFormat*> writers(std::span<const FileFormat> formats);
/// The first ending of a format, ".raw".
std::string endingOf(const FileFormat& format);

}  // namespace spk::panels::cloud
