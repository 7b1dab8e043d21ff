#pragma once
#include <QWidget>

#include "panels/kit/Figure.h"
#include "panels/kit/painter.h"

namespace spk {

/// A widget that paints `figure`, which outlives it, whenever it is updated.
QWidget* makeSurface(const Figure& figure, Painter painter, QWidget* parent);

}  // namespace spk
