#include "plugins/events/ArrayEvents.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>

#include "engine/base/Value.h"
#include "plugins/events/RawHeader.h"

namespace spk::events {
namespace {

constexpr std::size_t kRows = 16384;  ///< of a block

template <class T>
T valueAt(const std::byte* from, bool swapped) {
  std::array<std::byte, sizeof(T)> bytes;
  std::memcpy(bytes.data(), from, sizeof(T));
  if (swapped) std::ranges::reverse(bytes);
  return std::bit_cast<T>(bytes);
}

template <class T, class Out>
void convert(const std::byte* from, std::uint64_t stride, bool swapped, std::span<Out> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const T value = valueAt<T>(from + i * stride, swapped);
    if constexpr (std::is_floating_point_v<T> && std::is_integral_v<Out>)
      out[i] = std::abs(value) < T(9e18) ? static_cast<Out>(value) : Out(0);
    else
      out[i] = static_cast<Out>(value);
  }
}

template <class Out>
void convert(const Scalar& scalar, const std::byte* from, std::uint64_t stride,
             std::span<Out> out) {
  const bool swapped = scalar.swapped;
  if (scalar.form == Scalar::Form::Real)
    return scalar.bytes == 4 ? convert<float>(from, stride, swapped, out)
                             : convert<double>(from, stride, swapped, out);
  const bool isSigned = scalar.form == Scalar::Form::Integer;
  switch (scalar.bytes) {
    case 1:
      return isSigned ? convert<std::int8_t>(from, stride, swapped, out)
                      : convert<std::uint8_t>(from, stride, swapped, out);
    case 2:
      return isSigned ? convert<std::int16_t>(from, stride, swapped, out)
                      : convert<std::uint16_t>(from, stride, swapped, out);
    case 4:
      return isSigned ? convert<std::int32_t>(from, stride, swapped, out)
                      : convert<std::uint32_t>(from, stride, swapped, out);
    default:
      return isSigned ? convert<std::int64_t>(from, stride, swapped, out)
                      : convert<std::uint64_t>(from, stride, swapped, out);
  }
}

template <class Out>
Result<void> readColumn(const ArrayColumn& column, std::uint64_t first, std::span<Out> out) {
  if (out.empty()) return {};
  // A piece at a time: a stride may be long.
  const std::size_t most = std::max<std::size_t>(1, (std::size_t{1} << 20) / column.stride);
  std::vector<std::byte> bytes;
  while (!out.empty()) {
    const std::size_t count = std::min(out.size(), most);
    bytes.resize((count - 1) * column.stride + column.scalar.bytes);
    TRY(const std::size_t got, column.file->read(column.offset + first * column.stride, bytes));
    if (got < bytes.size())
      return Error{"the array ends before row " + std::to_string(first + count),
                   column.file->path().string()};
    convert(column.scalar, bytes.data(), column.stride, out.first(count));
    out = out.subspan(count);
    first += count;
  }
  return {};
}

/// Events from four columns; `unit` ns a unit of t.
class Blocks final : public EventBlocks {
 public:
  Blocks(std::array<ArrayColumn, 4> columns, std::uint64_t rows, Time unit, const Sensor& sensor)
      : columns_(std::move(columns)), rows_(rows), unit_(unit), sensor_(sensor) {}

  std::size_t blocks() const override { return (rows_ + kRows - 1) / kRows; }

  Result<Loaded> load(std::size_t block, EventPacket& out, TableTally& tally) override {
    out.clear();
    const std::uint64_t first = block * kRows;
    const std::size_t n = std::min<std::uint64_t>(kRows, rows_ - first);
    TRY_DO(loadTimes(first, n));
    for (std::size_t k = 0; k < 3; ++k) {
      values_[k].resize(n);
      TRY_DO(columns_[k + 1].read(first, std::span(values_[k])));
    }
    out.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::int64_t x = values_[0][i], y = values_[1][i];
      if (x < 0 || y < 0 || x >= sensor_.width || y >= sensor_.height) [[unlikely]] {
        const auto clipped = [](std::int64_t v) {
          return static_cast<int>(std::clamp<std::int64_t>(v, -1, 1 << 30));
        };
        tally.met.outside(clipped(x), clipped(y), first + i);
        continue;
      }
      if (times_[i] == kNoTime) [[unlikely]] {
        ++tally.badTimes;
        continue;
      }
      out.t.push_back(times_[i]);
      out.x.push_back(static_cast<std::uint16_t>(x));
      out.y.push_back(static_cast<std::uint16_t>(y));
      out.polarity.push_back(values_[2][i] > 0);
    }
    return Loaded::Yes;
  }

 private:
  static constexpr Time kNoTime = std::numeric_limits<Time>::min();

