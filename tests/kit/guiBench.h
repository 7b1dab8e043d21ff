#pragma once
#include <QImage>
#include <QString>
#include <cmath>
#include <map>
#include <memory>
#include <vector>

#include "panels/kit/Panel.h"
#include "tests/kit/PanelBench.h"

namespace spk {
void addViews(Registry& registry);
std::vector<PanelType> panelTypes();
}  // namespace spk

namespace spk::test {

/// For views: a population and a camera that the test makes up, and tapes that it fills.
struct GuiBench : PanelBench {
  GuiBench() {
    registry.add(NodeType{
        .id = "neuron.test",
        .title = "Test neuron",
        .role = Role::Population,
        .shape = {.ports = {{.name = "in", .input = true, .unit = "mV"},
                            {.name = "out"},
                            {.name = "V", .signal = Signal::Trace, .unit = "mV"}},
                  .parameters = {{.name = "n", .kind = Kind::Grid, .initial = std::int64_t{100}},
                                 {.name = "V_th", .initial = 20.0, .unit = "mV"}},
                  .columns = {{.name = "V", .unit = "mV"}}}});
    registry.add(NodeType{
        .id = "source.test",
        .title = "Test camera",
        .role = Role::Source,
        .shape = {.ports = {{.name = "out", .signal = Signal::Events, .shape = {48, 64}}}}});
    registry.add(NodeType{
        .id = "flow.test",
        .title = "Test flow",
        .role = Role::Filter,
        .shape = {.ports = {{.name = "out", .signal = Signal::Flow, .shape = {48, 64}}}}});
    addViews(registry);
  }

  Id insert(Item item) {
    item.id = document.newId();
    const Id id = item.id;
    (void)document.apply({"insert", {Insert{std::move(item)}}});
    return id;
  }
  Id node(std::string type, std::string name, Values values = {}) {
    values["name"] = std::move(name);
    Item item;
    item.type = std::move(type);
    item.values = std::move(values);
    return insert(std::move(item));
  }
  Id wire(std::string type, Ref from, Ref to, Values values = {}) {
    Item item;
    item.type = std::move(type);
    item.from = std::move(from);
    item.to = std::move(to);
    item.values = std::move(values);
    return insert(std::move(item));
  }
  Tape& tape(Id id) {
    auto& held = tapes[id];
    if (!held) held = std::make_unique<Tape>();
    return *held;
  }
  template <class T>
  void append(Id id, const std::vector<T>& items) {
    tape(id).append(std::span<const T>(items));
  }
  void set(Id id, std::string key, Value value) {
    (void)document.apply(
        {"set", {setting(document.project(), id, std::move(key), std::move(value))}});
  }
};

/// Mean difference of the channels of two pictures, 0 … 255; 255 if their sizes differ.
inline double meanDifference(const QImage& a, const QImage& b) {
  if (a.size() != b.size() || a.isNull()) return 255;
  const QImage x = a.convertToFormat(QImage::Format_RGB32),
               y = b.convertToFormat(QImage::Format_RGB32);
  double sum = 0;
  for (int row = 0; row < x.height(); ++row) {
    const auto* p = reinterpret_cast<const QRgb*>(x.constScanLine(row));
    const auto* q = reinterpret_cast<const QRgb*>(y.constScanLine(row));
    for (int i = 0; i < x.width(); ++i) {
      sum += std::abs(qRed(p[i]) - qRed(q[i])) + std::abs(qGreen(p[i]) - qGreen(q[i])) +
             std::abs(qBlue(p[i]) - qBlue(q[i]));
    }
  }
  return sum / (3.0 * x.width() * x.height());
}

/// How many pixels are nearer than `distance` (sum over the channels) to a colour.
inline int pixelsLike(const QImage& picture, const QColor& colour, int distance = 60) {
  int n = 0;
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      const QRgb p = picture.pixel(x, y);
      n += std::abs(qRed(p) - colour.red()) + std::abs(qGreen(p) - colour.green()) +
               std::abs(qBlue(p) - colour.blue()) <
           distance;
    }
  }
  return n;
}

}  // namespace spk::test
