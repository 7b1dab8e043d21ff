#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "engine/base/Rng.h"
#include "engine/sim/Array.h"
#include "engine/sim/Crew.h"

namespace spk {

/// Synaptic events a second that this machine can add at best by scattering: rows of 16-bit targets
/// and a constant weight into buffers of Brunel's shape, nothing else. All rows have one length,
/// which flatters the limit: drawn ones end where the processor does not expect it. The measure of
/// all delivery.
class ScatterLimit {
 public:
  explicit ScatterLimit(std::uint32_t threads) : crew_(threads), parts_(kParts) {
    for (std::uint32_t p = 0; p < kParts; ++p) {
      RandomSequence random({1, 2}, p);
      Part& part = parts_[p];
      for (std::size_t row = 0; row < part.targets.size(); row += kRow) {
        for (std::uint32_t i = 0; i < kRow; ++i)
          part.targets[row + i] = static_cast<std::uint16_t>(random.below(kTargets));
        std::sort(part.targets.data() + row, part.targets.data() + row + kRow);
      }
      for (std::uint32_t i = 0; i < kSpikes; ++i) part.sources.push_back(random.below(kSources));
    }
  }

  /// Over rounds that take `least` seconds or more: as long as what it is compared with, so that a
  /// busy machine slows down both.
  double eventsPerSecond(double least) {
    std::uint64_t events = 0;
    const auto begin = std::chrono::steady_clock::now();
    double seconds = 0;
    while (seconds < least) {
      crew_.run(
          [](void* self, std::uint32_t thread) noexcept {
            static_cast<ScatterLimit*>(self)->round(thread);
          },
          this);
      events += std::uint64_t{kParts} * kSpikes * kRow;
      seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    return static_cast<double>(events) / seconds;
  }

 private:
  static constexpr std::uint32_t kParts = 4, kTargets = 2500, kSources = 10'000, kRow = 250,
                                 kSteps = 15;
  static constexpr std::uint32_t kBatch = 536, kSpikes = 10 * kBatch;  // of a batch, of a round
  struct Part {
    Array<std::uint16_t> targets{std::size_t{kSources} * kRow};
    Array<float> buffer{std::size_t{kTargets} * kSteps, 0.f};
    std::vector<std::uint32_t> sources;
  };

  void round(std::uint32_t thread) noexcept {
    for (std::uint32_t p = thread; p < kParts; p += crew_.threads()) {
      Part& part = parts_[p];
      for (std::uint32_t i = 0; i < kSpikes; ++i) {
        if (i + 4 < kSpikes) {
          const std::uint16_t* ahead =
              part.targets.data() + std::size_t{part.sources[i + 4]} * kRow;
          for (std::uint32_t line = 0; line < kRow; line += 32) __builtin_prefetch(ahead + line);
        }
        const std::uint16_t* t = part.targets.data() + std::size_t{part.sources[i]} * kRow;
        const std::uint16_t* const end = t + kRow;
        float* const o = part.buffer.data() + std::size_t{i % kBatch * kSteps / kBatch} * kTargets;
        for (; t + 8 <= end; t += 8) {
          o[t[0]] += 0.1f, o[t[1]] += 0.1f, o[t[2]] += 0.1f, o[t[3]] += 0.1f;
          o[t[4]] += 0.1f, o[t[5]] += 0.1f, o[t[6]] += 0.1f, o[t[7]] += 0.1f;
        }
        for (; t < end; ++t) o[*t] += 0.1f;
      }
    }
  }

  Crew crew_;
  std::vector<Part> parts_;
};

}  // namespace spk
