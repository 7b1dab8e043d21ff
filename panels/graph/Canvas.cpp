#include "panels/graph/Canvas.h"

#include <QCursor>
#include <QDragEnterEvent>
#include <QFontMetricsF>
#include <QFrame>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QUrl>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "panels/graph/MiniMap.h"
#include "panels/graph/edits.h"
#include "panels/graph/route.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/kit/itemWords.h"

namespace spk::panels::graph {
namespace {

constexpr double kLeastZoom = 0.1, kMostZoom = 4;
constexpr double kDots = 24;  // pitch of the grid
constexpr double kWorld = 100'000;

}  // namespace

Canvas::Canvas(PanelContext& context)
    : context_(context), graph_(new GraphScene(context, this)), map_(new MiniMap(*graph_, *this)) {
  setScene(graph_);
  setSceneRect(-kWorld, -kWorld, 2 * kWorld, 2 * kWorld);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setTransformationAnchor(NoAnchor);
  setResizeAnchor(NoAnchor);
  setViewportUpdateMode(BoundingRectViewportUpdate);
  setOptimizationFlag(DontAdjustForAntialiasing);
  setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  setMouseTracking(true);
  viewport()->setMouseTracking(true);
  setAcceptDrops(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(240, 160);
  setAccessibleName(tr("Graph"));
  setAccessibleDescription(tr("Ctrl+arrows move between nodes, Tab adds one"));
  connect(graph_, &GraphScene::changedShape, map_, &MiniMap::shapeChanged);
  connect(map_, &MiniMap::went, this, [this] { fitted_ = false; });
  setTheme();
  graph_->rebuild();
  centerOn(300, 200);
}

Canvas::~Canvas() = default;

void Canvas::setTheme() { setBackgroundBrush(theme().window); }

void Canvas::edited(const Edit& edit) {
  const bool wasEmpty = isEmpty();
  graph_->edited(edit);
  if (isEmpty() != wasEmpty) viewport()->update();  // the words of an empty canvas come or go
  if (focus_ != Id::none && !project().find(focus_)) setFocusItem(Id::none);
  if (hovered_ != Id::none && !graph_->node(hovered_)) hovered_ = Id::none;
  placeMap();
  tell();
}

bool Canvas::isEmpty() const { return graph_->nodes().empty() && graph_->frames().empty(); }

void Canvas::tick() {
  // Thumbnails move ten times a second: enough for the eye, and a third of the painting.
  const bool seen = isVisible() && zoom() >= NodeItem::kFar && !panning_;
  graph_->look(seen && ticks_++ % 3 == 0);
  tell();
}

// View ----

void Canvas::setZoom(double zoom, QPointF fixed) {
  const double next = std::clamp(zoom, kLeastZoom, kMostZoom);
  const QPointF before = mapToScene(fixed.toPoint());
  setTransform(QTransform::fromScale(next, next));
  const QPointF shift = (mapFromScene(before) - fixed.toPoint());
  pan(shift);
  map_->update();
}

void Canvas::pan(QPointF by) {
  fitted_ = false;
  horizontalScrollBar()->setValue(horizontalScrollBar()->value() + qRound(by.x()));
  verticalScrollBar()->setValue(verticalScrollBar()->value() + qRound(by.y()));
}

void Canvas::fit(const QRectF& rect) {
  fitted_ = false;
  if (rect.isNull()) return;
  const QRectF room = rect.adjusted(-40, -40, 40, 40);
  // Once more in the part above the mini-map, if it would hide a node.
  for (const int below : {0, map_->height() + 12}) {
    const QSizeF view(viewport()->width(), std::max(80, viewport()->height() - below));
    const double fits = std::min({view.width() / room.width(), view.height() / room.height(), 1.0});
    const double zoom = std::max(fits, kLeastZoom);
    setTransform(QTransform::fromScale(zoom, zoom));
    centerOn(rect.center() + QPointF(0, below / 2.0 / zoom));
    placeMap();
    if (!map_->isVisibleTo(this) ? !mapHasRoom() : !mapHidesNode()) break;
  }
  map_->update();
}

void Canvas::fitAll() {
  fit(graph_->contentRect());
  fitted_ = true;
}

bool Canvas::mapHidesNode() const {
  const QRectF covered = mapToScene(map_->geometry().adjusted(-4, -4, 4, 4)).boundingRect();
  return std::ranges::any_of(
      graph_->nodes(), [&](const auto& entry) { return covered.intersects(entry.second->box()); });
}

/// In a small view the map would cover what it helps to find.
bool Canvas::mapHasRoom() const {
  return mapWanted_ && width() >= 3 * map_->width() && height() >= 3 * map_->height();
}

/// Where it covers no node. Where it would everywhere it stays in its corner, or leaves if all is
/// to be seen without it.
void Canvas::placeMap() {
  map_->setVisible(mapHasRoom());
  if (!mapHasRoom()) return;
  const int right = width() - map_->width() - 12, bottom = height() - map_->height() - 12;
  const QPoint corners[] = {{right, bottom}, {12, bottom}, {right, 12}, {12, 12}};
  for (const QPoint corner : corners) {
    map_->move(corner);
    if (!mapHidesNode()) return;
  }
  map_->move(corners[0]);
  const QRectF seen = mapToScene(viewport()->rect()).boundingRect();
  map_->setVisible(!seen.contains(graph_->contentRect()));
}

QPointF Canvas::centre() const { return mapToScene(viewport()->rect().center()); }

QPointF Canvas::snapped(QPointF at) {
  return {std::round(at.x() / kStep) * kStep, std::round(at.y() / kStep) * kStep};
}

double Canvas::reach() const { return 7 / zoom(); }
Hit Canvas::hitAt(QPointF at) const { return graph_->hit(at, reach()); }

void Canvas::scrollContentsBy(int dx, int dy) {
  QGraphicsView::scrollContentsBy(dx, dy);
  viewport()->update();  // the dots stay with the world, the words with the view
  map_->update();
}

void Canvas::resizeEvent(QResizeEvent* event) {
  QGraphicsView::resizeEvent(event);
  if (fitted_ && event->size().width() > 200) fitAll();
  placeMap();
}

void Canvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::StyleChange) {
    setTheme();
    graph_->rebuild();
    map_->shapeChanged();
  }
  QGraphicsView::changeEvent(event);
}

