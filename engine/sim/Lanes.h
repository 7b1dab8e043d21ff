#pragma once
// The vector types of a kernel: Reals, Mask, Lane in namespace spk::SPK_ISA. Included by Step.h in
// kernels only; one source, three builds, equal bits: the same arithmetic, element by element.
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "engine/base/MathCore.h"

#define SPK_INLINE [[gnu::always_inline]] inline

namespace spk::SPK_ISA {

#if defined(SPK_ISA_avx512)
inline constexpr int kWidth = 8;
#elif defined(SPK_ISA_avx2)
inline constexpr int kWidth = 4;
#else
inline constexpr int kWidth = 2;
#endif

using RawReals = double __attribute__((vector_size(8 * kWidth), may_alias));
using RawFloats = float __attribute__((vector_size(4 * kWidth), may_alias));
using RawBits = std::int64_t __attribute__((vector_size(8 * kWidth), may_alias));
using RawUnsigned = std::uint64_t __attribute__((vector_size(8 * kWidth), may_alias));
using RawWords =
    std::uint32_t __attribute__((vector_size(8 * kWidth), may_alias));  // 2 · kWidth of them
using RawHalf =
    std::uint32_t __attribute__((vector_size(4 * kWidth), may_alias));  // kWidth of them

/// A group of neurons that are computed at once: `at` counts neurons from the block's first,
/// `group` is where its constants begin.
struct Lane {
  std::size_t at, group;
};
/// All lanes of a block, in order.
struct Lanes {
  std::size_t count, stride;
  struct Iterator {
    std::size_t at, group, stride;
    SPK_INLINE Lane operator*() const { return {at, group}; }
    SPK_INLINE void operator++() { at += kWidth, group += stride; }
    SPK_INLINE bool operator!=(const Iterator& end) const { return at < end.at; }
  };
  SPK_INLINE Iterator begin() const { return {0, 0, stride}; }
  SPK_INLINE Iterator end() const { return {count, 0, 0}; }
};

/// kWidth numbers.
struct Reals {
  RawReals v;
  SPK_INLINE Reals() : v{} {}
  SPK_INLINE Reals(RawReals raw) : v(raw) {}
  SPK_INLINE Reals(double x) : v(RawReals{} + x) {}
  SPK_INLINE Reals(int x) : Reals(static_cast<double>(x)) {}
};

/// kWidth answers of a comparison.
struct Mask {
#if defined(SPK_ISA_avx512)
  __mmask8 v;
  SPK_INLINE std::uint32_t bits() const { return v; }
#else
  RawBits v;
  SPK_INLINE std::uint32_t bits() const {
#if defined(SPK_ISA_avx2)
    return static_cast<std::uint32_t>(_mm256_movemask_pd((__m256d)v));
#elif defined(__SSE2__)
    return static_cast<std::uint32_t>(_mm_movemask_pd((__m128d)v));
#else
    return static_cast<std::uint32_t>((v[0] & 1) | (v[1] & 2));
#endif
  }
#endif
};

SPK_INLINE Reals operator+(Reals a, Reals b) { return a.v + b.v; }
SPK_INLINE Reals operator-(Reals a, Reals b) { return a.v - b.v; }
SPK_INLINE Reals operator*(Reals a, Reals b) { return a.v * b.v; }
SPK_INLINE Reals operator/(Reals a, Reals b) { return a.v / b.v; }
SPK_INLINE Reals operator-(Reals a) { return -a.v; }

#if defined(SPK_ISA_avx512)
SPK_INLINE Mask operator<(Reals a, Reals b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ)}; }
SPK_INLINE Mask operator<=(Reals a, Reals b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LE_OQ)}; }
SPK_INLINE Mask operator>(Reals a, Reals b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_GT_OQ)}; }
SPK_INLINE Mask operator>=(Reals a, Reals b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_GE_OQ)}; }
SPK_INLINE Mask operator==(Reals a, Reals b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_EQ_OQ)}; }
SPK_INLINE Mask operator!=(Reals a, Reals b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_NEQ_UQ)}; }
SPK_INLINE Mask operator&(Mask a, Mask b) { return {static_cast<__mmask8>(a.v & b.v)}; }
SPK_INLINE Mask operator|(Mask a, Mask b) { return {static_cast<__mmask8>(a.v | b.v)}; }
SPK_INLINE Mask operator!(Mask a) { return {static_cast<__mmask8>(~a.v)}; }
SPK_INLINE Reals select(Mask which, Reals yes, Reals no) {
  return (RawReals)_mm512_mask_blend_pd(which.v, (__m512d)no.v, (__m512d)yes.v);
}
#else
SPK_INLINE Mask operator<(Reals a, Reals b) { return {a.v < b.v}; }
SPK_INLINE Mask operator<=(Reals a, Reals b) { return {a.v <= b.v}; }
SPK_INLINE Mask operator>(Reals a, Reals b) { return {a.v > b.v}; }
SPK_INLINE Mask operator>=(Reals a, Reals b) { return {a.v >= b.v}; }
SPK_INLINE Mask operator==(Reals a, Reals b) { return {a.v == b.v}; }
SPK_INLINE Mask operator!=(Reals a, Reals b) { return {a.v != b.v}; }
SPK_INLINE Mask operator&(Mask a, Mask b) { return {a.v & b.v}; }
SPK_INLINE Mask operator|(Mask a, Mask b) { return {a.v | b.v}; }
SPK_INLINE Mask operator!(Mask a) { return {~a.v}; }
SPK_INLINE Reals select(Mask which, Reals yes, Reals no) { return which.v ? yes.v : no.v; }
#endif
/// The second where either is NaN, as on every machine.
SPK_INLINE Reals min(Reals a, Reals b) {
#if defined(SPK_ISA_avx512)
  return (RawReals)_mm512_min_pd((__m512d)a.v, (__m512d)b.v);
#else
  return select(a < b, a, b);
#endif
}
SPK_INLINE Reals max(Reals a, Reals b) {
#if defined(SPK_ISA_avx512)
  return (RawReals)_mm512_max_pd((__m512d)a.v, (__m512d)b.v);
#else
  return select(a > b, a, b);
#endif
}
SPK_INLINE Reals sqrt(Reals a) {
#if defined(SPK_ISA_avx512)
  return (RawReals)_mm512_sqrt_pd((__m512d)a.v);
#elif defined(SPK_ISA_avx2)
  return (RawReals)_mm256_sqrt_pd((__m256d)a.v);
#else
  for (int i = 0; i < kWidth; ++i) a.v[i] = __builtin_sqrt(a.v[i]);
  return a;
#endif
}

