#pragma once
#include <QGraphicsScene>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "panels/graph/FrameItem.h"
#include "panels/graph/NodeItem.h"
#include "panels/graph/WireItem.h"
#include "panels/kit/Panel.h"

namespace spk::panels::graph {

/// What lies under a point of the canvas.
struct Hit {
  enum class On {
    Nothing,
    Port,
    Fix,
    Node,
    NodeHead,
    WirePoint,
    Wire,
    FrameEdge,
    FrameHead,
    Frame,
    Note
  };
  On on = On::Nothing;
  Id item = Id::none;
  int index = -1;  ///< of the port, or the reroute point
  /// FrameEdge (of a frame or note): which sides are held.
  Qt::Edges edges = {};
};

/// The project as graphics items, brought up to date edit by edit; changes nothing itself.
class GraphScene : public QGraphicsScene {
  Q_OBJECT

 public:
  GraphScene(PanelContext& context, QObject* parent);

  void rebuild();
  void edited(const Edit& edit);
  /// Marks, notes and thumbnails that moved since the last time.
  void look(bool thumbnails);
  void setSelection(std::span<const Id> ids);
  const std::vector<Id>& selection() const { return selection_; }
  bool isSelected(Id id) const { return selected_.contains(id); }

  NodeItem* node(Id id) const;
  WireItem* wire(Id id) const;
  FrameItem* frame(Id id) const;  ///< or note
  const std::map<Id, NodeItem*>& nodes() const { return nodes_; }
  const std::map<Id, WireItem*>& wires() const { return wires_; }
  const std::map<Id, FrameItem*>& frames() const { return frames_; }
  /// Of a node, frame or note; of a wire a small box at its middle. Null if unknown.
  QRectF box(Id id) const;
  QRectF contentRect() const;  ///< of everything; null when empty
  std::vector<Id> wiresOf(Id id) const;
  QPointF portPoint(const Ref& ref) const;

  /// While a drag lasts: these items, and wires between them, are shown `by` further on.
  void setOffset(std::span<const Id> ids, QPointF by);
  /// While a wire's point, or a frame's edge, is dragged.
  void showPoints(Id wire, const std::vector<QPointF>& points);
  void showBox(Id frame, const QRectF& box);
  /// Ends all of these.
  void showAsWritten();

  /// `reach`: how far [scene px] ports and wires may be missed by.
  Hit hit(QPointF at, double reach) const;
  std::vector<Id> inside(const QRectF& rect) const;  ///< nodes, frames, notes; wires within

 Q_SIGNALS:
  void changedShape();  ///< something moved, came or went: for the mini-map

 private:
  void refresh(const std::set<Id>& ids);
  void refreshNode(Id id);
  void refreshFrame(const Item& item);
  void rerouteWires(const std::set<Id>& wires);
  void layWires(const std::set<Id>& wires);
  void wirePath(WireItem* item);
  void lookOf(WireItem* item);
  QColor colourOf(const Item& wire) const;
  const Shape& plainShape(const NodeType& type, const Item& item);
  int laneOf(const Item& wire) const;
  void drop(Id id);
  void indexNotes();
  QPointF offsetOf(Id id) const;
  std::optional<Hit> hitNode(QPointF at, double reach) const;
  std::optional<Hit> hitWire(QPointF at, double reach) const;
  std::optional<Hit> hitFrame(QPointF at, double reach) const;
  const Project& project() const { return context_.document.project(); }

  PanelContext& context_;
  std::map<Id, NodeItem*> nodes_;
  std::map<Id, WireItem*> wires_;
  std::map<Id, FrameItem*> frames_;
  std::map<Id, std::vector<Id>> wiresOf_;
  std::map<Id, std::vector<Note>> notes_;
  std::map<const NodeType*, Shape> shapes_;  // of types whose shape is the same for all items
  std::vector<Id> selection_;
  std::set<Id> selected_, offset_;
  QPointF by_;
  std::vector<QRectF> boxes_;  // of the nodes, while wires are laid round them
};

}  // namespace spk::panels::graph