void Canvas::drawBackground(QPainter* painter, const QRectF& rect) {
  painter->fillRect(rect, backgroundBrush());
  double pitch = kDots;
  while (pitch * zoom() < 14) pitch *= 4;
  std::vector<QPointF> dots;
  for (double x = std::floor(rect.left() / pitch) * pitch; x <= rect.right(); x += pitch)
    for (double y = std::floor(rect.top() / pitch) * pitch; y <= rect.bottom(); y += pitch)
      dots.emplace_back(x, y);
  QPen pen(mixed(theme().window, theme().secondary, 0.28), 2);
  pen.setCosmetic(true);
  const bool smooth = painter->testRenderHint(QPainter::Antialiasing);
  painter->setRenderHint(QPainter::Antialiasing, false);
  painter->setPen(pen);
  painter->drawPoints(dots.data(), static_cast<int>(dots.size()));
  painter->setRenderHint(QPainter::Antialiasing, smooth);
}

void Canvas::drawForeground(QPainter* painter, const QRectF&) {
  if (gesture_) gesture_->paint(*painter);
  painter->resetTransform();
  const QRectF view = viewport()->rect();
  if (isEmpty()) {
    painter->setFont(textFont(13));
    painter->setPen(theme().secondary);
    painter->drawText(view, Qt::AlignCenter,
                      tr("Double-click or press Tab to add a node\nor drop a project, recording or "
                         "event file here"));
  }
  if (said_.isEmpty()) return;
  const QFont font = textFont(12);
  const QFontMetricsF metrics(font);
  const double most = std::min(420.0, view.width() - 40);
  QRectF box = metrics.boundingRect(QRectF(0, 0, most, 400), Qt::TextWordWrap, said_);
  box = box.adjusted(0, 0, 20, 12);
  box.moveTopLeft(mapFromScene(saidAt_) + QPointF(16, 16));
  box.moveLeft(std::clamp(box.left(), 4.0, std::max(4.0, view.right() - box.width() - 4)));
  box.moveTop(std::clamp(box.top(), 4.0, std::max(4.0, view.bottom() - box.height() - 4)));
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(QPen(theme().bad, 1));
  painter->setBrush(theme().surface);
  painter->drawRoundedRect(box, kRadius, kRadius);
  painter->setFont(font);
  painter->setPen(theme().text);
  painter->drawText(box.adjusted(10, 6, -10, -6), Qt::TextWordWrap | Qt::AlignVCenter, said_);
}

