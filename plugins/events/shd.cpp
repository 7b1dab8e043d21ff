// Spiking Heidelberg Digits and Speech Commands: spoken words as spikes of 700 channels, many
// samples a file. Layout: Cramer et al. 2020 (zenkelab.org), as tonic reads it.
#include "engine/base/H5.h"
#include "engine/graph/Registry.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/SpikeSet.h"
#include "plugins/events/writing.h"

namespace spk::events::shd {
namespace {

constexpr const char* kTimes = "/spikes/times";
constexpr const char* kUnits = "/spikes/units";
constexpr int kChannels = 700;

/// One number of a list that accompanies the samples; nothing if it is not there.
std::optional<std::int64_t> entry(const H5& file, const std::string& name, std::size_t sample) {
  std::int64_t value = 0;
  if (!file.has(name) ||
      !file.readPart(name, std::array{sample}, std::array{std::size_t{1}}, std::span(&value, 1)))
    return std::nullopt;
  return value;
}

/// "sample 3 of 8156: label 12 (zwei), speaker 5".
std::string words(const H5& file, std::size_t sample, std::size_t samples) {
  std::string text = "sample " + std::to_string(sample) + " of " + std::to_string(samples);
  if (const auto label = entry(file, "/labels", sample)) {
    text += ": label " + std::to_string(*label);
    const auto info = file.info("/extra/keys");
    if (info && info.value().form == H5::Form::Text && info.value().shape.size() == 1 &&
        info.value().shape[0] <= 1000) {
      const auto names = file.readTexts("/extra/keys");
      if (names && *label >= 0 && *label < std::ssize(names.value()))
        text += " (" + names.value()[static_cast<std::size_t>(*label)] + ")";
    }
  }
  if (const auto speaker = entry(file, "/extra/speaker", sample))
    text += ", speaker " + std::to_string(*speaker);
  return text + ". Set sample for another";
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(const H5 file, H5::open(path));
  TRY(const H5::Info info, file.info(kTimes));
  const std::string where = path.string() + ":" + kTimes;
  if (info.shape.size() != 1 || info.form != H5::Form::List)
    return Error{"is no row of lists of times", where};
  const auto sample = integerOr(options, "sample", 0);
  if (sample < 0 || static_cast<std::uint64_t>(sample) >= info.shape[0])
    return Error{"is " + std::to_string(sample) + "; the file has samples 0 to " +
                     std::to_string(static_cast<std::int64_t>(info.shape[0]) - 1),
                 "sample"};
  const auto row = static_cast<std::size_t>(sample);
  TRY(const auto times, file.readList(kTimes, row, kSpikesMost));
  TRY(const auto units, file.readList(kUnits, row, kSpikesMost));
  TRY(const auto asked, sensorFromOptions(options));
  const Notes notes = {{Note::Level::Info, words(file, row, info.shape[0])}};
  TRY(auto source, openSpikes(path.string(), asked.value_or(Sensor{kChannels, 1, "the data set"}),
                              units, times, notes));
  return Result<Opened>(std::move(source));
}

int sniff(const FileProbe& probe) { return isH5(probe) && hasH5(probe, {kTimes, kUnits}) ? 90 : 0; }

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = sensorOptions();
  options.push_back({.name = "sample",
                     .kind = Kind::Integer,
                     .initial = std::int64_t{0},
                     .min = 0,
                     .max = 1e9,
                     .doc = "Which of the file's samples, from 0",
                     .live = false});
  registry.add(FileFormat{.id = "shd",
                          .title = "Spiking Heidelberg Digits, Spiking Speech Commands",
                          .endings = ".h5 .hdf5",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::shd
