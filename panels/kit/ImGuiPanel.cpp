#include "panels/kit/ImGuiPanel.h"

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QTimer>
#include <QWheelEvent>
#include <algorithm>
#include <bitset>
#include <cfloat>

#include "panels/kit/Theme.h"

namespace spk {
namespace {

constexpr int kSettlingFrames = 3;
constexpr int kFrameMs = 16;

/// ImGui 1.86 has 512 key places: Qt's Latin keys keep their code, the special ones (0x0100 00xx)
/// follow.
int keyPlace(int qtKey) {
  if (qtKey >= 0 && qtKey < 256) return qtKey;
  if (qtKey & 0x01000000) return 256 + (qtKey & 0xff);
  return -1;
}

void mapKeys(ImGuiIO& io) {
  constexpr std::pair<int, int> keys[] = {{ImGuiKey_Tab, Qt::Key_Tab},
                                          {ImGuiKey_LeftArrow, Qt::Key_Left},
                                          {ImGuiKey_RightArrow, Qt::Key_Right},
                                          {ImGuiKey_UpArrow, Qt::Key_Up},
                                          {ImGuiKey_DownArrow, Qt::Key_Down},
                                          {ImGuiKey_PageUp, Qt::Key_PageUp},
                                          {ImGuiKey_PageDown, Qt::Key_PageDown},
                                          {ImGuiKey_Home, Qt::Key_Home},
                                          {ImGuiKey_End, Qt::Key_End},
                                          {ImGuiKey_Insert, Qt::Key_Insert},
                                          {ImGuiKey_Delete, Qt::Key_Delete},
                                          {ImGuiKey_Backspace, Qt::Key_Backspace},
                                          {ImGuiKey_Space, Qt::Key_Space},
                                          {ImGuiKey_Enter, Qt::Key_Return},
                                          {ImGuiKey_Escape, Qt::Key_Escape},
                                          {ImGuiKey_KeyPadEnter, Qt::Key_Enter},
                                          {ImGuiKey_A, Qt::Key_A},
                                          {ImGuiKey_C, Qt::Key_C},
                                          {ImGuiKey_V, Qt::Key_V},
                                          {ImGuiKey_X, Qt::Key_X},
                                          {ImGuiKey_Y, Qt::Key_Y},
                                          {ImGuiKey_Z, Qt::Key_Z}};
  for (const auto& [place, key] : keys) io.KeyMap[place] = keyPlace(key);
}

int buttonPlace(Qt::MouseButton button) {
  switch (button) {
    case Qt::LeftButton: return 0;
    case Qt::RightButton: return 1;
    case Qt::MiddleButton: return 2;
    default: return -1;
  }
}

ImVec4 colourOf(const QColor& c, float alpha = 1) {
  return {float(c.redF()), float(c.greenF()), float(c.blueF()), alpha};
}

}  // namespace

class ImGuiPanel::Current {
 public:
  explicit Current(ImGuiContext* context) : before_(ImGui::GetCurrentContext()) {
    ImGui::SetCurrentContext(context);
  }
  ~Current() { ImGui::SetCurrentContext(before_); }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;

 private:
  ImGuiContext* before_;
};

ImGuiPanel::ImGuiPanel(QWidget* parent) : QOpenGLWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(120, 80);  // a QOpenGLWidget has no size hint; docks would squeeze it flat
  setMouseTracking(true);
  setAttribute(Qt::WA_InputMethodEnabled, true);
  ImGuiContext* before = ImGui::GetCurrentContext();
  context_ = ImGui::CreateContext();
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;  // no imgui.ini in whatever folder we were started in
  io.BackendPlatformName = "qt6";
  io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  mapKeys(io);
  io.ClipboardUserData = this;
  io.SetClipboardTextFn = [](void*, const char* text) {
    QGuiApplication::clipboard()->setText(QString::fromUtf8(text));
  };
  io.GetClipboardTextFn = [](void* panel) -> const char* {
    QByteArray& held = static_cast<ImGuiPanel*>(panel)->clipboard_;
    held = QGuiApplication::clipboard()->text().toUtf8();
    return held.constData();
  };
  ImGui::SetCurrentContext(before);
  clock_.start();
}

ImGuiPanel::~ImGuiPanel() {
  releaseGl();
  ImGuiContext* before = ImGui::GetCurrentContext();
  ImGui::DestroyContext(context_);
  ImGui::SetCurrentContext(before == context_ ? nullptr : before);
}

void ImGuiPanel::initializeGL() {
  ++initialisations_;
  losing_ = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, &ImGuiPanel::releaseGl,
                    Qt::DirectConnection);
  const Current current(context_);
  glReady_ =
      ImGui_ImplOpenGL3_Init(context()->isOpenGLES() ? "#version 300 es" : "#version 330 core");
}

void ImGuiPanel::releaseGl() {
  if (!glReady_ || !context()) return;
  disconnect(losing_);
  makeCurrent();
  {
    const Current current(context_);
    releaseObjects();
    ImGui_ImplOpenGL3_Shutdown();
  }
  glReady_ = false;
  doneCurrent();
}

