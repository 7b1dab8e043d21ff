#include "panels/start/StartPage.h"

#include <QAbstractButton>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>
#include <cmath>

#include "panels/kit/Theme.h"

namespace spk {
namespace {

constexpr int kWidest = 1120;

/// A demo's picture: dots as a raster has them, drawn from its name, the same each time.
class DemoButton : public QAbstractButton {
 public:
  DemoButton(const DemoCard& demo, QWidget* parent) : QAbstractButton(parent), demo_(demo) {
    setObjectName(QStringLiteral("demo.") + QString::fromStdString(demo.id));
    setAccessibleName(QString::fromStdString(demo.title));
    setFixedHeight(qRound(188 * textScale()));  // four lines and the last
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const Theme& t = theme();
    const double scale = textScale();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lit = underMouse() || hasFocus();
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(lit ? t.action : t.line, 1));
    painter.setBrush(t.raised);
    painter.drawRoundedRect(box, kNodeRadius, kNodeRadius);
    const QRect picture(1, 1, width() - 2, qRound(72 * scale));
    painter.setClipRect(picture);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.plot);
    painter.drawRoundedRect(picture.adjusted(0, 0, 0, kNodeRadius), kNodeRadius, kNodeRadius);
    drawDots(painter, picture);
    painter.setClipping(false);
    const int margin = qRound(14 * scale);
    QRect text = rect().adjusted(margin, picture.height() + qRound(10 * scale), -margin,
                                 -qRound(10 * scale));
    painter.setPen(t.text);
    painter.setFont(textFont(13, QFont::DemiBold));
    painter.drawText(
        text, Qt::AlignLeft | Qt::AlignTop,
        QFontMetrics(painter.font())
            .elidedText(QString::fromStdString(demo_.title), Qt::ElideRight, text.width()));
    text.setTop(text.top() + qRound(20 * scale));
    painter.setFont(textFont(12));
    painter.setPen(t.secondary);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     QString::fromStdString(demo_.about));
    if (demo_.hasLesson) {
      painter.setPen(t.action);
      painter.drawText(rect().adjusted(margin, 0, -margin, -qRound(8 * scale)),
                       Qt::AlignLeft | Qt::AlignBottom, QObject::tr("with a lesson"));
    }
  }

 private:
  void drawDots(QPainter& painter, const QRect& box) const {
    const Theme& t = theme();
    const std::size_t name = std::hash<std::string>{}(demo_.id);
    // A plain counter, so that the picture is the demo's own and never moves.
    std::uint64_t state = name | 1;
    const auto next = [&] {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      return static_cast<double>(state >> 11) / 9007199254740992.0;
    };
    const bool events =
        demo_.id.find("event") != std::string::npos || demo_.id.find("camera") != std::string::npos;
    const int count = box.width() * box.height() / 60;
    for (int i = 0; i < count; ++i) {
      const double x = next(), y = next();
      QColor colour = y < 0.76 ? t.excitatory : t.inhibitory;
      double place = y;
      if (events) {
        place = 0.5 + 0.34 * std::sin(6.3 * (x + 0.1 * static_cast<double>(name % 7))) +
                0.12 * (y - 0.5);
        colour = next() < 0.5 ? t.on : t.off;
      } else if (demo_.id.find("branch") != std::string::npos) {
        if (std::sin(40 * x) + 0.9 * std::sin(17 * x + 1) < 2.4 * y - 0.3) continue;
        place = 1 - y;
        colour = t.excitatory;
      }
      painter.setBrush(colour);
      painter.drawRect(QRectF(box.left() + x * box.width(),
                              box.top() + 5 + place * (box.height() - 10), 1.6, 1.6));
    }
  }

  DemoCard demo_;
};

}  // namespace

StartPage::StartPage(QWidget* parent) : QWidget(parent), column_(new QVBoxLayout(this)) {
  setObjectName(QStringLiteral("start"));
  column_->setContentsMargins(0, 0, 0, 0);
}

void StartPage::show(std::vector<DemoCard> demos, std::vector<std::filesystem::path> recent) {
  demos_ = std::move(demos);
  recent_ = std::move(recent);
  fill();
}

