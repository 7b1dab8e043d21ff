#include "app/Docks.h"

#include <QApplication>
#include <QDockWidget>
#include <QMainWindow>
#include <QMenu>
#include <QTimer>
#include <algorithm>

#include "app/DockHead.h"
#include "engine/base/Json.h"
#include "panels/kit/Theme.h"

namespace spk {

std::vector<PanelType> panelTypes();  // made by panels/CMakeLists.txt

namespace {

constexpr const char* kLayout = "layout.window";
constexpr int kKinds = 3;  // of views, each with a place at the bottom
constexpr std::size_t kSideBySide = 3;

const Item* layoutItem(const Project& project) {
  for (const auto& [id, item] : project.items)
    if (item.type == kLayout) return &item;
  return nullptr;
}

Value written(const QByteArray& state) {
  return Json{JsonNode::object({{"state", JsonNode{state.toBase64().toStdString()}}}).write()};
}

QByteArray stateOf(const Item& item) {
  const auto found = item.values.find("docks");
  const Json* text = found == item.values.end() ? nullptr : std::get_if<Json>(&found->second);
  if (!text) return {};
  const auto node = JsonNode::parse(text->text);
  const JsonNode* state = node ? node.value().find("state") : nullptr;
  return state ? QByteArray::fromBase64(QByteArray::fromStdString(state->text())) : QByteArray();
}

bool has(const std::vector<Signal>& signals, std::initializer_list<Signal> wanted) {
  return std::ranges::any_of(wanted, [&](Signal s) { return std::ranges::count(signals, s) > 0; });
}

}  // namespace

Docks::Docks(QMainWindow& window, Workbench& bench)
    : QObject(&window), window_(window), bench_(bench) {
  for (const PanelType& type : panelTypes()) {
    makers_[type.id] = type.make;
    accepts_[type.id] = type.accepts;
  }
  window_.setDockNestingEnabled(true);
  window_.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
  window_.setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
  window_.setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
  window_.installEventFilter(this);
}

Docks::~Docks() {
  arranging_ = true;
  window_.removeEventFilter(this);
  for (auto& docked : docked_) disconnect(docked->dock, nullptr, this, nullptr);
  for (auto& docked : docked_) {
    window_.removeDockWidget(docked->dock);
    docked->panel.reset();
    delete docked->dock;
  }
}

Docks::Docked& Docks::make(const QString& name, const QString& title,
                           std::unique_ptr<Panel> panel) {
  auto docked = std::make_unique<Docked>();
  auto* dock = new QDockWidget(title, &window_);
  dock->setObjectName(name);
  dock->setProperty("order", order_++);
  dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable |
                    QDockWidget::DockWidgetFloatable);
  docked->dock = dock;
  docked->head = new DockHead(*dock, window_);
  docked->panel = std::move(panel);
  dock->setTitleBarWidget(docked->head);
  dock->setWidget(docked->panel->widget());
  Docked* kept = docked.get();
  docked->head->installEventFilter(this);
  connect(docked->head, &DockHead::menuAsked, this, [this, dock](QPoint at) { askMenu(dock, at); });
  connect(dock, &QDockWidget::visibilityChanged, this, [this, kept](bool visible) {
    if (visible && std::exchange(kept->stale, false)) kept->panel->tick(bench_.status().now);
    updateHeads();
  });
  connect(dock, &QDockWidget::topLevelChanged, this, [this] { gesture(); });
  connect(dock, &QDockWidget::dockLocationChanged, this, [this] { gesture(); });
  docked_.push_back(std::move(docked));
  return *docked_.back();
}

QDockWidget* Docks::add(const char* name, const QString& title, Place place,
                        std::unique_ptr<Panel> panel) {
  const auto area = place == Place::Left    ? Qt::LeftDockWidgetArea
                    : place == Place::Right ? Qt::RightDockWidgetArea
                                            : Qt::BottomDockWidgetArea;
  QDockWidget *first = nullptr, *mate = nullptr;
  for (const auto& other : docked_) {
    if (window_.dockWidgetArea(other->dock) != area) continue;
    if (!first) first = other->dock;
    mate = other->dock;
  }
  Docked& docked = make(QLatin1StringView(name), title, std::move(panel));
  window_.addDockWidget(area, docked.dock);
  docked.dock->show();  // now, not with the next events: its state is about to be saved
  if (mate) {
    window_.tabifyDockWidget(mate, docked.dock);
    first->raise();
  }
  return docked.dock;
}