// Saying and selecting ----

void Canvas::say(const QString& words, QPointF at) {
  if (words == said_ && (words.isEmpty() || at == saidAt_)) return;
  said_ = words, saidAt_ = at;
  viewport()->update();
  tell();
}

void Canvas::select(std::vector<Id> ids) {
  std::erase_if(ids, [&](Id id) { return graph_->box(id).isNull() && !graph_->wire(id); });
  if (ids == graph_->selection()) return;
  if (auto done = context_.act("look.select", selectionValues(ids)); !done) {
    say(QString::fromStdString(done.error().text()), centre());
    return;
  }
  graph_->setSelection(context_.looking().selection);
  tell();
}

bool Canvas::commit(Edit edit, std::string_view mergeKey) {
  if (edit.ops.empty()) return false;
  auto done = context_.commit(std::move(edit), mergeKey);
  if (done) return true;
  say(QString::fromStdString(done.error().text()), lastScene_);
  return false;
}

void Canvas::begin(std::unique_ptr<Gesture> gesture) {
  cancelGesture();
  gesture_ = std::move(gesture);
  setViewportUpdateMode(FullViewportUpdate);
  tell();
}

void Canvas::cancelGesture() {
  pressed_.reset();
  if (!gesture_) return;
  const std::unique_ptr<Gesture> ended = std::move(gesture_);
  ended->cancel();
  setViewportUpdateMode(BoundingRectViewportUpdate);
  say({}, {});
  viewport()->update();
  tell();
}

// Mouse ----

void Canvas::mousePressEvent(QMouseEvent* event) {
  event->accept();
  const QPointF at = mapToScene(event->position().toPoint());
  lastScene_ = at;
  say({}, {});
  const Qt::KeyboardModifiers keys = event->modifiers();
  if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && spaceDown_)) {
    startPan(event->position());
    return;
  }
  if (event->button() == Qt::RightButton) {
    rightPixel_ = event->position().toPoint();
    if (keys.testFlag(Qt::ControlModifier))
      begin(std::make_unique<CutWires>(*this, at));
    else if (keys.testFlag(Qt::ShiftModifier))
      begin(std::make_unique<AddPoints>(*this, at));
    return;
  }
  if (event->button() != Qt::LeftButton) return;
  if (gesture_) {  // a wire pulled by keyboard ends where one clicks
    const std::unique_ptr<Gesture> ended = std::move(gesture_);
    setViewportUpdateMode(BoundingRectViewportUpdate);
    ended->finish(at, keys);
    tell();
    return;
  }
  pressedPixel_ = event->position().toPoint();
  pressedAt_ = at, pressedKeys_ = keys;
  pressLeft(hitAt(at), keys);
}