  /// Times in ns; real ones to the nearest microsecond, which is what a camera's clock has.
  Result<void> loadTimes(std::uint64_t first, std::size_t n) {
    times_.resize(n);
    const Time most = kMostRaw * kMicrosecond;
    if (columns_[0].scalar.form != Scalar::Form::Real) {
      TRY_DO(columns_[0].read(first, std::span(times_)));
      for (Time& t : times_) t = t > most / unit_ || t < -most / unit_ ? kNoTime : t * unit_;
      return {};
    }
    real_.resize(n);
    TRY_DO(columns_[0].read(first, std::span(real_)));
    const double micro = static_cast<double>(unit_) / kMicrosecond;
    for (std::size_t i = 0; i < n; ++i) {
      const double t = std::floor(real_[i] * micro + 0.5);
      times_[i] = std::abs(t) <= static_cast<double>(kMostRaw) ? static_cast<Time>(t) * kMicrosecond
                                                               : kNoTime;
    }
    return {};
  }

  std::array<ArrayColumn, 4> columns_;
  std::uint64_t rows_;
  Time unit_;
  Sensor sensor_;
  std::vector<Time> times_;
  std::vector<double> real_;
  std::array<std::vector<std::int64_t>, 3> values_;
};

/// What the first rows of a column look like.
struct Look {
  double least = 0, most = 0;
  std::size_t stepsBack = 0;
  bool polarities = true, whole = true;
};
Result<Look> lookAt(const ArrayColumn& column, std::uint64_t rows) {
  std::vector<double> values(std::min<std::uint64_t>(rows, 65536));
  TRY_DO(column.read(0, std::span(values)));
  Look look;
  if (!values.empty()) look.least = look.most = values[0];
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double v = values[i];
    look.least = std::min(look.least, v);
    look.most = std::max(look.most, v);
    look.polarities &= v == 0 || v == 1 || v == -1;
    look.whole &= v == std::floor(v);
    look.stepsBack += i > 0 && v < values[i - 1];
  }
  return look;
}

/// Which of four unnamed columns is what: p has nothing but 0, 1 and −1; t has decimals, goes
/// back least and spans most; the others are x and y in that order.
Result<std::array<int, 4>> guessOrder(ArrayEvents& arrays) {
  std::array<Look, 4> looks;
  for (std::size_t k = 0; k < 4; ++k) {
    TRY(looks[k], lookAt(arrays.columns[k], arrays.rows));
  }
  int p = -1, t = -1, candidates = 0;
  for (const int k : {0, 1, 2, 3})
    if (looks[static_cast<std::size_t>(k)].polarities) p = k, ++candidates;
  if (p < 0) p = 3;
  for (int k = 0; k < 4; ++k) {
    if (k == p) continue;
    const Look& look = looks[static_cast<std::size_t>(k)];
    if (t < 0) {
      t = k;
      continue;
    }
    const Look& best = looks[static_cast<std::size_t>(t)];
    const auto rank = [](const Look& l) {
      return std::tuple(l.whole, l.stepsBack, l.least - l.most);
    };
    if (rank(look) < rank(best)) t = k;
  }
  std::array<int, 4> order = {t, -1, -1, p};
  for (int k = 0, next = 1; k < 4; ++k)
    if (k != p && k != t) order[static_cast<std::size_t>(next++)] = k;
  std::array<const char*, 4> names = {};
  for (std::size_t k = 0; k < 4; ++k)
    names[static_cast<std::size_t>(order[k])] = std::array{"t", "x", "y", "p"}[k];
  arrays.notes.push_back({candidates == 1 ? Note::Level::Info : Note::Level::Warning,
                          std::string("the four columns have no names; by their values ") +
                              names[0] + "," + names[1] + "," + names[2] + "," + names[3] +
                              " was taken. Set order if not"});
  return order;
}

/// The columns t, x, y, p.
Result<std::array<ArrayColumn, 4>> columnsOf(ArrayEvents& arrays, const Values& options) {
  std::array<int, 4> order = {-1, -1, -1, -1};
  const std::string asked = textOr(options, "order", "auto");
  const bool named = std::ranges::all_of(
      arrays.columns, [](const ArrayColumn& column) { return !column.name.empty(); });
  const auto take = [&](std::string_view name, std::size_t at) {
    if (const int k = eventColumn(name); k >= 0)
      order[static_cast<std::size_t>(k)] = static_cast<int>(at);
  };
  if (asked != "auto") {
    std::size_t at = 0;
    for (std::string_view rest = asked; at < arrays.columns.size(); ++at) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      take(rest.substr(0, end), at);
      if (end == rest.size()) break;
      rest.remove_prefix(end + 1);
    }
    if (std::ranges::count(order, -1))
      return Error{"\"" + asked + "\" does not name t, x, y and p, in the order of the " +
                       std::to_string(arrays.columns.size()) + " columns",
                   "order"};
  } else if (named) {
    for (std::size_t at = 0; at < arrays.columns.size(); ++at) take(arrays.columns[at].name, at);
    if (std::ranges::count(order, -1)) {
      std::string names;
      for (const ArrayColumn& column : arrays.columns)
        names += (names.empty() ? "" : ", ") + column.name.substr(0, 40);
      return Error{"t, x, y and p are not all among " + names + "; set order to their meaning",
                   arrays.where};
    }
  } else if (arrays.columns.size() == 4) {
    TRY(order, guessOrder(arrays));
  } else {
    return Error{"has " + std::to_string(arrays.columns.size()) +
                     " columns without names; four are expected, or set order",
                 arrays.where};
  }
  std::array<ArrayColumn, 4> columns;
  for (std::size_t k = 0; k < 4; ++k)
    columns[k] = arrays.columns[static_cast<std::size_t>(order[k])];
  return columns;
}

