// Puts events where a lens without distortion would have put them.
#include <algorithm>
#include <cmath>

#include "engine/base/H5.h"
#include "plugins/filters/filtering.h"

namespace spk::filters::undistort {
namespace {

Parameter lens(const char* name, double initial, double min, double max, const char* unit,
               const char* doc) {
  return {.name = name,
          .initial = initial,
          .unit = unit,
          .min = min,
          .max = max,
          .doc = doc,
          .shownIf = "by == camera"};
}

Shape shape() {
  Shape made = filterShape(
      {choice("by", {"camera", "map"},
              "camera: focal lengths and distortion as given here; map: a file that says for every "
              "pixel where it belongs"),
       lens("fx", 0, 0, 1e5, "px", "Focal length along x; 0: as long as the picture is wide"),
       lens("fy", 0, 0, 1e5, "px", "Focal length along y; 0: as along x"),
       lens("cx", -1, -1, 1e5, "px", "Column of the principal point; -1: the middle"),
       lens("cy", -1, -1, 1e5, "px", "Row of the principal point; -1: the middle"),
       lens("k1", 0, -10, 10, "", "Radial distortion, second power (as OpenCV counts)"),
       lens("k2", 0, -10, 10, "", "Radial distortion, fourth power"),
       lens("k3", 0, -10, 10, "", "Radial distortion, sixth power"),
       lens("p1", 0, -1, 1, "", "Tangential distortion, first"),
       lens("p2", 0, -1, 1, "", "Tangential distortion, second"),
       {.name = "file",
        .kind = Kind::File,
        .initial = std::string(),
        .doc = "DSEC's rectify_map.h5, or any HDF5 file whose /rectify_map is H × W × 2 (x, y)",
        .shownIf = "by == map",
        .live = false}});
  made.parameters[0].live = false;
  return made;
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

/// A pinhole camera whose lens distorts (Brown 1966, in OpenCV's letters).
class Camera {
 public:
  Camera(const Given& given, SensorSize size)
      : k1_(given("k1")), k2_(given("k2")), k3_(given("k3")), p1_(given("p1")), p2_(given("p2")) {
    fx_ = given("fx") > 0 ? given("fx") : size.width;
    fy_ = given("fy") > 0 ? given("fy") : fx_;
    cx_ = given("cx") >= 0 ? given("cx") : (size.width - 1) / 2.0;
    cy_ = given("cy") >= 0 ? given("cy") : (size.height - 1) / 2.0;
  }
  /// Where a pixel of the distorted picture belongs: the distortion is inverted by repeated
  /// substitution, which converges for lenses whose picture does not fold.
  std::array<double, 2> undistorted(double column, double row) const {
    const double x0 = (column - cx_) / fx_, y0 = (row - cy_) / fy_;
    double x = x0, y = y0;
    for (int i = 0; i < kRounds; ++i) {
      const double r2 = x * x + y * y;
      const double radial = 1 + r2 * (k1_ + r2 * (k2_ + r2 * k3_));
      const double dx = 2 * p1_ * x * y + p2_ * (r2 + 2 * x * x);
      const double dy = p1_ * (r2 + 2 * y * y) + 2 * p2_ * x * y;
      if (!(std::abs(radial) > 1e-3)) return {-1e6, -1e6};
      x = (x0 - dx) / radial;
      y = (y0 - dy) / radial;
    }
    return {x * fx_ + cx_, y * fy_ + cy_};
  }

 private:
  static constexpr int kRounds = 20;
  double k1_, k2_, k3_, p1_, p2_;
  double fx_ = 1, fy_ = 1, cx_ = 0, cy_ = 0;
};

class Undistort final : public EventFilter<Undistort> {
 public:
  explicit Undistort(const Item& item)
      : EventFilter(item), places_(size(), {kOutside, kOutside}, 0) {}

  Result<void> change(const Item& item) override {
    if (size().width == 0) return {};  // said when events come
    const Shape described = shape();
    const Given given(described, item.values);
    if (given.text("by") == "map") return readMap(std::string(given.text("file")));
    const Camera camera(given, size());
    for (int y = 0; y < size().height; ++y)
      for (int x = 0; x < size().width; ++x) {
        const auto [toX, toY] = camera.undistorted(x, y);
        put(x, y, toX, toY);
      }
    return {};
  }

  void take(Event event, Out<Event>& out) noexcept {
    const Place& place = *places_.at(event.x, event.y);
    if (place.x == kOutside) return;
    event.x = place.x;
    event.y = place.y;
    out.add(event);
  }

  void save(Bytes&) const override {}  // what comes in is all that counts
  Result<void> restore(Bytes&) override { return {}; }

 private:
  static constexpr std::uint16_t kOutside = 65'535;
  struct Place {
    std::uint16_t x, y;
  };
  /// To the nearest pixel, if there is one.
  void put(int x, int y, double toX, double toY) {
    const double column = std::floor(toX + 0.5), row = std::floor(toY + 0.5);
    const bool inside = column >= 0 && row >= 0 && column < size().width && row < size().height;
    *places_.at(x, y) =
        inside ? Place{static_cast<std::uint16_t>(column), static_cast<std::uint16_t>(row)}
               : Place{kOutside, kOutside};
  }
  Result<void> readMap(const std::string& path) {
    if (path.empty()) return Error{"no file is chosen", "file"};
    TRY(H5 file, H5::open(path));
    TRY(const H5::Info info, file.info("/rectify_map"));
    const auto width = static_cast<std::size_t>(size().width),
               height = static_cast<std::size_t>(size().height);
    if (info.shape != std::vector<std::size_t>{height, width, 2}) {
      std::string sides;
      for (const std::size_t side : info.shape)
        sides += (sides.empty() ? "" : "×") + std::to_string(side);
      return Error{"/rectify_map is " + sides + "; the picture needs " + std::to_string(height) +
                       "×" + std::to_string(width) + "×2",
                   "file"};
    }
    TRY(const std::vector<float> map, file.read<float>("/rectify_map"));
    for (std::size_t i = 0; i < width * height; ++i)
      put(static_cast<int>(i % width), static_cast<int>(i / width), map[2 * i], map[2 * i + 1]);
    return {};
  }

  PixelMap<Place> places_;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.undistort",
      .title = "Undistort",
      .doc =
          "Moves each event to the pixel where it would lie without the distortion of the lens: by "
          "the camera's focal lengths, principal point and coefficients k1, k2, k3, p1, p2 (Brown "
          "1966, as OpenCV writes them), or by a map as DSEC has it. What falls outside is taken "
          "out.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "rectify calibration lens camera matrix dsec event dvs",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<Undistort>});
}

}  // namespace spk::filters::undistort
