#include "engine/graph/Distribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "engine/base/Math.h"

namespace spk {

/// Reads the members of one distribution and says what is wrong with them.
class DistributionReader {
 public:
  static Result<Distribution> list(const JsonNode& node) {
    Distribution made;
    made.form_ = Distribution::Form::List;
    made.values_.clear();
    for (const JsonNode& item : node.items()) {
      if (!item.isNumber())
        return Error{"the list holds " + item.write() + " where a number is expected", ""};
      made.values_.push_back(item.number());
    }
    if (made.values_.empty()) return Error{"the list is empty", ""};
    return made;
  }

  static Result<Distribution> object(const JsonNode& node) {
    if (node.members().size() != 1) return unknown(node);
    const auto& [name, members] = node.members().front();
    using Form = Distribution::Form;
    struct Kind {
      std::string_view name;
      Form form;
      std::vector<std::string_view> needed;
    };
    const std::array<Kind, 4> kinds = {{{"normal", Form::Normal, {"mean", "sd"}},
                                        {"lognormal", Form::Lognormal, {"mean", "sd"}},
                                        {"uniform", Form::Uniform, {"min", "max"}},
                                        {"exponential", Form::Exponential, {"mean"}}}};
    const auto kind = std::ranges::find(kinds, name, &Kind::name);
    if (kind == kinds.end() || members.form() != JsonNode::Form::Object) return unknown(node);
    DistributionReader reader(name, members);
    reader.made_.form_ = kind->form;
    reader.made_.values_.clear();
    for (const std::string_view member : kind->needed) {
      TRY_DO(reader.number(member, Needed::Yes));
      reader.made_.values_.push_back(reader.last_);
    }
    TRY_DO(reader.bounds());
    TRY_DO(reader.noOthers(kind->needed));
    TRY_DO(reader.possible());
    return reader.made_;
  }

 private:
  enum class Needed { Yes, No };
  DistributionReader(const std::string& name, const JsonNode& members)
      : name_(name), members_(members) {}

  static Error unknown(const JsonNode& node) {
    return Error{
        node.write() + " is no distribution; normal, uniform, lognormal or exponential is expected",
        ""};
  }

  Result<void> number(std::string_view member, Needed needed) {
    const JsonNode* found = members_.find(member);
    found_ = found != nullptr;
    if (!found && needed == Needed::No) return {};
    if (!found)
      return Error{"the " + name_ + " distribution lacks \"" + std::string(member) + "\"", ""};
    if (!found->isNumber() || !std::isfinite(found->number()))
      return Error{"\"" + std::string(member) + "\" of the " + name_ + " distribution is " +
                       found->write() + " where a number is expected",
                   ""};
    last_ = found->number();
    return {};
  }

  Result<void> bounds() {
    TRY_DO(number("min", Needed::No));
    if (found_) made_.min_ = last_;
    TRY_DO(number("max", Needed::No));
    if (found_) made_.max_ = last_;
    if (made_.min_ > made_.max_)
      return Error{"\"min\" " + numberText(made_.min_) + " of the " + name_ +
                       " distribution lies above \"max\" " + numberText(made_.max_),
                   ""};
    if (const JsonNode* outside = members_.find("outside")) {
      if (outside->text() != "clip" && outside->text() != "redraw")
        return Error{"\"outside\" is " + outside->write() + "; \"clip\" or \"redraw\" is expected",
                     ""};
      made_.redraw_ = outside->text() == "redraw";
    }
    return {};
  }

  Result<void> noOthers(const std::vector<std::string_view>& needed) const {
    for (const auto& [key, value] : members_.members()) {
      const bool known = key == "min" || key == "max" || key == "outside" ||
                         std::ranges::find(needed, key) != needed.end();
      if (!known) return Error{"the " + name_ + " distribution has no member \"" + key + "\"", ""};
    }
    return {};
  }

  /// Spreads are not negative, and a redraw ends.
  Result<void> possible() const {
    using Form = Distribution::Form;
    const std::vector<double>& v = made_.values_;
    const bool normal = made_.form_ == Form::Normal, lognormal = made_.form_ == Form::Lognormal;
    if ((normal || lognormal) && v[1] < 0)
      return Error{"\"sd\" of the " + name_ + " distribution is " + numberText(v[1]) +
                       "; it must be 0 or more",
                   ""};
    if (made_.form_ == Form::Exponential && v[0] < 0)
      return Error{"\"mean\" of the exponential distribution is " + numberText(v[0]) +
                       "; it must be 0 or more",
                   ""};
    if (!made_.redraw_ || made_.form_ == Form::Uniform) return {};
    if (standing(made_.max_) - standing(made_.min_) < 0.01 || standing(made_.min_) > 3.5 ||
        standing(made_.max_) < (made_.form_ == Form::Exponential ? 0.01 : -3.5))
      return Error{"fewer than one draw in a thousand of the " + name_ +
                       " distribution would lie in " + numberText(made_.min_) + " … " +
                       numberText(made_.max_) + "; redrawing would not end",
                   ""};
    return {};
  }

