#include "engine/base/Time.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

namespace spk {
namespace {

struct Unit {
  std::string_view name;
  Time nanoseconds;
};
constexpr std::array<Unit, 9> kUnits = {{{"s", kSecond},
                                         {"ms", kMillisecond},
                                         {"us", kMicrosecond},
                                         {"µs", kMicrosecond},
                                         {"μs", kMicrosecond},
                                         {"ns", 1},
                                         {"min", 60 * kSecond},
                                         {"h", 3600 * kSecond},
                                         {"", kSecond}}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

/// Digits and the place of the point: the number is digits · 10^-decimals, exactly.
struct Decimal {
  __int128 digits = 0;
  int decimals = 0;
  bool negative = false, valid = false, tooLong = false;
};

Decimal takeDecimal(std::string_view& text) {
  Decimal number;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  bool point = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      number.valid = true;
      if (number.digits > std::numeric_limits<Time>::max())
        number.tooLong = true;
      else
        number.digits = number.digits * 10 + (c - '0'), number.decimals += point;
    } else {
      break;
    }
  }
  return number;
}

}  // namespace

Result<Time> parseTime(std::string_view text) {
  const std::string where(text);
  std::string_view rest = trimmed(text);
  const Decimal number = takeDecimal(rest);
  rest = trimmed(rest);
  const auto unit = std::ranges::find(kUnits, rest, &Unit::name);
  if (!number.valid || unit == kUnits.end())
    return Error{"is no time; a number and ns, us, ms, s, min or h is expected, as in 250ms",
                 where};
  __int128 scaled = number.digits * unit->nanoseconds;
  for (int i = 0; i < number.decimals; ++i) {
    const bool last = i + 1 == number.decimals;
    scaled = (scaled + (last ? 5 : 0)) / 10;
  }
  if (number.tooLong || scaled > std::numeric_limits<Time>::max())
    return Error{"is too long or too exact a time; up to 292 years in ns can be told", where};
  return static_cast<Time>(number.negative ? -scaled : scaled);
}

std::string timeText(Time t) {
  const bool negative = t < 0;
  const std::uint64_t size =
      negative ? 0 - static_cast<std::uint64_t>(t) : static_cast<std::uint64_t>(t);
  struct Scale {
    std::uint64_t nanoseconds;
    const char* name;
    int decimals;
  };
  constexpr Scale kScales[] = {
      {kSecond, "s", 9}, {kMillisecond, "ms", 6}, {kMicrosecond, "µs", 3}, {1, "ns", 0}};
  Scale scale = kScales[0];
  for (const Scale& s : kScales)
    if (size != 0 && size >= s.nanoseconds) {
      scale = s;
      break;
    }
  std::string text = negative ? "-" : "";
  text += std::to_string(size / scale.nanoseconds);
  if (const std::uint64_t rest = size % scale.nanoseconds; rest != 0) {
    std::string fraction = std::to_string(rest);
    fraction.insert(0, scale.decimals - fraction.size(), '0');
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += "." + fraction;
  }
  return text + " " + scale.name;
}

}  // namespace spk