// Views
// --------------------------------------------------------------------------------------------

QString Docks::viewTitle(const Item& item) const {
  const std::string name = textOr(item.values, "name", "");
  if (!name.empty()) return QString::fromStdString(name);
  const NodeType* type = bench_.registry().nodeType(item.type);
  return QString::fromStdString(type ? type->title : item.type);
}

int Docks::rowOf(const std::string& type) const {
  const auto& accepted = accepts_.at(type);
  if (has(accepted, {Signal::Events, Signal::Frames, Signal::Flow}) &&
      !has(accepted, {Signal::Spikes}))
    return 2;
  return type == "view.raster" ? 0 : 1;
}

void Docks::syncViews() {
  const Project& project = bench_.project();
  const QByteArray before = arranged_ ? window_.saveState() : QByteArray();
  std::erase_if(docked_, [&](const std::unique_ptr<Docked>& docked) {
    if (docked->item == Id::none || project.find(docked->item)) return false;
    left_[docked->item] = before;
    disconnect(docked->dock, nullptr, this, nullptr);
    window_.removeDockWidget(docked->dock);
    docked->panel.reset();
    docked->dock->deleteLater();
    return true;
  });
  std::vector<std::pair<int, Id>> missing;  // in the order of their places at the bottom
  for (const auto& [id, item] : project.items) {
    if (!makers_.contains(item.type)) continue;
    if (QDockWidget* dock = viewDock(id))
      dock->setWindowTitle(viewTitle(item));
    else
      missing.emplace_back(rowOf(item.type), id);
  }
  std::ranges::sort(missing);
  // Views of one kind alone stand side by side: else each kind shares a place.
  if (!arranged_ && !missing.empty() && missing.front().first == missing.back().first)
    for (std::size_t i = 1; i < std::min<std::size_t>(missing.size(), kSideBySide); ++i)
      missing[i].first += static_cast<int>(i * kKinds);
  for (const auto& [row, id] : missing) {
    const Item& item = *project.find(id);
    Docked& docked = make(QStringLiteral("view.%1").arg(number(id)), viewTitle(item),
                          makers_.at(item.type)(bench_.context(), id));
    docked.item = id;
    docked.row = row;
    placeView(docked);
  }
  // Ids are never used again: one that was here before is taken back, and returns to its place.
  for (const auto& [row, id] : missing)
    if (const auto known = left_.find(id); known != left_.end()) {
      window_.restoreState(known->second);
      break;
    }
  updateHeads();
}

void Docks::placeView(Docked& docked) {
  QDockWidget *mate = nullptr, *neighbour = nullptr;
  for (const auto& other : docked_) {
    if (other.get() == &docked || other->item == Id::none || other->dock->isFloating()) continue;
    if (window_.dockWidgetArea(other->dock) != Qt::BottomDockWidgetArea) continue;
    if (other->row == docked.row && !mate) mate = other->dock;
    neighbour = other->dock;
  }
  window_.addDockWidget(Qt::BottomDockWidgetArea, docked.dock);
  docked.dock->show();  // a hidden one cannot be raised
  if (mate) {
    window_.tabifyDockWidget(mate, docked.dock);
    if (arranged_)
      docked.dock->raise();
    else
      mate->raise();
  } else if (neighbour) {
    window_.splitDockWidget(neighbour, docked.dock, Qt::Horizontal);
  }
}

void Docks::size() {
  const double scale = textScale();
  QList<QDockWidget*> bottom, left, right;
  QList<int> widths;
  for (const auto& docked : docked_) {
    if (docked->item == Id::none) continue;
    bottom.append(docked->dock);
    widths.append(docked->row % kKinds == 0 ? 560 : 424);
  }
  if (!bottom.isEmpty()) {
    window_.resizeDocks(bottom.first(1), {qRound(window_.height() * 0.36)}, Qt::Vertical);
    window_.resizeDocks(bottom, widths, Qt::Horizontal);
  }
  for (const auto& docked : docked_) {
    if (docked->item != Id::none) continue;
    const auto area = window_.dockWidgetArea(docked->dock);
    if (area == Qt::LeftDockWidgetArea)
      window_.resizeDocks({docked->dock}, {qRound(228 * scale)}, Qt::Horizontal);
    if (area == Qt::RightDockWidgetArea)
      window_.resizeDocks({docked->dock}, {qRound(300 * scale)}, Qt::Horizontal);
  }
}

