#include "plugins/events/EcfCodec.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace spk::events {
namespace {

constexpr std::uint32_t kAllPacked = 2, kXPacked = 1;  ///< bits of the header
constexpr std::size_t kSlack = 8;  ///< the last group may hold more than is left

/// Bytes of a chunk; one read too many gives zeros and is remembered.
class Input {
 public:
  explicit Input(std::span<const std::byte> bytes) : bytes_(bytes) {}
  template <class Word>
  Word take() {
    Word word = 0;
    if (bytes_.size() - at_ >= sizeof word) [[likely]] {
      std::memcpy(&word, bytes_.data() + at_, sizeof word);
      at_ += sizeof word;
    } else {
      at_ = bytes_.size();
      ended_ = true;
    }
    return word;
  }
  std::size_t at() const { return at_; }
  bool ended() const { return ended_; }
  std::size_t left() const { return bytes_.size() - at_; }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

Error cut(const Input& in, const char* part) {
  return Error{"the chunk ends at byte " + std::to_string(in.at()) + ", within its " + part, "ecf"};
}
Error tooMany(const Input& in, const char* part, std::size_t run, std::size_t left) {
  return Error{"a run of " + std::to_string(run) + " " + part + " before byte " +
                   std::to_string(in.at()) + " is longer than the " + std::to_string(left) +
                   " events that are left",
               "ecf"};
}

/// The length that a run's code gives, or the 16-bit word behind it if all its bits are set.
template <std::uint32_t most>
std::size_t runLength(std::uint32_t code, Input& in) {
  const std::uint32_t run = code & most;
  return run == most ? in.take<std::uint16_t>() : run;
}

Result<void> decodeTimes(Input& in, std::size_t n, std::int64_t* t) {
  auto now = in.take<std::uint64_t>();  // steps back are steps ahead around 2^64
  for (std::size_t i = 0; i < n;) {
    std::uint32_t code = in.take<std::uint8_t>();
    if (code >> 4 == 15) {
      std::uint64_t step = 0;
      for (int shift = 0; code >> 4 == 15; shift += 4) {
        if (shift >= 64)
          return Error{
              "a step of time before byte " + std::to_string(in.at()) + " has more than 64 bits",
              "ecf"};
        step |= std::uint64_t{code & 15} << shift;
        code = in.take<std::uint8_t>();
      }
      now += step;
    }
    now += code >> 4;
    const std::size_t run = runLength<15>(code, in);
    if (in.ended()) return cut(in, "times");
    if (run > n - i) return tooMany(in, "times", run, n - i);
    std::fill_n(t + i, run, static_cast<std::int64_t>(now));
    i += run;
  }
  return {};
}

Result<void> decodeRows(Input& in, std::size_t n, std::uint16_t* y) {
  for (std::size_t i = 0; i < n;) {
    const std::uint32_t code = in.take<std::uint16_t>();
    const std::size_t run = runLength<31>(code, in);
    if (in.ended()) return cut(in, "rows");
    if (run > n - i) return tooMany(in, "rows", run, n - i);
    std::fill_n(y + i, run, static_cast<std::uint16_t>(code >> 5));
    i += run;
  }
  return {};
}

/// Each word is a column and which of the five to its right follow.
Result<void> decodeColumns(Input& in, std::size_t n, std::uint16_t* x) {
  for (std::size_t i = 0; i < n;) {
    const std::uint32_t code = in.take<std::uint16_t>();
    if (in.ended()) return cut(in, "columns");
    const auto first = static_cast<std::uint16_t>(code >> 5);
    x[i++] = first;
    for (std::uint32_t j = 0; j < 5; ++j)  // what lies beyond the last event is no one's
      if (code >> (4 - j) & 1) x[i++] = static_cast<std::uint16_t>(first + j + 1);
  }
  return {};
}

Result<void> decodePolarities(Input& in, std::size_t n, std::uint8_t* polarity) {
  for (std::size_t i = 0; i < n;) {
    const std::uint32_t code = in.take<std::uint8_t>();
    const std::size_t run = runLength<127>(code, in);
    if (in.ended()) return cut(in, "polarities");
    if (run > n - i) return tooMany(in, "polarities", run, n - i);
    std::memset(polarity + i, static_cast<int>(code >> 7), run);
    i += run;
  }
  return {};
}

Result<void> decodePackedColumns(Input& in, std::size_t n, EcfEvents& out) {
  for (std::size_t i = 0; i < n; i += 4) {
    const std::uint32_t a = in.take<std::uint16_t>(), b = in.take<std::uint16_t>(),
                        c = in.take<std::uint16_t>();
    if (in.ended()) return cut(in, "packed columns");
    const std::uint32_t four[4] = {a >> 4, (a & 15) | b >> 8 << 4, (b & 255) | c >> 12 << 8,
                                   c & 4095};
    for (std::size_t k = 0; k < 4; ++k) {
      out.x[i + k] = static_cast<std::uint16_t>(four[k] >> 1);
      out.polarity[i + k] = four[k] & 1;
    }
  }
  return {};
}

Result<void> decodePacked(Input& in, std::size_t n, EcfEvents& out) {
  for (std::size_t i = 0; i < n; i += 4) {
    const auto a = in.take<std::uint32_t>(), b = in.take<std::uint32_t>(),
               c = in.take<std::uint32_t>();
    if (in.ended()) return cut(in, "packed events");
    const std::uint32_t four[4] = {a >> 8, (a & 0xFF) | b >> 16 << 8, (b & 0xFFFF) | c >> 24 << 16,
                                   c & 0xFFFFFF};
    for (std::size_t k = 0; k < 4; ++k) {
      out.y[i + k] = four[k] >> 12 & 0x7FF;
      out.x[i + k] = four[k] >> 1 & 0x7FF;
      out.polarity[i + k] = four[k] & 1;
    }
  }
  return {};
}

template <class Word>
void put(std::vector<std::byte>& out, Word word) {
  const std::size_t at = out.size();
  out.resize(at + sizeof word);
  std::memcpy(out.data() + at, &word, sizeof word);
}

/// How many values from i on are equal.
template <class Value>
std::size_t runFrom(std::span<const Value> values, std::size_t i) {
  std::size_t end = i + 1;
  while (end < values.size() && values[end] == values[i]) ++end;
  return end - i;
}

/// A code whose low bits hold the run's length, or are all set before the length as a word.
template <class Code, std::uint32_t most>
void putRun(std::vector<std::byte>& out, std::uint32_t high, std::size_t run) {
  put(out, static_cast<Code>(high | std::min<std::size_t>(run, most)));
  if (run >= most) put(out, static_cast<std::uint16_t>(run));
}

void encodeTimes(std::span<const std::int64_t> t, std::vector<std::byte>& out) {
  put(out, static_cast<std::uint64_t>(t[0]));
  auto now = static_cast<std::uint64_t>(t[0]);
  for (std::size_t i = 0; i < t.size();) {
    std::uint64_t step = static_cast<std::uint64_t>(t[i]) - now;
    now = static_cast<std::uint64_t>(t[i]);
    if (step >= 15) {
      for (; step; step >>= 4) put(out, static_cast<std::uint8_t>(0xF0 | (step & 15)));
    }
    const std::size_t run = runFrom(t, i);
    putRun<std::uint8_t, 15>(out, static_cast<std::uint32_t>(step << 4), run);
    i += run;
  }
}

void encodeRows(std::span<const std::uint16_t> y, std::vector<std::byte>& out) {
  for (std::size_t i = 0; i < y.size();) {
    const std::size_t run = runFrom(y, i);
    putRun<std::uint16_t, 31>(out, std::uint32_t{y[i]} << 5, run);
    i += run;
  }
}

void encodeColumns(std::span<const std::uint16_t> x, std::vector<std::byte>& out) {
  for (std::size_t i = 0; i < x.size();) {
    const std::uint32_t first = x[i++];
    std::uint32_t code = first << 5;
    for (std::uint32_t j = 0; j < 5; ++j)
      if (i < x.size() && x[i] == first + j + 1) {
        code |= 1u << (4 - j);
        ++i;
      }
    put(out, static_cast<std::uint16_t>(code));
  }
}

void encodePolarities(std::span<const std::uint8_t> polarity, std::vector<std::byte>& out) {
  for (std::size_t i = 0; i < polarity.size();) {
    const std::size_t run = runFrom(polarity, i);
    putRun<std::uint8_t, 127>(out, std::uint32_t{polarity[i]} << 7, run);
    i += run;
  }
}

void encodePackedColumns(std::span<const std::uint16_t> x, std::span<const std::uint8_t> polarity,
                         std::vector<std::byte>& out) {
  for (std::size_t i = 0; i < x.size(); i += 4) {
    std::uint32_t v[4] = {};
    for (std::size_t k = 0; k < 4 && i + k < x.size(); ++k)
      v[k] = std::uint32_t{x[i + k]} << 1 | polarity[i + k];
    put(out, static_cast<std::uint16_t>(v[0] << 4 | (v[1] & 15)));
    put(out, static_cast<std::uint16_t>(v[1] >> 4 << 8 | (v[2] & 255)));
    put(out, static_cast<std::uint16_t>(v[2] >> 8 << 12 | v[3]));
  }
}

void encodePacked(std::span<const std::uint16_t> x, std::span<const std::uint16_t> y,
                  std::span<const std::uint8_t> polarity, std::vector<std::byte>& out) {
  for (std::size_t i = 0; i < x.size(); i += 4) {
    std::uint32_t v[4] = {};
    for (std::size_t k = 0; k < 4 && i + k < x.size(); ++k)
      v[k] = std::uint32_t{y[i + k]} << 12 | std::uint32_t{x[i + k]} << 1 | polarity[i + k];
    put(out, v[0] << 8 | (v[1] & 0xFF));
    put(out, v[1] >> 8 << 16 | (v[2] & 0xFFFF));
    put(out, v[2] >> 16 << 24 | v[3]);
  }
}

}  // namespace

Result<void> decodeEcf(std::span<const std::byte> chunk, EcfEvents& out) {
  Input in(chunk);
  const auto head = in.take<std::uint32_t>();
  const std::size_t n = head >> 2;
  if (in.ended()) return cut(in, "header");
  if (n > kEcfMost)
    return Error{"the chunk says that it holds " + std::to_string(n) + " events; at most " +
                     std::to_string(kEcfMost) + " are possible",
                 "ecf"};
  out.resize(n + kSlack);
  TRY_DO(decodeTimes(in, n, out.t.data()));
  if (head & kAllPacked) {
    TRY_DO(decodePacked(in, n, out));
  } else {
    TRY_DO(decodeRows(in, n, out.y.data()));
    if (head & kXPacked) {
      TRY_DO(decodePackedColumns(in, n, out));
    } else {
      TRY_DO(decodeColumns(in, n, out.x.data()));
      TRY_DO(decodePolarities(in, n, out.polarity.data()));
    }
  }
  out.resize(n);
  return {};
}

void encodeEcf(std::span<const std::int64_t> t, std::span<const std::uint16_t> x,
               std::span<const std::uint16_t> y, std::span<const std::uint8_t> polarity,
               std::vector<std::byte>& out) {
  const std::size_t n = t.size(), groups = (n + 3) / 4;
  std::vector<std::byte> rows, columns;
  encodeRows(y, rows);
  encodeColumns(x, columns);
  encodePolarities(polarity, columns);
  const bool xPacked = 6 * groups < columns.size();
  const bool allPacked = 12 * groups < rows.size() + std::min(6 * groups, columns.size());
  out.clear();
  put(out, static_cast<std::uint32_t>(n << 2 | (allPacked ? kAllPacked : xPacked ? kXPacked : 0)));
  encodeTimes(t, out);
  if (allPacked) return encodePacked(x, y, polarity, out);
  out.insert(out.end(), rows.begin(), rows.end());
  if (xPacked) return encodePackedColumns(x, polarity, out);
  out.insert(out.end(), columns.begin(), columns.end());
}

}  // namespace spk::events