Result<Time> unitOf(const ArrayColumn& t, ArrayEvents& arrays, const Values& options) {
  const std::string asked = textOr(options, "unit", "auto");
  if (asked == "s") return kSecond;
  if (asked == "ms") return kMillisecond;
  if (asked == "us") return kMicrosecond;
  if (asked == "ns") return Time{1};
  if (asked != "auto") return Error{"is auto, s, ms, us or ns, not " + asked, "unit"};
  bool seconds = false;
  if (t.scalar.form == Scalar::Form::Real) {
    TRY(const Look look, lookAt(t, arrays.rows));
    seconds = !look.whole;
  }
  arrays.notes.push_back(
      {Note::Level::Info, seconds
                              ? "times have decimals and were taken as seconds. Set unit if not"
                              : "times are whole and were taken as microseconds. Set unit if not"});
  return seconds ? kSecond : kMicrosecond;
}

/// The smallest sensor that holds the events, of a large file those of its first four million, and
/// then the next larger one that is sold.
Result<Sensor> largest(const ArrayColumn& x, const ArrayColumn& y, std::uint64_t rows) {
  constexpr std::uint64_t kLook = 4'000'000;
  std::int64_t width = 0, height = 0;
  std::vector<std::int64_t> values;
  for (std::uint64_t first = 0; first < std::min(rows, kLook); first += kRows) {
    values.resize(std::min<std::uint64_t>(kRows, rows - first));
    TRY_DO(x.read(first, std::span(values)));
    for (const std::int64_t v : values) width = std::max(width, v);
    TRY_DO(y.read(first, std::span(values)));
    for (const std::int64_t v : values) height = std::max(height, v);
  }
  const auto size = [](std::int64_t v) {
    return static_cast<int>(std::min<std::int64_t>(v, 65535)) + 1;
  };
  Sensor sensor{size(width), size(height), "guessed"};
  return rows <= kLook ? sensor : nextSensor(sensor);
}

}  // namespace

std::uint64_t ArrayColumn::rows() const {
  if (file->size() < offset + scalar.bytes) return 0;
  return (file->size() - offset - scalar.bytes) / stride + 1;
}
Result<void> ArrayColumn::read(std::uint64_t first, std::span<double> out) const {
  return readColumn(*this, first, out);
}
Result<void> ArrayColumn::read(std::uint64_t first, std::span<std::int64_t> out) const {
  return readColumn(*this, first, out);
}

int eventColumn(std::string_view name) {
  std::string small(name);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const char* t : {"t", "ts", "time", "timestamp", "timestamps"})
    if (small == t) return 0;
  if (small == "x") return 1;
  if (small == "y") return 2;
  for (const char* p : {"p", "pol", "polarity", "polarities", "on"})
    if (small == p) return 3;
  return -1;
}

Result<std::unique_ptr<EventSource>> openArrays(ArrayEvents arrays, const Values& options) {
  std::uint64_t there = arrays.rows;
  for (const ArrayColumn& column : arrays.columns) there = std::min(there, column.rows());
  auto source = std::make_unique<TableSource>(arrays.where);
  source->count("missing_rows", static_cast<std::int64_t>(arrays.rows - there));
  if (there < arrays.rows)
    source->say(Note::Level::Warning, "the file says " + std::to_string(arrays.rows) +
                                          " events and holds " + std::to_string(there));
  arrays.rows = there;
  TRY(auto columns, columnsOf(arrays, options));
  TRY(const Time unit, unitOf(columns[0], arrays, options));
  TRY(std::optional<Sensor> sensor, sensorFromOptions(options));
  if (!sensor) sensor = arrays.sensor;
  if (!sensor) {
    TRY(sensor, largest(columns[1], columns[2], arrays.rows));
    arrays.notes.push_back(sensorGuess(*sensor));
  }
  source->add(std::move(arrays.notes));
  TRY_DO(source->addEvents(
      "events", *sensor,
      [columns, rows = there, unit, sensor = *sensor]() -> Result<std::unique_ptr<EventBlocks>> {
        return std::unique_ptr<EventBlocks>(std::make_unique<Blocks>(columns, rows, unit, sensor));
      }));
  TRY_DO(source->begin());
  return std::unique_ptr<EventSource>(std::move(source));
}

std::vector<Parameter> arrayOptions() {
  auto options = sensorOptions();
  options.push_back({.name = "order",
                     .kind = Kind::Text,
                     .initial = std::string("auto"),
                     .doc = "What the columns are, as \"x,y,p,t\"; auto: by their names, else by "
                            "their values",
                     .live = false});
  options.push_back({.name = "unit",
                     .kind = Kind::Choice,
                     .initial = std::string("auto"),
                     .doc = "Unit of the times; auto: seconds if they have decimals, else "
                            "microseconds",
                     .choices = {"auto", "s", "ms", "us", "ns"},
                     .live = false});
  return options;
}

}  // namespace spk::events
