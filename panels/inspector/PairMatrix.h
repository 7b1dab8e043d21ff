#pragma once
#include <QPoint>
#include <QWidget>
#include <map>
#include <optional>
#include <utility>

#include "engine/base/Value.h"

namespace spk::panels::inspector {

/// The pairs of a wire as a matrix to paint in: a row for each source, a column for each target.
/// Pressing and dragging joins, or parts where the first one was joined; arrows and Space do the
/// same. Larger populations than it has room for are told so; their pairs are typed.
class PairMatrix : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kMost = 64;  ///< rows and columns that can be hit

  explicit PairMatrix(QWidget* parent);

  /// @param pairs  as on the wire: [[source, target], …]
  void setState(const Value& pairs, int sources, int targets);
  bool isJoined(int source, int target) const { return joined_.contains({source, target}); }
  /// Where a cell lies, in pixels of the widget.
  QRectF cell(int source, int target) const;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 Q_SIGNALS:
  /// `dragging`: more will follow, until dragged().
  void wanted(const spk::Value& pairs, bool dragging);
  void dragged();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  using Cell = std::pair<int, int>;

  bool fits() const;
  double side(int width) const;
  std::optional<Cell> cellAt(QPointF at) const;
  void paint(Cell cell, bool dragging);
  void describe();

  std::map<Cell, int> joined_;  ///< source and target: how often
  bool readable_ = true;        ///< every pair of the list was understood
  int sources_ = 0, targets_ = 0;
  Cell cursor_ = {0, 0};
  std::optional<bool> joins_;  ///< what the stroke in hand does
};

}  // namespace spk::panels::inspector
