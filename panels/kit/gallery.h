#pragma once
#include <QSizeF>
#include <QString>
#include <utility>
#include <vector>

#include "panels/kit/Figure.h"

class QWidget;

namespace spk {

/// Everything that the kit has - colours, ports, words, icons, controls, plots by both painters -
/// on one page, with a switch of theme and of text size.
QWidget* makeGallery();

/// Invented figures that use each part of a figure once: for the gallery and for tests of painters.
std::vector<std::pair<QString, Figure>> sampleFigures(QSizeF size, double pixelRatio);

}  // namespace spk
