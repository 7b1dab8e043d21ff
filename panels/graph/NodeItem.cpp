#include "panels/graph/NodeItem.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <algorithm>
#include <utility>

#include "panels/kit/Theme.h"

namespace spk::panels::graph {
namespace {

constexpr int kBars = 58;              // of 3 px in a thumbnail
constexpr Time kWindow = 2 * kSecond;  // that a thumbnail shows

void paintShadow(QPainter& painter, const QRectF& box) {
  if (theme().kind == ThemeKind::Dark) {
    painter.setBrush(QColor(0, 0, 0, 70));
    painter.drawRoundedRect(box.adjusted(-1, 1, 1, 4), kNodeRadius + 1, kNodeRadius + 1);
  } else {
    painter.setBrush(QColor(20, 30, 50, 14));
    painter.drawRoundedRect(box.adjusted(-2, 0, 2, 4), kNodeRadius + 2, kNodeRadius + 2);
    painter.drawRoundedRect(box.adjusted(-1, 1, 1, 2), kNodeRadius + 1, kNodeRadius + 1);
  }
}

QStaticText prepared(const QString& text, const QFont& font) {
  QStaticText made(text);
  made.setTextFormat(Qt::PlainText);
  made.setPerformanceHint(QStaticText::AggressiveCaching);
  made.prepare({}, font);
  return made;
}

}  // namespace

void NodeItem::setFace(NodeFace face) {
  prepareGeometryChange();
  face_ = std::move(face);
  laidOut_ = false;
  update();
}

void NodeItem::layout() {
  texts_.clear();
  const auto put = [&](const QString& text, double left, double centre, const QFont& font,
                       bool quiet) {
    texts_.push_back({prepared(text, font),
                      QPointF(left, centre - QFontMetricsF(font).height() / 2), font, quiet});
  };
  const QFont nameFont = textFont(13, QFont::DemiBold), typeFont = textFont(11);
  const QFontMetricsF nameMetrics(nameFont), typeMetrics(typeFont);
  const double room = kNodeWidth - 22 - kPad;
  const double nameWidth = std::min(nameMetrics.horizontalAdvance(face_.name), room);
  const QString type = typeMetrics.elidedText(
      face_.type, Qt::ElideRight, std::max(0.0, std::max(room - nameWidth - 10, room * 0.3)));
  const double typeWidth = typeMetrics.horizontalAdvance(type);
  put(nameMetrics.elidedText(face_.name, Qt::ElideRight, room - typeWidth - 10), 22, kHeader / 2,
      nameFont, false);
  put(type, kNodeWidth - kPad - typeWidth, kHeader / 2 + 0.5, typeFont, true);

  const QFont rowFont = textFont(12), valueFont = numberFont(12);
  QFont small = rowFont;
  small.setPixelSize(qRound(rowFont.pixelSize() * 0.76));
  double y = kHeader + kNodeRow / 2.0;
  for (const RowFace& row : face_.rows) {
    const Typeset name = typeset(row.name);
    const double left = kPad + 4;
    put(name.base, left, y, rowFont, true);
    double end = left + QFontMetricsF(rowFont).horizontalAdvance(name.base);
    if (!name.subscript.isEmpty()) {
      put(name.subscript, end, y + 3, small, true);
      end += QFontMetricsF(small).horizontalAdvance(name.subscript);
    }
    const QFontMetricsF metrics(valueFont);
    const QString value =
        metrics.elidedText(row.value, Qt::ElideRight, kNodeWidth - kPad - 4 - end - 8);
    put(value, kNodeWidth - kPad - 4 - metrics.horizontalAdvance(value), y, valueFont, false);
    y += kNodeRow;
  }
}

QPointF NodeItem::portAt(std::string_view port) const {
  const PortFace* found = face_.port(port);
  return pos() + (found ? found->at : QPointF(kNodeWidth / 2.0, 0));
}

void NodeItem::setSelected(bool selected) {
  if (std::exchange(selected_, selected) != selected) update();
  setZValue(selected ? 4 : 3);
}

void NodeItem::setFocus(bool focused, int port) {
  if (focused_ == focused && focusPort_ == port) return;
  focused_ = focused, focusPort_ = port;
  prepareGeometryChange();
  update();
}

void NodeItem::setHoveredPort(int port) {
  if (std::exchange(hoveredPort_, port) == port) return;
  prepareGeometryChange();
  update();
}

void NodeItem::setFitting(std::vector<bool> fits, bool pulling) {
  if (!pulling && !pulling_) return;
  fits_ = std::move(fits), pulling_ = pulling;
  update();
}

bool NodeItem::look(const Tape* tape, std::span<const Tape* const> sources) {
  if (!face_.thumbnail) return false;
  const std::uint64_t version = tape ? tape->version() : 0;
  if (tape == tape_ && version == tapeVersion_) return false;
  tape_ = tape, tapeVersion_ = version;
  if (face_.counts)
    if (QString counts = countsWords(tape, sources); counts != counts_) {
      counts_ = std::move(counts);
      update(face_.countsBox);
    }
  std::vector<float> bins;
  if (tape) {
    const Time end = tape->end(), from = std::max<Time>(0, end - kWindow);
    std::vector<double> sums(kBars, 0.0);
    tape->visit<Count>(from, end + 1, [&](std::span<const Count> counts) {
      for (const Count& count : counts)
        if (count.t >= end - kWindow)
          sums[std::clamp<Time>((count.t - (end - kWindow)) * kBars / (kWindow + 1), 0,
                                kBars - 1)] += static_cast<double>(count.n);
    });
    const double most = *std::ranges::max_element(sums);
    if (most > 0)
      for (const double sum : sums) bins.push_back(static_cast<float>(sum / most));
  }
  if (bins == bins_) return false;
  bins_ = std::move(bins);
  update(face_.thumbnailBox);
  return true;
}

QRectF NodeItem::boundingRect() const {
  const double side = hoveredPort_ >= 0 || focusPort_ >= 0 ? 130 : 10;  // room for a port's name
  return QRectF(QPointF(0, 0), face_.size).adjusted(-side, -6, side, 10);
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
  const Theme& look = theme();
  const QRectF box(QPointF(0, 0), face_.size);
  const double detail = option->levelOfDetailFromTransform(painter->worldTransform());
  if (face_.muted) painter->setOpacity(0.4);
  painter->setPen(Qt::NoPen);
  if (detail < kFar) {
    paintFar(*painter);
    return;
  }
  if (!std::exchange(laidOut_, true)) layout();
  if (detail > 0.6) paintShadow(*painter, box);
  const bool ring = selected_ || focused_;
  painter->setBrush(look.raised);
  painter->setPen(ring ? QPen(look.action, 2, selected_ ? Qt::SolidLine : Qt::DotLine)
                       : QPen(look.line, 1));
  painter->drawRoundedRect(box, kNodeRadius, kNodeRadius);
  painter->setPen(Qt::NoPen);
  painter->setBrush(face_.colour);
  painter->drawRoundedRect(QRectF(10, 8, 4, kHeader - 16), 2, 2);
  if (!face_.rows.empty() || face_.thumbnail)
    painter->fillRect(QRectF(1, kHeader - 0.5, kNodeWidth - 2, 1),
                      mixed(look.raised, look.line, 0.8));
  for (const Text& text : texts_) {
    painter->setFont(text.font);
    painter->setPen(text.quiet ? look.secondary : look.text);
    painter->drawStaticText(text.at, text.text);
  }
  if (face_.thumbnail) paintThumbnail(*painter);
  if (face_.counts) paintCounts(*painter);
  if (!face_.note.isEmpty()) paintNote(*painter);
  if (face_.bypassed) paintBypass(*painter);
  if (face_.muted) {
    painter->setOpacity(0.8);
    painter->setPen(QPen(look.secondary, 2, Qt::SolidLine, Qt::RoundCap));
    painter->drawLine(box.bottomLeft() + QPointF(14, -8), box.topRight() + QPointF(-14, 8));
    painter->setOpacity(0.4);
  }
  paintPorts(*painter);
}

/// The body steps back, and the wire goes through: from the input to the output of its signal.
void NodeItem::paintBypass(QPainter& painter) const {
  const Theme& look = theme();
  const double opacity = painter.opacity();
  painter.setPen(Qt::NoPen);
  painter.setOpacity(opacity * 0.55);
  painter.setBrush(look.raised);
  painter.drawRoundedRect(QRectF(QPointF(0, 0), face_.size).adjusted(1, 1, -1, -1), kNodeRadius - 1,
                          kNodeRadius - 1);
  painter.setOpacity(opacity);
  for (const PortFace& out : face_.ports)
    for (const PortFace& in : face_.ports) {
      if (!in.port.input || out.port.input || in.port.signal != out.port.signal) continue;
      QPainterPath through(in.at);
      through.cubicTo(in.at + QPointF(60, 0), out.at - QPointF(60, 0), out.at);
      painter.setBrush(Qt::NoBrush);
      painter.setPen(QPen(signalColour(out.port.signal), 2));
      painter.drawPath(through);
      return;
    }
}

void NodeItem::paintFar(QPainter& painter) const {
  const Theme& look = theme();
  const QRectF box(QPointF(0, 0), face_.size);
  painter.setBrush(mixed(look.raised, face_.colour, 0.45));
  painter.setPen(selected_               ? QPen(look.action, 4)
                 : !face_.note.isEmpty() ? QPen(look.cursor, 3)
                                         : QPen(Qt::NoPen));
  painter.drawRoundedRect(box, kNodeRadius, kNodeRadius);
  QFont large = textFont(24, QFont::DemiBold);
  painter.setFont(large);
  painter.setPen(look.text);
  painter.drawText(box.adjusted(10, 0, -10, 0), Qt::AlignCenter,
                   QFontMetricsF(large).elidedText(face_.name, Qt::ElideRight, kNodeWidth - 20));
}

void NodeItem::paintThumbnail(QPainter& painter) const {
  const QRectF& box = face_.thumbnailBox;
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme().plot);
  painter.drawRoundedRect(box, 3, 3);
  const double base = box.bottom() - 3, room = box.height() - 7;
  if (bins_.empty()) {
    painter.fillRect(QRectF(box.left() + 4, base - 1, box.width() - 8, 1), theme().grid);
    return;
  }
  const double pitch = (box.width() - 4) / kBars;
  for (int i = 0; i < kBars; ++i) {
    const double height = std::max(bins_[i] > 0 ? 1.0 : 0.0, bins_[i] * room);
    painter.fillRect(QRectF(box.left() + 2 + i * pitch, base - height, pitch * 0.72, height),
                     face_.colour);
  }
}

