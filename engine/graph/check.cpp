#include "engine/graph/check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "engine/graph/ConnectRule.h"
#include "engine/graph/Distribution.h"
#include "engine/graph/Places.h"
#include "engine/graph/Shapes.h"
#include "engine/graph/files.h"
#include "engine/graph/population.h"

namespace spk {
namespace {

using Level = Note::Level;

class Checker {
 public:
  Checker(const Project& project, const Registry& registry, const std::filesystem::path& folder)
      : project_(project), shapes_(registry), folder_(folder) {}

  Notes all() && {
    for (const auto& [id, item] : project_.items) {
      const NodeType* type = shapes_.type(item);
      const bool wire = item.from.item != Id::none || item.to.item != Id::none;
      if (!type) {
        add(Level::Info, item, "",
            "the type " + item.type + " is not known here; it is kept and not run");
        continue;
      }
      const Shape& shape = shapes_.of(item);
      checkValues(item, shape, *type);
      if (wire || type->role == Role::Projection) checkWire(item, shape, *type);
      if (item.parent.item != Id::none) checkParent(item);
    }
    checkNames();
    return std::move(notes_);
  }

 private:
  void add(Level level, const Item& item, std::string key, const std::string& text,
           std::optional<Edit> fix = std::nullopt) {
    notes_.push_back({level, label(item) + ": " + text, item.id, std::move(key), std::move(fix)});
  }

  /// A wire without a name is known by its ends.
  std::string label(const Item& item) const {
    if (!item.isWire() || !textOr(item.values, "name", "").empty())
      return itemPath(project_, item.id);
    return itemPath(project_, item.from.item) + "→" + itemPath(project_, item.to.item);
  }

  Edit setTo(std::string title, const Item& item, const std::string& key, Setting after) const {
    return {std::move(title), {setting(project_, item.id, key, std::move(after))}};
  }
  Edit removal(const Item& item) const { return {"Remove the wire", {Remove{item}}}; }

  // --- values ---

  void checkValues(const Item& item, const Shape& shape, const NodeType& type) {
    for (const auto& [key, value] : item.values) {
      if (const Parameter* parameter = shape.parameter(key))
        checkParameter(item, shape, *parameter, key, value);
      else if (key.ends_with("]"))
        checkOverride(item, shape, key, value);
      else if (key.ends_with(".initial"))
        checkInitial(item, shape, key, value);
      else if (type.role != Role::Layout && type.role != Role::View)
        add(Level::Warning, item, key,
            "there is no parameter " + key + "; its value is kept and not used",
            setTo("Remove " + key, item, key, {}));
    }
    for (const Parameter& parameter : shape.parameters)
      if (parameter.kind == Kind::File && !item.values.contains(parameter.name))
        checkFile(item, parameter);
  }

  void checkParameter(const Item& item, const Shape& shape, const Parameter& parameter,
                      const std::string& key, const Value& value) {
    if (const auto good = checkValue(parameter, value); !good) {
      add(Level::Error, item, key, good.error().what, fixOf(item, parameter, key, value));
      return;
    }
    if (parameter.kind == Kind::File) checkFile(item, parameter);
    if (parameter.each) checkEach(item, shape, parameter, key, value);
    if (key == kPositions) checkPositions(item, shape, value);
  }

  void checkPositions(const Item& item, const Shape& shape, const Value& value) {
    const std::int64_t n = populationSize(item, shape);
    if (n == 0) return;
    if (const auto places = checkPlaces(value, static_cast<std::size_t>(n)); !places)
      add(Level::Error, item, kPositions, places.error().where + " " + places.error().what,
          setTo("Put them on the grid", item, kPositions, {}));
  }

  /// The nearest allowed number, else the initial value.
  Edit fixOf(const Item& item, const Parameter& parameter, const std::string& key,
             const Value& value) const {
    const bool numeric = parameter.kind == Kind::Number || parameter.kind == Kind::Integer;
    const auto number = asNumber(value);
    if (numeric && number && !std::isnan(*number) && std::isfinite(*number)) {
      const double near = std::clamp(*number, parameter.min, parameter.max);
      const bool whole = parameter.kind == Kind::Integer;
      const Value clamped =
          whole ? Value(static_cast<std::int64_t>(std::round(near))) : Value(near);
      if (checkValue(parameter, clamped)) {
        const std::string unit = parameter.unit.empty() ? "" : " " + parameter.unit;
        return setTo("Set " + key + " to " + valueText(clamped) + unit, item, key, clamped);
      }
    }
    return setTo("Reset " + key + " to " + valueText(parameter.initial), item, key, {});
  }

