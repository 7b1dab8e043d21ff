#include "app/CommandPalette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

#include "panels/kit/Theme.h"

namespace spk {
namespace {

/// Words at left, facts in grey at right.
class EntryDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const Theme& t = theme();
    painter->save();
    const QRect box = option.rect;
    if (option.state & QStyle::State_Selected) {
      painter->setRenderHint(QPainter::Antialiasing);
      painter->setPen(Qt::NoPen);
      painter->setBrush(mixed(t.raised, t.action, 0.25));
      painter->drawRoundedRect(box.adjusted(4, 1, -4, -1), 4, 4);
    }
    const QRect inner = box.adjusted(14, 0, -14, 0);
    const QString facts = index.data(Qt::UserRole).toString();
    painter->setFont(textFont(12));
    const int factsWidth = QFontMetrics(painter->font()).horizontalAdvance(facts);
    painter->setPen(t.secondary);
    painter->drawText(inner, Qt::AlignRight | Qt::AlignVCenter, facts);
    painter->setFont(textFont(13));
    painter->setPen(t.text);
    const int room = inner.width() - factsWidth - 12;
    painter->drawText(
        inner, Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(painter->font()).elidedText(index.data().toString(), Qt::ElideRight, room));
    painter->restore();
  }
  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {100, qRound(kRowHeight * 1.1 * textScale())};
  }
};

}  // namespace

int matchScore(const QString& words, const QString& also, const QString& wanted) {
  int score = 1;
  for (const QString& part : wanted.split(u' ', Qt::SkipEmptyParts)) {
    const qsizetype at = words.indexOf(part, 0, Qt::CaseInsensitive);
    if (at == 0)
      score += 8;
    else if (at > 0 && words[at - 1] == u' ')
      score += 6;
    else if (at > 0)
      score += 3;
    else if (also.contains(part, Qt::CaseInsensitive))
      score += 1;
    else
      return 0;
  }
  return score;
}

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window, Qt::Popup), search_(new QLineEdit(this)), list_(new QListWidget(this)) {
  setObjectName(QStringLiteral("commands"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 8, 8, 8);
  column->setSpacing(6);
  search_->setObjectName(QStringLiteral("commands.search"));
  search_->setPlaceholderText(tr("Find a command, a node type or a node"));
  search_->setClearButtonEnabled(true);
  column->addWidget(search_);
  list_->setObjectName(QStringLiteral("commands.list"));
  list_->setItemDelegate(new EntryDelegate(list_));
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  column->addWidget(list_);
  search_->installEventFilter(this);
  connect(search_, &QLineEdit::textChanged, this, &CommandPalette::fill);
  connect(search_, &QLineEdit::returnPressed, this, &CommandPalette::run);
  connect(list_, &QListWidget::itemClicked, this, &CommandPalette::run);
}

void CommandPalette::open(std::vector<Entry> entries) {
  entries_ = std::move(entries);
  search_->clear();
  fill();
  const QWidget* window = parentWidget();
  const double scale = textScale();
  const QSize size(std::min(qRound(560 * scale), window->width() - 40),
                   std::min(qRound(420 * scale), window->height() - 120));
  resize(size);
  move(window->mapToGlobal(QPoint((window->width() - size.width()) / 2, qRound(84 * scale))));
  show();
  search_->setFocus();
}

void CommandPalette::fill() {
  const QString wanted = search_->text();
  std::vector<std::pair<int, std::size_t>> found;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (const int score = matchScore(entries_[i].words, entries_[i].also, wanted); score > 0)
      found.emplace_back(-score, i);
  std::ranges::stable_sort(found, {}, [](const auto& f) { return f.first; });
  list_->clear();
  shown_.clear();
  for (const auto& [score, index] : found) {
    auto* row = new QListWidgetItem(entries_[index].words, list_);
    row->setData(Qt::UserRole, entries_[index].facts);
    shown_.push_back(index);
  }
  list_->setCurrentRow(0);
}

void CommandPalette::run() {
  const int row = list_->currentRow();
  if (row < 0 || row >= static_cast<int>(shown_.size())) return;
  const auto act = entries_[shown_[static_cast<std::size_t>(row)]].act;
  hide();
  if (act) act();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (watched != search_ || event->type() != QEvent::KeyPress) return false;
  const auto* key = static_cast<QKeyEvent*>(event);
  const int rows = list_->count(), row = list_->currentRow();
  if (rows == 0) return false;
  switch (key->key()) {
    case Qt::Key_Down: list_->setCurrentRow((row + 1) % rows); return true;
    case Qt::Key_Up: list_->setCurrentRow((row + rows - 1) % rows); return true;
    case Qt::Key_PageDown: list_->setCurrentRow(std::min(rows - 1, row + 10)); return true;
    case Qt::Key_PageUp: list_->setCurrentRow(std::max(0, row - 10)); return true;
    default: return false;
  }
}

}  // namespace spk
