// N-TIDIGITS18: spoken digits as spikes of the 64 channels of a silicon cochlea, many samples a
// file, in a training and a test set. Layout: as tonic reads it (ntidigits18.py).
#include <algorithm>

#include "engine/base/H5.h"
#include "engine/graph/Registry.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/SpikeSet.h"
#include "plugins/events/writing.h"

namespace spk::events::ntidigits {
namespace {

constexpr int kChannels = 64;

/// All of a list of numbers, if it is not too long.
Result<std::vector<double>> numbers(const H5& file, const std::string& name) {
  TRY(const H5::Info info, file.info(name));
  if (info.shape.size() != 1 || info.shape[0] > kSpikesMost ||
      (info.filters.empty() && info.shape[0] * info.bytes > info.stored))
    return Error{"is no list of at most " + std::to_string(kSpikesMost) + " numbers", name};
  return file.read<double>(name);
}

/// The samples of a set, in the order of its labels.
Result<std::vector<std::string>> samplesOf(const H5& file, const std::string& set) {
  constexpr std::size_t kMost = 1'000'000;
  const std::string labels = "/" + set + "_labels";
  if (!file.has(labels)) return file.names("/" + set + "_timestamps");
  TRY(const H5::Info info, file.info(labels));
  if (info.shape.size() != 1 || info.shape[0] > kMost)
    return Error{"is no list of at most a million labels", labels};
  return file.readTexts(labels);
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(const H5 file, H5::open(path));
  std::string set = textOr(options, "set", "auto");
  if (set == "auto") set = file.has("/train_timestamps") ? "train" : "test";
  if (set != "train" && set != "test") return Error{"is auto, train or test, not " + set, "set"};
  TRY(const auto samples, samplesOf(file, set));
  const auto sample = integerOr(options, "sample", 0);
  if (sample < 0 || sample >= std::ssize(samples))
    return Error{"is " + std::to_string(sample) + "; the " + set + " set has samples 0 to " +
                     std::to_string(std::ssize(samples) - 1),
                 "sample"};
  const std::string& name = samples[static_cast<std::size_t>(sample)];
  TRY(const auto times, numbers(file, "/" + set + "_timestamps/" + name));
  TRY(const auto units, numbers(file, "/" + set + "_addresses/" + name));
  TRY(const auto asked, sensorFromOptions(options));
  const Notes notes = {{Note::Level::Info, "sample " + std::to_string(sample) + " of " +
                                               std::to_string(samples.size()) + " of the " + set +
                                               " set: label " + name.substr(name.rfind('-') + 1) +
                                               " (" + name + "). Set sample and set for another"}};
  TRY(auto source, openSpikes(path.string(), asked.value_or(Sensor{kChannels, 1, "the data set"}),
                              units, times, notes));
  return Result<Opened>(std::move(source));
}

int sniff(const FileProbe& probe) {
  if (!isH5(probe)) return 0;
  return hasH5(probe, {"/train_timestamps", "/train_addresses"}) ||
                 hasH5(probe, {"/test_timestamps", "/test_addresses"})
             ? 90
             : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = sensorOptions();
  options.push_back({.name = "set",
                     .kind = Kind::Choice,
                     .initial = std::string("auto"),
                     .doc = "Which set of samples; auto: the training set if it is there",
                     .choices = {"auto", "train", "test"},
                     .live = false});
  options.push_back({.name = "sample",
                     .kind = Kind::Integer,
                     .initial = std::int64_t{0},
                     .min = 0,
                     .max = 1e9,
                     .doc = "Which of the set's samples, from 0",
                     .live = false});
  registry.add(FileFormat{.id = "ntidigits",
                          .title = "N-TIDIGITS",
                          .endings = ".hdf5 .h5",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::ntidigits
