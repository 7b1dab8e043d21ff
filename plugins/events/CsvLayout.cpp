#include "plugins/events/CsvLayout.h"

#include <algorithm>
#include <charconv>

namespace spk::events {
namespace {

constexpr int kMostColumns = 32;
constexpr Time kMostTime = 4'000'000'000'000'000'000;  ///< differences still fit

struct Fields {
  std::array<std::string_view, kMostColumns> at;
  int count = 0;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

Fields split(std::string_view line, char separator) {
  Fields fields;
  line = trimmed(line);
  while (fields.count < kMostColumns) {
    const std::size_t end = separator == ' ' ? line.find_first_of(" \t") : line.find(separator);
    fields.at[static_cast<std::size_t>(fields.count++)] = trimmed(line.substr(0, end));
    if (end == std::string_view::npos) break;
    line = separator == ' ' ? trimmed(line.substr(end)) : line.substr(end + 1);
  }
  return fields;
}

/// A decimal number times `unit`, exact: never through floating point.
std::optional<Time> decimal(std::string_view text, Time unit, bool* fraction = nullptr) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  Time whole = 0;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    whole = whole * 10 + (text[i] - '0');
    if (whole > kMostTime / unit) return std::nullopt;
  }
  std::size_t digits = i;
  Time value = whole * unit;
  if (i < text.size() && text[i] == '.') {
    Time place = unit;
    for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, ++digits) {
      if (text[i] != '0' && fraction) *fraction = true;
      const Time next = place / 10;
      if (next > 0)
        value += next * (text[i] - '0');
      else if (place == 1 && text[i] >= '5')
        ++value;  // rounds at the first digit below 1 ns
      place = next;
    }
  }
  if (digits == 0 || i != text.size()) return std::nullopt;
  return negative ? -value : value;
}

std::optional<std::int64_t> coordinate(std::string_view text) {
  bool fraction = false;
  const auto value = decimal(text, 1, &fraction);
  return fraction ? std::nullopt : value;
}

std::optional<std::uint8_t> polarityOf(std::string_view text) {
  if (text.size() == 1) {
    if (text[0] == '1') return std::uint8_t{1};
    if (text[0] == '0') return std::uint8_t{0};
    return std::nullopt;
  }
  for (const std::string_view on : {"+1", "true", "True", "TRUE", "on", "ON", "1.0"})
    if (text == on) return std::uint8_t{1};
  for (const std::string_view off : {"-1", "false", "False", "FALSE", "off", "OFF", "0.0", "-1.0"})
    if (text == off) return std::uint8_t{0};
  return std::nullopt;
}

std::string lower(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  std::erase(small, '"');
  return small;
}

/// 0 t, 1 x, 2 y, 3 p; −1 for another name. A unit in the name of t is told as well: "t_us", "t
/// [s]".
int columnOf(std::string_view field, std::optional<Time>& unit) {
  std::string name = lower(field);
  std::string suffix;
  if (const std::size_t cut = name.find_first_of("_[( "); cut != std::string::npos) {
    suffix = name.substr(cut);
    name.resize(cut);
    std::erase_if(suffix, [](char c) { return c < 'a' || c > 'z'; });
  }
  if (name == "x") return 1;
  if (name == "y") return 2;
  if (name == "p" || name == "pol" || name == "polarity" || name == "on") return 3;
  if (name != "t" && name != "ts" && name != "time" && name != "timestamp" && name != "timestamps")
    return -1;
  if (suffix == "us" || suffix == "usec") unit = kMicrosecond;
  if (suffix == "ns") unit = Time{1};
  if (suffix == "ms") unit = kMillisecond;
  if (suffix == "s" || suffix == "sec") unit = kSecond;
  return 0;
}

