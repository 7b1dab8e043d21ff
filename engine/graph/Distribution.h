#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/base/Json.h"
#include "engine/base/Result.h"
#include "engine/base/Rng.h"
#include "engine/base/Value.h"

namespace spk {

/// A written number that may differ per neuron or synapse: a number, a list, or one of
/// {"normal": {"mean", "sd"}}, {"uniform": {"min", "max"}}, {"exponential": {"mean"}},
/// {"lognormal": {"mean", "sd"}} (of the logarithm, the underlying normal). All but the list may be
/// bounded by "min" and "max"; "outside" says whether a draw beyond is set to the bound ("clip",
/// unless said) or drawn again ("redraw").
class Distribution {
 public:
  enum class Form { Constant, List, Normal, Uniform, Lognormal, Exponential };
  /// Error names the member that is missing, unknown or impossible.
  static Result<Distribution> read(const Value& value);
  explicit Distribution(double constant = 0) : values_{constant} {}

  Form form() const { return form_; }
  bool isConstant() const { return form_ == Form::Constant; }
  /// One draw. A list gives its `index`-th value (NaN beyond its end) and draws nothing.
  double draw(RandomSequence& random, std::size_t index = 0) const;
  std::size_t listSize() const { return form_ == Form::List ? values_.size() : 0; }
  /// No draw lies outside; infinite where nothing bounds it.
  double lowest() const;
  double highest() const;
  /// Whether more than about one draw in 10^9 lies outside [low, high].
  bool leaves(double low, double high) const;
  double mean() const;  ///< before clipping
  /// What it is made of: the constant; mean and sd; min and max; mean. A draw is clipped to
  /// [min, max] or drawn again, then multiplied by `factor`.
  struct Numbers {
    double a = 0, b = 0, min = 0, max = 0;
    bool redraw = false;
    double factor = 1;
  };
  Numbers numbers() const;  ///< of any form but a list
  /// The same, each draw times `factor` > 0 (a unit).
  Distribution times(double factor) const;
  friend bool operator==(const Distribution&, const Distribution&) = default;

 private:
  friend class DistributionReader;
  double drawFree(RandomSequence& random) const;

  Form form_ = Form::Constant;
  std::vector<double> values_;  // the constant, the list, or mean and sd, min and max, mean
  double min_ = -std::numeric_limits<double>::infinity();
  double max_ = std::numeric_limits<double>::infinity();
  bool redraw_ = false;
  double factor_ = 1;
};

}  // namespace spk
