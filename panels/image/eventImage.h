#pragma once
#include <QImage>
#include <QSize>

#include "engine/data/Tape.h"

namespace spk::panels::image {

enum class Mode { Polarity, Count, TimeSurface };

/// A picture of the events in (t − window, t], one pixel of the picture for one of the sensor.
/// TimeSurface: exp(−age / window) of each pixel's last event, in viridis; events older than five
/// times the window are invisible. Count: in viridis, full at the 99th
/// percentile of the pixels that had events.
QImage eventImage(const Tape& tape, Time t, Time window, Mode mode, QSize sensor);
/// The sensor that holds all events up to now: largest coordinates, plus one.
QSize seenSensor(const Tape& tape, Time from, QSize before);

}  // namespace spk::panels::image
