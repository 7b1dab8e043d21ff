#include <vtkMatrix4x4.h>
#include <vtkObjectFactory.h>
#include <vtkOpenGLCamera.h>
#include <vtkOpenGLRenderWindow.h>
#include <vtkOpenGLShaderCache.h>
#include <vtkProp.h>
#include <vtkRenderer.h>

#include "panels/cloud/EventCloud.h"

#include <QMatrix4x4>
#include <QOpenGLContext>
#include <QOpenGLExtraFunctions>
#include <QOpenGLShaderProgram>
#include <algorithm>

#include "panels/kit/colourMaps.h"

namespace spk::panels::cloud {
namespace {

constexpr float kTimeLength = 1.5f;           // of the box, beside a sensor whose longer side is 1
constexpr GLenum kProgramPointSize = 0x8642;  // GL_PROGRAM_POINT_SIZE, which ES headers lack

const char* const kVertexShader = R"(#version 330 core
layout(location = 0) in uvec3 event;
uniform mat4 toClip;
uniform int now;        // us, wraps; Qt sets unsigned uniforms as signed ones
uniform float window;   // us
uniform vec3 box;       // time, height, width
uniform vec2 sensor;
uniform vec3 on, off, ground;
uniform vec3 ages[8];   // colours from the newest to the oldest
uniform int scheme;     // 0 polarity, 1 time, 2 flow
uniform int selecting;  // 1: what is not selected steps back
uniform float size;
out vec3 colour;
void main() {
  float x = float(event.x & 0x7fffu), y = float((event.x >> 15) & 0x7fffu);
  float age = float(now - int(event.y)) / window;
  vec3 place = box * vec3(0.5 - age, 0.5 - (y + 0.5) / sensor.y, 0.5 - (x + 0.5) / sensor.x);
  gl_Position = toClip * vec4(place, 1.0);
  gl_PointSize = size;
  float shown = clamp(age, 0.0, 1.0);
  if (scheme == 1) {
    float at = shown * 7.0;
    int k = min(int(at), 6);
    colour = mix(ages[k], ages[k + 1], at - float(k));
  } else if (scheme == 2) {
    colour = vec3(event.z & 0xffu, (event.z >> 8) & 0xffu, (event.z >> 16) & 0xffu) / 255.0;
  } else {
    colour = mix(((event.x >> 30) & 1u) == 1u ? on : off, ground, 0.6 * shown);
  }
  if (selecting == 1 && (event.x >> 31) == 0u) {
    colour = mix(ground, colour, 0.18);
    gl_PointSize = max(1.0, 0.5 * size);
  }
})";
const char* const kFragmentShader = R"(#version 330 core
in vec3 colour;
out vec4 pixel;
void main() { pixel = vec4(colour, 1.0); })";

QVector3D rgb(const QColor& c) { return {float(c.redF()), float(c.greenF()), float(c.blueF())}; }

}  // namespace

/// What VTK asks of a thing in its scene, answered with our own buffer.
class EventCloud::Prop : public vtkProp {
 public:
  static Prop* New();
  vtkTypeMacro(Prop, vtkProp);
  void show(const EventRing& ring, const CloudLook& look);
  int RenderOpaqueGeometry(vtkViewport* viewport) override;
  double* GetBounds() override { return bounds_; }
  void ReleaseGraphicsResources(vtkWindow* window) override;

  std::uint64_t uploadedEvents_ = 0, stride_ = 1;
  std::size_t drawnEvents_ = 0;

 protected:
  Prop() = default;
  ~Prop() override = default;

 private:
  void prepare(QOpenGLExtraFunctions& gl);
  void upload(QOpenGLExtraFunctions& gl);
  void setUniforms(const QMatrix4x4& toClip);
  void draw(QOpenGLExtraFunctions& gl);

  const EventRing* ring_ = nullptr;
  CloudLook look_;
  double bounds_[6] = {};
  std::unique_ptr<QOpenGLShaderProgram> program_;
  unsigned buffer_ = 0, vertexArray_ = 0;
  std::uint64_t uploaded_ = 0, generation_ = 0;
};

vtkObjectFactoryNewMacro(EventCloud::Prop);

