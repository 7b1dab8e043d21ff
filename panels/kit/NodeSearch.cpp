#include "panels/kit/NodeSearch.h"

#include <QAbstractListModel>
#include <QEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPainter>
#include <QPixmap>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <utility>

#include "engine/base/resources.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/kit/itemWords.h"
#include "panels/kit/sketches.h"

namespace spk {
namespace {

constexpr int kMatchRole = Qt::UserRole, kHeadRole = Qt::UserRole + 1, kHintRole = Qt::UserRole + 2;

/// The colour that a node of this entry would have.
QColor entryColour(const Registry& registry, const CatalogueEntry& entry) {
  if (entry.type.empty()) return theme().view;
  Project alone = emptyProject();
  alone.items[Id{2}] = Item{Id{2}, entry.type};
  return nodeColour(alone, registry, Id{2});
}

}  // namespace

/// The rows of a search, for QListView: heads cannot be chosen, entries can be dragged.
class CatalogueModel : public QAbstractListModel {
 public:
  CatalogueModel(const Registry& registry, QObject* parent)
      : QAbstractListModel(parent),
        registry_(registry),
        sketches_(readSketches(resourceFolder() / "sketches.json")) {}

  void restart(std::vector<CatalogueEntry> entries,
               std::function<bool(const CatalogueEntry&)> fits) {
    entries_ = std::move(entries);
    fits_ = std::move(fits);
  }
  void search(const QString& query) {
    beginResetModel();
    rows_ = rows(entries_, query, fits_);
    searching_ = !query.trimmed().isEmpty();
    endResetModel();
  }
  const CatalogueEntry* entry(const QModelIndex& index) const {
    if (!index.isValid() || rows_[index.row()].entry < 0) return nullptr;
    return &entries_[rows_[index.row()].entry];
  }
  /// Those of a preset, and the number that was typed.
  Values begins(const QModelIndex& index) const {
    const CatalogueEntry& what = entries_[rows_[index.row()].entry];
    Values values = what.begins;
    if (const auto& number = rows_[index.row()].match.number) values[what.counted.name] = *number;
    return values;
  }
  const Match& found(const QModelIndex& index) const { return rows_[index.row()].match; }
  /// nullptr for what has none.
  const std::vector<float>* sketch(const QModelIndex& index) const {
    const CatalogueEntry* what = entry(index);
    const auto known = what ? sketches_.find(what->sketch) : sketches_.end();
    return known == sketches_.end() ? nullptr : &known->second;
  }

  int rowCount(const QModelIndex& parent = {}) const override {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
  }
  QVariant data(const QModelIndex& index, int role) const override {
    const CatalogueEntry* what = entry(index);
    if (role == kHeadRole) return what == nullptr;
    if (!what) return role == Qt::DisplayRole ? QVariant(rows_[index.row()].head) : QVariant();
    switch (role) {
      case Qt::DisplayRole: return what->title;
      case Qt::DecorationRole: return entryColour(registry_, *what);
      case Qt::ToolTipRole:
        return what->type.empty()
                   ? what->doc
                   : (what->preset ? what->title : QString::fromStdString(what->type)) + "\n" +
                         what->doc;
      case kHintRole: {
        if (const auto& number = rows_[index.row()].match.number)
          return shownValue(what->counted, *number);
        if (what->preset) return QString();
        if (searching_) return what->group;
        if (what->presets == 0) return QString();
        return what->presets == 1 ? tr("1 preset") : tr("%1 presets").arg(what->presets);
      }
      default: return {};
    }
  }
  Qt::ItemFlags flags(const QModelIndex& index) const override {
    if (!entry(index)) return Qt::ItemNeverHasChildren;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled;
  }
  QStringList mimeTypes() const override { return {kNodeTypeMime, kTemplateMime}; }
  QMimeData* mimeData(const QModelIndexList& indexes) const override {
    auto* mime = new QMimeData;  // Qt's drag owns it
    if (const CatalogueEntry* what = indexes.isEmpty() ? nullptr : entry(indexes.front())) {
      if (what->type.empty())
        mime->setData(kTemplateMime, QByteArray::fromStdString(what->path.string()));
      else
        mime->setData(kNodeTypeMime, droppedType(what->type, begins(indexes.front())));
    }
    return mime;
  }

