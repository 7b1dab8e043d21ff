#include "panels/kit/painter.h"

#include <QCoreApplication>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QSurfaceFormat>

namespace spk {
namespace {

std::optional<Painter>& wantedPainter() {
  static std::optional<Painter> wanted;
  return wanted;
}

std::string askRenderer() {
  QOffscreenSurface surface;
  surface.create();
  QOpenGLContext context;
  if (!context.create() || !context.makeCurrent(&surface)) return {};
  const auto* name = reinterpret_cast<const char*>(context.functions()->glGetString(GL_RENDERER));
  std::string answer = name ? name : "";
  context.doneCurrent();
  return answer;
}

}  // namespace

void prepareGraphics() {
  QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts);
  QSurfaceFormat format;
  format.setRenderableType(QSurfaceFormat::OpenGL);
  format.setVersion(3, 3);
  format.setProfile(QSurfaceFormat::CoreProfile);
  format.setDepthBufferSize(24);
  format.setStencilBufferSize(8);
  format.setSamples(0);
  QSurfaceFormat::setDefaultFormat(format);
}

const std::string& rendererName() {
  static const std::string name = askRenderer();
  return name;
}

bool isSoftwareRenderer(std::string_view name) {
  for (const std::string_view software :
       {"llvmpipe", "softpipe", "swrast", "Software Rasterizer"}) {
    if (name.find(software) != std::string_view::npos) return true;
  }
  return false;
}

Painter painter() {
  const QByteArray forced = qgetenv("SPK_PAINTER");
  if (forced == "imgui") return Painter::ImGui;
  if (forced == "qpainter") return Painter::Qt;
  if (wantedPainter()) return *wantedPainter();
  return rendererName().empty() || isSoftwareRenderer(rendererName()) ? Painter::Qt
                                                                      : Painter::ImGui;
}

void choosePainter(std::optional<Painter> wanted) { wantedPainter() = wanted; }

}  // namespace spk