  void checkEach(const Item& item, const Shape& shape, const Parameter& parameter,
                 const std::string& key, const Value& value) {
    const auto distribution = Distribution::read(value);
    if (!distribution || distribution.value().isConstant()) return;
    const Distribution& d = distribution.value();
    const std::int64_t n = populationSize(item, shape);
    if (d.form() == Distribution::Form::List && n > 0 &&
        d.listSize() != static_cast<std::size_t>(n))
      add(Level::Error, item, key,
          key + " has " + std::to_string(d.listSize()) + " values for " + std::to_string(n) +
              " neurons",
          setTo("Reset " + key, item, key, {}));
    else if (d.leaves(parameter.min, parameter.max))
      add(Level::Info, item, key,
          key + ": draws beyond " + numberText(parameter.min) + " … " + numberText(parameter.max) +
              (parameter.unit.empty() ? "" : " " + parameter.unit) + " are set to the bound");
  }

  /// "tau_m[17]": of a parameter that may differ, and a neuron that exists.
  void checkOverride(const Item& item, const Shape& shape, const std::string& key,
                     const Value& value) {
    const std::size_t bracket = key.find('[');
    const Parameter* parameter =
        bracket == key.npos ? nullptr : shape.parameter(key.substr(0, bracket));
    const Value index = bracket == key.npos
                            ? Value(std::string())
                            : valueFromText(key.substr(bracket + 1, key.size() - bracket - 2));
    const std::int64_t n = populationSize(item, shape);
    const auto remove = [&] { return setTo("Remove " + key, item, key, {}); };
    if (!parameter || !parameter->each)
      return add(Level::Error, item, key, key + ": this cannot differ per neuron", remove());
    if (!std::holds_alternative<std::int64_t>(index) || std::get<std::int64_t>(index) < 0 ||
        std::get<std::int64_t>(index) >= n)
      return add(Level::Error, item, key, key + ": there are neurons 0 … " + std::to_string(n - 1),
                 remove());
    Parameter one = *parameter;
    one.name = key;
    one.each = false;
    if (const auto good = checkValue(one, value); !good)
      add(Level::Error, item, key, good.error().what, remove());
  }

  /// "V.initial": of a column that exists.
  void checkInitial(const Item& item, const Shape& shape, const std::string& key,
                    const Value& value) {
    const std::string name = key.substr(0, key.size() - std::string_view(".initial").size());
    const auto column = std::ranges::find(shape.columns, name, &Column::name);
    const Edit reset = setTo("Remove " + key, item, key, {});
    if (column == shape.columns.end())
      return add(Level::Warning, item, key,
                 "there is no column " + name + "; " + key + " is not used", reset);
    const Parameter any{.name = key, .kind = Kind::Number, .unit = column->unit, .each = true};
    if (const auto good = checkValue(any, value); !good)
      return add(Level::Error, item, key, good.error().what, reset);
    if (column->per == Per::Neuron) checkEach(item, shape, any, key, value);
  }

  void checkFile(const Item& item, const Parameter& parameter) {
    const std::string written =
        textOr(item.values, parameter.name, asText(parameter.initial).value_or(std::string_view()));
    if (written.empty()) return;
    const std::filesystem::path path = resolvedFile(written, folder_);
    std::error_code error;
    if (!std::filesystem::exists(path, error))
      add(Level::Error, item, parameter.name,
          parameter.name + ": there is no file " + path.string());
  }

  // --- wires ---