/// A column of the block's state; reading and writing go straight to the array.
struct Column {
  double* at;
  struct Place {
    double* at;
    SPK_INLINE operator Reals() const { return *reinterpret_cast<const RawReals*>(at); }
    SPK_INLINE void operator=(Reals x) const { *reinterpret_cast<RawReals*>(at) = x.v; }
    SPK_INLINE void operator=(const Place& x) const { *this = static_cast<Reals>(x); }
  };
  SPK_INLINE Place operator[](Lane lane) const { return {at + lane.at}; }
};
/// One input port's sums for this step, float in memory.
struct Input {
  const float* at;
  SPK_INLINE Reals operator[](Lane lane) const {
    const RawFloats& floats = *reinterpret_cast<const RawFloats*>(at + lane.at);
#if defined(SPK_ISA_avx512)
    return (RawReals)_mm512_cvtps_pd((__m256)floats);
#elif defined(SPK_ISA_avx2)
    return (RawReals)_mm256_cvtps_pd((__m128)floats);
#else
    return __builtin_convertvector(floats, RawReals);
#endif
  }
};
/// Constant number `index`: all constants of a lane group lie together behind one pointer.
template <int index>
struct Constant {
  const double* base;
  SPK_INLINE Reals operator[](Lane lane) const {
    return *reinterpret_cast<const RawReals*>(base + lane.group + index * kWidth);
  }
};
/// For structured bindings: a pointer array's n entries, each as a T.
template <class T, class Pointer, int n>
struct Bound {
  Pointer const* pointers;
  template <std::size_t i>
  SPK_INLINE T get() const {
    return {pointers[i]};
  }
};
template <int n>
struct BoundConstants {
  const double* base;
  template <std::size_t i>
  SPK_INLINE Constant<i> get() const {
    return {base};
  }
};

SPK_INLINE Reals exp(Reals x);
SPK_INLINE Reals expm1(Reals x);
SPK_INLINE Reals exprel(Reals x);
SPK_INLINE Reals tanh(Reals x);
SPK_INLINE Reals floor(Reals x);
SPK_INLINE Reals log(Reals x);
SPK_INLINE Reals log1p(Reals x);
SPK_INLINE Reals sin(Reals x);
SPK_INLINE Reals cos(Reals x);
SPK_INLINE Reals pow(Reals base, Reals exponent);

// --- counted random numbers: Philox4x32-10 (Salmon et al. 2011), as engine/base/Rng.h ---

SPK_INLINE RawWords everywhere(std::uint32_t x) { return RawWords{} + x; }

struct WideProduct {
  RawWords high, low;
};
/// Full 64-bit products of all words with one constant.
SPK_INLINE WideProduct multiply(RawWords a, std::uint32_t b) {
#if defined(SPK_ISA_avx512)
  const __m512i m = _mm512_set1_epi64(b);
  const __m512i even = _mm512_mul_epu32((__m512i)a, m);
  const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64((__m512i)a, 32), m);
  return {(RawWords)_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 32), odd),
          (RawWords)_mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32))};
