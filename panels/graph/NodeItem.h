#pragma once
#include <QGraphicsItem>
#include <QStaticText>
#include <span>
#include <vector>

#include "engine/data/Tape.h"
#include "panels/graph/face.h"

namespace spk::panels::graph {

/// Paints one node; its words are laid out when it is first painted after its face changed, so that
/// panning only paints, and what nobody sees costs nothing.
class NodeItem : public QGraphicsItem {
 public:
  /// Zoomed out below this: title and colour only.
  static constexpr double kFar = 0.45;

  explicit NodeItem(Id id) : id_(id) {}

  void setFace(NodeFace face);
  const NodeFace& face() const { return face_; }
  Id id() const { return id_; }
  QRectF box() const { return QRectF(pos(), face_.size); }
  QPointF portAt(std::string_view port) const;  ///< scene; the header's edge if there is none

  void setSelected(bool selected);
  /// Keyboard: the node has it, or one of its ports (index into face().ports; −1: none).
  void setFocus(bool focused, int port);
  void setHoveredPort(int port);
  /// While a wire is pulled: which ports it may end in (−1: no wire is pulled).
  void setFitting(std::vector<bool> fits, bool pulling);

  /// Bins the last two seconds of counts, if the tape has new ones; false if nothing changed.
  /// @param sources  of face().sources, for a filter's "in → out"
  bool look(const Tape* tape, std::span<const Tape* const> sources = {});

  QRectF boundingRect() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  struct Text {
    QStaticText text;
    QPointF at;
    QFont font;
    bool quiet = false;
  };
  void layout();
  void paintFar(QPainter& painter) const;
  void paintBypass(QPainter& painter) const;
  void paintThumbnail(QPainter& painter) const;
  void paintCounts(QPainter& painter) const;
  void paintPorts(QPainter& painter) const;
  void paintNote(QPainter& painter) const;
  void paintPortName(QPainter& painter, const PortFace& port) const;

  Id id_;
  NodeFace face_;
  std::vector<Text> texts_;
  bool laidOut_ = false;
  bool selected_ = false, focused_ = false, pulling_ = false;
  int focusPort_ = -1, hoveredPort_ = -1;
  std::vector<bool> fits_;
  std::uint64_t tapeVersion_ = 0;
  const Tape* tape_ = nullptr;
  QString counts_;           // in → out
  std::vector<float> bins_;  // share of the highest, one per bar
};

}  // namespace spk::panels::graph
