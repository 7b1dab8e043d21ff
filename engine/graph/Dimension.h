#pragma once
#include <array>
#include <string>
#include <string_view>

#include "engine/base/Result.h"

namespace spk {

/// What a quantity measures: powers of volt, ampere, second, metre, mole and kelvin, and of a
/// synaptic weight whose unit is not known yet. Counted in quarters, so that roots stay whole.
struct Dimension {
  enum Base { Volt, Ampere, Second, Metre, Mole, Kelvin, Weight };
  std::array<int, 7> quarters{};

  static Dimension of(Base base);
  bool isNone() const { return quarters == Dimension{}.quarters; }
  /// This to the power of `by` quarters: 4 is itself, 2 its square root.
  Dimension power(int by) const;
  friend Dimension operator*(Dimension a, const Dimension& b);
  friend Dimension operator/(Dimension a, const Dimension& b);
  friend bool operator==(const Dimension&, const Dimension&) = default;
};
/// In units of the coherent set: "mV/ms"; "no unit".
std::string dimensionText(const Dimension& dimension);

/// A unit as people write it. The coherent set is mV, ms, pA, nS, pF, GΩ, kHz, µm, mM, K.
struct PhysicalUnit {
  Dimension dimension;
  int quarterTens = 0;    ///< in the coherent unit it is 10^(quarterTens / 4)
  std::string text = {};  ///< "nS/mV", "1/ms", "" for no unit

  double factor() const;  ///< to the coherent unit
  /// x of this unit in the coherent one; powers of ten above 1 divide exactly rounded numbers.
  double toCoherent(double x) const;
};
/// One symbol: "mV", "Mohm", "msecond", "µS"; a prefix and a base.
Result<PhysicalUnit> unitNamed(std::string_view name);
/// Reads "mV", "nS/mV", "1/(ms*mV)", "mV*ms**0.5", "1" from text[at …]; `at` is moved behind it, or
/// to what is not understood.
Result<PhysicalUnit> readUnit(std::string_view text, std::size_t& at);
Result<PhysicalUnit> readUnit(std::string_view text);  ///< the whole text

}  // namespace spk