EventCloud::EventCloud(vtkRenderer& scene) : prop_(Prop::New()) { scene.AddViewProp(prop_); }
EventCloud::~EventCloud() { prop_->Delete(); }
void EventCloud::show(const EventRing& ring, const CloudLook& look) { prop_->show(ring, look); }
std::uint64_t EventCloud::uploadedEvents() const { return prop_->uploadedEvents_; }
std::size_t EventCloud::drawnEvents() const { return prop_->drawnEvents_; }
std::uint64_t EventCloud::stride() const { return prop_->stride_; }

QVector3D cloudBox(QSize sensor) {
  const float longer = float(std::max({1, sensor.width(), sensor.height()}));
  return {kTimeLength, float(std::max(1, sensor.height())) / longer,
          float(std::max(1, sensor.width())) / longer};
}

QVector3D placeInScene(const Vertex& event, const CloudLook& look) {
  const auto now = static_cast<std::int32_t>(static_cast<std::uint32_t>(look.now / kMicrosecond));
  const float window = float(double(std::max<Time>(1, look.window)) / kMicrosecond);
  const auto x = float(event.where & 0x7fffu), y = float(event.where >> 15 & 0x7fffu);
  const auto past = static_cast<std::int32_t>(static_cast<std::uint32_t>(now) - event.when);
  const QVector3D box = cloudBox(look.sensor);
  return box * QVector3D(0.5f - float(past) / window,
                         0.5f - (y + 0.5f) / float(std::max(1, look.sensor.height())),
                         0.5f - (x + 0.5f) / float(std::max(1, look.sensor.width())));
}

void EventCloud::Prop::show(const EventRing& ring, const CloudLook& look) {
  ring_ = &ring;
  look_ = look;
  const QVector3D half = cloudBox(look.sensor) / 2;
  for (int axis = 0; axis < 3; ++axis) {
    bounds_[2 * axis] = -double(half[axis]);
    bounds_[2 * axis + 1] = double(half[axis]);
  }
  Modified();
}

void EventCloud::Prop::prepare(QOpenGLExtraFunctions& gl) {
  if (!program_) {
    program_ = std::make_unique<QOpenGLShaderProgram>();
    program_->addShaderFromSourceCode(QOpenGLShader::Vertex, kVertexShader);
    program_->addShaderFromSourceCode(QOpenGLShader::Fragment, kFragmentShader);
    program_->link();  // Qt logs what a driver dislikes
    gl.glGenVertexArrays(1, &vertexArray_);
    gl.glGenBuffers(1, &buffer_);
    gl.glBindBuffer(GL_ARRAY_BUFFER, buffer_);
    gl.glBufferData(GL_ARRAY_BUFFER, GLsizeiptr(ring_->capacity() * sizeof(Vertex)), nullptr,
                    GL_DYNAMIC_DRAW);
    uploaded_ = 0;
  }
  if (generation_ != ring_->generation()) {
    generation_ = ring_->generation();
    uploaded_ = 0;
  }
}

void EventCloud::Prop::upload(QOpenGLExtraFunctions& gl) {
  gl.glBindBuffer(GL_ARRAY_BUFFER, buffer_);
  std::uint64_t from = std::max(uploaded_, ring_->begin());
  while (from < ring_->end()) {
    const std::size_t place = ring_->place(from);
    const std::size_t n = std::min<std::size_t>(ring_->end() - from, ring_->capacity() - place);
    gl.glBufferSubData(GL_ARRAY_BUFFER, GLintptr(place * sizeof(Vertex)),
                       GLsizeiptr(n * sizeof(Vertex)), ring_->data() + place);
    uploadedEvents_ += n;
    from += n;
  }
  uploaded_ = ring_->end();
}