 private:
  const Registry& registry_;
  Sketches sketches_;
  std::vector<CatalogueEntry> entries_;
  std::vector<CatalogueRow> rows_;
  std::function<bool(const CatalogueEntry&)> fits_;
  bool searching_ = false;
};

namespace {

/// Paints a row of the catalogue: a sketch of what the type does, or a dot, in its colour; title
/// with the matched letters marked; group.
class CatalogueDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
    const bool head = index.data(kHeadRole).toBool();
    return {80, qRound((head ? 28 : kRowHeight) * textScale())};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const Theme& look = theme();
    const QRect box = option.rect;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (index.data(kHeadRole).toBool()) {
      painter->setFont(textFont(11));
      painter->setPen(look.secondary);
      painter->drawText(box.adjusted(12, 4, -8, 0), Qt::AlignVCenter | Qt::AlignLeft,
                        index.data().toString().toUpper());
      painter->restore();
      return;
    }
    if (option.state & QStyle::State_Selected)
      painter->fillRect(box, mixed(look.surface, look.action, 0.22));
    else if (option.state & QStyle::State_MouseOver)
      painter->fillRect(box, mixed(look.surface, look.text, 0.05));
    paintMark(painter, box, index);

    QRect text = box.adjusted(kMarkWidth, 0, -8, 0);
    const QString hint = index.data(kHintRole).toString();
    painter->setFont(textFont(11));
    painter->setPen(look.secondary);
    const int width = painter->fontMetrics().horizontalAdvance(hint);
    if (!hint.isEmpty() && (isNumber(index) || fits(index, text.width() - width - 8))) {
      painter->drawText(text, Qt::AlignVCenter | Qt::AlignRight, hint);
      text.setRight(text.right() - width - 8);
    }
    paintTitle(painter, text, index);
    painter->restore();
  }

 private:
  static constexpr int kMarkWidth = 42;

  /// A number that was typed is always shown; other hints give way to the title.
  static bool isNumber(const QModelIndex& index) {
    return static_cast<const CatalogueModel*>(index.model())->found(index).number.has_value();
  }
  static bool fits(const QModelIndex& index, int width) {
    return QFontMetrics(textFont(13)).horizontalAdvance(index.data().toString()) <= width;
  }

  static void paintMark(QPainter* painter, const QRect& box, const QModelIndex& index) {
    const auto colour = index.data(Qt::DecorationRole).value<QColor>();
    const auto* model = static_cast<const CatalogueModel*>(index.model());
    if (const std::vector<float>* heights = model->sketch(index)) {
      painter->setPen(QPen(colour, 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
      painter->setBrush(Qt::NoBrush);
      paintSketch(*painter, QRectF(box.left() + 8, box.center().y() - 6.5, 27, 14), *heights);
      return;
    }
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    painter->drawEllipse(QPointF(box.left() + 21, box.center().y() + 0.5), 5, 5);
  }

  static void paintTitle(QPainter* painter, const QRect& box, const QModelIndex& index) {
    const auto* model = static_cast<const CatalogueModel*>(index.model());
    const std::vector<int>& marked = model->found(index).inTitle;
    painter->setFont(textFont(13));
    const QFontMetrics metrics(painter->font());
    // What tells presets of one type apart stands at the end.
    const bool isPreset = model->entry(index)->preset;
    const QString whole = index.data().toString();
    const QString title =
        metrics.elidedText(whole, isPreset ? Qt::ElideMiddle : Qt::ElideRight, box.width());
    for (const int at : marked) {
      if (at >= title.size() || title[at] != whole[at]) continue;
      const int left = box.left() + metrics.horizontalAdvance(title.left(at));
      const int right = box.left() + metrics.horizontalAdvance(title.left(at + 1));
      painter->fillRect(left, box.center().y() + metrics.ascent() / 2 + 3, right - left, 2,
                        theme().action);
    }
    painter->setPen(theme().text);
    painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft, title);
  }
};

}  // namespace