void Docks::arrange(const char* front) {
  arranging_ = true;
  syncViews();
  size();
  if (QDockWidget* dock = find(QLatin1StringView(front))) dock->raise();
  arranged_ = true;
  default_ = window_.saveState();
  if (const Item* item = layoutItem(bench_.project())) window_.restoreState(stateOf(*item));
  now_ = window_.saveState();
  arranging_ = false;
}

void Docks::edited(const Edit& edit) {
  bool views = false, layout = false;
  for (const Operation& op : edit.ops) {
    if (const auto* set = std::get_if<Set>(&op)) {
      const Item* item = bench_.project().find(set->item);
      layout = layout || (item && item->type == kLayout);
      views = views || set->key == "name";
    } else {
      const auto* insert = std::get_if<Insert>(&op);
      const Item& item = insert ? insert->item : std::get<Remove>(op).item;
      layout = layout || item.type == kLayout;
      views = views || makers_.contains(item.type);
    }
  }
  if (views) {
    const bool before = std::exchange(arranging_, true);
    syncViews();
    arranging_ = before;
    if (!layout) rememberSoon();
  }
  if (layout && !arranging_) applyArrangement(edit);
  for (auto& docked : docked_) docked->panel->edited(edit);
}

void Docks::tick(const Workbench::Moved& moved) {
  if (!moved.any()) return;
  for (auto& docked : docked_) {
    if (docked->dock->visibleRegion().isEmpty()) {
      docked->stale = true;
      continue;
    }
    docked->panel->tick(bench_.status().now);
    docked->head->showFacts(QString::fromStdString(docked->panel->facts()));
  }
}

void Docks::updateHeads() {
  for (auto& docked : docked_) docked->head->update();
}

QDockWidget* Docks::find(const QString& objectName) const {
  for (const auto& docked : docked_)
    if (docked->dock->objectName() == objectName) return docked->dock;
  return nullptr;
}
QDockWidget* Docks::viewDock(Id view) const {
  for (const auto& docked : docked_)
    if (docked->item == view && view != Id::none) return docked->dock;
  return nullptr;
}
Panel* Docks::viewPanel(Id view) const {
  for (const auto& docked : docked_)
    if (docked->item == view && view != Id::none) return docked->panel.get();
  return nullptr;
}
std::vector<QDockWidget*> Docks::all() const {
  std::vector<QDockWidget*> docks;
  for (const auto& docked : docked_) docks.push_back(docked->dock);
  return docks;
}

Id Docks::currentView() const {
  const QWidget* focus = QApplication::focusWidget();
  Id seen = Id::none;
  for (const auto& docked : docked_) {
    if (docked->item == Id::none) continue;
    if (focus && docked->dock->isAncestorOf(focus)) return docked->item;
    if (seen == Id::none && !docked->dock->visibleRegion().isEmpty()) seen = docked->item;
  }
  return seen;
}

void Docks::show(QDockWidget* dock) {
  begin();
  const bool hidden = dock->isHidden();
  dock->show();
  dock->raise();
  if (hidden) gesture();
}

void Docks::toggle(QDockWidget* dock) {
  if (dock->isHidden() || dock->visibleRegion().isEmpty()) {
    show(dock);
    return;
  }
  begin();
  dock->hide();
  gesture();
}

void Docks::toggleFloating(QDockWidget* dock) {
  begin();
  dock->setFloating(!dock->isFloating());
}

void Docks::askMenu(QDockWidget* dock, QPoint at) {
  QMenu menu;
  const auto found = std::ranges::find(docked_, dock, [](const auto& d) { return d->dock; });
  if (found == docked_.end()) return;
  const Id item = (*found)->item;
  menu.addAction(dock->isFloating() ? tr("Dock") : tr("Float"), this,
                 [this, dock] { toggleFloating(dock); });
  menu.addAction(tr("Hide"), this, [this, dock] {
    begin();
    dock->hide();
    gesture();
  });
  if (item != Id::none) {
    menu.addAction(tr("Export …"), this, [this, item] {
      (void)bench_.context().act("file.exportView",
                                 {{"item", static_cast<std::int64_t>(number(item))}});
    });
    menu.addAction(tr("Show in the graph"), this, [this, item] {
      (void)bench_.context().act("graph.reveal",
                                 {{"item", static_cast<std::int64_t>(number(item))}});
    });
    menu.addSeparator();
    menu.addAction(tr("Delete the view"), this, [this, item] {
      if (const Item* there = bench_.project().find(item))
        (void)bench_.commit({"Delete " + viewTitle(*there).toStdString(), {Remove{*there}}});
    });
  }
  menu.exec(at);
}

