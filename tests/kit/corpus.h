#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "engine/base/Rng.h"

namespace spk::kit {

/// A file of tests/fuzz/corpus.
struct Seed {
  std::string name, bytes;
};

/// All files of tests/fuzz/corpus/KIND, in the order of their names.
inline std::vector<Seed> corpus(const std::string& kind) {
  const auto folder = std::filesystem::path(SPK_SOURCE_DIR) / "tests/fuzz/corpus" / kind;
  std::vector<Seed> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    seeds.push_back({entry.path().filename().string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  std::ranges::sort(seeds, {}, &Seed::name);
  return seeds;
}
/// Their contents alone.
inline std::vector<std::string> corpusTexts(const std::string& kind) {
  std::vector<std::string> texts;
  for (Seed& seed : corpus(kind)) texts.push_back(std::move(seed.bytes));
  return texts;
}

/// The seeds as they are, then mutants of them until `goOn` says no.
/// @param mutant  makes a broken text from the seeds
/// @param one     tries a text; told whether it is a seed
inline void replay(
    const std::vector<std::string>& seeds, int mutants, RandomSequence random,
    const std::function<std::string(const std::vector<std::string>&, RandomSequence&)>& mutant,
    const std::function<void(const std::string&, int round)>& one,
    const std::function<bool()>& goOn) {
  for (const std::string& seed : seeds) one(seed, -1);
  for (int round = 0; round < mutants && goOn(); ++round) one(mutant(seeds, random), round);
}

/// Bytes that were changed, cut, doubled or swapped at one to eight places.
inline std::string mutatedBytes(std::string bytes, RandomSequence& random) {
  const std::uint32_t changes = 1 + random.below(8);
  for (std::uint32_t i = 0; i < changes && !bytes.empty(); ++i) {
    const std::size_t at = random.below(static_cast<std::uint32_t>(bytes.size()));
    const std::size_t length = std::min<std::size_t>(1 + random.below(16), bytes.size() - at);
    switch (random.below(7)) {
      case 0: bytes[at] = static_cast<char>(bytes[at] ^ 1 << random.below(8)); break;
      case 1: bytes[at] = static_cast<char>(random.word()); break;
      case 2: bytes.resize(at); break;
      case 3: bytes.erase(at, length); break;
      case 4:
        bytes.insert(at,
                     bytes.substr(random.below(static_cast<std::uint32_t>(bytes.size())), length));
        break;
      case 5:
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), length,
                    static_cast<char>(0xFF));
        break;
      default: std::swap(bytes[at], bytes[bytes.size() - 1 - at]);
    }
  }
  return bytes;
}

}  // namespace spk::kit
