#include "app/eventBench.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <limits>
#include <memory>
#include <vector>

#include "app/registry.h"
#include "engine/base/Rng.h"

namespace spk {
namespace {

constexpr std::size_t kEvents = 8'000'000;
constexpr double kBytesOfEvent = sizeof(Time) + 2 * sizeof(std::uint16_t) + 1;
constexpr int kTries = 4;

/// Processor time of this process [s]; all work here is on one thread, and other programs' work is
/// none of it.
double processorSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Events as a busy camera of 1280 × 720 px gives them: runs of six in one row, and pairs. In EVT3
/// that is 2.5 bytes an event, close to recordings (2.8).
class BusyCamera final : public EventSource {
 public:
  explicit BusyCamera(std::size_t events) : events_(events) {}
  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return 0; }
  bool live() const override { return false; }
  Notes notes() const override { return {}; }
  const std::map<std::string, std::int64_t>& counters() const override { return counters_; }
  Result<void> seek(Time) override {
    made_ = 0;
    random_ = RandomSequence({1, 2}, 0);
    return {};
  }
  Result<More> read(std::size_t, Packet& out, Time) override {
    auto& packet = std::get<EventPacket>(out);
    for (std::size_t given = 0; made_ < events_; given += 8, made_ += 8) {
      if (given >= kPacketMost) return More::Full;
      run(packet, 6);
      run(packet, 2);
    }
    return More::End;
  }

 private:
  void run(EventPacket& packet, std::uint32_t count) {
    const Time t = static_cast<Time>(made_) / 8 * kMicrosecond;
    const auto y = static_cast<std::uint16_t>(random_.below(720));
    auto x = static_cast<std::uint16_t>(random_.below(1240));
    const auto polarity = static_cast<std::uint8_t>(random_.word() & 1);
    for (std::uint32_t i = 0; i < count;
         ++i, x = static_cast<std::uint16_t>(x + 1 + random_.below(5)))
      packet.add({t, x, y, polarity});
  }

  std::vector<Stream> streams_ = {{Stream::Kind::Events, "events", {1280, 720, "bench"}}};
  std::map<std::string, std::int64_t> counters_;
  RandomSequence random_{{1, 2}, 0};
  std::size_t events_, made_ = 0;
};

/// Bytes copied per second [1e9], the best of a few.
double memcpySpeed() {
  std::vector<char> from(64 << 20, 1), to(64 << 20, 2);
  double best = 0;
  for (int i = 0; i < kTries; ++i) {
    const double begin = processorSeconds();
    std::memcpy(to.data(), from.data(), from.size());
    const double seconds = processorSeconds() - begin;
    from[static_cast<std::size_t>(i)] = to[to.size() - 1];  // the copy is used
    best = std::max(best, static_cast<double>(from.size()) / seconds / 1e9);
  }
  return best;
}

/// Reads a file wholly. @return seconds that the decoding took
Result<double> decodeOnce(const FileFormat& format, const std::filesystem::path& path) {
  TRY(Opened opened, format.open(path, {}));
  EventSource& source = *std::get<std::unique_ptr<EventSource>>(opened);
  Packet packet = EventPacket();
  auto& events = std::get<EventPacket>(packet);
  events.reserve(2 * kPacketMost);
  std::size_t read = 0;
  const double begin = processorSeconds();
  for (auto more = EventSource::More::Full; more != EventSource::More::End; read += events.size()) {
    events.clear();
    TRY(more, source.read(0, packet, std::numeric_limits<Time>::max()));
  }
  const double seconds = processorSeconds() - begin;
  if (read != kEvents)
    return Error{std::to_string(read) + " of " + std::to_string(kEvents) + " events were read back",
                 format.id};
  return seconds;
}

Result<JsonNode> measure(const FileFormat& format, const std::filesystem::path& path, double bar) {
  Opened camera = std::make_unique<BusyCamera>(kEvents);
  TRY_DO(format.write(path, camera, {}));
  double seconds = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kTries; ++i) {
    TRY(const double once, decodeOnce(format, path));
    seconds = std::min(seconds, once);
  }
  const double rate = static_cast<double>(kEvents) / seconds / 1e6, copied = memcpySpeed();
  JsonNode row = JsonNode::object(
      {{"name", "events." + format.id},
       {"threads", std::int64_t{1}},
       {"events", static_cast<std::int64_t>(kEvents)},
       {"bytes_per_event", static_cast<double>(std::filesystem::file_size(path)) / kEvents},
       {"mev_per_s", rate},
       {"memcpy_gb_per_s", copied},
       {"ratio_to_memcpy", rate * kBytesOfEvent / 1e3 / copied}});
  if (bar > 0) {
    row.set("bar_mev_per_s", bar);
    row.set("bar_met", rate >= bar);
  }
  return row;
}

