#pragma once
#include <QColor>
#include <QSize>
#include <QVector3D>
#include <memory>

#include "panels/cloud/EventRing.h"

class vtkRenderer;

namespace spk::panels::cloud {

/// What of the ring is seen, and how.
struct CloudLook {
  /// Polarity: `on` and `off`, older ones fading into the ground. Time: from the oldest in view to
  /// the newest. Flow: the tint that came with each point.
  enum class Colour { Polarity, Time, Flow };
  Time now = 0, window = 50 * kMillisecond;
  QSize sensor{1, 1};
  QColor on, off, ground;
  Colour colour = Colour::Polarity;
  float pointSize = 2;          ///< [device px]
  std::size_t most = SIZE_MAX;  ///< at most so many points: every k-th event is drawn
};
/// The box that the cloud fills, in the scene: time, height, width; the middle at the origin.
QVector3D cloudBox(QSize sensor);
/// Where an event lies in the scene, exactly as the graphics card computes it.
QVector3D placeInScene(const Vertex& event, const CloudLook& look);

/// The cloud in a VTK scene, as a prop of its own. VTK's mappers upload a whole vertex buffer when
/// one number changes (24 MB for a million points with colours); this one keeps a buffer of the
/// ring's size and sends only the events that are new, 12 bytes each; place, age and colour are
/// computed in the vertex shader. While the scene is turned under software GL, every k-th event is
/// drawn, by a vertex stride of k: a thinning that needs no shuffled copy and never flickers, as k
/// divides the events' own numbers.
class EventCloud {
 public:
  explicit EventCloud(vtkRenderer& scene);
  ~EventCloud();
  EventCloud(const EventCloud&) = delete;
  EventCloud& operator=(const EventCloud&) = delete;
  /// From the next frame on. The ring outlives the cloud.
  void show(const EventRing& ring, const CloudLook& look);
  std::uint64_t uploadedEvents() const;
  std::size_t drawnEvents() const;  ///< in the last frame
  /// 1: every event of the window was drawn, k: every k-th.
  std::uint64_t stride() const;

 private:
  class Prop;
  Prop* prop_;  // reference counted by VTK; we hold one
};

}  // namespace spk::panels::cloud
