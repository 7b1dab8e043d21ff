#pragma once
#include <QRectF>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

class QPainter;

namespace spk {

/// What a neuron type or preset does with a constant current: heights in [0, 1], evenly spaced in
/// time, as its own kernel computed them; by "type" and "type: preset".
using Sketches = std::map<std::string, std::vector<float>, std::less<>>;
/// From `resources/sketches.json`; empty if there is no such file.
Sketches readSketches(const std::filesystem::path& file);
/// A thin line through the heights, with the painter's pen.
void paintSketch(QPainter& painter, const QRectF& box, const std::vector<float>& heights);

}  // namespace spk
