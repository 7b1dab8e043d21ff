// VTK's headers come first: its GL loader must be seen before Qt's GL headers.
#include <vtkCallbackCommand.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkGenericRenderWindowInteractor.h>
#include <vtkInteractorStyleTrackballCamera.h>
#include <vtkNew.h>
#include <vtkOpenGLFramebufferObject.h>
#include <vtkOpenGLState.h>
#include <vtkRenderer.h>

#include "panels/kit/VtkView.h"

#include <QElapsedTimer>
#include <QMouseEvent>
#include <QOpenGLContext>
#include <QOpenGLExtraFunctions>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace spk {
namespace {

constexpr unsigned long kWindowEvents[] = {
    vtkCommand::WindowMakeCurrentEvent, vtkCommand::WindowIsCurrentEvent,
    vtkCommand::WindowSupportsOpenGLEvent, vtkCommand::WindowIsDirectEvent};
constexpr int kNotch = 120;
constexpr int kClickSlack = 4;  // px that a click may move

unsigned long buttonEvent(Qt::MouseButton button, bool press) {
  switch (button) {
    case Qt::LeftButton:
      return press ? vtkCommand::LeftButtonPressEvent : vtkCommand::LeftButtonReleaseEvent;
    case Qt::MiddleButton:
      return press ? vtkCommand::MiddleButtonPressEvent : vtkCommand::MiddleButtonReleaseEvent;
    case Qt::RightButton:
      return press ? vtkCommand::RightButtonPressEvent : vtkCommand::RightButtonReleaseEvent;
    default: return vtkCommand::NoEvent;
  }
}

}  // namespace

struct VtkView::Scene {
  vtkNew<vtkGenericOpenGLRenderWindow> window;
  vtkNew<vtkGenericRenderWindowInteractor> interactor;
  vtkNew<vtkRenderer> renderer;

  /// What VTK asks of its window, answered by the widget.
  static void answer(vtkObject*, unsigned long event, void* view, void* data);
};

void VtkView::Scene::answer(vtkObject*, unsigned long event, void* client, void* data) {
  auto* view = static_cast<VtkView*>(client);
  const bool isCurrent = view->context() && QOpenGLContext::currentContext() == view->context();
  switch (event) {
    case vtkCommand::WindowMakeCurrentEvent:
      if (view->context() && !isCurrent) view->makeCurrent();
      break;
    case vtkCommand::WindowIsCurrentEvent: *static_cast<bool*>(data) = isCurrent; break;
    case vtkCommand::WindowSupportsOpenGLEvent:
    case vtkCommand::WindowIsDirectEvent: *static_cast<int*>(data) = 1; break;
    case vtkCommand::RenderEvent:
      if (!view->painting_) view->update();
      break;
    default: break;
  }
}

VtkView::VtkView(QWidget* parent) : QOpenGLWidget(parent), scene_(std::make_unique<Scene>()) {
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(160, 120);
  setMouseTracking(true);
  scene_->window->SetMultiSamples(0);
  scene_->window->SetReadyForRendering(false);  // not before initializeGL
  scene_->window->SetOwnContext(0);
  scene_->window->SetFrameBlitModeToNoBlit();  // copyToWidget does that
  scene_->window->AddRenderer(scene_->renderer);
  scene_->interactor->SetRenderWindow(scene_->window);
  scene_->interactor->EnableRenderOff();  // a wish to render becomes update()
  vtkNew<vtkInteractorStyleTrackballCamera> style;
  scene_->interactor->SetInteractorStyle(style);
  vtkNew<vtkCallbackCommand> answer;
  answer->SetCallback(&Scene::answer);
  answer->SetClientData(this);
  for (const unsigned long event : kWindowEvents) scene_->window->AddObserver(event, answer);
  scene_->interactor->AddObserver(vtkCommand::RenderEvent, answer);
  scene_->interactor->Initialize();
}

VtkView::~VtkView() {
  releaseGl();
  // VTK objects may outlive the widget by other references: they must not call it any more.
  for (const unsigned long event : kWindowEvents) scene_->window->RemoveObservers(event);
  scene_->interactor->RemoveObservers(vtkCommand::RenderEvent);
  scene_->interactor->SetRenderWindow(nullptr);
}

vtkRenderer* VtkView::renderer() const { return scene_->renderer; }
vtkGenericOpenGLRenderWindow* VtkView::renderWindow() const { return scene_->window; }

void VtkView::initializeGL() {
  ++initialisations_;
  losing_ = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, &VtkView::releaseGl,
                    Qt::DirectConnection);
  scene_->window->SetForceMaximumHardwareLineWidth(1);
  scene_->window->SetReadyForRendering(true);
  scene_->window->InitializeFromCurrentContext();
  scene_->window->SetFrameBlitModeToNoBlit();
}

void VtkView::releaseGl() {
  if (!context() || !scene_->window->GetReadyForRendering()) return;
  disconnect(losing_);
  makeCurrent();
  scene_->window->Finalize();  // buffers, shaders and framebuffers of everything in the scene
  scene_->window->SetReadyForRendering(false);
  doneCurrent();
}

