#include <cmath>
#include <random>

#include "panels/kit/Theme.h"
#include "panels/kit/colourMaps.h"
#include "panels/kit/gallery.h"

namespace spk {
namespace {

double draw(std::minstd_rand& turn) { return double(turn()) / double(std::minstd_rand::max()); }

Figure lines() {
  Figure f;
  f.x = {.label = QStringLiteral("time [s]"), .range = {2, 4}};
  f.y = {.label = QStringLiteral("V [mV]"), .range = {-70, -40}};
  const QColor colours[] = {theme().excitatory, mixed(theme().plot, theme().excitatory, 0.6),
                            theme().inhibitory};
  const char* names[] = {"E 0", "E 1", "I 0"};
  for (int k = 0; k < 3; ++k) {
    Series line{.colour = colours[k], .width = 1.5, .name = QString::fromLatin1(names[k])};
    for (int i = 0; i <= 800; ++i) {
      const double t = 2 + i / 400.0;
      line.x.push_back(t);
      line.y.push_back(-58 + 6 * std::sin(7 * t + k) + 2 * std::sin(31 * t + 2 * k) - 2 * k);
    }
    f.series.push_back(std::move(line));
  }
  f.guides = {{.look = Guide::Look::Threshold, .at = -48, .words = QStringLiteral("V_th")},
              {.look = Guide::Look::Edit, .at = 2.7, .words = QStringLiteral("I→E 27 → 67 nS")}};
  f.cursor = 3.35;
  return f;
}

Figure avalanches() {
  Figure f;
  f.readouts = {{QStringLiteral("m\u0302 multistep"), QStringLiteral("0.982"),
                 QStringLiteral("± 0.006"), theme().cursor},
                {QStringLiteral("naive, 10 % seen"), QStringLiteral("0.724"),
                 QStringLiteral("biased"), theme().secondary},
                {QStringLiteral("timescale"), QStringLiteral("221"), QStringLiteral("ms"), {}}};
  f.banner = Banner{Banner::Level::Good,
                    QStringLiteral("sure: 64 s, 355 000 spikes · control (shuffled) 0.11")};
  f.x = {
      .label = QStringLiteral("avalanche size"), .range = {0.7, 4000}, .scale = Axis::Scale::Log};
  f.y = {.label = QStringLiteral("share"), .range = {1e-6, 1}, .scale = Axis::Scale::Log};
  Series dots{.look = Series::Look::Points, .colour = theme().excitatory, .width = 5};
  Series control{
      .look = Series::Look::Points, .colour = theme().secondary, .width = 4, .opacity = 0.6};
  Series fit{.colour = theme().cursor, .width = 1.5};
  for (double s = 1; s < 2000; s *= 1.35) {
    dots.x.push_back(s), dots.y.push_back(0.4 * std::pow(s, -1.5));
    control.x.push_back(s), control.y.push_back(0.4 * std::exp(-s / 14));
  }
  fit.x = {1, 1500}, fit.y = {0.4, 0.4 * std::pow(1500, -1.5)};
  f.series = {std::move(control), std::move(fit), std::move(dots)};
  f.captions = {{{0.62, 0.3},
                 QStringLiteral("τ = 1.50 ± 0.02"),
                 theme().cursor,
                 Qt::AlignLeft | Qt::AlignVCenter}};
  return f;
}

Figure raster(const QSizeF& size, double ratio) {
  Figure f;
  f.size = size;
  f.x = {.label = QStringLiteral("time [s]"), .range = {10.5, 12.5}};
  f.y.numbers = f.y.grid = false;
  f.groups = {{{0.22, 1}, QStringLiteral("E"), theme().excitatory},
              {{0, 0.22}, QStringLiteral("I"), theme().inhibitory}};
  const QSize pixels = (f.plotBox().size() * ratio).toSize();
  auto image = std::make_shared<RasterImage>(pixels.width(), pixels.height(), theme().plot);
  image->moveTo(1234);  // somewhere in the ring
  std::minstd_rand turn(3);
  const int dot = std::max(1, qRound(2 * ratio));
  for (int i = 0; i < 6000; ++i) {
    const double t = draw(turn), wave = 0.5 + 0.5 * std::sin(t * 60);
    if (draw(turn) > 0.25 + 0.75 * wave * wave) continue;
    const double row = draw(turn);
    const QRgb ink = (row > 0.78 ? theme().inhibitory : theme().excitatory).rgb();
    image->fill(1234 + std::int64_t(t * pixels.width()), int(row * pixels.height()), dot, dot, ink);
  }
  f.image = PlotImage{.raster = std::move(image), .x = f.x.range, .y = {1, 0}};
  return f;
}

Figure bars() {
  Figure f;
  f.x = {.label = QStringLiteral("interval [ms]"), .range = {0, 100}};
  f.y = {.label = QStringLiteral("count"), .range = {0, 50}, .grid = false};
  Series all{.look = Series::Look::Bars, .colour = theme().action, .width = 8};
  Series band{.look = Series::Look::Band, .colour = theme().cursor, .opacity = 0.25};
  Series steps{.look = Series::Look::Steps, .colour = theme().cursor, .width = 1.5};
  for (int i = 0; i < 20; ++i) {
    const double x = 2.5 + 5 * i, y = 46 * std::exp(-0.5 * std::pow((x - 35) / 16, 2));
    all.x.push_back(x), all.y.push_back(y);
    band.x.push_back(x), band.y.push_back(y + 4), band.low.push_back(std::max(0.0, y - 4));
    steps.x.push_back(x - 2.5), steps.y.push_back(y);
  }
  f.series = {std::move(all), std::move(band), std::move(steps)};
  f.banner = Banner{Banner::Level::Warning, QStringLiteral("too few intervals: 41 of 200 needed")};
  return f;
}

Figure surface() {
  Figure f;
  f.sameScale = true;
  f.x = {.range = {0, 64}, .numbers = false, .grid = false};
  f.y = {.range = {48, 0}, .numbers = false, .grid = false};
  QImage picture(64, 48, QImage::Format_RGB32);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) {
      const double r = std::hypot(x - 32, y - 24);
      picture.setPixel(x, y, viridis(std::exp(-std::pow((r - 14) / 5, 2)) * (0.5 + x / 128.0)));
    }
  }
  f.image = PlotImage{.picture = picture, .x = {0, 64}, .y = {0, 48}};
  return f;
}

Figure empty() {
  Figure f;
  f.x.numbers = f.y.numbers = false;
  f.words = QStringLiteral("No events yet.");
  return f;
}

}  // namespace

std::vector<std::pair<QString, Figure>> sampleFigures(QSizeF size, double pixelRatio) {
  std::vector<std::pair<QString, Figure>> all = {
      {QStringLiteral("lines"), lines()},
      {QStringLiteral("avalanches"), avalanches()},
      {QStringLiteral("raster"), raster(size, pixelRatio)},
      {QStringLiteral("bars"), bars()},
      {QStringLiteral("surface"), surface()},
      {QStringLiteral("empty"), empty()}};
  for (auto& [name, figure] : all) {
    figure.size = size;
    figure.pixelRatio = pixelRatio;
  }
  return all;
}

}  // namespace spk
