#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace spk {

/// Which painter draws plots on the screen.
enum class Painter { ImGui, Qt };

/// Before the QApplication is made: shared GL contexts, and the surface format that VTK, Dear ImGui
/// and Qt agree on (OpenGL 3.3 core, no samples).
void prepareGraphics();
/// GL_RENDERER of this machine, once asked; empty if there is no OpenGL.
const std::string& rendererName();
/// llvmpipe, softpipe, swrast: every pixel costs CPU, and repainting a GL widget repaints its
/// window.
bool isSoftwareRenderer(std::string_view name);
/// SPK_PAINTER=imgui or qpainter, else what choosePainter was told, else by the renderer's name.
Painter painter();
/// The user's setting; nullopt: by the renderer. Holds for plots made from now on.
void choosePainter(std::optional<Painter> wanted);

}  // namespace spk
