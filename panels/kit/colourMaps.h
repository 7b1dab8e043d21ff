#pragma once
#include <QRgb>

namespace spk {

/// Viridis (van der Walt & Smith 2015), even to the eye and safe for colour-blind ones; 0 … 1,
/// beyond is clipped.
QRgb viridis(double share);
/// Differences: blue over white (light) or dark grey (dark ground) to orange; −1 … 1.
QRgb difference(double share, bool onDark);

}  // namespace spk
