#pragma once
#include <QColor>
#include <QImage>
#include <QSize>
#include <span>
#include <vector>

#include "engine/analysis/flow.h"

namespace spk::panels::flow {

/// The mean of some flows.
struct MeanFlow {
  double x = 0, y = 0;  ///< place [px]
  Velocity velocity;    ///< [px/s]
};
/// The mean flow of squares of cell × cell pixels, at the mean place of its flows, row by row;
/// those without any are left out.
std::vector<MeanFlow> cellMeans(std::span<const Flow> flows, QSize sensor, int cell);
/// `cell`, doubled until a sensor has at most 2000 of them.
int cellFor(QSize sensor, int cell);
/// The speed [px/s] below which nine tenths of the flows are; 0 if there are none.
double fastTenth(std::span<const Flow> flows);
/// The mean flow of each pixel in the colours of the wheel; others have the ground's colour.
QImage wheelPicture(std::span<const Flow> flows, QSize sensor, double fastest, QColor ground);
/// A pure colour of the wheel, to be seen on dark and light grounds.
QColor directionColour(Velocity velocity);
/// The sensor that holds all flows: largest coordinates, plus one.
QSize seenSensor(std::span<const Flow> flows);

}  // namespace spk::panels::flow
