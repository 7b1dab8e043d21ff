#include "panels/inspector/Inspector.h"

#include <QAbstractButton>
#include <QFontMetrics>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPointer>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <map>

#include "engine/graph/population.h"
#include "panels/inspector/EquationEditor.h"
#include "panels/inspector/PairMatrix.h"
#include "panels/inspector/inspected.h"
#include "panels/kit/Theme.h"

namespace spk {
namespace {

using namespace panels::inspector;

/// Opens and closes a group of rows.
class GroupHead : public QAbstractButton {
 public:
  GroupHead(const QString& title, bool open, QWidget* parent)
      : QAbstractButton(parent), open_(open) {
    setText(title);
    setAccessibleName(title + (open ? QObject::tr(", open") : QObject::tr(", closed")));
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
  }
  QSize sizeHint() const override { return {120, qRound(32 * textScale())}; }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = rect().adjusted(0, 6, 0, 0);
    if (hasFocus()) painter.fillRect(box, mixed(theme().surface, theme().action, 0.12));
    painter.setPen(underMouse() || hasFocus() ? theme().text : theme().secondary);
    painter.setFont(textFont(11));
    painter.drawText(box.adjusted(28, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics(painter.font()).elidedText(text(), Qt::ElideRight, width() - 36));
    const QPointF at(18, box.center().y() + 0.5);
    const QPointF down[] = {at + QPointF(-4, -2), at + QPointF(4, -2), at + QPointF(0, 3)};
    const QPointF right[] = {at + QPointF(-2, -4), at + QPointF(3, 0), at + QPointF(-2, 4)};
    painter.setBrush(painter.pen().color());
    painter.setPen(Qt::NoPen);
    painter.drawPolygon(open_ ? down : right, 3);
  }
  void enterEvent(QEnterEvent*) override { update(); }
  void leaveEvent(QEvent*) override { update(); }
  void keyPressEvent(QKeyEvent* event) override {
    switch (event->key()) {
      case Qt::Key_Return:
      case Qt::Key_Enter: click(); return;
      case Qt::Key_Up: focusPreviousChild(); return;
      case Qt::Key_Down: focusNextChild(); return;
      default: QAbstractButton::keyPressEvent(event);
    }
  }

 private:
  bool open_;
};

/// The parameters of what is selected: rows are made when the selection changes, and only refreshed
/// when a value does, so that a drag, and the focus, outlive their own edits.
class InspectorPanel : public Panel {
 public:
  explicit InspectorPanel(PanelContext& context) : context_(context), area_(new QScrollArea) {
    area_->setWidgetResizable(true);
    area_->setFrameShape(QFrame::NoFrame);
    area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area_->setAccessibleName(QObject::tr("Inspector"));
    area_->setMinimumWidth(200);
    area_->setFocusPolicy(Qt::NoFocus);
    show();
  }
  ~InspectorPanel() override { delete area_; }

  QWidget* widget() override { return area_; }
  void edited(const Edit&) override { show(); }
  void tick(Time) override {
    if (context_.looking().version != lookingVersion_) show();
  }
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize&) const override {
    return Error{"the inspector cannot be written to a file", path.filename().string()};
  }

 private:
  void show() {
    lookingVersion_ = context_.looking().version;
    now_ = inspect(context_.document.project(), context_.registry, context_.looking().selection);
    if (signature() == shown_)
      refresh();
    else
      rebuild();
  }

  bool isOpen(const Group& group) const {
    const auto found = open_.find(group.key);
    return group.title.isEmpty() || (found == open_.end() ? group.open : found->second);
  }

  /// What decides which widgets there are.
  std::string signature() const {
    std::string text;
    for (const Id id : now_.items) text += std::to_string(number(id)) + ",";
    for (const Group& group : now_.groups) {
      text += "|" + group.key + group.title.toStdString() + (isOpen(group) ? "+" : "-");
      if (!isOpen(group)) continue;
      for (const RowState& row : group.rows) text += ";" + row.parameter.name + row.parameter.unit;
    }
    return text;
  }