#elif defined(SPK_ISA_avx2)
  const __m256i m = _mm256_set1_epi64x(b);
  const __m256i even = _mm256_mul_epu32((__m256i)a, m);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64((__m256i)a, 32), m);
  return {(RawWords)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA),
          (RawWords)_mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA)};
#elif defined(__SSE2__)
  const __m128i m = _mm_set1_epi64x(b);
  const __m128i even = _mm_mul_epu32((__m128i)a, m);
  const __m128i odd = _mm_mul_epu32(_mm_srli_epi64((__m128i)a, 32), m);
  const __m128i low = _mm_set1_epi64x(0xFFFFFFFF);
  return {(RawWords)_mm_or_si128(_mm_srli_epi64(even, 32), _mm_andnot_si128(low, odd)),
          (RawWords)_mm_or_si128(_mm_and_si128(low, even), _mm_slli_epi64(odd, 32))};
#else
  WideProduct product;
  for (int i = 0; i < 2 * kWidth; ++i) {
    const std::uint64_t full = std::uint64_t{a[i]} * b;
    product.high[i] = static_cast<std::uint32_t>(full >> 32);
    product.low[i] = static_cast<std::uint32_t>(full);
  }
  return product;
#endif
}

/// Counters and, after ten rounds, random words: 2 · kWidth blocks at once.
struct PhiloxWords {
  RawWords a, b, c, d;
};
SPK_INLINE PhiloxWords philoxWords(PhiloxWords x, std::uint32_t keyLow, std::uint32_t keyHigh) {
  for (int round = 0; round < 10; ++round) {
    const WideProduct p = multiply(x.a, 0xD2511F53u), q = multiply(x.c, 0xCD9E8D57u);
    x = {q.high ^ x.b ^ everywhere(keyLow), q.low, p.high ^ x.d ^ everywhere(keyHigh), p.low};
    keyLow += 0x9E3779B9u;
    keyHigh += 0xBB67AE85u;
  }
  return x;
}

/// One word each for 8 · kWidth neurons beginning with `first` (a multiple of 4), in their order.
struct RandomWords {
  RawWords part[4];
};
SPK_INLINE RandomWords randomWords(std::uint32_t keyLow, std::uint32_t keyHigh, std::uint32_t first,
                                   std::uint64_t step, std::uint32_t draw) {
  // Counters are dealt out so that transposing inside each 128 bits leaves the neurons in order.
  constexpr int kQuads = kWidth / 2;
  RawWords index;
  for (int i = 0; i < 2 * kWidth; ++i)
    index[i] = static_cast<std::uint32_t>((i % 4) * kQuads + i / 4);
  index += everywhere(first / 4);
  const auto [a, b, c, d] =
      philoxWords({index, everywhere(static_cast<std::uint32_t>(step)),
                   everywhere(static_cast<std::uint32_t>(step >> 32)), everywhere(draw)},
                  keyLow, keyHigh);
  RandomWords words;
#if defined(SPK_ISA_avx512)
  const __m512i ab = _mm512_unpacklo_epi32((__m512i)a, (__m512i)b),
                cd = _mm512_unpacklo_epi32((__m512i)c, (__m512i)d),
                AB = _mm512_unpackhi_epi32((__m512i)a, (__m512i)b),
                CD = _mm512_unpackhi_epi32((__m512i)c, (__m512i)d);
  words.part[0] = (RawWords)_mm512_unpacklo_epi64(ab, cd);
  words.part[1] = (RawWords)_mm512_unpackhi_epi64(ab, cd);
  words.part[2] = (RawWords)_mm512_unpacklo_epi64(AB, CD);
  words.part[3] = (RawWords)_mm512_unpackhi_epi64(AB, CD);
#elif defined(SPK_ISA_avx2)
  const __m256i ab = _mm256_unpacklo_epi32((__m256i)a, (__m256i)b),
                cd = _mm256_unpacklo_epi32((__m256i)c, (__m256i)d),
                AB = _mm256_unpackhi_epi32((__m256i)a, (__m256i)b),
                CD = _mm256_unpackhi_epi32((__m256i)c, (__m256i)d);
  words.part[0] = (RawWords)_mm256_unpacklo_epi64(ab, cd);
  words.part[1] = (RawWords)_mm256_unpackhi_epi64(ab, cd);
  words.part[2] = (RawWords)_mm256_unpacklo_epi64(AB, CD);
  words.part[3] = (RawWords)_mm256_unpackhi_epi64(AB, CD);
#else
  for (int i = 0; i < 4; ++i) words.part[i] = RawWords{a[i], b[i], c[i], d[i]};
#endif
  return words;
}