void VtkView::resizeGL(int, int) {
  const double ratio = devicePixelRatioF();
  const int w = std::max(1, qRound(width() * ratio)), h = std::max(1, qRound(height() * ratio));
  scene_->window->SetDPI(qRound(72 * ratio));
  scene_->window->SetSize(w, h);
  scene_->interactor->UpdateSize(w, h);
  scene_->interactor->ConfigureEvent();
}

void VtkView::paintGL() {
  QElapsedTimer clock;
  clock.start();
  // A widget that is never shown is painted (grabFramebuffer) without having been resized.
  const int* size = scene_->window->GetSize();
  const QSize wanted = (QSizeF(this->size()) * devicePixelRatioF()).toSize();
  if (QSize(size[0], size[1]) != wanted) resizeGL(width(), height());
  painting_ = true;
  vtkOpenGLState* state = scene_->window->GetState();
  state->Reset();  // Qt and ImGui have changed GL behind VTK's back
  state->Push();
  state->vtkglDepthFunc(GL_LEQUAL);
  scene_->window->Render();
  copyToWidget();
  state->Pop();
  context()->functions()->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
  painting_ = false;
  lastFrameMs_ = static_cast<double>(clock.nsecsElapsed()) * 1e-6;
  Q_EMIT painted();
}

void VtkView::copyToWidget() {
  vtkOpenGLState* state = scene_->window->GetState();
  QOpenGLExtraFunctions* gl = context()->extraFunctions();
  vtkOpenGLFramebufferObject* drawn = scene_->window->GetDisplayFramebuffer();
  const int* size = scene_->window->GetSize();
  state->PushFramebufferBindings();
  drawn->Bind(GL_READ_FRAMEBUFFER);
  drawn->ActivateReadBuffer(0);
  state->vtkglBindFramebuffer(GL_DRAW_FRAMEBUFFER, defaultFramebufferObject());
  const GLenum target[] = {GL_COLOR_ATTACHMENT0};
  gl->glDrawBuffers(1, target);
  state->vtkglDisable(GL_SCISSOR_TEST);
  gl->glBlitFramebuffer(0, 0, size[0], size[1], 0, 0, size[0], size[1], GL_COLOR_BUFFER_BIT,
                        GL_NEAREST);
  // VTK leaves alpha 0 on its background; Qt would compose the widget as if it were of glass.
  state->vtkglColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_TRUE);
  state->vtkglClearColor(0, 0, 0, 1);
  gl->glClear(GL_COLOR_BUFFER_BIT);
  state->vtkglColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
  state->PopFramebufferBindings();
}

void VtkView::sendMouse(const QPointF& place, Qt::KeyboardModifiers modifiers,
                        unsigned long event) {
  if (event == vtkCommand::NoEvent) return;
  const double ratio = devicePixelRatioF();
  scene_->interactor->SetEventInformationFlipY(int(place.x() * ratio), int(place.y() * ratio),
                                               modifiers.testFlag(Qt::ControlModifier),
                                               modifiers.testFlag(Qt::ShiftModifier), 0, 0);
  scene_->interactor->SetAltKey(modifiers.testFlag(Qt::AltModifier));
  scene_->interactor->InvokeEvent(event);
}

void VtkView::mousePressEvent(QMouseEvent* event) {
  pressedAt_ = event->pos();
  if (!dragging_) {
    dragging_ = true;
    Q_EMIT dragStarted();
  }
  sendMouse(event->position(), event->modifiers(), buttonEvent(event->button(), true));
}

void VtkView::mouseReleaseEvent(QMouseEvent* event) {
  sendMouse(event->position(), event->modifiers(), buttonEvent(event->button(), false));
  if (event->buttons() == Qt::NoButton && dragging_) {
    dragging_ = false;
    Q_EMIT dragEnded();
  }
  const bool still = (event->pos() - pressedAt_).manhattanLength() <= kClickSlack;
  if (event->button() == Qt::RightButton && still) Q_EMIT contextMenuWanted(event->pos());
}

void VtkView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) Q_EMIT resetWanted();
}

void VtkView::mouseMoveEvent(QMouseEvent* event) {
  sendMouse(event->position(), event->modifiers(), vtkCommand::MouseMoveEvent);
}

void VtkView::wheelEvent(QWheelEvent* event) {
  wheel_ += event->angleDelta().y();
  for (; wheel_ >= kNotch; wheel_ -= kNotch) {
    sendMouse(event->position(), event->modifiers(), vtkCommand::MouseWheelForwardEvent);
  }
  for (; wheel_ <= -kNotch; wheel_ += kNotch) {
    sendMouse(event->position(), event->modifiers(), vtkCommand::MouseWheelBackwardEvent);
  }
  event->accept();
}

// Keys are left to the window: letters mean things to VTK's styles that nobody wants here ("q"
// quits).
void VtkView::enterEvent(QEnterEvent* event) {
  scene_->interactor->InvokeEvent(vtkCommand::EnterEvent);
  QOpenGLWidget::enterEvent(event);
}

void VtkView::leaveEvent(QEvent* event) {
  scene_->interactor->InvokeEvent(vtkCommand::LeaveEvent);
  QOpenGLWidget::leaveEvent(event);
}

}  // namespace spk