void ImGuiPanel::applyStyle() {
  const Theme& t = theme();
  ImGuiStyle& style = ImGui::GetStyle();
  style.WindowRounding = style.FrameRounding = style.GrabRounding = kRadius;
  style.WindowBorderSize = style.FrameBorderSize = 1;
  style.Colors[ImGuiCol_Text] = colourOf(t.text);
  style.Colors[ImGuiCol_TextDisabled] = colourOf(t.secondary);
  style.Colors[ImGuiCol_WindowBg] = colourOf(t.surface);
  style.Colors[ImGuiCol_PopupBg] = colourOf(t.raised);
  style.Colors[ImGuiCol_Border] = colourOf(t.line);
  style.Colors[ImGuiCol_FrameBg] = style.Colors[ImGuiCol_Button] = colourOf(t.raised);
  style.Colors[ImGuiCol_FrameBgHovered] = style.Colors[ImGuiCol_ButtonHovered] =
      colourOf(mixed(t.raised, t.text, 0.1));
  style.Colors[ImGuiCol_FrameBgActive] = style.Colors[ImGuiCol_ButtonActive] =
      colourOf(mixed(t.raised, t.action, 0.3));
  style.Colors[ImGuiCol_CheckMark] = style.Colors[ImGuiCol_SliderGrab] =
      style.Colors[ImGuiCol_SliderGrabActive] = style.Colors[ImGuiCol_NavHighlight] =
          colourOf(t.action);
  style.Colors[ImGuiCol_TextSelectedBg] = colourOf(t.action, 0.4f);
}

void ImGuiPanel::takeInput() {
  ImGuiIO& io = ImGui::GetIO();
  std::bitset<512> keysSeen;
  unsigned buttonsSeen = 0;
  std::optional<Qt::KeyboardModifiers> modifiersSeen;
  while (!inputs_.empty()) {
    const Input& in = inputs_.front();
    const bool button = in.kind == Input::Kind::Button, key = in.kind == Input::Kind::Key;
    const auto place = static_cast<std::size_t>(in.code);
    // A second change of the same button or key, a move after a press, other modifiers: next frame.
    if ((button && (buttonsSeen >> in.code & 1)) || (key && keysSeen[place]) ||
        (in.kind == Input::Kind::Move && buttonsSeen) ||
        ((button || key) && modifiersSeen && *modifiersSeen != in.modifiers)) {
      framesToSettle_ = kSettlingFrames;
      return;
    }
    if (button) buttonsSeen |= 1u << in.code;
    if (key) keysSeen[place] = true;
    if (button || key) modifiersSeen = in.modifiers;
    io.KeyCtrl = in.modifiers.testFlag(Qt::ControlModifier);
    io.KeyShift = in.modifiers.testFlag(Qt::ShiftModifier);
    io.KeyAlt = in.modifiers.testFlag(Qt::AltModifier);
    io.KeySuper = in.modifiers.testFlag(Qt::MetaModifier);
    switch (in.kind) {
      case Input::Kind::Move: io.MousePos = ImVec2(in.x, in.y); break;
      case Input::Kind::Button: io.MouseDown[in.code] = in.down; break;
      case Input::Kind::Key: io.KeysDown[in.code] = in.down; break;
      case Input::Kind::Wheel: io.MouseWheelH += in.x, io.MouseWheel += in.y; break;
      case Input::Kind::Text: io.AddInputCharactersUTF8(in.text.constData()); break;
      case Input::Kind::Focus:
        io.AddFocusEvent(in.down);
        if (!in.down) {
          std::ranges::fill(io.KeysDown, false);
          std::ranges::fill(io.MouseDown, false);
        }
        break;
    }
    inputs_.pop_front();
  }
}

void ImGuiPanel::paintGL() {
  if (!glReady_) return;
  const Current current(context_);
  ImGuiIO& io = ImGui::GetIO();
  const float ratio = static_cast<float>(devicePixelRatioF());
  io.DisplaySize = ImVec2(float(width()), float(height()));
  io.DisplayFramebufferScale = ImVec2(ratio, ratio);
  io.DeltaTime = static_cast<float>(std::max(1e-5, double(clock_.nsecsElapsed()) * 1e-9));
  clock_.restart();
  takeInput();
  applyStyle();
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  drawFrame();
  ImGui::Render();
  QOpenGLFunctions* gl = context()->functions();
  const QColor ground = theme().plot;
  gl->glViewport(0, 0, int(width() * ratio), int(height() * ratio));
  gl->glClearColor(float(ground.redF()), float(ground.greenF()), float(ground.blueF()), 1);
  gl->glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  if (takesInput_) showCursor();
  if (framesToSettle_ > 0 || io.WantTextInput) {
    framesToSettle_ = std::max(0, framesToSettle_ - 1);
    QTimer::singleShot(kFrameMs, this, qOverload<>(&QWidget::update));
  }
  Q_EMIT painted();
}

