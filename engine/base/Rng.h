#pragma once
#include <array>
#include <cstdint>

namespace spk {

/// What a random draw is for; part of the key, so that draws of one purpose never shift another's.
enum class Purpose : std::uint32_t { Connect, Weight, Delay, Initial, Drive, Kernel, Body, Sample };

/// Key of a family of draws: mix(seed, the item's stream, purpose).
struct RandomKey {
  std::uint32_t low = 0, high = 0;
};
RandomKey randomKey(std::uint64_t seed, std::uint64_t stream, Purpose purpose);

/// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
/// Counted, not drawn: any step can be recomputed.
constexpr std::array<std::uint32_t, 4> philox(RandomKey key, std::array<std::uint32_t, 4> counter) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = 0xD2511F53ull * counter[0], b = 0xCD9E8D57ull * counter[2];
    counter = {
        static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key.low, static_cast<std::uint32_t>(b),
        static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key.high, static_cast<std::uint32_t>(a)};
    key.low += 0x9E3779B9u;
    key.high += 0xBB67AE85u;
  }
  return counter;
}

/// The 32-bit word of `index` at `step`: counter {index / 4, step low, step high, draw},
/// word index % 4.
constexpr std::uint32_t randomWord(RandomKey key, std::uint64_t step, std::uint32_t index,
                                   std::uint32_t draw) {
  return philox(key, {index / 4, static_cast<std::uint32_t>(step),
                      static_cast<std::uint32_t>(step >> 32), draw})[index % 4];
}
/// In the open interval (0, 1): (word + 0.5) / 2^32.
constexpr double uniformOf(std::uint32_t word) { return (word + 0.5) * (1.0 / 4294967296.0); }

/// A sequence for building things (connections, weights, sample data): draw after draw of one
/// index, so that each target neuron or synapse row can be drawn on its own, in any order.
class RandomSequence {
 public:
  RandomSequence(RandomKey key, std::uint64_t index) : key_(key), index_(index) {}
  std::uint32_t word();
  double uniform() { return uniformOf(word()); }
  /// Whole number in [0, n), n ≥ 1, without bias (Lemire 2019).
  std::uint32_t below(std::uint32_t n);
  double normal();                     ///< mean 0, sd 1; Box–Muller on base/Math's log and cos
  double exponential();                ///< mean 1
  std::uint64_t poisson(double mean);  ///< exact for any mean ≥ 0 (up to 1e18)
  std::uint64_t binomial(std::uint64_t n, double p);  ///< exact

 private:
  double fineUniform();  ///< in (0, 1), 52 bits

  RandomKey key_;
  std::uint64_t index_;
  std::uint32_t block_ = 0, used_ = 4;
  std::array<std::uint32_t, 4> words_ = {};
  double spare_ = 0;  // the second number of Box–Muller's pair
  bool hasSpare_ = false;
};

}  // namespace spk
