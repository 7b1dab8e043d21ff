#pragma once
#include <bit>
#include <cstdint>
#include <limits>

// The formulas behind engine/base/Math.h, written for one double or for a group of lanes: only
// + - * /, comparisons, select and shifts of the bits. No tables, no branches, no fused operations,
// so every instruction set gives the same bits. Coefficients are Chebyshev interpolants, computed
// with 60 digits; reductions after Cody & Waite 1980, log and its error terms after Tang 1990.

namespace spk {

/// What the formulas need of a number type R besides its arithmetic with R and double. Lanes
/// specialise it; `Bits` must know + - << >> & | with 64-bit constants.
template <class R>
struct MathLanes;

template <>
struct MathLanes<double> {
  using Bits = std::uint64_t;
  static Bits bits(double x) { return std::bit_cast<Bits>(x); }
  static double real(Bits x) { return std::bit_cast<double>(x); }
  static double select(bool which, double yes, double no) { return which ? yes : no; }
};

namespace core {

inline constexpr double kMagic = 6755399441055744.0;  // 1.5 · 2^52: adding it rounds to whole
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kLog2e = 1.4426950408889634;
inline constexpr double kLn2High = 0x1.62e42feep-1;  // 32 bits: times an exponent it stays exact
inline constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

template <class R>
R round(R x) {
  return (x + kMagic) - kMagic;
}

/// 2^n for whole n in [-1022, 1023].
template <class R>
R powerOfTwo(R n) {
  using M = MathLanes<R>;
  return M::real((M::bits(n + kMagic) << 52) + 0x3FF0000000000000ull);
}
/// x · 2^n for whole n in [-1076, 1024]; in two steps, so that subnormal results round once.
template <class R>
R scaled(R x, R n) {
  const R half = round(n * 0.5);
  return x * powerOfTwo(half) * powerOfTwo(n - half);
}

/// (exp(r) − 1 − r) / r² for |r| ≤ 0.35.
template <class R>
R expTail(R r) {
  R q = r * 2.09147553258932e-09 + 2.5105312729622103e-08;
  q = q * r + 2.755727347871858e-07;
  q = q * r + 2.755725517000089e-06;
  q = q * r + 2.480158732567746e-05;
  q = q * r + 0.0001984126987500228;
  q = q * r + 0.0013888888888883711;
  q = q * r + 0.008333333333326084;
  q = q * r + 0.04166666666666667;
  q = q * r + 0.1666666666666667;
  return q * r + 0.5;
}
/// exp(r) − 1 − r for |r| ≤ 0.35.
template <class R>
R expRest(R r) {
  return r * r * expTail(r);
}

template <class R>
R exp(R x) {
  using M = MathLanes<R>;
  const R bounded = M::select(x < -746.0, R(-746.0), M::select(x > 710.0, R(710.0), x));
  const R n = round(bounded * kLog2e);
  const R r = (bounded - n * kLn2High) - n * kLn2Low;
  return scaled((r + expRest(r)) + 1.0, n);
}

/// A number as the sum of two, about 106 bits.
template <class R>
struct Pair {
  R high, low;
};
template <class R>
Pair<R> sum(R large, R small) {  // exact for |large| ≥ |small|, or large == 0
  const R high = large + small;
  return {high, small - (high - large)};
}

/// exp(x.high + x.low) for |x.low| up to an ulp or so of x.high.
template <class R>
R exp(Pair<R> x) {
  using M = MathLanes<R>;
  const auto low = x.high<-746.0, high = x.high> 710.0;
  const R bounded = M::select(low, R(-746.0), M::select(high, R(710.0), x.high));
  const R more = M::select(low, R(0.0), M::select(high, R(0.0), x.low));
  const R n = round(bounded * kLog2e);
  const Pair<R> first = sum(bounded - n * kLn2High, more - n * kLn2Low);
  return scaled((first.high + (expRest(first.high) + first.low)) + 1.0, n);
}

template <class R>
R expm1(R x) {
  using M = MathLanes<R>;
  const R bounded = M::select(x < -40.0, R(-40.0), M::select(x > 40.0, R(40.0), x));
  const R n = round(bounded * kLog2e), power = powerOfTwo(n);
  const Pair<R> r = sum(bounded - n * kLn2High, R(0.0) - n * kLn2Low);
  // 2^n (1 + r) − 1 as a pair: where both terms nearly cancel, the rounding must not be lost.
  const R one = power - 1.0, scaledR = r.high * power, whole = one + scaledR, back = whole - one;
  const R lost = (one - (whole - back)) + (scaledR - back);
  const R inside = whole + (lost + (expRest(r.high) + r.low) * power);
  return M::select(x > 40.0, exp(x), inside);
}

/// (exp(x) − 1) / x, 1 at 0, in its two parts: for |x| ≤ 0.35, and beyond.
template <class R>
R exprelNear(R x) {
  return x * expTail(x) + 1.0;
}
template <class R>
R exprelFar(R x) {
  return (exp(x) - 1.0) / x;
}
template <class R>
R exprel(R x) {
  using M = MathLanes<R>;
  const auto near = x * x <= 0.1225;
  return M::select(near, exprelNear(x), exprelFar(M::select(near, R(1.0), x)));
}

template <class R>
R tanh(R x) {
  using M = MathLanes<R>;
  const R twice = x * 2.0;
  const R bounded = M::select(twice < -40.0, R(-40.0), M::select(twice > 40.0, R(40.0), twice));
  const R t = bounded * exprel(bounded);  // e^2x − 1
  return t / (t + 2.0);
}

/// x = 2^k (1 + f), 1 + f in [√½, √2), for x > 0.
template <class R>
struct Split {
  R k, f;
};
template <class R>
Split<R> split(R x) {
  using M = MathLanes<R>;
  const auto tiny = x < 0x1p-1022;
  const auto bits = M::bits(M::select(tiny, x * 0x1p54, x));
  // 1024 + k in the low bits; 0x3FE6A09E667F3BCD is √½
  const auto biased = (bits - 0x3FE6A09E667F3BCDull + 0x4000000000000000ull) >> 52;
  const R k = M::real(biased | 0x4330000000000000ull) - (4503599627370496.0 + 1024.0);
  const R f = M::real(bits - (biased << 52) + 0x4000000000000000ull) - 1.0;
  return {M::select(tiny, k - 54.0, k), f};
}

/// log(2^k (1 + f)) + low.
template <class R>
R logOf(Split<R> x, R low) {
  const R f = x.f, s = f / (f + 2.0), z = s * s, half = f * f * 0.5;
  R p = z * 0.14618462083796982 + 0.15331558670323325;
  p = p * z + 0.18182894030543298;
  p = p * z + 0.22222211067419392;
  p = p * z + 0.2857142862638853;
  p = p * z + 0.39999999999898594;
  p = p * z + 0.666666666666667;
  return x.k * kLn2High - ((half - (s * (half + z * p) + (x.k * kLn2Low + low))) - f);
}
/// The values that no formula gives: of 0, below 0, inf and NaN.
template <class R>
R logAt(R x, R inside) {
  using M = MathLanes<R>;
  const R above = M::select(x == kInfinity, x, inside);
  return M::select(x > 0.0, above, M::select(x == 0.0, R(-kInfinity), R(kNan)));
}

template <class R>
R log(R x) {
  return logAt(x, logOf(split(x), R(0.0)));
}

template <class R>
R log1p(R x) {
  using M = MathLanes<R>;
  const R u = x + 1.0, one = u - x, lost = (R(1.0) - one) + (x - (u - one));
  const R inside = logOf(split(u), lost / u);
  return M::select(u == 1.0, x, logAt(u, inside));
}

/// Quarter turns in x (modulo 4, in [-2, 2]) and what is left, high + low, |high| ≤ π/4.
template <class R>
struct Angle {
  R quarter, high, low;
};
template <class R>
Angle<R> angle(R x) {
  const R n = round(x * 0.6366197723675814);
  const R first = x - n * 0x1.921fb544p+0, second = n * 0x1.0b4611a6p-34;  // exact products
  const R rest = first - second;
  const R small = ((first - rest) - second) - n * 0x1.3198a2e037073p-69;
  const R high = rest + small;
  return {n - round(n * 0.25) * 4.0, high, (rest - high) + small};
}
template <class R>
R sine(Angle<R> a) {
  const R z = a.high * a.high;
  R p = z * 1.5917848524808262e-10 - 2.5051127944014188e-08;
  p = p * z + 2.755731608381636e-06;
  p = p * z - 0.00019841269836722418;
  p = p * z + 0.008333333333330925;
  p = p * z - 0.16666666666666666;
  return a.high + (a.high * z * p + a.low * (R(1.0) - z * 0.5));
}
template <class R>
R cosine(Angle<R> a) {
  const R z = a.high * a.high, half = z * 0.5, near = R(1.0) - half;
  R p = z * -1.1382456778061306e-11 + 2.0876143827993133e-09;
  p = p * z - 2.7557317260008837e-07;
  p = p * z + 2.480158729874307e-05;
  p = p * z - 0.0013888888888887382;
  p = p * z + 0.041666666666666664;
  return near + (((R(1.0) - near) - half) + (z * z * p - a.high * a.low));
}

template <class R>
R sin(R x) {
  using M = MathLanes<R>;
  const Angle<R> a = angle(x);
  const R size = M::select(a.quarter * a.quarter == 1.0, cosine(a), sine(a));
  return M::select(a.quarter * (a.quarter - 1.0) > 0.0, R(0.0) - size, size);  // −1, −2 and 2
}
template <class R>
R cos(R x) {
  using M = MathLanes<R>;
  const Angle<R> a = angle(x);
  const R size = M::select(a.quarter * a.quarter == 1.0, sine(a), cosine(a));
  return M::select(a.quarter * (a.quarter + 1.0) > 0.0, R(0.0) - size, size);  // 1, 2 and −2
}

template <class R>
Pair<R> product(R a, R b) {  // exact (Dekker 1971)
  const R bigA = a * 134217729.0, bigB = b * 134217729.0;
  const R aHigh = bigA - (bigA - a), bHigh = bigB - (bigB - b);
  const R aLow = a - aHigh, bLow = b - bHigh, high = a * b;
  return {high, ((aHigh * bHigh - high) + aHigh * bLow + aLow * bHigh) + aLow * bLow};
}
/// log(x) for finite x > 0, to about 2^-66 of itself.
template <class R>
Pair<R> logPair(R x) {
  const Split<R> part = split(x);
  const R f = part.f, below = f + 2.0, belowLow = f - (below - 2.0);
  const R s = f / below;
  const Pair<R> back = product(s, below);
  const R sLow = (((f - back.high) - back.low) - s * belowLow) / below;
  Pair<R> z = product(s, s);
  z.low = z.low + s * sLow * 2.0;
  R p = z.high * 0.1291529891790653 + 0.13285821310291257;
  p = p * z.high + 0.15385578894896526;
  p = p * z.high + 0.18181808191248922;
  p = p * z.high + 0.22222222271447473;
  p = p * z.high + 0.2857142857133774;
  p = p * z.high + 0.4000000000000003;
  Pair<R> t = product(z.high, R(2.0 / 3.0));
  t.low = t.low + (z.low * (2.0 / 3.0) + z.high * 3.700743415417188e-17 + z.high * z.high * p);
  t = sum(t.high, t.low);
  const Pair<R> cubic = product(s, t.high);
  const Pair<R> a = sum(s * 2.0, cubic.high);
  const R aLow = a.low + (cubic.low + (s * t.low + sLow * t.high) + sLow * 2.0);
  const Pair<R> b = sum(part.k * kLn2High, a.high);
  return sum(b.high, b.low + (aLow + part.k * kLn2Low));
}

/// base^exponent for base ≥ 0; x^0 = 1 for every x, 0^−1 = inf.
template <class R>
R pow(R base, R exponent) {
  using M = MathLanes<R>;
  const R e = M::select(exponent > 1e30, R(1e30), M::select(exponent < -1e30, R(-1e30), exponent));
  const Pair<R> l = logPair(M::select(base < kInfinity, base, R(1.0)));
  const Pair<R> y = product(e, l.high);
  const R inside = exp(Pair<R>{y.high, y.low + e * l.low});
  const R zero = M::select(exponent > 0.0, R(0.0), R(kInfinity));
  const R infinite = M::select(exponent > 0.0, R(kInfinity), R(0.0));
  const R positive = M::select(base == kInfinity, infinite, inside);
  const R any = M::select(base > 0.0, positive, M::select(base == 0.0, zero, R(kNan)));
  return M::select(exponent == 0.0, R(1.0), M::select(exponent == exponent, any, R(kNan)));
}

}  // namespace core
}  // namespace spk
