// A figure in strokes of a Canvas: the one place that decides how plots look.
#include <algorithm>
#include <cmath>

#include "panels/kit/Canvas.h"
#include "panels/kit/Theme.h"

namespace spk {
namespace {

constexpr Type kSmall{Type::Family::Text, 11};
constexpr Type kNumbers{Type::Family::Text, 11};
constexpr Type kBig{Type::Family::Number, 22};

QPointF crisp(QPointF p) { return {std::floor(p.x()) + 0.5, std::floor(p.y()) + 0.5}; }

/// Paints one figure; holds what every part needs.
class Painting {
 public:
  Painting(const Figure& figure, Canvas& canvas)
      : f_(figure), c_(canvas), t_(theme()), box_(figure.plotBox()), s_(textScale()) {}

  void all() {
    c_.fill(QRectF(QPointF(), f_.size), t_.plot);
    head();
    grid();
    c_.clip(box_);
    image();
    for (const Series& series : f_.series) draw(series);
    c_.unclip();
    edge();
    groups();
    for (const Guide& guide : f_.guides) draw(guide);
    cursor();
    if (f_.namesAtEnds)
      namesAtEnds();
    else
      namesInARow();
    for (const Caption& caption : f_.captions) draw(caption);
    axisNumbers();
    if (f_.selecting) {
      QColor veil = t_.action;
      veil.setAlphaF(0.18f);
      c_.fill(f_.selecting->intersected(box_), veil);
    }
    if (!f_.words.isEmpty()) {
      c_.text(box_.center(), Qt::AlignCenter, f_.words, t_.secondary, {Type::Family::Text, 13});
    }
  }

 private:
  double x(double value) const { return box_.left() + share(f_.x, value) * box_.width(); }
  double y(double value) const { return box_.bottom() - share(f_.y, value) * box_.height(); }

  void head() {
    double left = 16;
    for (const Readout& r : f_.readouts) {
      const QColor colour = r.colour.isValid() ? r.colour : t_.text;
      c_.text({left, 10 * s_}, Qt::AlignLeft | Qt::AlignTop, r.name, t_.secondary, kSmall);
      c_.text({left, 24 * s_}, Qt::AlignLeft | Qt::AlignTop, r.value, colour, kBig);
      c_.text({left, 54 * s_}, Qt::AlignLeft | Qt::AlignTop, r.below, t_.secondary,
              {Type::Family::Number, 11});
      const double width = std::max({c_.textWidth(r.name, kSmall), c_.textWidth(r.value, kBig),
                                     c_.textWidth(r.below, {Type::Family::Number, 11})});
      // Steps of 8 px: a digit more or less does not move what is at the right.
      left += std::ceil((width + 24 * s_) / 8) * 8;
    }
    if (!f_.banner) return;
    const double top = 4 + (f_.readouts.empty() ? 4 : 76 * s_);
    const QColor colour = f_.banner->level == Banner::Level::Good ? t_.good : t_.cursor;
    const QRectF strip(12, top, f_.size.width() - 24, 24 * s_);
    c_.fill(strip, mixed(t_.plot, colour, 0.22), 4);
    c_.text({strip.left() + 10, strip.center().y()}, Qt::AlignLeft | Qt::AlignVCenter,
            f_.banner->text, t_.text, kSmall);
  }

  void grid() {
    if (f_.x.grid && f_.x.numbers) {
      for (const Tick& tick : ticks(f_.x)) {
        const double at = crisp({x(tick.at), 0}).x();
        c_.line({at, box_.top()}, {at, box_.bottom()}, t_.grid, 1);
      }
    }
    if (f_.y.grid && f_.y.numbers) {
      for (const Tick& tick : ticks(f_.y, yTicks())) {
        const double at = crisp({0, y(tick.at)}).y();
        c_.line({box_.left(), at}, {box_.right(), at}, t_.grid, 1);
      }
    }
  }

  int yTicks() const { return std::clamp(static_cast<int>(box_.height() / (32 * s_)), 1, 5); }
  int xTicks() const { return std::clamp(static_cast<int>(box_.width() / (64 * s_)), 1, 5); }

