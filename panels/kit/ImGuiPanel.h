#pragma once
#include <QByteArray>
#include <QElapsedTimer>
#include <QOpenGLWidget>
#include <deque>

struct ImGuiContext;

namespace spk {

/// One Dear ImGui context in one QOpenGLWidget: Qt brings input, the panel draws in `drawFrame`.
/// GUI thread only (ImGui's current context is a plain global); all GL objects can be made anew, so
/// the widget may float, dock and lose its context.
class ImGuiPanel : public QOpenGLWidget {
  Q_OBJECT
 public:
  explicit ImGuiPanel(QWidget* parent = nullptr);
  ~ImGuiPanel() override;
  /// How often a GL context was set up: 1, or more after a loss.
  int initialisations() const { return initialisations_; }

 Q_SIGNALS:
  void painted();

 protected:
  /// Fills the frame with ImGui calls; the ImGui context and the GL context are current.
  virtual void drawFrame() = 0;
  /// Deletes what GL objects the class made; the GL context is current. Called before it is lost;
  /// a class that overrides it calls releaseGl() in its destructor.
  virtual void releaseObjects() {}
  void releaseGl();
  /// Whether Dear ImGui should get the mouse and keys, or only paint.
  void setTakesInput(bool takes) { takesInput_ = takes; }

  void initializeGL() override;
  void paintGL() override;
  bool event(QEvent* event) override;
  bool focusNextPrevChild(bool) override { return !takesInput_; }  // Tab belongs to ImGui
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  class Current;  // makes our ImGui context the current one for a scope

  /// One thing that the user did. ImGui 1.86 reads states, not events, so a press and a release
  /// between two frames would be lost: we hand them over one by one, see takeInput.
  struct Input {
    enum class Kind { Move, Button, Key, Wheel, Text, Focus } kind;
    float x = 0, y = 0;
    int code = 0;
    bool down = false;
    Qt::KeyboardModifiers modifiers = {};
    QByteArray text = {};
  };

  void push(Input input);
  void pushMouse(const QMouseEvent& event, bool down);
  void pushKey(const QKeyEvent& event, bool down);
  void takeInput();
  void applyStyle();
  void showCursor();

  ImGuiContext* context_ = nullptr;
  bool glReady_ = false;
  bool takesInput_ = true;
  int initialisations_ = 0;
  int framesToSettle_ = 0;  // ImGui needs two or three frames to answer an input
  std::deque<Input> inputs_;
  QElapsedTimer clock_;
  QByteArray clipboard_;
  QMetaObject::Connection losing_;
};

}  // namespace spk
