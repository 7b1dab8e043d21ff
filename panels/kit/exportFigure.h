#pragma once
#include <filesystem>
#include <functional>

#include "engine/base/Result.h"
#include "panels/kit/Figure.h"
#include "panels/kit/Panel.h"

namespace spk {

/// Makes the figure for a size, pixel ratio and purpose that are already set in `blank`.
using MakeFigure = std::function<Figure(Figure blank)>;

/// Paints a figure into .png (as on the screen, in the theme in use), .svg or .pdf (for print:
/// light theme, text as text, points as points). Sizes hold to a fortieth of a millimetre; text is
/// as large as on a screen of 96 dots per inch. Error: unknown ending, or the file cannot be
/// written.
Result<void> saveFigure(const MakeFigure& make, const std::filesystem::path& path,
                        const FigureSize& size);
/// The same as a picture in memory, `size` logical px.
QImage paintedFigure(const MakeFigure& make, QSizeF size, double pixelRatio);

}  // namespace spk