  void axisNumbers() {
    if (f_.x.numbers) {
      for (const Tick& tick : ticks(f_.x, xTicks())) {
        const double half = c_.textWidth(tick.text, kNumbers) / 2;
        const double at = std::clamp(x(tick.at), half + 2, f_.size.width() - half - 2);
        c_.text({at, box_.bottom() + 5}, Qt::AlignHCenter | Qt::AlignTop, tick.text, t_.secondary,
                kNumbers);
      }
    }
    if (!f_.x.label.isEmpty()) {
      c_.text({box_.center().x(), f_.size.height() - 4}, Qt::AlignHCenter | Qt::AlignBottom,
              f_.x.label, t_.secondary, kSmall);
    }
    if (f_.y.numbers) {
      for (const Tick& tick : ticks(f_.y, yTicks())) {
        c_.text({box_.left() - 8, y(tick.at)}, Qt::AlignRight | Qt::AlignVCenter, tick.text,
                t_.secondary, kNumbers);
      }
    }
    if (!f_.y.label.isEmpty()) {
      c_.text({12 * s_, box_.center().y()}, Qt::AlignCenter, f_.y.label, t_.secondary, kSmall,
              true);
    }
  }

  void image() {
    if (!f_.image) return;
    const QRectF to = QRectF(QPointF(x(f_.image->x.from), y(f_.image->y.from)),
                             QPointF(x(f_.image->x.to), y(f_.image->y.to)));
    if (f_.image->raster)
      c_.raster(f_.image->raster, to);
    else
      c_.picture(f_.image->picture, to);
  }

  /// Where the sensor ends: a picture on an equal ground would have no shape.
  void edge() {
    if (!f_.image || !f_.sameScale) return;
    const QRectF r(crisp({x(f_.image->x.from), y(f_.image->y.from)}),
                   crisp({x(f_.image->x.to), y(f_.image->y.to)}));
    for (const auto& [from, to] :
         {std::pair(r.topLeft(), r.topRight()), std::pair(r.topRight(), r.bottomRight()),
          std::pair(r.bottomRight(), r.bottomLeft()), std::pair(r.bottomLeft(), r.topLeft())}) {
      c_.line(from, to, t_.line, 1);
    }
  }

  std::vector<QPointF> placed(const std::vector<double>& xs, const std::vector<double>& ys) const {
    std::vector<QPointF> points;
    points.reserve(xs.size());
    const std::size_t n = std::min(xs.size(), ys.size());
    for (std::size_t i = 0; i < n; ++i) {
      // Far outside is as good as just outside, and keeps painters out of trouble.
      points.emplace_back(std::clamp(x(xs[i]), -1e5, 1e5), std::clamp(y(ys[i]), -1e5, 1e5));
    }
    return points;
  }

  void draw(const Series& series) {
    QColor colour = series.colour;
    colour.setAlphaF(static_cast<float>(series.opacity));
    std::vector<QPointF> points = placed(series.x, series.y);
    if (points.empty()) return;
    switch (series.look) {
      case Series::Look::Line: c_.polyline(points, colour, series.width); break;
      case Series::Look::Steps: {
        std::vector<QPointF> steps;
        steps.reserve(points.size() * 2);
        for (const QPointF& p : points) {
          if (!steps.empty()) steps.emplace_back(p.x(), steps.back().y());
          steps.push_back(p);
        }
        c_.polyline(steps, colour, series.width);
        break;
      }
      case Series::Look::Points: c_.points(points, colour, series.width); break;
      case Series::Look::Bars: {
        const double floor = std::min(box_.bottom(), y(0));
        for (const QPointF& p : points) {
          c_.fill(QRectF(QPointF(p.x() - series.width / 2, p.y()),
                         QPointF(p.x() + series.width / 2, floor))
                      .normalized(),
                  colour);
        }
        break;
      }
      case Series::Look::Band: c_.band(points, placed(series.x, series.low), colour); break;
    }
  }

  void groups() {
    for (const Group& group : f_.groups) {
      const double top = std::min(y(group.y.from), y(group.y.to));
      const double bottom = std::max(y(group.y.from), y(group.y.to));
      if (bottom < box_.top() || top > box_.bottom()) continue;
      if (top > box_.top() + 1) {
        const double at = std::floor(top) - 0.5;
        c_.line({box_.left(), at}, {box_.right(), at}, t_.line, 1);
      }
      const double middle = (std::max(top, box_.top()) + std::min(bottom, box_.bottom())) / 2;
      if (f_.y.numbers) continue;  // the numbers stand where the name would
      constexpr Type kName{Type::Family::Text, 12};
      c_.text({box_.left() - 8, middle}, Qt::AlignRight | Qt::AlignVCenter,
              cut(group.name, kName, box_.left() - 12), group.colour, kName);
    }
  }

  /// The text, shortened with … to what has room.
  QString cut(QString text, const Type& type, double room) const {
    if (c_.textWidth(text, type) <= room) return text;
    while (!text.isEmpty() && c_.textWidth(text + u'…', type) > room) text.chop(1);
    return text + u'…';
  }