  /// A bound in units of the spread, from where most draws lie.
  double standing(double bound) const {
    const std::vector<double>& v = made_.values_;
    if (made_.form_ == Distribution::Form::Exponential)
      return v[0] > 0 ? bound / v[0] : bound < 0 ? -1e9 : 1e9;
    const bool logarithmic = made_.form_ == Distribution::Form::Lognormal;
    const double at =
        logarithmic ? (bound > 0 ? log(bound) : -std::numeric_limits<double>::infinity()) : bound;
    return v[1] > 0 ? (at - v[0]) / v[1] : at < v[0] ? -1e9 : 1e9;
  }

  const std::string& name_;
  const JsonNode& members_;
  Distribution made_;
  double last_ = 0;
  bool found_ = false;
};

Result<Distribution> Distribution::read(const Value& value) {
  if (const auto number = asNumber(value); number && !std::holds_alternative<bool>(value))
    return Distribution(*number);
  if (const auto* blob = std::get_if<Blob>(&value)) {
    if (blob->isMissing()) return Error{"the array " + blob->name() + " is missing", ""};
    if (blob->numbers().empty()) return Error{"the array is empty", ""};
    Distribution made;
    made.form_ = Form::List;
    made.values_ = blob->numbers();
    return made;
  }
  const auto* json = std::get_if<Json>(&value);
  if (!json)
    return Error{"\"" + valueText(value) + "\" is neither a number nor a distribution", ""};
  TRY(const JsonNode node, JsonNode::parse(json->text));
  return node.form() == JsonNode::Form::List ? DistributionReader::list(node)
                                             : DistributionReader::object(node);
}

double Distribution::drawFree(RandomSequence& random) const {
  switch (form_) {
    case Form::Normal: return values_[0] + values_[1] * random.normal();
    case Form::Lognormal: return exp(values_[0] + values_[1] * random.normal());
    case Form::Uniform: return values_[0] + (values_[1] - values_[0]) * random.uniform();
    case Form::Exponential: return values_[0] * random.exponential();
    case Form::Constant:
    case Form::List: break;
  }
  return values_[0];
}

double Distribution::draw(RandomSequence& random, std::size_t index) const {
  if (form_ == Form::List)
    return index < values_.size() ? factor_ * values_[index]
                                  : std::numeric_limits<double>::quiet_NaN();
  double drawn = drawFree(random);
  while (redraw_ && (drawn < min_ || drawn > max_)) drawn = drawFree(random);
  return factor_ * std::clamp(drawn, min_, max_);
}

double Distribution::lowest() const {
  double low = -std::numeric_limits<double>::infinity();
  if (form_ == Form::Constant || form_ == Form::List)
    low = *std::ranges::min_element(values_);
  else if (form_ == Form::Uniform)
    low = values_[0];
  else if (form_ != Form::Normal)
    low = 0;
  return factor_ * std::clamp(low, min_, max_);
}

double Distribution::highest() const {
  double high = std::numeric_limits<double>::infinity();
  if (form_ == Form::Constant || form_ == Form::List)
    high = *std::ranges::max_element(values_);
  else if (form_ == Form::Uniform)
    high = values_[1];
  return factor_ * std::clamp(high, min_, max_);
}

bool Distribution::leaves(double low, double high) const {
  double from = lowest(), to = highest();
  constexpr double kSigmas = 6, kMeans = 21;  // a normal's and an exponential's 10^-9
  if (form_ == Form::Normal || form_ == Form::Lognormal) {
    const double a = values_[0] - kSigmas * values_[1], b = values_[0] + kSigmas * values_[1];
    const bool logarithmic = form_ == Form::Lognormal;
    from = std::max(from, factor_ * (logarithmic ? exp(a) : a));
    to = std::min(to, factor_ * (logarithmic ? exp(b) : b));
  }
  if (form_ == Form::Exponential) to = std::min(to, factor_ * kMeans * values_[0]);
  return from < low || to > high;
}

double Distribution::mean() const {
  double mean = values_[0];
  if (form_ == Form::Uniform) mean = (values_[0] + values_[1]) / 2;
  if (form_ == Form::Lognormal) mean = exp(values_[0] + values_[1] * values_[1] / 2);
  if (form_ == Form::List) {
    for (std::size_t i = 1; i < values_.size(); ++i) mean += values_[i];
    mean /= static_cast<double>(values_.size());
  }
  return factor_ * mean;
}

Distribution::Numbers Distribution::numbers() const {
  return {values_[0], values_.size() > 1 ? values_[1] : 0, min_, max_, redraw_, factor_};
}

Distribution Distribution::times(double factor) const {
  Distribution scaled = *this;
  scaled.factor_ *= factor;
  return scaled;
}

}  // namespace spk