void Canvas::pressLeft(const Hit& hit, Qt::KeyboardModifiers keys) {
  toggleOnRelease_ = false;
  switch (hit.on) {
    case Hit::On::Port: {
      const NodeItem* node = graph_->node(hit.item);
      const PortFace& port = node->face().ports[hit.index];
      setFocusItem(hit.item, hit.index);
      begin(
          std::make_unique<PullWire>(*this, Ref{hit.item, port.port.name}, node->pos() + port.at));
      return;
    }
    case Hit::On::Fix: fixNote(hit.item); return;
    case Hit::On::FrameEdge:
      pressItem(hit.item, keys);
      begin(std::make_unique<ResizeFrame>(*this, hit.item, hit.edges));
      return;
    case Hit::On::WirePoint:
      pressItem(hit.item, keys);
      begin(std::make_unique<MovePoint>(*this, hit.item, hit.index));
      return;
    case Hit::On::Frame:  // inside a frame is as good as empty: one selects and pans there
    case Hit::On::Nothing:
      pressed_ = Hit{};
      if (!(keys & (Qt::ShiftModifier | Qt::ControlModifier))) {
        setFocusItem(Id::none);
        select({});
      }
      return;
    default: pressItem(hit.item, keys); pressed_ = hit;
  }
}

/// A plain press on something unselected selects it alone; on something selected keeps all, for a
/// drag. Shift adds, Ctrl adds or takes out (on release, so that Ctrl+drag still moves).
void Canvas::pressItem(Id id, Qt::KeyboardModifiers keys) {
  const bool more = keys & (Qt::ShiftModifier | Qt::ControlModifier);
  if (!graph_->isSelected(id)) {
    std::vector<Id> ids = more ? graph_->selection() : std::vector<Id>();
    ids.push_back(id);
    select(std::move(ids));
  } else {
    toggleOnRelease_ = true;
  }
  setFocusItem(id);
}

void Canvas::mouseMoveEvent(QMouseEvent* event) {
  event->accept();
  const QPointF at = mapToScene(event->position().toPoint());
  lastScene_ = at;
  if (panning_) {
    pan(panPixel_ - event->position().toPoint());
    panPixel_ = event->position().toPoint();
    return;
  }
  if (gesture_) {
    gesture_->move(at, event->modifiers());
    tell();
    return;
  }
  const bool far = (event->position().toPoint() - pressedPixel_).manhattanLength() >= 4;
  if (pressed_ && far && (event->buttons() & Qt::LeftButton)) {
    const Hit hit = *pressed_;
    pressed_.reset();
    toggleOnRelease_ = false;
    if (hit.on == Hit::On::Nothing)
      begin(std::make_unique<BoxSelect>(*this, pressedAt_));
    else if (hit.on != Hit::On::Wire)
      begin(std::make_unique<MoveItems>(*this, graph_->selection(), pressedAt_));
    if (gesture_) gesture_->move(at, event->modifiers());
    return;
  }
  if (!event->buttons()) hover(at);
}

void Canvas::hover(QPointF at) {
  const Hit hit = hitAt(at);
  if (NodeItem* old = graph_->node(hovered_); old && hovered_ != hit.item) old->setHoveredPort(-1);
  hovered_ = hit.item;
  if (NodeItem* node = graph_->node(hit.item))
    node->setHoveredPort(hit.on == Hit::On::Port ? hit.index : -1);
  const Id wire = hit.on == Hit::On::Wire || hit.on == Hit::On::WirePoint ? hit.item : Id::none;
  if (wire != hoveredWire_)
    for (const auto& [id, now] : {std::pair{hoveredWire_, false}, std::pair{wire, true}})
      if (WireItem* item = graph_->wire(id)) {
        WireItem::Look look = item->look();
        look.hovered = now;
        item->setLook(look);
      }
  hoveredWire_ = wire;
  Qt::CursorShape shape = spaceDown_ ? Qt::OpenHandCursor : Qt::ArrowCursor;
  if (hit.on == Hit::On::Port) shape = Qt::CrossCursor;
  if (hit.on == Hit::On::Fix) shape = Qt::PointingHandCursor;
  if (hit.on == Hit::On::FrameEdge) {
    const bool x = hit.edges & (Qt::LeftEdge | Qt::RightEdge);
    const bool y = hit.edges & (Qt::TopEdge | Qt::BottomEdge);
    const bool falling =
        hit.edges == (Qt::LeftEdge | Qt::TopEdge) || hit.edges == (Qt::RightEdge | Qt::BottomEdge);
    shape = x && y ? falling ? Qt::SizeFDiagCursor : Qt::SizeBDiagCursor
            : x    ? Qt::SizeHorCursor
                   : Qt::SizeVerCursor;
  }
  if (viewport()->cursor().shape() != shape) viewport()->setCursor(shape);
}