  void draw(const Guide& guide) {
    const QColor colour = guide.colour.isValid()            ? guide.colour
                          : guide.look == Guide::Look::Edit ? t_.action
                                                            : t_.secondary;
    if (guide.look == Guide::Look::Threshold) {
      const double at = y(guide.at);
      if (at < box_.top() || at > box_.bottom()) return;
      c_.dashes({box_.left(), at}, {box_.right(), at}, colour, 1, 4);
      c_.text({box_.right() - 4, at - 2}, Qt::AlignRight | Qt::AlignBottom, guide.words, colour,
              kSmall);
      return;
    }
    const double at = x(guide.at);
    if (at < box_.left() || at > box_.right()) return;
    c_.line({at, box_.top()}, {at, box_.bottom()}, colour, 1.5);
    if (guide.words.isEmpty()) return;
    const double width = c_.textWidth(guide.words, kSmall) + 10;
    const double left = std::max(box_.left(), std::min(at, box_.right() - width));
    QRectF flag(left, box_.top(), width, 18 * s_);
    // Words that would cover others go below them, while there is room.
    const auto covered = [&] {
      return std::ranges::any_of(flags_, [&](const QRectF& f) { return f.intersects(flag); });
    };
    while (covered() && flag.bottom() + flag.height() < box_.center().y())
      flag.translate(0, flag.height() + 1);
    flags_.push_back(flag);
    c_.fill(flag, colour, 2);
    c_.text({flag.left() + 5, flag.center().y()}, Qt::AlignLeft | Qt::AlignVCenter, guide.words,
            t_.onAction, kSmall);
  }

  void cursor() {
    if (!f_.cursor) return;
    const double at = x(*f_.cursor);
    if (at >= box_.left() && at <= box_.right()) {
      c_.line({at, box_.top()}, {at, box_.bottom()}, t_.cursor, 1.5);
    }
  }

  /// Names of lines instead of a legend: in a row at the top left, where they rest while lines move
  /// and no tool covers them.
  void namesInARow() {
    double left = box_.left() + 8;
    for (const Series& series : f_.series) {
      if (!series.labelled || series.name.isEmpty()) continue;
      const double width = c_.textWidth(series.name, kSmall);
      const QRectF ground(left - 4, box_.top() + 2, width + 8, 16 * s_);
      if (ground.right() > box_.right()) return;
      c_.fill(ground, veil(), 2);
      c_.text({left, ground.center().y()}, Qt::AlignLeft | Qt::AlignVCenter, series.name,
              series.colour, kSmall);
      left += width + 12;
    }
  }

  QColor veil() const {
    QColor ground = t_.plot;
    ground.setAlphaF(0.8f);
    return ground;
  }

  /// Names beside the last points, moved apart where they would overlap.
  void namesAtEnds() {
    struct Label {
      double y;
      const Series* series;
    };
    std::vector<Label> labels;
    for (const Series& series : f_.series) {
      if (!series.labelled || series.name.isEmpty() || series.y.empty() ||
          series.look == Series::Look::Band)
        continue;
      labels.push_back(
          {std::clamp(y(series.y.back()), box_.top() + 8, box_.bottom() - 8), &series});
    }
    std::ranges::stable_sort(labels, {}, &Label::y);
    const double apart = 14 * s_;
    for (std::size_t i = 1; i < labels.size(); ++i) {
      labels[i].y = std::max(labels[i].y, labels[i - 1].y + apart);
    }
    if (!labels.empty() && labels.back().y > box_.bottom() - 6) {
      labels.back().y = box_.bottom() - 6;
      for (std::size_t i = labels.size() - 1; i > 0; --i) {
        labels[i - 1].y = std::min(labels[i - 1].y, labels[i].y - apart);
      }
    }
    for (const Label& label : labels) {
      const double width = c_.textWidth(label.series->name, kSmall);
      const QRectF ground(box_.right() - width - 10, label.y - 7 * s_, width + 8, 14 * s_);
      c_.fill(ground, veil(), 2);
      c_.text({box_.right() - 6, label.y}, Qt::AlignRight | Qt::AlignVCenter, label.series->name,
              label.series->colour, kSmall);
    }
  }

  void draw(const Caption& caption) {
    const QPointF at(box_.left() + caption.at.x() * box_.width(),
                     box_.top() + caption.at.y() * box_.height());
    c_.text(at, caption.align, caption.text, caption.colour.isValid() ? caption.colour : t_.text,
            kSmall);
  }

  const Figure& f_;
  Canvas& c_;
  const Theme& t_;
  QRectF box_;
  double s_;
  std::vector<QRectF> flags_;  // the words of guides that stand already
};

}  // namespace

void paint(const Figure& figure, Canvas& canvas) { Painting(figure, canvas).all(); }

}  // namespace spk
