// Delivery by maps of bits: for each 64 targets, the rows' bits are counted in bytes that stay in
// registers, then the counts meet the weight.
#include "engine/sim/Step.h"

namespace spk::SPK_ISA {
namespace {

#if defined(SPK_ISA_avx512)

template <int groups>
SPK_INLINE void addGroups(const DenseRows& d, std::uint32_t at) {
  __m512i counts[groups];
  for (int g = 0; g < groups; ++g)
    counts[g] = d.counts ? _mm512_load_si512(d.counts + (at + g) * 64) : _mm512_setzero_si512();
  const __m512i minusOne = _mm512_set1_epi8(-1);
  for (std::uint32_t row = 0; row < d.rows; ++row) {
    const std::uint64_t* const map = d.maps[row] + at;
#pragma GCC unroll 8
    for (int g = 0; g < groups; ++g)
      counts[g] = _mm512_mask_sub_epi8(counts[g], map[g], counts[g], minusOne);
  }
  const __m512 weight = _mm512_set1_ps(d.weight);
#pragma GCC unroll 8
  for (int g = 0; g < groups; ++g) {
    if (_mm512_test_epi8_mask(counts[g], counts[g]) == 0) continue;
    float* const slot = d.slot + (at + g) * 64;
    const auto add = [&](int quarter, __m128i bytes) {
      const __m512 many = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes));
      const __m512 sum =
          _mm512_add_ps(_mm512_load_ps(slot + quarter * 16), _mm512_mul_ps(many, weight));
      _mm512_store_ps(slot + quarter * 16, sum);
    };
    add(0, _mm512_castsi512_si128(counts[g]));
    add(1, _mm512_extracti32x4_epi32(counts[g], 1));
    add(2, _mm512_extracti32x4_epi32(counts[g], 2));
    add(3, _mm512_extracti32x4_epi32(counts[g], 3));
  }
}

#elif defined(SPK_ISA_avx2)

/// 32 bits as 32 bytes, 0 or −1.
SPK_INLINE __m256i spread(std::uint32_t bits) {
  const __m256i which =
      _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
  const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(bits)), which);
  return _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit);
}

template <int groups>
SPK_INLINE void addGroups(const DenseRows& d, std::uint32_t at) {
  constexpr int kHalves = 2 * groups;
  __m256i counts[kHalves];
  for (int h = 0; h < kHalves; ++h)
    counts[h] =
        d.counts ? _mm256_load_si256(reinterpret_cast<const __m256i*>(d.counts + at * 64 + h * 32))
                 : _mm256_setzero_si256();
  for (std::uint32_t row = 0; row < d.rows; ++row) {
    const std::uint64_t* const map = d.maps[row] + at;
#pragma GCC unroll 8
    for (int g = 0; g < groups; ++g) {
      counts[2 * g] = _mm256_sub_epi8(counts[2 * g], spread(static_cast<std::uint32_t>(map[g])));
      counts[2 * g + 1] =
          _mm256_sub_epi8(counts[2 * g + 1], spread(static_cast<std::uint32_t>(map[g] >> 32)));
    }
  }
  const __m256 weight = _mm256_set1_ps(d.weight);
  for (int h = 0; h < kHalves; ++h) {
    alignas(32) std::uint8_t bytes[32];
    _mm256_store_si256(reinterpret_cast<__m256i*>(bytes), counts[h]);
    float* const slot = d.slot + at * 64 + h * 32;
#pragma GCC unroll 4
    for (int i = 0; i < 32; i += 8) {
      const __m256 many = _mm256_cvtepi32_ps(
          _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + i))));
      _mm256_store_ps(slot + i,
                      _mm256_add_ps(_mm256_load_ps(slot + i), _mm256_mul_ps(many, weight)));
    }
  }
}

#else

/// 8 bits as 8 bytes, 0 or 1, the lowest bit in the lowest byte of memory.
struct Spread {
  std::uint64_t of[256];
  constexpr Spread() : of{} {
    for (std::uint64_t bits = 0; bits < 256; ++bits)
      for (int i = 0; i < 8; ++i) of[bits] |= (bits >> i & 1) << (8 * i);
  }
};
constexpr Spread kSpread;