void EventCloud::Prop::draw(QOpenGLExtraFunctions& gl) {
  auto [first, last] = ring_->during(look_.now - look_.window, look_.now);
  stride_ = (last - first) / std::max<std::size_t>(1, look_.most) + 1;
  drawnEvents_ = 0;
  first = (first + stride_ - 1) / stride_ * stride_;  // always the same ones
  while (first < last) {
    const std::size_t place = ring_->place(first);
    const std::uint64_t untilWrap =
        std::min<std::uint64_t>(last - first, ring_->capacity() - place);
    const std::uint64_t n = (untilWrap + stride_ - 1) / stride_;
    gl.glVertexAttribIPointer(0, 3, GL_UNSIGNED_INT, GLsizei(stride_ * sizeof(Vertex)),
                              reinterpret_cast<const void*>(place * sizeof(Vertex)));
    gl.glDrawArrays(GL_POINTS, 0, GLsizei(n));
    drawnEvents_ += n;
    first += n * stride_;
  }
}

void EventCloud::Prop::setUniforms(const QMatrix4x4& toClip) {
  program_->bind();
  program_->setUniformValue("toClip", toClip);
  program_->setUniformValue("now", GLint(std::uint32_t(look_.now / kMicrosecond)));
  program_->setUniformValue("window",
                            float(double(std::max<Time>(1, look_.window)) / kMicrosecond));
  program_->setUniformValue("box", cloudBox(look_.sensor));
  program_->setUniformValue("sensor", QSizeF(look_.sensor));
  program_->setUniformValue("on", rgb(look_.on));
  program_->setUniformValue("off", rgb(look_.off));
  program_->setUniformValue("ground", rgb(look_.ground));
  QVector3D ages[8];
  const bool onDark = look_.ground.lightnessF() < 0.5;
  for (int k = 0; k < 8; ++k)
    ages[k] = rgb(QColor(viridis(onDark ? 1 - 0.9 * k / 7.0 : 0.85 * k / 7.0)));
  program_->setUniformValueArray("ages", ages, 8);
  program_->setUniformValue("scheme", GLint(look_.colour));
  program_->setUniformValue("selecting", GLint(ring_->hasSelection() ? 1 : 0));
  program_->setUniformValue("size", look_.pointSize);
}

int EventCloud::Prop::RenderOpaqueGeometry(vtkViewport* viewport) {
  auto* renderer = vtkRenderer::SafeDownCast(viewport);
  auto* window =
      renderer ? vtkOpenGLRenderWindow::SafeDownCast(renderer->GetRenderWindow()) : nullptr;
  auto* camera = renderer ? vtkOpenGLCamera::SafeDownCast(renderer->GetActiveCamera()) : nullptr;
  QOpenGLContext* context = QOpenGLContext::currentContext();
  if (!window || !camera || !context || !ring_) return 0;
  QOpenGLExtraFunctions& gl = *context->extraFunctions();
  window->GetShaderCache()->ReleaseCurrentShader();
  prepare(gl);
  upload(gl);

  vtkMatrix4x4 *worldToView = nullptr, *viewToClip = nullptr, *worldToClip = nullptr;
  vtkMatrix3x3* normals = nullptr;
  camera->GetKeyMatrices(renderer, worldToView, normals, viewToClip, worldToClip);
  QMatrix4x4 toClip;
  // VTK keeps these transposed, ready for GL.
  for (int row = 0; row < 4; ++row) {
    for (int column = 0; column < 4; ++column)
      toClip(row, column) = float(worldToClip->GetElement(column, row));
  }
  setUniforms(toClip);
  gl.glEnable(kProgramPointSize);
  gl.glBindVertexArray(vertexArray_);
  gl.glBindBuffer(GL_ARRAY_BUFFER, buffer_);
  gl.glEnableVertexAttribArray(0);
  draw(gl);
  gl.glBindVertexArray(0);
  gl.glBindBuffer(GL_ARRAY_BUFFER, 0);
  gl.glDisable(kProgramPointSize);
  program_->release();
  return 1;
}

void EventCloud::Prop::ReleaseGraphicsResources(vtkWindow*) {
  QOpenGLContext* context = QOpenGLContext::currentContext();
  if (!program_ || !context) return;
  program_.reset();
  context->extraFunctions()->glDeleteBuffers(1, &buffer_);
  context->extraFunctions()->glDeleteVertexArrays(1, &vertexArray_);
  buffer_ = vertexArray_ = 0;
  uploaded_ = 0;
}

}  // namespace spk::panels::cloud