  void refresh() {
    if (name_ && !name_->hasFocus()) name_->setText(now_.name);
    if (facts_) facts_->setText(now_.facts);
    std::size_t i = 0;
    for (const Group& group : now_.groups)
      if (isOpen(group))
        for (const RowState& row : group.rows) {
          if (row.parameter.kind == Kind::Equation) {
            if (equations_) equations_->setState(row);
          } else if (i < rows_.size()) {
            rows_[i++]->setState(row);
          }
          if (pairs_ && isPairs(group, row) && group.items.front() == pairsOf_) setPairs(row);
        }
  }

  void rebuild() {
    shown_ = signature();
    const int scrolled = area_->verticalScrollBar()->value();
    const std::string focused = focusedRow();
    const int typed = equations_ && equations_->field()->hasFocus() ? equations_->position() : -1;
    rows_.clear();
    equations_ = nullptr;
    pairs_ = nullptr;
    name_ = nullptr, facts_ = nullptr;
    auto* list = new QWidget;
    auto* column = new QVBoxLayout(list);
    column->setContentsMargins(0, 8, 0, 12);
    column->setSpacing(0);
    addHead(list, column);
    for (std::size_t i = 0; i < now_.groups.size(); ++i) addGroup(now_.groups[i], i, list, column);
    if (!now_.doc.isEmpty()) column->addWidget(quiet(now_.doc, list, 12));
    column->addStretch(1);
    const QPointer<QWidget> old = area_->takeWidget();
    area_->setWidget(list);
    if (old) old->hide(), old->deleteLater();  // one of its rows may be what called us
    area_->verticalScrollBar()->setValue(scrolled);
    for (const auto& row : rows_)
      if (row && !focused.empty() && row->objectName().toStdString() == focused) row->setFocus();
    if (equations_ && typed >= 0) equations_->setFocus(), equations_->goTo(typed);
  }

  std::string focusedRow() const {
    for (const auto& row : rows_)
      if (row && (row->hasFocus() || row->isAncestorOf(row->window()->focusWidget())))
        return row->objectName().toStdString();
    return {};
  }

  static QLabel* quiet(const QString& text, QWidget* parent, int top) {
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setContentsMargins(14, top, 12, 4);
    label->setProperty("role", "secondary");
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
  }

  void addHead(QWidget* list, QVBoxLayout* column) {
    name_ = new QLineEdit(now_.name, list);
    name_->setObjectName("name");
    name_->setFrame(false);
    name_->setProperty("role", "name");
    name_->setReadOnly(!now_.renames);
    name_->setAccessibleName(QObject::tr("Name"));
    QObject::connect(name_, &QLineEdit::editingFinished, name_, [this, field = name_.data()] {
      if (field->isModified()) rename(field->text().trimmed());
    });
    column->addWidget(name_);
    facts_ = quiet(now_.facts, list, 0);
    column->addWidget(facts_);
  }

  void rename(const QString& name) {
    if (!now_.renames || now_.items.size() != 1) return;
    const Project& project = context_.document.project();
    const Item* item = project.find(now_.items.front());
    if (!item || textOr(item->values, "name", "") == name.toStdString()) return;
    Project without = project;
    without.items[item->id].values.erase("name");
    const Setting to =
        name.isEmpty() ? Setting{std::monostate{}}
                       : Setting{Value{uniqueName(without, item->parent.item, name.toStdString())}};
    commit(valueEdit(project, context_.registry, now_.items, "name", to), {});
  }

  void addGroup(const Group& group, std::size_t index, QWidget* list, QVBoxLayout* column) {
    if (!group.title.isEmpty()) {
      auto* head = new GroupHead(group.title, isOpen(group), list);
      head->setObjectName(QString::fromStdString("head " + group.key));
      QObject::connect(head, &QAbstractButton::clicked, head,
                       [this, key = group.key, was = isOpen(group)] {
                         open_[key] = !was;
                         show();
                       });
      column->addWidget(head);
    }
    if (!isOpen(group)) return;
    for (const RowState& state : group.rows) {
      if (state.parameter.kind == Kind::Equation) {
        addEquations(group, index, state, list, column);
        continue;
      }
      auto* row = new ParameterRow(state, list);
      row->setObjectName(QString::fromStdString(group.key + "/" + state.parameter.name));
      const std::string key = state.parameter.name;
      QObject::connect(row, &ParameterRow::wanted, row,
                       [this, index, key](const Value& value, bool dragging) {
                         change(index, key, value, dragging);
                       });
      QObject::connect(row, &ParameterRow::dragged, row, [this] { closeMerge(); });
      QObject::connect(row, &ParameterRow::reset, row,
                       [this, index, key] { change(index, key, std::monostate{}, false); });
      column->addWidget(row);
      rows_.emplace_back(row);
      if (!pairs_ && isPairs(group, state)) addPairs(group, index, state, list, column);
    }
  }