/// Adds three bits in each place: a sum and a carry.
template <class Word>
SPK_INLINE void addThree(Word a, Word b, Word c, Word& sum, Word& carry) {
  const Word half = a ^ b;
  carry = (a & b) | (half & c);
  sum = half ^ c;
}

/// slot[i] += byte i · weight, for eight.
SPK_INLINE void addCounts(std::uint64_t counts, float weight, float* slot) {
#if defined(__SSE2__)
  const __m128i none = _mm_setzero_si128();
  const __m128i wide = _mm_unpacklo_epi8(_mm_cvtsi64_si128(static_cast<long long>(counts)), none);
  const __m128 low = _mm_cvtepi32_ps(_mm_unpacklo_epi16(wide, none)),
               high = _mm_cvtepi32_ps(_mm_unpackhi_epi16(wide, none));
  const __m128 w = _mm_set1_ps(weight);
  _mm_store_ps(slot, _mm_add_ps(_mm_load_ps(slot), _mm_mul_ps(low, w)));
  _mm_store_ps(slot + 4, _mm_add_ps(_mm_load_ps(slot + 4), _mm_mul_ps(high, w)));
#else
  for (int i = 0; i < 8; ++i)
    slot[i] += static_cast<float>(static_cast<int>(counts >> (8 * i) & 255)) * weight;
#endif
}

template <int groups>
struct WordsOf {
  using Type = std::uint64_t;
};
template <>
struct WordsOf<2> {
  using Type = RawUnsigned;
};

/// Counters that stand upright: plane k holds bit k of each target's count. Seven rows are summed
/// to three planes, then added to the others.
template <int groups>
SPK_INLINE void addGroups(const DenseRows& d, std::uint32_t at) {
  using Word = typename WordsOf<groups>::Type;
  constexpr int kPlanes = 8, kRows = 7;
  Word planes[kPlanes] = {};
  for (std::uint32_t row = 0; row < d.rows; row += kRows) {
    Word x[kRows] = {};
    for (std::uint32_t j = 0; j < kRows && row + j < d.rows; ++j)
      __builtin_memcpy(&x[j], d.maps[row + j] + at, sizeof(Word));
    Word sum, ones, twos, fours, a, b, c;
    addThree(x[0], x[1], x[2], sum, a);
    addThree(sum, x[3], x[4], sum, b);
    addThree(sum, x[5], x[6], ones, c);
    addThree(a, b, c, twos, fours);
    Word carry = planes[0] & ones;
    planes[0] ^= ones;
    addThree(planes[1], twos, carry, planes[1], carry);
    addThree(planes[2], fours, carry, planes[2], carry);
    for (int k = 3; k < kPlanes; ++k) {
      const Word next = planes[k] & carry;
      planes[k] ^= carry;
      carry = next;
    }
  }
  for (int g = 0; g < groups; ++g)
    for (int byte = 0; byte < 8; ++byte) {
      const std::uint32_t first = (at + static_cast<std::uint32_t>(g)) * 64 + byte * 8;
      std::uint64_t counts = 0;
      for (int i = 0; d.counts && i < 8; ++i)
        counts |= std::uint64_t{d.counts[first + i]} << (8 * i);
      for (int k = 0; k < kPlanes && d.rows >> k; ++k) {
        std::uint64_t plane;
        __builtin_memcpy(&plane, reinterpret_cast<const char*>(&planes[k]) + 8 * g, 8);
        counts += kSpread.of[plane >> (8 * byte) & 255] << k;
      }
      addCounts(counts, d.weight, d.slot + first);
    }
}

#endif

}  // namespace

void addDense(const DenseRows& d) {
#if defined(SPK_ISA_avx512)
  constexpr int kMany = 8;
#elif defined(SPK_ISA_avx2)
  constexpr int kMany = 4;
#else
  constexpr int kMany = 2;
#endif
  std::uint32_t at = 0;
  for (; at + kMany <= d.words; at += kMany) addGroups<kMany>(d, at);
  for (; at + 2 <= d.words; at += 2) addGroups<2>(d, at);
  for (; at < d.words; ++at) addGroups<1>(d, at);
}

}  // namespace spk::SPK_ISA
