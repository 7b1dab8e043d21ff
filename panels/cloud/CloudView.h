#pragma once
#include <QImage>
#include <QLabel>
#include <array>

#include "panels/cloud/EventCloud.h"
#include "panels/kit/VtkView.h"

namespace spk::panels::cloud {

/// The scene: cloud, thin box and the names of its axes, turned with the mouse.
class CloudView : public VtkView {
  Q_OBJECT
 public:
  explicit CloudView(QWidget* parent = nullptr);
  ~CloudView() override;
  EventRing& ring() { return ring_; }
  const CloudLook& look() const { return look_; }
  void show(const CloudLook& look);
  /// Looks at the whole box from above and aside.
  void resetCamera();
  /// The same scene as pixels of another size, with the names of the axes; null without OpenGL.
  QImage picture(QSize pixels) const;
  std::uint64_t uploadedEvents() const;
  std::size_t drawnEvents() const;
  std::uint64_t stride() const;

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Scene;
  struct AxisName {
    QString text;
    QPointF place;  ///< of its middle [logical px]
  };
  std::array<AxisName, 3> axisNames() const;
  void placeNames();
  void showBox();

  EventRing ring_;
  CloudLook look_;
  std::unique_ptr<Scene> scene_;
  std::array<QLabel*, 3> names_{};
  bool turned_ = false;  // by the user, since the last reset: then a new size changes no view
};

}  // namespace spk::panels::cloud