std::optional<Sensor> sensorComment(std::string_view line) {
  constexpr std::string_view kStart = "# sensor ";
  if (!line.starts_with(kStart)) return std::nullopt;
  const std::string_view text = trimmed(line.substr(kStart.size()));
  int width = 0, height = 0;
  const auto [cross, error] = std::from_chars(text.data(), text.data() + text.size(), width);
  if (error != std::errc() || cross == text.data() + text.size() || *cross != 'x')
    return std::nullopt;
  std::from_chars(cross + 1, text.data() + text.size(), height);
  if (width < 1 || height < 1 || width > 65536 || height > 65536) return std::nullopt;
  return Sensor{width, height, "header"};
}

/// The first whole lines that are rows, at most 64; comments and names are read on the way.
struct Opening {
  std::vector<std::string_view> rows;
  std::string_view names;
  std::optional<Sensor> sensor;
};
Opening opening(std::string_view head) {
  Opening found;
  while (!head.empty() && found.rows.size() < 64) {
    const std::size_t end = head.find('\n');
    const std::string_view line = trimmed(head.substr(0, end));
    const bool whole = end != std::string_view::npos;
    head = whole ? head.substr(end + 1) : std::string_view();
    if (line.empty()) continue;
    if (line[0] == '#' || line[0] == '%') {
      if (auto sensor = sensorComment(line)) found.sensor = std::move(sensor);
    } else if (found.rows.empty() && found.names.empty() &&
               line.find_first_of("xXyYtT") != line.npos &&
               line.find_first_of("0123456789") == line.npos) {
      found.names = line;
    } else if (whole || found.rows.empty()) {
      found.rows.push_back(line);
    }
  }
  return found;
}

/// The separator that cuts most of the opening rows into four fields or more.
std::optional<char> separatorOf(const Opening& open) {
  std::ptrdiff_t most = static_cast<std::ptrdiff_t>(open.rows.size() / 2);
  std::optional<char> best;
  for (const char separator : {',', ';', '\t', ' '}) {
    const auto count = std::ranges::count_if(
        open.rows, [&](std::string_view row) { return split(row, separator).count >= 4; });
    if (count > most) most = count, best = separator;
  }
  return best;
}

/// How well the opening rows read as events.
struct Fit {
  std::size_t rows = 0, stepsBack = 0;
};
Fit fit(const CsvLayout& layout, const std::vector<std::string_view>& rows) {
  Fit found;
  Time before = -kMostTime;
  for (const std::string_view row : rows) {
    const auto event = csvRow(layout, row);
    if (!event || event->x < 0 || event->y < 0 || event->x > 65535 || event->y > 65535) continue;
    ++found.rows;
    found.stepsBack += event->t < before;
    before = event->t;
  }
  return found;
}

/// Columns by their names; false if one of the four is missing.
bool columnsFrom(const Fields& names, CsvLayout& layout, std::optional<Time>& unit) {
  std::array<int, 4> column = {-1, -1, -1, -1};
  for (int i = 0; i < names.count; ++i)
    if (const int known = columnOf(names.at[static_cast<std::size_t>(i)], unit); known >= 0)
      column[static_cast<std::size_t>(known)] = i;
  if (std::ranges::count(column, -1) > 0) return false;
  layout.column = column;
  layout.columns = 1 + *std::ranges::max_element(column);
  return true;
}

}  // namespace

std::optional<CsvRow> csvRow(const CsvLayout& layout, std::string_view line) {
  // The hot path of reading: fields are cut one by one, and only the four wanted ones are kept.
  std::array<std::string_view, 4> field;
  const bool blanks = layout.separator == ' ';
  line = trimmed(line);
  for (int i = 0; i < layout.columns; ++i) {
    if (i > 0 && line.data() == nullptr) return std::nullopt;  // too few
    const std::size_t end = blanks ? line.find_first_of(" \t") : line.find(layout.separator);
    for (std::size_t k = 0; k < 4; ++k)
      if (layout.column[k] == i) field[k] = trimmed(line.substr(0, end));
    if (end == std::string_view::npos)
      line = {};
    else
      line = blanks ? trimmed(line.substr(end)) : line.substr(end + 1);
  }
  const auto t = decimal(field[0], layout.unit);
  const auto x = coordinate(field[1]), y = coordinate(field[2]);
  const auto polarity = polarityOf(field[3]);
  if (!t || !x || !y || !polarity) return std::nullopt;
  return CsvRow{*t, *x, *y, *polarity};
}

