#include "panels/kit/colourMaps.h"

#include <algorithm>
#include <array>

namespace spk {
namespace {

/// Ten even steps of the published table; between them, straight lines stay within two grey levels.
constexpr std::array<QRgb, 10> kViridis = {0xff440154, 0xff482878, 0xff3e4989, 0xff31688e,
                                           0xff26828e, 0xff1f9e89, 0xff35b779, 0xff6ece58,
                                           0xffb5de2b, 0xfffde725};

QRgb between(QRgb a, QRgb b, double share) {
  const auto mix = [share](int x, int y) { return static_cast<int>(x + (y - x) * share + 0.5); };
  return qRgb(mix(qRed(a), qRed(b)), mix(qGreen(a), qGreen(b)), mix(qBlue(a), qBlue(b)));
}

}  // namespace

QRgb viridis(double share) {
  const double at = std::clamp(share, 0.0, 1.0) * (kViridis.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(at), kViridis.size() - 2);
  return between(kViridis[i], kViridis[i + 1], at - double(i));
}

QRgb difference(double share, bool onDark) {
  const QRgb middle = onDark ? 0xff2a2f3a : 0xfff7f7f7;
  const double way = std::clamp(share, -1.0, 1.0);
  return way < 0 ? between(middle, 0xff2b7bd0, -way) : between(middle, 0xfff07d1f, way);
}

}  // namespace spk