/// Seconds that a call takes, by the clock on the wall: the index has a thread of its own.
template <class Call>
Result<double> wallSeconds(Call call) {
  const auto begin = std::chrono::steady_clock::now();
  TRY_DO(call());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Opens a file, plays its beginning, and once its places are known seeks all over it.
Result<JsonNode> measureOpening(const FileFormat& format, const std::filesystem::path& path,
                                std::size_t events) {
  Opened camera = std::make_unique<BusyCamera>(events);
  TRY_DO(format.write(path, camera, {}));
  Opened opened = std::unique_ptr<EventSource>();
  Packet packet = EventPacket();
  const auto play = [&]() -> Result<void> {
    TRY(opened, format.open(path, {}));
    TRY_DO(std::get<std::unique_ptr<EventSource>>(opened)->read(0, packet, 10 * kMillisecond));
    return {};
  };
  TRY(const double openSeconds, wallSeconds(play));
  EventSource& source = *std::get<std::unique_ptr<EventSource>>(opened);
  const Time end = static_cast<Time>(events) / 8 * kMicrosecond;
  TRY(const double indexSeconds, wallSeconds([&] { return source.seek(end - kMillisecond); }));
  RandomSequence random({3, 4}, 0);
  double worst = 0;
  for (int i = 0; i < 100; ++i) {
    const Time t = static_cast<Time>(random.below(1000)) * (end / 1000);
    const auto seekAndRead = [&]() -> Result<void> {
      std::get<EventPacket>(packet).clear();
      TRY_DO(source.seek(t));
      TRY_DO(source.read(0, packet, t + kMillisecond));
      return {};
    };
    TRY(const double seconds, wallSeconds(seekAndRead));
    worst = std::max(worst, seconds);
  }
  return JsonNode::object(
      {{"name", "events.open"},
       {"file_bytes", static_cast<std::int64_t>(std::filesystem::file_size(path))},
       {"open_to_events_s", openSeconds},
       {"index_s", indexSeconds},
       {"worst_seek_ms", 1e3 * worst},
       {"bar_open_to_events_s", 1.0},
       {"bar_worst_seek_ms", 50.0},
       {"bar_met", openSeconds < 1 && worst <= 0.05}});
}

/// Calls `run` with the format and a file of its own, which is removed afterwards.
template <class Run>
Result<JsonNode> withFile(const std::string& name, Run run) {
  const Registry registry = wholeRegistry();
  const FileFormat* format = registry.fileFormat(name);
  if (!format || !format->write) return Error{"is no format that can be written", name};
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  if (error) return Error{"there is no folder for temporary files", "TMPDIR"};
  const auto path = folder / ("spikarium-bench-" + std::to_string(::getpid()) + "-" + name);
  Result<JsonNode> row = run(*format, path);
  std::filesystem::remove(path, error);
  return row;
}

}  // namespace

Result<JsonNode> benchDecoding(const std::string& name, double bar) {
  return withFile(name, [bar](const FileFormat& format, const std::filesystem::path& path) {
    return measure(format, path, bar);
  });
}

Result<JsonNode> benchOpening() {
  constexpr std::size_t kLarge = 96'000'000;  // 400 MB
  return withFile("evt2", [](const FileFormat& format, const std::filesystem::path& path) {
    return measureOpening(format, path, kLarge);
  });
}

}  // namespace spk
