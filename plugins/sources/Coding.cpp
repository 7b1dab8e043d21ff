#include "plugins/sources/Coding.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/base/Math.h"

namespace spk::sources {
namespace {

constexpr std::uint32_t kAlways = 1u << 30;  // spikes of a schedule that ends with the picture
/// A spike belongs to the step that ends at its time or after, so none comes at the very beginning.
constexpr Time kSoonest = 1;
/// The last bit of a float must not decide how many spikes there are.
constexpr double kRounding = 1e-6;

Time part(Time whole, double x) {
  return std::max(kSoonest, static_cast<Time>(static_cast<double>(whole) * x + 0.5));
}

/// Bohte, La Poutré & Kok 2002 (IEEE Trans Neural Netw 13:426): the fields' width is their distance
/// divided by 1.5; a response below a tenth is none.
Schedule populationCode(const Coding& coding, double x, std::uint32_t cell) {
  constexpr double kBeta = 1.5, kLeast = 0.1;
  const double fields = coding.cells - 1.0;
  const double away = (x - cell / fields) * fields * kBeta;
  const double response = exp(-away * away / 2);
  if (response < kLeast) return {};
  return {part(coding.window, 1 - response), 1, 1};
}

/// Guo et al. 2021 (Front Neurosci 15:638474): number and distance both say how bright it is.
Schedule burst(const Coding& coding, double x) {
  const auto count = static_cast<std::uint32_t>(std::ceil(coding.most * x - kRounding));
  const Time slowest = std::max(coding.interval, coding.window / coding.most);
  const Time apart =
      slowest - static_cast<Time>(static_cast<double>(slowest - coding.interval) * x + 0.5);
  return {apart, apart, count};
}

Schedule delta(const Coding& coding, double x, double before, Time gone, bool darker) {
  // with a black pause there is only one way at each end
  const bool atEnd = darker && gone > 0;
  const double change = atEnd ? x : darker ? before - x : x - before;
  const double passed = std::floor(change / coding.threshold + kRounding);
  if (passed < 1) return {};
  return {(atEnd ? gone : 0) + kSoonest, coding.interval, static_cast<std::uint32_t>(passed)};
}

}  // namespace

Result<Coding> Coding::read(const Item& item) {
  Coding coding;
  const std::string word = textOr(item.values, "coding", "rate");
  constexpr std::pair<std::string_view, Form> kForms[] = {
      {"rate", Form::Rate},   {"latency", Form::Latency}, {"phase", Form::Phase},
      {"delta", Form::Delta}, {"burst", Form::Burst},     {"population", Form::Population}};
  const auto found = std::ranges::find(kForms, word, [](const auto& row) { return row.first; });
  if (found == std::end(kForms))
    return Error{"is \"" + word + "\"; rate, latency, phase, population, delta or burst", "coding"};
  coding.form = found->second;
  coding.rate_Hz = numberOr(item.values, "rate", 100);
  coding.window = fromMilliseconds(numberOr(item.values, "window", 50));
  coding.period = fromMilliseconds(numberOr(item.values, "period", 25));
  coding.interval = fromMilliseconds(numberOr(item.values, "interval", 2));
  coding.cells = static_cast<std::uint32_t>(integerOr(item.values, "cells", 4));
  coding.most = static_cast<std::uint32_t>(integerOr(item.values, "most", 5));
  coding.threshold = numberOr(item.values, "threshold", 0.1);
  return coding;
}

std::uint32_t Coding::channels() const {
  return form == Form::Population ? cells : form == Form::Delta ? 2 : 1;
}

void schedule(const Coding& coding, std::span<const float> grey, std::span<const float> before,
              Time gone, std::span<Schedule> out) noexcept {
  using Form = Coding::Form;
  const std::size_t pixels = grey.size();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t pixel = i % pixels;
    const auto channel = static_cast<std::uint32_t>(i / pixels);
    const double x = static_cast<double>(grey[pixel]);
    out[i] = {};
    if (coding.form == Form::Delta) {
      out[i] = delta(coding, x, static_cast<double>(before[pixel]), gone, channel == 1);
      continue;
    }
    if (x <= 0) continue;
    if (coding.form == Form::Latency) out[i] = {part(coding.window, 1 - x), 1, 1};
    if (coding.form == Form::Phase) out[i] = {part(coding.period, 1 - x), coding.period, kAlways};
    if (coding.form == Form::Population) out[i] = populationCode(coding, x, channel);
    if (coding.form == Form::Burst) out[i] = burst(coding, x);
  }
}

}  // namespace spk::sources
