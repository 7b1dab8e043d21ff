#pragma once
#include <QColor>
#include <QImage>
#include <QSize>

#include "engine/data/Tape.h"

namespace spk::panels::image {

/// Polarity: the last event of a pixel. Count: how many events, in viridis. Balance: ON less OFF,
/// from blue over the ground to orange. Time: when the last event was, from the oldest in view to
/// the newest. TimeSurface: exp(−age / tau) of the last event, in viridis; what is older than five
/// tau is not seen.
enum class Mode { Polarity, Count, Balance, Time, TimeSurface };

/// How events become a picture.
struct ImageLook {
  Mode mode = Mode::Polarity;
  Time t = 0;       ///< the picture is of the events in (t − window, t]
  Time window = 1;  ///< of TimeSurface: tau
  QColor ground;    ///< where nothing happened
  double full = 0;  ///< events of a pixel in full colour; 0: the 99th percentile of those lit
  int dilate = 0;   ///< each pixel also colours its neighbours so far away, where those are dark
  const Frame* behind = nullptr;  ///< a picture of the camera, seen where no events are
};

/// A picture of events, one pixel of it for one of the sensor.
QImage eventImage(const Tape& tape, const ImageLook& look, QSize sensor);
/// A camera's picture as large as the sensor.
QImage frameImage(const Frame& frame, QSize sensor);
/// How far back from t one must look to see `count` events; 0 if there are none.
Time windowOf(const Tape& tape, std::size_t count, Time t);
/// The last picture that began at t or before; nullptr if there is none. As long as the tape.
const Frame* frameAt(const Tape& tape, Time t);
/// The sensor that holds all events up to now: largest coordinates, plus one.
QSize seenSensor(const Tape& tape, Time from, QSize before);

}  // namespace spk::panels::image