// Arrangement
// --------------------------------------------------------------------------------------

bool Docks::eventFilter(QObject* watched, QEvent* event) {
  // A head that is pressed may be on its way to another place.
  if (event->type() == QEvent::MouseButtonPress) begin();
  if (watched != &window_) return QObject::eventFilter(watched, event);
  // Separators between docks belong to the window itself.
  if (event->type() == QEvent::MouseButtonPress) pressed_ = true;
  if (event->type() == QEvent::MouseButtonRelease && std::exchange(pressed_, false)) gesture();
  // A larger window is another look at the same arrangement.
  if (event->type() == QEvent::Resize && arranged_ && !pressed_) rememberSoon();
  return false;
}

void Docks::rememberSoon() {
  now_ = window_.saveState();
  settles_ = true;
  QTimer::singleShot(0, this, [this] {
    // What the user did meanwhile is no settling.
    if (std::exchange(settles_, false)) remember();
  });
}

void Docks::begin() {
  if (arranging_ || !arranged_) return;
  if (moving_) keepArrangement();  // the gesture before this one
  settles_ = false;
  now_ = window_.saveState();
}

void Docks::gesture() {
  if (arranging_ || !arranged_) return;
  settles_ = false;
  moving_ = true;
  QTimer::singleShot(0, this, [this] {
    if (QApplication::mouseButtons() == Qt::NoButton)
      keepArrangement();
    else
      QTimer::singleShot(50, this, [this] { gesture(); });
  });
}

void Docks::remember() {
  if (!arranging_) now_ = window_.saveState();
  updateHeads();
}

void Docks::keepArrangement() {
  if (arranging_ || !arranged_) return;
  moving_ = false;
  updateHeads();
  const QByteArray state = window_.saveState();
  if (state == now_) return;
  const Project& project = bench_.project();
  Edit edit{"Arrange panels"};
  if (const Item* item = layoutItem(project)) {
    seen_[{state, stateOf(*item)}] = now_;
    edit.ops.push_back(setting(project, item->id, "docks", written(state)));
  } else {
    // What was there before is what undo leads back to.
    default_ = now_;
    Item made{bench_.context().newId(), kLayout, {}, {}, {}, {}};
    made.values["docks"] = written(state);
    edit.ops.push_back(Insert{std::move(made)});
  }
  now_ = state;
  arranging_ = true;
  (void)bench_.commit(std::move(edit));
  arranging_ = false;
}

void Docks::applyArrangement(const Edit& edit) {
  const Item* item = layoutItem(bench_.project());
  QByteArray state = item ? stateOf(*item) : default_;
  // Views that came, and a window that grew, since that arrangement was kept are not in it.
  for (const Operation& op : edit.ops) {
    const auto* set = std::get_if<Set>(&op);
    const auto* before =
        set && item && set->item == item->id ? std::get_if<Value>(&set->before) : nullptr;
    if (!before) continue;
    const auto seen = seen_.find({stateOf(Item{.values = {{"docks", *before}}}), state});
    if (seen != seen_.end()) state = seen->second;
  }
  arranging_ = true;
  window_.restoreState(state);
  arranging_ = false;
  remember();
}

void Docks::reset() {
  begin();
  arranging_ = true;
  for (auto& docked : docked_) {
    docked->dock->setFloating(false);
    docked->dock->show();
  }
  window_.restoreState(default_);
  size();
  arranging_ = false;
  keepArrangement();
}

void Docks::hideAll() {
  beforePage_ = window_.saveState();
  arranging_ = true;
  for (auto& docked : docked_) docked->dock->hide();
}

void Docks::showAll() {
  if (beforePage_.isEmpty()) return;
  arranging_ = true;
  window_.restoreState(beforePage_);
  beforePage_.clear();
  arranging_ = false;
}

}  // namespace spk
