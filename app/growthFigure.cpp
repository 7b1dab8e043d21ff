#include "app/growthFigure.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <vector>

#include "app/console.h"
#include "engine/base/Value.h"

namespace spk {
namespace {

double numberOf(const JsonNode& row, const char* key) {
  const JsonNode* found = row.find(key);
  return found && found->isNumber() ? found->number() : 0;
}

struct Point {
  double x, y;
};

/// One plot of the picture: points on logarithmic axes, with whole decades marked.
class Plot {
 public:
  Plot(double left, std::string xTitle, std::vector<Point> points)
      : left_(left), xTitle_(std::move(xTitle)), points_(std::move(points)) {
    std::ranges::sort(points_, {}, &Point::x);
    const auto decades = [&](double Point::*axis, int& low, int& high) {
      const auto [least, most] = std::ranges::minmax(points_, {}, axis);
      low = static_cast<int>(std::floor(std::log10(least.*axis) + 1e-9));
      high = static_cast<int>(std::ceil(std::log10(most.*axis) - 1e-9));
      high = std::max(high, low + 1);
    };
    decades(&Point::x, xLow_, xHigh_);
    decades(&Point::y, yLow_, yHigh_);
  }

  std::string svg(bool yTitle) const {
    std::string out;
    for (int d = xLow_; d <= xHigh_; ++d) {
      const double x = xOf(std::pow(10, d));
      out += line(x, kTop, x, kTop + kHeight, "#dddddd", 1) +
             text(x, kTop + kHeight + 20, "middle", power(d));
    }
    for (int d = yLow_; d <= yHigh_; ++d) {
      const double y = yOf(std::pow(10, d));
      out +=
          line(left_, y, left_ + kWidth, y, "#dddddd", 1) + text(left_ - 8, y + 4, "end", power(d));
    }
    std::string path;
    for (const Point& p : points_)
      path += (path.empty() ? "M" : " L") + console::fixed(xOf(p.x), 1) + " " +
              console::fixed(yOf(p.y), 1);
    out += "<path d=\"" + path + "\" fill=\"none\" stroke=\"#1f77b4\" stroke-width=\"2\"/>\n";
    for (const Point& p : points_)
      out += "<circle cx=\"" + console::fixed(xOf(p.x), 1) + "\" cy=\"" +
             console::fixed(yOf(p.y), 1) + "\" r=\"4\" fill=\"#1f77b4\"/>\n";
    // Where a second of the network takes a second of one thread.
    if (yLow_ < 0 && yHigh_ > 0)
      out += line(left_, yOf(1), left_ + kWidth, yOf(1), "#d62728", 1) +
             text(left_ + kWidth - 4, yOf(1) - 6, "end", "real time");
    out += text(left_ + kWidth / 2, kTop + kHeight + 44, "middle", xTitle_);
    if (yTitle)
      out += "<g transform=\"translate(18 " + console::fixed(kTop + kHeight / 2, 0) +
             ") rotate(-90)\">" + text(0, 0, "middle", "processor seconds per biological second") +
             "</g>\n";
    return out;
  }

  static constexpr double kWidth = 330, kHeight = 270, kTop = 20;

 private:
  double xOf(double x) const { return left_ + kWidth * (std::log10(x) - xLow_) / (xHigh_ - xLow_); }
  double yOf(double y) const {
    return kTop + kHeight * (yHigh_ - std::log10(y)) / (yHigh_ - yLow_);
  }
  static std::string power(int decade) {
    constexpr const char* kRaised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string out = decade < 0 ? "10⁻" : "10";
    for (const char digit : std::to_string(std::abs(decade))) out += kRaised[digit - '0'];
    return out;
  }
  static std::string line(double x1, double y1, double x2, double y2, const char* colour,
                          int width) {
    return "<line x1=\"" + console::fixed(x1, 1) + "\" y1=\"" + console::fixed(y1, 1) + "\" x2=\"" +
           console::fixed(x2, 1) + "\" y2=\"" + console::fixed(y2, 1) + "\" stroke=\"" + colour +
           "\" stroke-width=\"" + std::to_string(width) + "\"/>\n";
  }
  static std::string text(double x, double y, const char* anchor, const std::string& words) {
    return "<text x=\"" + console::fixed(x, 1) + "\" y=\"" + console::fixed(y, 1) +
           "\" text-anchor=\"" + anchor + "\">" + words + "</text>\n";
  }

  double left_;
  std::string xTitle_;
  std::vector<Point> points_;
  int xLow_ = 0, xHigh_ = 1, yLow_ = 0, yHigh_ = 1;
};

std::vector<Point> pointsOf(const JsonNode& rows, std::string_view against) {
  std::vector<Point> points;
  for (const JsonNode& row : rows.items()) {
    const JsonNode* kind = row.find("against");
    if (!kind || kind->text() != against) continue;
    points.push_back({numberOf(row, against == "neurons" ? "neurons" : "synapses"),
                      std::max(1e-6, numberOf(row, "processor_seconds_per_biological_second"))});
  }
  return points;
}

}  // namespace

std::string growthTable(const JsonNode& rows) {
  constexpr const char* kColumns[] = {"neurons",
                                      "synapses_per_neuron",
                                      "synapses",
                                      "threads",
                                      "seconds_per_biological_second",
                                      "processor_seconds_per_biological_second",
                                      "synaptic_events_per_s",
                                      "ratio_to_limit",
                                      "build_s",
                                      "bytes_per_synapse"};
  std::string out = "against";
  for (const char* column : kColumns) out += std::string(",") + column;
  out += "\n";
  for (const JsonNode& row : rows.items()) {
    const JsonNode* kind = row.find("against");
    out += kind ? kind->text() : "";
    for (const char* column : kColumns) out += "," + numberText(numberOf(row, column));
    out += "\n";
  }
  return out;
}

std::string growthPicture(const JsonNode& rows) {
  const std::vector<Point> neurons = pointsOf(rows, "neurons"),
                           synapses = pointsOf(rows, "synapses");
  std::string out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\" height=\"350\" "
      "font-family=\"sans-serif\" font-size=\"13\" fill=\"#333333\">\n"
      "<rect width=\"860\" height=\"350\" fill=\"white\"/>\n";
  if (!neurons.empty()) out += Plot(80, "neurons, 100 synapses each", neurons).svg(true);
  if (!synapses.empty()) out += Plot(500, "synapses onto 100,000 neurons", synapses).svg(false);
  return out + "</svg>\n";
}

Result<void> writeGrowth(const JsonNode& rows, const std::filesystem::path& folder) {
  const auto write = [&](const char* name, const std::string& text) -> Result<void> {
    std::ofstream file(folder / name, std::ios::binary);
    file << text;
    if (!file.flush()) return Error{"cannot be written", (folder / name).string()};
    return {};
  };
  TRY_DO(write("growth.csv", growthTable(rows)));
  return write("growth.svg", growthPicture(rows));
}

}  // namespace spk
