#include "panels/notes/Notes.h"

#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <functional>

#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/kit/itemWords.h"

namespace spk {
namespace {

constexpr std::size_t kMostRows = 200;  // more cannot be read anyway; the rest is counted

/// One note: sign, who it is about, what is wrong; and the button that mends it.
class NoteRow : public QWidget {
 public:
  NoteRow(const Note& note, const QString& name, std::function<void()> show,
          std::function<void()> mend, QWidget* parent)
      : QWidget(parent), level_(note.level), show_(std::move(show)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(32, 6, 8, 6);
    row->setSpacing(8);
    auto* words = new QLabel(this);
    words->setWordWrap(true);
    words->setTextFormat(Qt::RichText);
    const QString text = QString::fromStdString(note.text).toHtmlEscaped();
    words->setText(name.isEmpty()
                       ? text
                       : QStringLiteral("<b>%1</b>&nbsp; %2").arg(name.toHtmlEscaped(), text));
    row->addWidget(words, 1);
    if (note.fix) {
      auto* button = new QPushButton(QString::fromStdString(note.fix->title), this);
      button->setObjectName("fix");
      QObject::connect(button, &QPushButton::clicked, this, [mend = std::move(mend)] { mend(); });
      row->addWidget(button, 0, Qt::AlignTop);
    }
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(QString::fromLatin1(levelWord(note.level)) + ": " + name + " " +
                      QString::fromStdString(note.text));
    if (note.item != Id::none) setCursor(Qt::PointingHandCursor);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const Theme& look = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasFocus())
      painter.fillRect(rect(), mixed(look.surface, look.action, 0.22));
    else if (underMouse())
      painter.fillRect(rect(), mixed(look.surface, look.text, 0.05));
    painter.setPen(Qt::NoPen);
    const QPointF at(18, 6 + fontMetrics().height() / 2.0);
    if (level_ == Note::Level::Info) {
      painter.setBrush(look.action);
      painter.drawEllipse(at, 5, 5);
      return;
    }
    painter.setBrush(level_ == Note::Level::Error ? look.bad : look.cursor);
    if (level_ == Note::Level::Error) {
      painter.drawRoundedRect(QRectF(at.x() - 5, at.y() - 5, 10, 10), 2, 2);
      return;
    }
    const QPointF triangle[] = {at + QPointF(0, -6), at + QPointF(6, 5), at + QPointF(-6, 5)};
    painter.drawPolygon(triangle, 3);
  }
  void enterEvent(QEnterEvent*) override { update(); }
  void leaveEvent(QEvent*) override { update(); }
  void mousePressEvent(QMouseEvent* event) override {
    if (event->button() == Qt::LeftButton) show_();
  }
  void mouseReleaseEvent(QMouseEvent*) override {}   // the press was ours
  void keyPressEvent(QKeyEvent* event) override {
    switch (event->key()) {
      case Qt::Key_Return:
      case Qt::Key_Enter:
      case Qt::Key_Space: show_(); return;
      case Qt::Key_Down: focusNextChild(); return;
      case Qt::Key_Up: focusPreviousChild(); return;
      default: QWidget::keyPressEvent(event);
    }
  }

 private:
  Note::Level level_;
  std::function<void()> show_;
};

/// The list of all notes, made anew when they changed.
class NotesPanel : public Panel {
 public:
  explicit NotesPanel(PanelContext& context) : context_(context), area_(new QScrollArea) {
    area_->setWidgetResizable(true);
    area_->setFrameShape(QFrame::NoFrame);
    area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area_->setAccessibleName(QObject::tr("Notes"));
    area_->setMinimumWidth(160);
    fill();
  }
  ~NotesPanel() override { delete area_; }

  QWidget* widget() override { return area_; }
  void edited(const Edit&) override {}
  void tick(Time) override {
    const std::span<const Note> now = context_.notes();
    const bool same = std::ranges::equal(now, shown_, [](const Note& a, const Note& b) {
      return a.level == b.level && a.item == b.item && a.text == b.text && a.fix == b.fix;
    });
    if (!same) fill();
  }
  std::string facts() const override {
    if (shown_.empty()) return {};
    return std::to_string(shown_.size()) + (shown_.size() == 1 ? " note" : " notes");
  }
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize&) const override {
    return Error{"notes cannot be written to a file", path.filename().string()};
  }

 private:
  void fill() {
    const std::span<const Note> now = context_.notes();
    shown_.assign(now.begin(), now.end());
    Notes order = shown_;
    std::ranges::stable_sort(order, [](const Note& a, const Note& b) { return a.level > b.level; });
    auto* list = new QWidget;
    auto* column = new QVBoxLayout(list);
    column->setContentsMargins(0, 4, 0, 4);
    column->setSpacing(0);
    for (std::size_t i = 0; i < order.size() && i < kMostRows; ++i) addRow(order[i], list, column);
    if (order.empty() || order.size() > kMostRows) {
      auto* words =
          new QLabel(order.empty() ? QObject::tr("Nothing to mend.")
                                   : QObject::tr("and %1 more").arg(order.size() - kMostRows),
                     list);
      words->setAlignment(Qt::AlignCenter);
      words->setProperty("role", "secondary");
      words->setMargin(12);
      column->addWidget(words);
    }
    column->addStretch(1);
    const QPointer<QWidget> old = area_->takeWidget();
    area_->setWidget(list);
    if (old) old->deleteLater();  // its button may be what called us
  }

  void addRow(const Note& note, QWidget* list, QVBoxLayout* column) {
    const Project& project = context_.document.project();
    const QString name =
        note.item == Id::none ? QString() : shownName(project, context_.registry, note.item);
    const auto show = [this, item = note.item] {
      // Refused only if the item is gone by now; the next tick takes its note away.
      if (item != Id::none) (void)context_.act("graph.reveal", itemValues(item));
    };
    const auto mend = [this, fix = note.fix] {
      if (!fix) return;
      if (auto done = context_.commit(*fix, {}); !done && area_)
        area_->setToolTip(QString::fromStdString(done.error().text()));
    };
    column->addWidget(new NoteRow(note, name, show, mend, list));
  }

  PanelContext& context_;
  QPointer<QScrollArea> area_;
  Notes shown_;
};

}  // namespace

std::unique_ptr<Panel> makeNotes(PanelContext& context) {
  return std::make_unique<NotesPanel>(context);
}

}  // namespace spk