  void checkWire(const Item& item, const Shape& shape, const NodeType& type) {
    if (!item.isWire())
      return add(
          Level::Error, item, item.from.item == Id::none ? "from" : "to",
          std::string("the wire has no ") + (item.from.item == Id::none ? "beginning" : "end"),
          removal(item));
    if (type.role != Role::Projection)
      return add(Level::Error, item, "from", type.title + " is not a wire but has ends",
                 removal(item));
    const Item *from = project_.find(item.from.item), *to = project_.find(item.to.item);
    if ((from && !shapes_.type(*from)) || (to && !shapes_.type(*to)))
      return add(Level::Info, item, "", "joins an item of an unknown type; it is kept and not run");
    const auto wanted = wireType(project_, shapes_, item.from, item.to);
    if (!wanted) return add(Level::Error, item, "to", wanted.error().what, removal(item));
    if (familyOf(item.type) != familyOf(wanted.value()))
      return add(Level::Error, item, "",
                 "is of type " + item.type + ", but these ports need one of type " + wanted.value(),
                 replaced(item, wanted.value()));
    if (familyOf(item.type) == "synapse") checkSynapse(item, shape, *to);
    if (shape.parameter("rule")) checkRule(item, shape, *from, *to);
    if (type.deliver) checkLearning(item, shape, *from, *to);
    if (item.type == "wire.signal") checkTrace(item, *from, *to);
  }

  static std::string_view familyOf(std::string_view type) { return type.substr(0, type.find('.')); }

  Edit replaced(const Item& item, const std::string& type) const {
    Item other = item;
    other.type = type;
    return {"Make it " + type, {Remove{item}, Insert{other}}};
  }

  void checkSynapse(const Item& item, const Shape& shape, const Item& to) {
    const Value delay = valueOf(item, shape, "delay");
    if (const auto number = asNumber(delay)) {
      const double dt = numberOr(project_.settings().values, "dt", 0.1);
      if (!(*number > 0))
        add(Level::Error, item, "delay",
            "delay = " + numberText(*number) + " ms; it must be above 0",
            setTo("Set delay to " + numberText(dt) + " ms", item, "delay", dt));
      else if (*number < dt / 2)
        add(Level::Info, item, "delay",
            "delay = " + numberText(*number) + " ms is rounded up to one step, " + numberText(dt) +
                " ms");
    } else if (const auto drawn = Distribution::read(delay);
               drawn && !(drawn.value().highest() > 0)) {
      add(Level::Error, item, "delay",
          "no delay drawn from " + valueText(delay) + " is above 0 ms");
    }
    checkSign(item, shape, to);
  }

  /// What a run would refuse to draw; the contents of a file are left to it.
  void checkRule(const Item& item, const Shape& shape, const Item& from, const Item& to) {
    auto rule = readConnectRule(item, shape);
    if (!rule) {
      if (const Error& error = rule.error(); error.where != "rule")  // that is no choice: said
        add(Level::Error, item, error.where, error.where + " " + error.what);
      return;
    }
    const auto sources = sizeOf(from), targets = sizeOf(to);
    if (!sources || !targets || checkDegree(item, shape, from, to)) return;
    if (isKernel(rule.value().kind)) {
      rule.value().from = placesOf(from, *sources);
      rule.value().to = placesOf(to, *targets);
    }
    if (const auto good = possible(rule.value(), *sources, *targets, from.id == to.id); !good)
      add(Level::Error, item, good.error().where, good.error().where + " " + good.error().what);
  }

  std::optional<Grid> sizeOf(const Item& item) {
    const auto grid = gridOf(item, shapes_.of(item));
    if (!grid) return std::nullopt;
    const std::vector<std::int64_t>& sides = grid.value();
    const auto side = [&](std::size_t i) { return static_cast<std::uint32_t>(sides[i]); };
    return sides.size() == 1 ? Grid{1, 1, side(0)} : Grid{side(0), side(1), side(2)};
  }
  std::shared_ptr<const Places> placesOf(const Item& item, const Grid& grid) {
    const auto written = item.values.find(kPositions);
    if (written == item.values.end()) return nullptr;
    auto places = checkPlaces(written->second, grid.size());
    return places ? std::make_shared<const Places>(std::move(places).value()) : nullptr;
  }

  /// What learns needs trains with names, and finds in its targets what it reads.
  void checkLearning(const Item& item, const Shape& shape, const Item& from, const Item& to) {
    if (from.type == "source.poisson")
      add(Level::Error, item, "from",
          "the trains of a Poisson source have no names, so its synapses cannot learn; use Poisson "
          "trains (neuron.poisson)",
          replaced(item, "synapse.static"));
    const Shape& targets = shapes_.of(to);
    for (const std::string& name : shape.reads)
      if (std::ranges::find(targets.columns, name, &Column::name) == targets.columns.end())
        add(Level::Error, item, "to",
            "reads " + name + " of its targets, which " + itemPath(project_, to.id) + " lacks");
  }

