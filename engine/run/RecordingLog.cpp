#include "engine/run/RecordingLog.h"

#include <cerrno>
#include <cstring>
#include <memory>

namespace spk {
namespace {

constexpr char kMagic[8] = {'S', 'P', 'K', 'L', 'O', 'G', '0', '1'};
constexpr std::size_t kBuffer = std::size_t{1} << 20;

struct ChunkHead {
  std::uint32_t kind = 0, number = 0;
  std::uint64_t bytes = 0;
};
/// A spike without padding of unknown content.
struct LoggedSpike {
  std::uint64_t step, population;
  std::uint32_t neuron, unused;
};

Error systemError(const std::filesystem::path& path, const char* what) {
  return {std::string(what) + " (" + std::strerror(errno) + ")", path.string()};
}

Error cutShort(const std::filesystem::path& path) {
  return {"the recording's log is cut short", path.string()};
}

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

template <class T>
std::span<const T> as(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

Result<void> hand(const ChunkHead& head, std::span<const std::byte> payload,
                  const RecordingLog::Reader& reader) {
  const std::string_view text(reinterpret_cast<const char*>(payload.data()), payload.size());
  switch (head.kind) {
    case 'P': return reader.header ? reader.header(text) : Result<void>();
    case 'S': {
      if (!reader.spikes) return {};
      std::vector<FiredSpike> spikes;
      spikes.reserve(payload.size() / sizeof(LoggedSpike));
      for (const LoggedSpike& s : as<LoggedSpike>(payload))
        spikes.push_back({s.step, Id{s.population}, s.neuron});
      return reader.spikes(spikes);
    }
    case 'T':
      return reader.samples ? reader.samples(head.number, as<Sample>(payload)) : Result<void>();
    case 'V':
      return reader.events ? reader.events(head.number, as<Event>(payload)) : Result<void>();
    case 'E': {
      if (!reader.edit || payload.size() < sizeof(Time)) return {};
      Time t = 0;
      std::memcpy(&t, payload.data(), sizeof t);
      return reader.edit(t, text.substr(sizeof t));
    }
    case 'Z': {
      if (!reader.end || payload.size() < sizeof(Time)) return {};
      Time t = 0;
      std::memcpy(&t, payload.data(), sizeof t);
      return reader.end(t);
    }
    default: return Error{"unknown chunk in the recording's log", "log"};
  }
}

}  // namespace

RecordingLog::~RecordingLog() {
  if (file_) std::fclose(file_);
}

Result<void> RecordingLog::open(const std::filesystem::path& path, std::string_view header) {
  path_ = path;
  file_ = std::fopen(path.c_str(), "wb");
  if (!file_) return systemError(path, "cannot be written");
  std::setvbuf(file_, nullptr, _IOFBF, kBuffer);
  if (std::fwrite(kMagic, sizeof kMagic, 1, file_) != 1)
    return systemError(path_, "cannot be written to the disk");
  TRY_DO(chunk('P', 0, std::as_bytes(std::span(header))));
  // What cannot be written at all is said before the run, not after it.
  if (std::fflush(file_) != 0) return systemError(path_, "cannot be written to the disk");
  return {};
}

Result<void> RecordingLog::chunk(char kind, std::uint32_t number,
                                 std::span<const std::byte> payload) {
  const ChunkHead head{static_cast<std::uint32_t>(kind), number, payload.size()};
  if (std::fwrite(&head, sizeof head, 1, file_) != 1 ||
      (!payload.empty() && std::fwrite(payload.data(), payload.size(), 1, file_) != 1))
    return systemError(path_, "cannot be written to the disk");
  return {};
}

Result<void> RecordingLog::spikes(std::span<const FiredSpike> spikes) {
  if (spikes.empty()) return {};
  buffer_.resize(spikes.size() * sizeof(LoggedSpike));
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    const LoggedSpike logged{spikes[i].step, number(spikes[i].population), spikes[i].neuron, 0};
    std::memcpy(buffer_.data() + i * sizeof logged, &logged, sizeof logged);
  }
  return chunk('S', 0, buffer_);
}

Result<void> RecordingLog::samples(std::uint32_t trace, std::span<const Sample> samples) {
  return samples.empty() ? Result<void>() : chunk('T', trace, std::as_bytes(samples));
}

Result<void> RecordingLog::events(std::uint32_t stream, std::span<const Event> events) {
  return events.empty() ? Result<void>() : chunk('V', stream, std::as_bytes(events));
}

Result<void> RecordingLog::edit(Time t, std::string_view line) {
  buffer_.resize(sizeof t + line.size());
  std::memcpy(buffer_.data(), &t, sizeof t);
  std::memcpy(buffer_.data() + sizeof t, line.data(), line.size());
  return chunk('E', 0, buffer_);
}

Result<void> RecordingLog::close(Time end) {
  TRY_DO(chunk('Z', 0, std::as_bytes(std::span(&end, 1))));
  std::FILE* const file = std::exchange(file_, nullptr);
  if (std::fclose(file) != 0) return systemError(path_, "cannot be written to the disk");
  return {};
}

Result<void> RecordingLog::read(const std::filesystem::path& path, const Reader& reader) {
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rb"));
  if (!file) return systemError(path, "cannot be read");
  char magic[sizeof kMagic] = {};
  if (std::fread(magic, sizeof magic, 1, file.get()) != 1) return cutShort(path);
  if (std::memcmp(magic, kMagic, sizeof magic) != 0)
    return Error{"is no log of a recording", path.string()};
  std::error_code ignored;
  const std::uint64_t whole = std::filesystem::file_size(path, ignored);
  ChunkHead head;
  std::vector<std::byte> payload;
  while (std::fread(&head, sizeof head, 1, file.get()) == 1) {
    if (head.bytes > whole) return cutShort(path);
    payload.resize(head.bytes);
    if (head.bytes && std::fread(payload.data(), head.bytes, 1, file.get()) != 1)
      return cutShort(path);
    TRY_DO(hand(head, payload, reader));
    if (head.kind == 'Z') return {};
  }
  return cutShort(path);
}

}  // namespace spk