/// A block full of one random word for each neuron.
struct BlockWords {
  alignas(64) std::uint32_t words[256];
  SPK_INLINE BlockWords(std::uint32_t keyLow, std::uint32_t keyHigh, std::uint32_t first,
                        std::uint32_t count, std::uint64_t step, std::uint32_t draw) {
    for (std::uint32_t i = 0; i < count; i += 8 * kWidth) {
      const RandomWords drawn = randomWords(keyLow, keyHigh, first + i, step, draw);
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j)
        *reinterpret_cast<RawWords*>(words + i + j * 2 * kWidth) = drawn.part[j];
    }
  }
  SPK_INLINE Reals uniform(std::size_t at) const {
    const RawHalf word = *reinterpret_cast<const RawHalf*>(words + at);
    return (Reals(__builtin_convertvector(word, RawReals)) + 0.5) * (1.0 / 4294967296.0);
  }
};
/// In (0, 1): (word + 0.5) / 2^32.
struct Uniforms {
  BlockWords words;
  SPK_INLINE Reals operator[](Lane lane) const { return words.uniform(lane.at); }
};
/// Mean 0, standard deviation 1 (Box & Muller 1958).
struct Normals {
  BlockWords radius, turn;
  SPK_INLINE Reals operator[](Lane lane) const {
    return sqrt(log(radius.uniform(lane.at)) * -2.0) *
           cos(turn.uniform(lane.at) * (2 * 3.14159265358979323846));
  }
};
/// Poisson counts by inversion, exact to the 32 bits of the word, for means up to some 80; above,
/// exp(−mean) is too small for 32 bits to tell and the count saturates: check the range where it is
/// a parameter.
struct Poissons {
  BlockWords words;
  SPK_INLINE Reals operator()(Lane lane, Reals mean) const {
    const Reals u = words.uniform(lane.at);
    Reals chance = exp(-mean), sum = chance, count = 0;
    for (int k = 1; k < 256; ++k) {
      const Mask more = u > sum;
      if (!more.bits()) break;
      count = count + select(more, Reals(1.0), Reals(0.0));
      chance = chance * mean / Reals(k);
      sum = sum + chance;
    }
    return count;
  }
};

}  // namespace spk::SPK_ISA

/// What the shared formulas of engine/base/MathCore.h need of lanes.
template <>
struct spk::MathLanes<spk::SPK_ISA::Reals> {
  using Reals = SPK_ISA::Reals;
  using Bits = SPK_ISA::RawUnsigned;
  SPK_INLINE static Bits bits(Reals x) { return (Bits)x.v; }
  SPK_INLINE static Reals real(Bits x) { return (SPK_ISA::RawReals)x; }
  SPK_INLINE static Reals select(SPK_ISA::Mask which, Reals yes, Reals no) {
    return SPK_ISA::select(which, yes, no);
  }
};

namespace spk::SPK_ISA {

SPK_INLINE Reals exp(Reals x) { return core::exp(x); }
SPK_INLINE Reals expm1(Reals x) { return core::expm1(x); }
/// (exp(x) − 1) / x, 1 at 0: the mean of e^(x s) over s in [0, 1]. The exponential is computed only
/// where some lane needs it; what a lane gets does not depend on its neighbours.
SPK_INLINE Reals exprel(Reals x) {
  const Mask far = !(x * x <= 0.1225);
  if (__builtin_expect(far.bits() == 0, 1)) return core::exprelNear(x);
  return core::exprel(x);
}
SPK_INLINE Reals tanh(Reals x) { return core::tanh(x); }
/// Below 2^51.
SPK_INLINE Reals floor(Reals x) {
  const Reals near = core::round(x);
  return select(near > x, near - 1, near);
}
SPK_INLINE Reals log(Reals x) { return core::log(x); }
SPK_INLINE Reals log1p(Reals x) { return core::log1p(x); }
SPK_INLINE Reals sin(Reals x) { return core::sin(x); }
SPK_INLINE Reals cos(Reals x) { return core::cos(x); }
SPK_INLINE Reals pow(Reals base, Reals exponent) { return core::pow(base, exponent); }

}  // namespace spk::SPK_ISA

template <class T, class Pointer, int n>
struct std::tuple_size<spk::SPK_ISA::Bound<T, Pointer, n>>
    : std::integral_constant<std::size_t, n> {};
template <std::size_t i, class T, class Pointer, int n>
struct std::tuple_element<i, spk::SPK_ISA::Bound<T, Pointer, n>> {
  using type = T;
};
template <int n>
struct std::tuple_size<spk::SPK_ISA::BoundConstants<n>> : std::integral_constant<std::size_t, n> {};
template <std::size_t i, int n>
struct std::tuple_element<i, spk::SPK_ISA::BoundConstants<n>> {
  using type = spk::SPK_ISA::Constant<i>;
};