void Canvas::mouseReleaseEvent(QMouseEvent* event) {
  event->accept();
  const QPointF at = mapToScene(event->position().toPoint());
  if (panning_ && (event->button() == Qt::MiddleButton || event->button() == Qt::LeftButton)) {
    endPan();
    return;
  }
  if (event->button() == Qt::RightButton) {
    releaseRight(event);
    return;
  }
  if (event->button() != Qt::LeftButton) return;
  if (gesture_) {
    const std::unique_ptr<Gesture> ended = std::move(gesture_);
    setViewportUpdateMode(BoundingRectViewportUpdate);
    ended->finish(at, event->modifiers());
    viewport()->update();
    tell();
  } else if (pressed_ && toggleOnRelease_) {
    std::vector<Id> ids{pressed_->item};
    if (pressedKeys_.testFlag(Qt::ControlModifier) || pressedKeys_.testFlag(Qt::ShiftModifier)) {
      ids = graph_->selection();
      std::erase(ids, pressed_->item);
    }
    select(std::move(ids));
  }
  pressed_.reset();
}

void Canvas::releaseRight(QMouseEvent* event) {
  const QPointF at = mapToScene(event->position().toPoint());
  if (gesture_) {
    const std::unique_ptr<Gesture> ended = std::move(gesture_);
    setViewportUpdateMode(BoundingRectViewportUpdate);
    ended->finish(at, event->modifiers());
    tell();
    return;
  }
  if ((event->position().toPoint() - rightPixel_).manhattanLength() < 6)
    showMenu(event->globalPosition().toPoint(), hitAt(at), at);
}

void Canvas::mouseDoubleClickEvent(QMouseEvent* event) {
  event->accept();
  if (event->button() != Qt::LeftButton) return;
  const QPointF at = mapToScene(event->position().toPoint());
  const Hit hit = hitAt(at);
  cancelGesture();
  switch (hit.on) {
    case Hit::On::Nothing:
    case Hit::On::Frame: openSearch(at); break;
    case Hit::On::Wire: addPoint(hit.item, at); break;
    case Hit::On::WirePoint: {  // again: takes the point out
      std::vector<QPointF> points = reroutePoints(*project().find(hit.item));
      points.erase(points.begin() + hit.index);
      commit(rerouting(project(), hit.item, points));
      break;
    }
    case Hit::On::Note: act("edit.rename"); break;
    case Hit::On::Node:
    case Hit::On::NodeHead:
    case Hit::On::FrameHead: rename(hit.item); break;
    default: break;
  }
}

void Canvas::startPan(QPointF at) {
  panning_ = true;
  panPixel_ = at.toPoint();
  setRenderHint(QPainter::Antialiasing, false);
  setViewportUpdateMode(FullViewportUpdate);
  viewport()->setCursor(Qt::ClosedHandCursor);
}

void Canvas::endPan() {
  panning_ = false;
  setRenderHint(QPainter::Antialiasing, true);
  setViewportUpdateMode(BoundingRectViewportUpdate);
  viewport()->setCursor(spaceDown_ ? Qt::OpenHandCursor : Qt::ArrowCursor);
  viewport()->update();
}

