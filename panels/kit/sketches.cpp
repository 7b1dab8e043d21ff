#include "panels/kit/sketches.h"

#include <QPainter>
#include <QPolygonF>

#include "engine/base/Json.h"
#include "engine/base/file.h"

namespace spk {

Sketches readSketches(const std::filesystem::path& file) {
  Sketches sketches;
  const auto text = readFile(file);
  if (!text) return sketches;
  const auto all = JsonNode::parse(text.value());
  if (!all) return sketches;
  for (const auto& [type, heights] : all.value().members())
    for (const JsonNode& percent : heights.items())
      sketches[type].push_back(static_cast<float>(percent.number() / 100));
  return sketches;
}

void paintSketch(QPainter& painter, const QRectF& box, const std::vector<float>& heights) {
  if (heights.size() < 2) return;
  QPolygonF line;
  const double step = box.width() / static_cast<double>(heights.size() - 1);
  for (std::size_t i = 0; i < heights.size(); ++i)
    line << QPointF(box.left() + step * static_cast<double>(i),
                    box.bottom() - box.height() * static_cast<double>(heights[i]));
  painter.drawPolyline(line);
}

}  // namespace spk