bool isCsvAside(const CsvLayout& layout, std::string_view line) {
  line = trimmed(line);
  return line.empty() || line[0] == '#' || line[0] == '%' || line == layout.names;
}

namespace {

Result<char> separatorFor(const Opening& open, const Values& options) {
  const std::string wanted = textOr(options, "separator", "auto");
  if (wanted == "comma") return ',';
  if (wanted == "semicolon") return ';';
  if (wanted == "tab") return '\t';
  if (wanted == "blank") return ' ';
  const auto found = separatorOf(open);
  if (found) return *found;
  return Error{
      "the rows are not four or more fields between commas, semicolons, tabs or blanks; "
      "the first is \"" +
          std::string(open.rows[0].substr(0, 60)) + "\"",
      "csv"};
}

/// t,x,y,p as faery and jAER write, or x,y,p,t as openeb does.
Result<void> guessOrder(const Opening& open, CsvLayout& layout, Notes& notes) {
  CsvLayout other = layout;
  other.column = {3, 0, 1, 2};
  const Fit first = fit(layout, open.rows), second = fit(other, open.rows);
  if (2 * std::max(first.rows, second.rows) <= open.rows.size())
    return Error{"neither t,x,y,p nor x,y,p,t fits the first rows; set order. The first is \"" +
                     std::string(open.rows[0].substr(0, 60)) + "\"",
                 "csv"};
  const bool sure = first.rows != second.rows;
  if (sure ? second.rows > first.rows : second.stepsBack < first.stepsBack) layout = other;
  notes.push_back({sure ? Note::Level::Info : Note::Level::Warning,
                   std::string("the columns have no names; ") +
                       (layout.column[0] == 0 ? "t,x,y,p" : "x,y,p,t") +
                       (sure ? " fits" : " was taken, though both orders fit. Set order if not")});
  return {};
}

Time unitOf(const Opening& open, const CsvLayout& layout, const Values& options,
            std::optional<Time> named, Notes& notes) {
  const std::string wanted = textOr(options, "unit", "auto");
  if (wanted == "s") return kSecond;
  if (wanted == "ms") return kMillisecond;
  if (wanted == "us") return kMicrosecond;
  if (wanted == "ns") return 1;
  if (named) return *named;
  const bool decimals = std::ranges::any_of(open.rows, [&](std::string_view row) {
    const Fields fields = split(row, layout.separator);
    return fields.count > layout.column[0] &&
           fields.at[static_cast<std::size_t>(layout.column[0])].find('.') != row.npos;
  });
  notes.push_back({Note::Level::Info,
                   decimals ? "times have decimals and were taken as seconds. Set unit if not"
                            : "times are whole and were taken as microseconds. Set unit if not"});
  return decimals ? kSecond : kMicrosecond;
}

}  // namespace

Result<CsvLayout> csvLayout(std::string_view head, const Values& options, Notes& notes) {
  const Opening open = opening(head);
  if (open.rows.empty()) return Error{"has no rows", "csv"};
  CsvLayout layout;
  layout.sensor = open.sensor;
  layout.names = open.names;
  TRY(layout.separator, separatorFor(open, options));

  std::optional<Time> unit;
  const std::string order = textOr(options, "order", "auto");
  if (order != "auto") {
    if (!columnsFrom(split(order, ','), layout, unit))
      return Error{"\"" + order + "\" does not name t, x, y and p", "order"};
  } else if (!columnsFrom(split(open.names, layout.separator), layout, unit)) {
    if (!open.names.empty())
      return Error{"the names \"" + layout.names.substr(0, 60) +
                       "\" are not t, x, y and p; set order to their meaning",
                   "csv"};
    TRY_DO(guessOrder(open, layout, notes));
  }
  layout.unit = unitOf(open, layout, options, unit, notes);
  return layout;
}

}  // namespace spk::events