  /// The pairs of one wire, which can be painted.
  bool isPairs(const Group& group, const RowState& row) const {
    if (row.parameter.name != "pairs" || group.items.size() != 1) return false;
    const Item* item = context_.document.project().find(group.items.front());
    return item && item->isWire();
  }
  void setPairs(const RowState& row) {
    const Project& project = context_.document.project();
    const auto sizeAt = [&](const Ref& end) {
      const Item* item = project.find(end.item);
      return item ? static_cast<int>(std::min<std::int64_t>(
                        populationSize(*item, context_.registry.describe(*item)), 1 << 30))
                  : 0;
    };
    if (const Item* wire = project.find(pairsOf_))
      pairs_->setState(row.value, sizeAt(wire->from), sizeAt(wire->to));
  }
  void addPairs(const Group& group, std::size_t index, const RowState& state, QWidget* list,
                QVBoxLayout* column) {
    pairs_ = new PairMatrix(list);
    pairs_->setObjectName(QString::fromStdString(group.key + "/pairs matrix"));
    pairsOf_ = group.items.front();
    setPairs(state);
    QObject::connect(pairs_, &PairMatrix::wanted, pairs_,
                     [this, index](const Value& value, bool dragging) {
                       change(index, "pairs", value, dragging);
                     });
    QObject::connect(pairs_, &PairMatrix::dragged, pairs_, [this] { closeMerge(); });
    column->addWidget(pairs_);
  }

  void addEquations(const Group& group, std::size_t index, const RowState& state, QWidget* list,
                    QVBoxLayout* column) {
    equations_ = new EquationEditor(state, list);
    equations_->setObjectName(QString::fromStdString(group.key + "/" + state.parameter.name));
    QObject::connect(equations_, &EquationEditor::wanted, equations_,
                     [this, index, key = state.parameter.name](const Value& value) {
                       change(index, key, value, false);
                     });
    column->addWidget(equations_);
  }

  void change(std::size_t group, const std::string& key, const Setting& value, bool dragging) {
    if (group >= now_.groups.size()) return;
    if (now_.groups[group].key == kPreset) return usePreset(now_.groups[group].items, value);
    commit(valueEdit(context_.document.project(), context_.registry, now_.groups[group].items, key,
                     value),
           dragging ? "inspector." + now_.groups[group].key + "." + key : std::string());
  }

  void usePreset(const std::vector<Id>& items, const Setting& value) {
    const auto* chosen = std::get_if<Value>(&value);
    const std::string name(chosen ? asText(*chosen).value_or(kDefaults) : kDefaults);
    commit(presetEdit(context_.document.project(), context_.registry, items, name), {});
    show();  // "custom" cannot be chosen: the row says again what is
  }

  void commit(Edit edit, const std::string& mergeKey) {
    if (edit.ops.empty()) return;
    if (auto done = context_.commit(std::move(edit), mergeKey); !done && facts_)
      facts_->setText(QString::fromStdString(done.error().text()));
  }

  void closeMerge() {
    if (auto done = context_.act("history.closeMerge", {}); !done && facts_)
      facts_->setText(QString::fromStdString(done.error().text()));
  }

  PanelContext& context_;
  QPointer<QScrollArea> area_;
  QPointer<QLineEdit> name_;
  QPointer<QLabel> facts_;
  std::vector<QPointer<ParameterRow>> rows_;
  QPointer<EquationEditor> equations_;  // of a node whose model is a text
  QPointer<PairMatrix> pairs_;          // of a wire whose pairs are listed
  Id pairsOf_ = Id::none;
  Inspected now_;
  std::map<std::string, bool> open_;  // what was opened and closed by hand
  std::string shown_;
  std::uint64_t lookingVersion_ = ~std::uint64_t{0};
};

}  // namespace

std::unique_ptr<Panel> makeInspector(PanelContext& context) {
  return std::make_unique<InspectorPanel>(context);
}

}  // namespace spk