void NodeItem::paintCounts(QPainter& painter) const {
  const QFont font = textFont(11);
  const QFontMetricsF metrics(font);
  painter.setFont(font);
  painter.setPen(theme().secondary);
  QString words = counts_.isEmpty() ? QStringLiteral("in – → out –") : counts_;
  // In large text the arrow alone must say it.
  if (metrics.horizontalAdvance(words) > face_.countsBox.width())
    words.remove(QStringLiteral("in ")).remove(QStringLiteral("out "));
  painter.drawText(face_.countsBox, Qt::AlignVCenter | Qt::AlignLeft,
                   metrics.elidedText(words, Qt::ElideRight, face_.countsBox.width()));
}

void NodeItem::paintPorts(QPainter& painter) const {
  for (int i = 0; i < static_cast<int>(face_.ports.size()); ++i) {
    const PortFace& port = face_.ports[i];
    const bool fits = pulling_ && i < static_cast<int>(fits_.size()) && fits_[i];
    if (i == hoveredPort_ || i == focusPort_ || fits) {
      painter.setPen(Qt::NoPen);
      QColor halo = fits && i != hoveredPort_ && i != focusPort_ ? theme().text : theme().action;
      halo.setAlpha(70);
      painter.setBrush(halo);
      painter.drawEllipse(port.at, 10, 10);
    }
    painter.setOpacity((pulling_ && !fits ? 0.3 : 1.0) * (face_.muted ? 0.4 : 1.0));
    if (port.known) {
      paintPort(painter, port.port.signal, port.at, 11, port.connected);
    } else {
      painter.setPen(QPen(theme().bad, 1.5));
      painter.setBrush(theme().raised);
      painter.drawEllipse(port.at, 4, 4);
    }
  }
  painter.setOpacity(1);
  for (const int shown : {hoveredPort_, focusPort_})
    if (shown >= 0 && shown < static_cast<int>(face_.ports.size()))
      paintPortName(painter, face_.ports[shown]);
}

