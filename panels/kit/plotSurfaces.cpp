#include "panels/kit/plotSurfaces.h"

#include <imgui.h>

#include <QOpenGLContext>
#include <QPainter>

#include "panels/kit/ImGuiCanvas.h"
#include "panels/kit/ImGuiPanel.h"
#include "panels/kit/QtCanvas.h"

namespace spk {
namespace {

/// Paints by QPainter into the window's own pixels: the cheap way where GL is software.
class QtSurface : public QWidget {
 public:
  QtSurface(const Figure& figure, QWidget* parent) : QWidget(parent), figure_(figure) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(120, 80);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    QtCanvas canvas(painter, QtCanvas::Medium::Pixels);
    paint(figure_, canvas);
  }

 private:
  const Figure& figure_;
};

/// Paints by Dear ImGui's draw list, on a GPU.
class ImGuiSurface : public ImGuiPanel {
 public:
  ImGuiSurface(const Figure& figure, QWidget* parent) : ImGuiPanel(parent), figure_(figure) {
    setTakesInput(false);  // PlotWidget reads mouse and keys
  }
  ~ImGuiSurface() override { releaseGl(); }

 protected:
  void drawFrame() override {
    textures_.beginFrame(context()->functions(), devicePixelRatioF());
    ImGuiCanvas canvas(*ImGui::GetBackgroundDrawList(), textures_, devicePixelRatioF());
    paint(figure_, canvas);
  }
  void releaseObjects() override { textures_.release(); }

 private:
  const Figure& figure_;
  Textures textures_;
};

}  // namespace

QWidget* makeSurface(const Figure& figure, Painter painter, QWidget* parent) {
  if (painter == Painter::ImGui) return new ImGuiSurface(figure, parent);
  return new QtSurface(figure, parent);
}

}  // namespace spk
