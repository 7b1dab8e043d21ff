#pragma once
#include <QButtonGroup>
#include <QLabel>
#include <QWidget>
#include <functional>

#include "panels/cloud/CloudView.h"
#include "panels/cloud/SelectionBar.h"
#include "panels/kit/EmptyNote.h"

namespace spk::panels::cloud {

/// Holds the scene and, over it, its tools, what is selected, and what an empty view says; without
/// OpenGL it says just that.
class CloudWidget : public QWidget {
  Q_OBJECT
 public:
  explicit CloudWidget(std::span<const FileFormat> formats);
  CloudView* view() const { return view_; }
  EmptyNote& empty() { return *empty_; }
  SelectionBar& selection() { return *selection_; }
  void setEmpty(const EmptyWords& words);
  /// Over the scene: why it is empty just now.
  void setOver(const QString& words);
  void showSelection(bool shown);
  QSize sizeHint() const override { return {480, 320}; }

 Q_SIGNALS:
  void restyled();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void makeTools();
  void place();

  CloudView* view_ = nullptr;
  QLabel* noGl_ = nullptr;
  QLabel* over_;
  QFrame* tools_;
  QButtonGroup* group_;
  SelectionBar* selection_;
  EmptyNote* empty_;
};

}  // namespace spk::panels::cloud