void NodeItem::paintPortName(QPainter& painter, const PortFace& port) const {
  const QFont font = textFont(11);
  const QFontMetricsF metrics(font);
  QString words = typesetText(port.port.name);
  if (!port.port.unit.empty()) words += " · " + QString::fromStdString(port.port.unit);
  const double width = metrics.horizontalAdvance(words) + 12;
  const QRectF pill(port.port.input ? port.at.x() - 14 - width : port.at.x() + 14, port.at.y() - 10,
                    width, 20);
  painter.setPen(QPen(theme().line, 1));
  painter.setBrush(theme().surface);
  painter.drawRoundedRect(pill, 4, 4);
  painter.setFont(font);
  painter.setPen(theme().text);
  painter.drawText(pill, Qt::AlignCenter, words);
}

void NodeItem::paintNote(QPainter& painter) const {
  const Theme& look = theme();
  const QColor tone = face_.level == Note::Level::Error ? look.bad : look.cursor;
  painter.setPen(Qt::NoPen);
  painter.setBrush(mixed(look.raised, tone, look.kind == ThemeKind::Dark ? 0.24 : 0.16));
  painter.drawRoundedRect(face_.noteBox, 5, 5);
  const QFont font = textFont(11), bold = textFont(11, QFont::DemiBold);
  const double right = face_.fix.isEmpty() ? face_.noteBox.right() - 6 : face_.fixBox.left() - 2;
  const QRectF words(face_.noteBox.left() + 22, face_.noteBox.top(),
                     right - face_.noteBox.left() - 22, face_.noteBox.height());
  const QPointF top(face_.noteBox.left() + 12, face_.noteBox.center().y());
  painter.setBrush(tone);
  const QPointF triangle[] = {top + QPointF(0, -5), top + QPointF(5.5, 4.5),
                              top + QPointF(-5.5, 4.5)};
  painter.drawPolygon(triangle, 3);
  painter.setPen(look.text);
  painter.setFont(font);
  painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextWordWrap,
                   QFontMetricsF(font).elidedText(face_.note, Qt::ElideRight,
                                                  words.width() * (words.height() > 30 ? 1.8 : 1)));
  if (face_.fix.isEmpty()) return;
  painter.setFont(bold);
  painter.setPen(look.action);
  painter.drawText(
      face_.fixBox.adjusted(0, 0, -8, 0), Qt::AlignVCenter | Qt::AlignRight,
      QFontMetricsF(bold).elidedText(face_.fix, Qt::ElideRight, face_.fixBox.width() - 8));
}

}  // namespace spk::panels::graph