  /// Conductances have a port for each sign.
  void checkSign(const Item& item, const Shape& shape, const Item& to) {
    const Shape& toShape = shapes_.of(to);
    const Port* port = toShape.port(item.to.port);
    if (!port || port->unit != "nS") return;
    const auto weight = Distribution::read(valueOf(item, shape, "weight"));
    if (weight && weight.value().leaves(0, std::numeric_limits<double>::infinity()))
      add(Level::Error, item, "weight",
          "weight = " + valueText(valueOf(item, shape, "weight")) +
              " nS; a conductance is 0 or more, inhibition has a port of its own");
  }

  /// As many different sources as a target asks for must exist. @return whether they do not
  bool checkDegree(const Item& item, const Shape& shape, const Item& from, const Item& to) {
    const std::string rule(asText(valueOf(item, shape, "rule")).value_or(""));
    const std::int64_t sources = populationSize(from, shapes_.of(from)),
                       targets = populationSize(to, shapes_.of(to));
    const auto isOn = [&](const char* key) {
      return asNumber(valueOf(item, shape, key)).value_or(1) != 0;
    };
    if (rule == "one_to_one" && sources != targets) {
      add(Level::Error, item, "rule",
          "one_to_one joins equal sizes, but " + std::to_string(sources) + " meet " +
              std::to_string(targets));
      return true;
    }
    if (isOn("multapses")) return false;
    const std::int64_t own = from.id == to.id && !isOn("autapses") ? 1 : 0;
    const auto tooMany = [&](const char* key, std::int64_t most) {
      const std::int64_t asked = asInteger(valueOf(item, shape, key)).value_or(0);
      if (asked <= most) return false;
      add(Level::Error, item, key,
          std::string(key) + " = " + std::to_string(asked) + "; allowed 0 … " +
              std::to_string(most) + " without multapses",
          setTo("Set " + std::string(key) + " to " + std::to_string(most), item, key, most));
      return true;
    };
    if (rule == "fixed_indegree" || rule == "scale_free") return tooMany("indegree", sources - own);
    if (rule == "fixed_outdegree") return tooMany("outdegree", targets - own);
    if (rule == "fixed_total") return tooMany("total", sources * targets - own * sources);
    return false;
  }

  void checkTrace(const Item& item, const Item& from, const Item& to) {
    const Shape &fromShape = shapes_.of(from), &toShape = shapes_.of(to);
    const Port *out = fromShape.port(item.from.port), *in = toShape.port(item.to.port);
    const NodeType* type = shapes_.type(to);
    if (!out || !in || type->role == Role::View || out->unit.empty() || in->unit.empty() ||
        out->unit == in->unit)
      return;
    add(Level::Warning, item, "to",
        "a value in " + out->unit + " arrives where " + in->unit +
            " is expected; the number is taken as it is");
  }

  static Value valueOf(const Item& item, const Shape& shape, std::string_view key) {
    if (const auto found = item.values.find(key); found != item.values.end()) return found->second;
    const Parameter* parameter = shape.parameter(key);
    return parameter ? parameter->initial : Value(std::string());
  }

  // --- places and names ---

  void checkParent(const Item& item) {
    const Item* frame = project_.find(item.parent.item);
    if (frame && frame->type == "layout.frame") return;
    add(Level::Warning, item, "parent",
        frame ? "lies in " + itemPath(project_, frame->id) + ", which is no frame"
              : "lies in a frame that does not exist",
        setTo("Move it out", item, "parent", Ref{}));
  }

  void checkNames() {
    std::map<std::pair<Id, std::string>, Id> first;
    for (const auto& [id, item] : project_.items) {
      const std::string name = textOr(item.values, "name", "");
      if (name.empty()) continue;
      const auto [known, isNew] = first.emplace(std::pair(item.parent.item, name), id);
      if (isNew) continue;
      const std::string other = uniqueName(project_, item.parent.item, name);
      add(Level::Warning, item, "name",
          "#" + std::to_string(number(known->second)) + " has the same name",
          setTo("Call it " + other, item, "name", other));
    }
  }

  const Project& project_;
  Shapes shapes_;
  const std::filesystem::path& folder_;
  Notes notes_;
};

}  // namespace

Notes check(const Project& project, const Registry& registry, const std::filesystem::path& folder) {
  return Checker(project, registry, folder).all();
}

}  // namespace spk