NodeSearch::NodeSearch(const Registry& registry, std::filesystem::path templates, Use use,
                       QWidget* parent)
    : QWidget(parent),
      registry_(registry),
      templates_(std::move(templates)),
      use_(use),
      field_(new QLineEdit(this)),
      list_(new QListView(this)),
      empty_(new QLabel(this)),
      model_(new CatalogueModel(registry, this)) {
  field_->setPlaceholderText(use == Use::Popup ? tr("Add: name, “LIF 800”, “LIF 40x30”")
                                               : tr("Search nodes"));
  field_->setClearButtonEnabled(true);
  field_->setAccessibleName(tr("Search nodes"));
  field_->installEventFilter(this);
  list_->setModel(model_);
  list_->setItemDelegate(new CatalogueDelegate(list_));
  list_->setFrameShape(QFrame::NoFrame);
  list_->setMouseTracking(true);
  list_->setUniformItemSizes(false);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setAccessibleName(tr("Nodes"));
  list_->setDragEnabled(use == Use::Dock);
  list_->setDragDropMode(QAbstractItemView::DragOnly);
  list_->installEventFilter(this);
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  empty_->setProperty("role", "secondary");
  empty_->hide();

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 8, 0, use == Use::Popup ? 8 : 0);
  column->setSpacing(4);
  auto* top = new QVBoxLayout;
  top->setContentsMargins(8, 0, 8, 0);
  top->addWidget(field_);
  column->addLayout(top);
  column->addWidget(list_, 1);
  column->addWidget(empty_, 1);
  if (use == Use::Popup) {
    doc_ = new QLabel(this);
    doc_->setWordWrap(true);
    doc_->setProperty("role", "secondary");
    doc_->setTextFormat(Qt::PlainText);
    doc_->setContentsMargins(12, 4, 12, 0);
    doc_->setFixedHeight(qRound(48 * textScale()));
    doc_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(doc_);
    hint_ = new QLabel(this);
    hint_->setProperty("role", "secondary");
    hint_->setContentsMargins(12, 0, 12, 0);
    column->addWidget(hint_);
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &NodeSearch::describe);
    connect(list_, &QListView::clicked, this, [this] { choose(How::Alone); });
  } else {
    connect(list_, &QListView::doubleClicked, this, [this] { choose(How::Alone); });
  }
  connect(field_, &QLineEdit::textChanged, this, &NodeSearch::search);
  restart();
}

void NodeSearch::restart(std::function<bool(const CatalogueEntry&)> fits, const QString& hint) {
  if (hint_) hint_->setText(hint), hint_->setVisible(!hint.isEmpty());
  model_->restart(catalogue(registry_, templates_), std::move(fits));
  const QSignalBlocker quiet(field_);
  field_->clear();
  search();
}

const CatalogueEntry* NodeSearch::current() const { return model_->entry(list_->currentIndex()); }

void NodeSearch::search() {
  model_->search(field_->text());
  const bool none = model_->rowCount() == 0;
  list_->setVisible(!none);
  empty_->setVisible(none);
  empty_->setText(field_->text().trimmed().isEmpty()
                      ? tr("Nothing fits here.")
                      : tr("Nothing is called “%1”.").arg(field_->text().trimmed()));
  if (use_ == Use::Popup || !field_->text().trimmed().isEmpty()) {
    list_->setCurrentIndex({});
    move(1);
  }
  describe();
}

void NodeSearch::choose(How how) {
  const CatalogueEntry* found = current();
  if (!found) return;
  const CatalogueEntry entry = *found;  // a receiver may restart the search
  Q_EMIT chosen(entry, model_->begins(list_->currentIndex()), how);
}

void NodeSearch::move(int rows) {
  const int count = model_->rowCount();
  const int step = rows < 0 ? -1 : 1;
  int row = list_->currentIndex().isValid() ? list_->currentIndex().row() : -1;
  for (int left = std::abs(rows); left > 0;) {
    row += step;
    if (row < 0 || row >= count) return;
    const QModelIndex index = model_->index(row);
    if (!model_->entry(index)) continue;
    list_->setCurrentIndex(index);
    --left;
  }
}

void NodeSearch::describe() {
  if (!doc_) return;
  const CatalogueEntry* what = current();
  const QString doc = what ? what->doc : QString();
  const qsizetype stop = doc.indexOf(". ");
  doc_->setText(stop > 0 ? doc.left(stop + 1) : doc);
}

bool NodeSearch::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
      choose(key->modifiers().testFlag(Qt::ShiftModifier) ? How::Wired : How::Alone);
      return true;
    case Qt::Key_Escape:
      if (use_ == Use::Dock && !field_->text().isEmpty())
        field_->clear();
      else
        Q_EMIT cancelled();
      return true;
    case Qt::Key_Down: move(1); return true;
    case Qt::Key_Up: move(-1); return true;
    case Qt::Key_PageDown: move(8); return true;
    case Qt::Key_PageUp: move(-8); return true;
    default: break;
  }
  if (watched == list_ && !key->text().isEmpty() && key->text()[0].isPrint()) {
    field_->setFocus();  // typing in the list goes on in the field
    field_->insert(key->text());
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace spk