void StartPage::fill() {
  delete page_;
  cards_.clear();
  const double scale = textScale();
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setFocusPolicy(Qt::NoFocus);
  page_ = scroll;
  column_->addWidget(scroll);
  auto* inner = new QWidget(scroll);
  auto* outer = new QHBoxLayout(inner);
  outer->setContentsMargins(0, 0, 0, 0);
  auto* sheet = new QWidget(inner);
  sheet->setMaximumWidth(qRound(kWidest * scale));
  outer->addStretch(1);
  outer->addWidget(sheet, 1000);
  outer->addStretch(1);
  auto* column = new QVBoxLayout(sheet);
  column->setContentsMargins(24, qRound(40 * scale), 24, 24);
  column->setSpacing(12);
  addTitle(*column);
  addDemos(*column);
  addRecent(*column);
  column->addStretch(1);
  scroll->setWidget(inner);
}

/// The name, what it is for, and the two ways to begin without a demo.
void StartPage::addTitle(QVBoxLayout& column) {
  auto* title = new QLabel(QStringLiteral("Spikarium"), this);
  title->setFont(textFont(28, QFont::DemiBold));
  title->setStyleSheet(
      QStringLiteral("font-size: %1px; font-weight: 600;").arg(qRound(28 * textScale())));
  column.addWidget(title);
  auto* about = new QLabel(
      tr("Build spiking networks, watch them live, and let event cameras drive them."), this);
  about->setProperty("role", "secondary");
  about->setWordWrap(true);
  column.addWidget(about);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(8);
  auto* blank = new QPushButton(tr("New project"), this);
  blank->setObjectName(QStringLiteral("start.new"));
  blank->setProperty("action", true);
  auto* any = new QPushButton(tr("Open any file …"), this);
  any->setObjectName(QStringLiteral("start.open"));
  buttons->addWidget(blank);
  buttons->addWidget(any);
  buttons->addStretch(1);
  column.addSpacing(8);
  column.addLayout(buttons);
  connect(blank, &QPushButton::clicked, this, [this] {
    if (startNew) startNew();
  });
  connect(any, &QPushButton::clicked, this, [this] {
    if (openAny) openAny();
  });
}

void StartPage::addHead(QVBoxLayout& column, const QString& words) {
  auto* label = new QLabel(words.toUpper(), this);
  label->setProperty("role", "section");
  column.addSpacing(12);
  column.addWidget(label);
}

void StartPage::addDemos(QVBoxLayout& column) {
  addHead(column, tr("Demos"));
  grid_ = new QGridLayout;
  grid_->setSpacing(12);
  column.addLayout(grid_);
  for (const DemoCard& demo : demos_) {
    auto* card = new DemoButton(demo, column.parentWidget());
    connect(card, &QAbstractButton::clicked, this, [this, path = demo.project] {
      if (open) open(path);
    });
    cards_.push_back(card);
  }
  placeCards();
}

void StartPage::addRecent(QVBoxLayout& column) {
  addHead(column, tr("Recent files"));
  if (recent_.empty()) {
    auto* none = new QLabel(
        tr("None yet. Event recordings and projects may also be dropped on the window."), this);
    none->setProperty("role", "secondary");
    column.addWidget(none);
  }
  for (const auto& file : recent_) {
    auto* row =
        new QPushButton(QString::fromStdString(file.filename().string()) + QStringLiteral("   ") +
                            QString::fromStdString(file.parent_path().string()),
                        this);
    row->setFlat(true);
    row->setStyleSheet(QStringLiteral("text-align: left;"));
    connect(row, &QPushButton::clicked, this, [this, file] {
      if (open) open(file);
    });
    column.addWidget(row);
  }
}

void StartPage::placeCards() {
  if (!grid_) return;
  const int room = std::max(1, std::min(width(), qRound(kWidest * textScale())) - 48);
  const int columns = std::clamp(room / qRound(260 * textScale()), 1, 4);
  for (QWidget* card : cards_) grid_->removeWidget(card);
  for (int i = 0; i < 4; ++i) grid_->setColumnStretch(i, i < columns ? 1 : 0);
  int place = 0;
  for (QWidget* card : cards_) {
    grid_->addWidget(card, place / columns, place % columns);
    ++place;
  }
}

void StartPage::resizeEvent(QResizeEvent*) { placeCards(); }

void StartPage::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::StyleChange && page_)
    QMetaObject::invokeMethod(
        this, [this] { fill(); }, Qt::QueuedConnection);
}

}  // namespace spk