/// A wheel zooms about the cursor; two fingers pan, with Ctrl they zoom.
void Canvas::wheelEvent(QWheelEvent* event) {
  event->accept();
  const bool fingers = event->phase() != Qt::NoScrollPhase || !event->pixelDelta().isNull() ||
                       event->deviceType() == QInputDevice::DeviceType::TouchPad;
  const QPoint delta = event->angleDelta();
  if (fingers && !event->modifiers().testFlag(Qt::ControlModifier)) {
    pan(-QPointF(event->pixelDelta().isNull() ? delta / 3 : event->pixelDelta()));
    return;
  }
  if (event->modifiers().testFlag(Qt::ShiftModifier)) {
    pan(QPointF(-(delta.y() ? delta.y() : delta.x()), 0));
    return;
  }
  setZoom(zoom() * std::pow(1.0015, delta.y() ? delta.y() : delta.x()), event->position());
}

bool Canvas::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString words = tip(hitAt(mapToScene(help->pos())));
    if (words.isEmpty())
      QToolTip::hideText();
    else
      QToolTip::showText(help->globalPos(), words, viewport());
    return true;
  }
  if (event->type() == QEvent::NativeGesture) {
    const auto* pinch = static_cast<QNativeGestureEvent*>(event);
    if (pinch->gestureType() == Qt::ZoomNativeGesture)
      setZoom(zoom() * (1 + pinch->value()), pinch->position());
    return true;
  }
  return QGraphicsView::viewportEvent(event);
}

QString Canvas::tip(const Hit& hit) const {
  const Item* item = project().find(hit.item);
  if (!item) return {};
  const auto plain = [](const std::string& text) { return QString::fromStdString(text); };
  if (const NodeItem* node = graph_->node(hit.item)) {
    if (hit.on == Hit::On::Port) {
      const Port& port = node->face().ports[hit.index].port;
      QString words = plain(port.name) + " · " + signalWord(port.signal);
      if (!port.unit.empty()) words += " · " + plain(port.unit);
      return port.doc.empty() ? words : words + "\n" + plain(port.doc);
    }
    const QString head = node->face().name + " · " + shownType(context_.registry, *item);
    return node->face().note.isEmpty() ? head : head + "\n" + node->face().note;
  }
  if (!item->isWire()) return {};
  QString words = shownName(project(), context_.registry, hit.item) + " · " + plain(item->type);
  for (const Note& note : context_.notes())
    if (note.item == hit.item) words += "\n" + plain(note.text);
  return words;
}

// Dropping ----

void Canvas::dragEnterEvent(QDragEnterEvent* event) {
  const QMimeData* mime = event->mimeData();
  if (mime->hasFormat(kNodeTypeMime) || mime->hasFormat(kTemplateMime) || mime->hasUrls())
    event->acceptProposedAction();
  else
    event->ignore();
}

void Canvas::dragMoveEvent(QDragMoveEvent* event) {
  lastScene_ = mapToScene(event->position().toPoint());
  event->acceptProposedAction();
}

void Canvas::dropEvent(QDropEvent* event) {
  const QMimeData* mime = event->mimeData();
  const QPointF at = mapToScene(event->position().toPoint());
  lastScene_ = at;
  event->acceptProposedAction();
  setFocus();
  if (mime->hasFormat(kNodeTypeMime)) {
    const auto [type, begins] = typeOfDrop(mime->data(kNodeTypeMime));
    if (auto made = add(type, at, {}, begins); !made)
      say(QString::fromStdString(made.error().text()), at);
  } else if (mime->hasFormat(kTemplateMime)) {
    if (auto made = addTemplate(mime->data(kTemplateMime).toStdString(), at); !made)
      say(QString::fromStdString(made.error().text()), at);
  } else {
    QPointF place = snapped(at);
    for (const QUrl& url : mime->urls()) {
      Values values{{"path", url.toLocalFile().toStdString()}, {"x", place.x()}, {"y", place.y()}};
      if (auto done = context_.act("file.drop", values); !done)
        say(QString::fromStdString(done.error().text()), place);
      place += QPointF(24, 24);
    }
  }
}

}  // namespace spk::panels::graph
