#pragma once
#include <QWidget>
#include <functional>
#include <optional>

#include "engine/base/Parameter.h"
#include "engine/base/Result.h"
#include "panels/inspector/scale.h"

class QComboBox;
class QLineEdit;
class QToolButton;

namespace spk::panels::inspector {

/// What a row shows: one parameter of one or several items.
struct RowState {
  Parameter parameter;
  Value value;           ///< written, or the initial one
  bool mixed = false;    ///< the items differ
  bool changed = false;  ///< written, and not what it would be anyway
};

/// One parameter: name left, value right, slim slider under it. Drag scrubs (Shift fine), the
/// slider jumps, double-click or Enter types, right-click or Backspace resets.
class ParameterRow : public QWidget {
  Q_OBJECT

 public:
  ParameterRow(RowState state, QWidget* parent);

  void setState(RowState state);
  const RowState& state() const { return state_; }
  const QString& complaint() const { return complaint_; }
  /// Starts typing, as Enter does.
  void edit();
  QLineEdit* field() const { return field_; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

  /// Text as typed for this parameter: "20 ms", "800", "[1, 120, 160]", "1×120×160", JSON.
  static Result<Value> read(const Parameter& parameter, const QString& text);

 Q_SIGNALS:
  /// `dragging`: more will follow, until dragged().
  void wanted(const spk::Value& value, bool dragging);
  void dragged();
  void reset();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  bool hasSlider() const;
  std::optional<Scale> scale() const;  // the one of the drag, while it lasts
  double number() const;
  double lineHeight() const;
  double wordsHeight() const;  // of the complaint, or the word on rebuilding
  QRectF sliderBox() const;
  QRectF valueBox() const;
  QString shownText() const;
  void paintSwitch(QPainter& painter) const;
  void paintValue(QPainter& painter) const;
  void paintSlider(QPainter& painter) const;
  void place();
  void complain(const QString& words);
  void want(const Value& value, bool dragging);
  void wantNumber(double number, bool dragging);
  void finishEdit(bool keep);
  void step(double shares);
  void chooseFile();
  void openDistribution();
  void describe();

  RowState state_;
  QString complaint_;
  QComboBox* choices_ = nullptr;
  QToolButton* more_ = nullptr;
  QLineEdit* field_ = nullptr;
  enum class Drag { None, Pressed, Scrub, Slide } drag_ = Drag::None;
  QPointF dragFrom_;
  double dragShare_ = 0;
  std::optional<Scale> dragScale_;
  bool stepping_ = false;  // by key, until it is released
};

}  // namespace spk::panels::inspector