void ImGuiPanel::showCursor() {
  constexpr Qt::CursorShape shapes[] = {
      Qt::ArrowCursor,     Qt::IBeamCursor,        Qt::SizeAllCursor,
      Qt::SizeVerCursor,   Qt::SizeHorCursor,      Qt::SizeBDiagCursor,
      Qt::SizeFDiagCursor, Qt::PointingHandCursor, Qt::ForbiddenCursor};
  const int wanted = ImGui::GetMouseCursor();
  const bool known = wanted >= 0 && wanted < static_cast<int>(std::size(shapes));
  const Qt::CursorShape shape = known ? shapes[wanted] : Qt::BlankCursor;
  if (cursor().shape() != shape) setCursor(shape);
}

void ImGuiPanel::push(Input input) {
  if (!takesInput_) return;
  if (input.kind == Input::Kind::Move && !inputs_.empty() &&
      inputs_.back().kind == Input::Kind::Move) {
    inputs_.pop_back();
  }
  inputs_.push_back(std::move(input));
  framesToSettle_ = kSettlingFrames;
  update();
}

void ImGuiPanel::pushMouse(const QMouseEvent& event, bool down) {
  push({.kind = Input::Kind::Move,
        .x = float(event.position().x()),
        .y = float(event.position().y()),
        .modifiers = event.modifiers()});
  const int place = buttonPlace(event.button());
  if (place >= 0) {
    push(
        {.kind = Input::Kind::Button, .code = place, .down = down, .modifiers = event.modifiers()});
  }
}

void ImGuiPanel::pushKey(const QKeyEvent& event, bool down) {
  Qt::KeyboardModifiers modifiers = event.modifiers();
  // The event of a modifier key itself carries the state before it.
  constexpr std::pair<int, Qt::KeyboardModifier> own[] = {{Qt::Key_Control, Qt::ControlModifier},
                                                          {Qt::Key_Shift, Qt::ShiftModifier},
                                                          {Qt::Key_Alt, Qt::AltModifier},
                                                          {Qt::Key_Meta, Qt::MetaModifier}};
  for (const auto& [key, modifier] : own) {
    if (event.key() == key) modifiers.setFlag(modifier, down);
  }
  const int place = keyPlace(event.key());
  if (place >= 0) {
    push({.kind = Input::Kind::Key, .code = place, .down = down, .modifiers = modifiers});
  }
  const bool command = modifiers & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
  if (down && !command && !event.text().isEmpty() && event.text().at(0).isPrint()) {
    push({.kind = Input::Kind::Text, .modifiers = modifiers, .text = event.text().toUtf8()});
  }
}

void ImGuiPanel::mousePressEvent(QMouseEvent* event) { pushMouse(*event, true); }
void ImGuiPanel::mouseReleaseEvent(QMouseEvent* event) { pushMouse(*event, false); }
void ImGuiPanel::mouseDoubleClickEvent(QMouseEvent* event) { pushMouse(*event, true); }

void ImGuiPanel::mouseMoveEvent(QMouseEvent* event) {
  push({.kind = Input::Kind::Move,
        .x = float(event->position().x()),
        .y = float(event->position().y()),
        .modifiers = event->modifiers()});
}

void ImGuiPanel::leaveEvent(QEvent*) {
  if (QGuiApplication::mouseButtons() != Qt::NoButton) return;
  push({.kind = Input::Kind::Move, .x = -FLT_MAX, .y = -FLT_MAX});
}

void ImGuiPanel::wheelEvent(QWheelEvent* event) {
  constexpr float kNotch = 120;
  push({.kind = Input::Kind::Wheel,
        .x = float(event->angleDelta().x()) / kNotch,
        .y = float(event->angleDelta().y()) / kNotch,
        .modifiers = event->modifiers()});
}

void ImGuiPanel::keyPressEvent(QKeyEvent* event) { pushKey(*event, true); }
void ImGuiPanel::keyReleaseEvent(QKeyEvent* event) {
  if (!event->isAutoRepeat()) pushKey(*event, false);
}

void ImGuiPanel::focusInEvent(QFocusEvent* event) {
  push({.kind = Input::Kind::Focus, .down = true});
  QOpenGLWidget::focusInEvent(event);
}

void ImGuiPanel::focusOutEvent(QFocusEvent* event) {
  push({.kind = Input::Kind::Focus, .down = false});
  QOpenGLWidget::focusOutEvent(event);
}

bool ImGuiPanel::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const Current current(context_);
    // While text is typed here, shortcuts of the window must not eat its letters.
    if (ImGui::GetIO().WantTextInput) {
      event->accept();
      return true;
    }
  }
  if (event->type() == QEvent::InputMethod && takesInput_) {
    const QString text = static_cast<QInputMethodEvent*>(event)->commitString();
    if (!text.isEmpty()) push({.kind = Input::Kind::Text, .text = text.toUtf8()});
    return true;
  }
  return QOpenGLWidget::event(event);
}

}  // namespace spk
