#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkMatrix4x4.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>

#include "panels/cloud/CloudView.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QResizeEvent>
#include <QVector3D>
#include <algorithm>
#include <cmath>

#include "panels/kit/Theme.h"
#include "panels/kit/painter.h"

namespace spk::panels::cloud {
namespace {

/// A million events, 12 MB on the card; with a GPU that draws so many, eight.
constexpr std::size_t kCapacity = std::size_t{1} << 20, kManyEvents = std::size_t{1} << 23;
constexpr double kFilled = 0.84;  // of half the view, by the box
constexpr double kAway = 12;      // px between an axis and its name

}  // namespace

/// The box or lasso that is being drawn, over the scene.
class Outline : public QWidget {
 public:
  explicit Outline(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
  }
  void begin(QPointF at) {
    from_ = at;
    points_ = QPolygonF(QList<QPointF>{at});
    setGeometry(parentWidget()->rect());
    show();
    raise();
  }
  void lassoTo(QPointF at) {
    points_ << at;
    update();
  }
  void boxTo(QPointF at) {
    points_ = QPolygonF(QRectF(from_, at).normalized());
    update();
  }
  const QPolygonF& points() const { return points_; }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor fill = theme().action;
    fill.setAlphaF(0.12f);
    painter.setBrush(fill);
    painter.setPen(QPen(theme().action, 1.5));
    painter.drawPolygon(points_);
  }

 private:
  QPolygonF points_;
  QPointF from_;
};

struct CloudView::Scene {
  std::unique_ptr<EventCloud> cloud;
  vtkNew<vtkPoints> corners;  // corner k lies at the far end of axis i if bit i of k is set
  vtkNew<vtkPolyData> box;
  vtkNew<vtkPolyDataMapper> boxLines;
  vtkNew<vtkActor> boxActor;
};

CloudView::CloudView(QWidget* parent)
    : VtkView(parent),
      ring_(isSoftwareRenderer(rendererName()) ? kCapacity : kManyEvents),
      scene_(std::make_unique<Scene>()),
      outline_(new Outline(this)) {
  scene_->corners->SetNumberOfPoints(8);
  vtkNew<vtkCellArray> edges;
  for (vtkIdType corner = 0; corner < 8; ++corner) {
    for (const vtkIdType axis : {1, 2, 4}) {
      if (corner & axis) continue;
      const vtkIdType ends[] = {corner, corner | axis};
      edges->InsertNextCell(2, ends);
    }
  }
  scene_->box->SetPoints(scene_->corners);
  scene_->box->SetLines(edges);
  scene_->boxLines->SetInputData(scene_->box);
  scene_->boxActor->SetMapper(scene_->boxLines);
  scene_->boxActor->GetProperty()->LightingOff();
  renderer()->AddActor(scene_->boxActor);
  scene_->cloud = std::make_unique<EventCloud>(*renderer());
  for (QLabel*& name : names_) {
    name = new QLabel(this);
    name->setAttribute(Qt::WA_TransparentForMouseEvents);
    name->setProperty("role", "secondary");
    name->hide();
  }
  connect(this, &VtkView::painted, this, &CloudView::placeNames);
  connect(this, &VtkView::dragStarted, this, [this] { turned_ = true; });
  connect(this, &VtkView::resetWanted, this, &CloudView::resetCamera);
  showBox();
  resetCamera();
}

CloudView::~CloudView() = default;

std::uint64_t CloudView::uploadedEvents() const { return scene_->cloud->uploadedEvents(); }
std::size_t CloudView::drawnEvents() const { return scene_->cloud->drawnEvents(); }
std::uint64_t CloudView::stride() const { return scene_->cloud->stride(); }

void CloudView::showBox() {
  const Theme& t = theme();
  const QVector3D half = cloudBox(look_.sensor) / 2;
  for (vtkIdType k = 0; k < 8; ++k) {
    scene_->corners->SetPoint(k, k & 1 ? half.x() : -half.x(), k & 2 ? half.y() : -half.y(),
                              k & 4 ? half.z() : -half.z());
  }
  scene_->corners->Modified();
  scene_->boxActor->GetProperty()->SetColor(t.line.redF(), t.line.greenF(), t.line.blueF());
  renderer()->SetBackground(t.plot.redF(), t.plot.greenF(), t.plot.blueF());
}

void CloudView::show(const CloudLook& look) {
  const bool other = look.sensor != look_.sensor;
  look_ = look;
  showBox();
  scene_->cloud->show(ring_, look_);
  if (other) resetCamera();
  update();
}

void CloudView::resetCamera() {
  vtkCamera* camera = renderer()->GetActiveCamera();
  camera->SetFocalPoint(0, 0, 0);
  camera->SetPosition(0.95, 0.75, 1.9);
  camera->SetViewUp(0, 1, 0);
  camera->SetViewAngle(28);
  const QVector3D half = cloudBox(look_.sensor) / 2;
  double bounds[] = {-half.x(), half.x(), -half.y(), half.y(), -half.z(), half.z()};
  renderer()->ResetCamera(bounds);
  // As large as fits: the corner that is farthest out comes near the edge.
  vtkMatrix4x4* toView = camera->GetCompositeProjectionTransformMatrix(
      double(std::max(1, width())) / std::max(1, height()), -1, 1);
  double reach = 0;
  for (int k = 0; k < 8; ++k) {
    const double corner[] = {bounds[k & 1], bounds[2 + (k >> 1 & 1)], bounds[4 + (k >> 2)], 1};
    double seen[4];
    toView->MultiplyPoint(corner, seen);
    reach = std::max({reach, std::abs(seen[0] / seen[3]), std::abs(seen[1] / seen[3])});
  }
  if (reach > 0) camera->Zoom(kFilled / reach);
  renderer()->ResetCameraClippingRange(bounds);
  turned_ = false;
  update();
}

std::array<CloudView::AxisName, 3> CloudView::axisNames() const {
  const QVector3D half = cloudBox(look_.sensor) / 2;
  const double ratio = devicePixelRatioF();
  const auto project = [&](const QVector3D& p) {
    renderer()->SetWorldPoint(p.x(), p.y(), p.z(), 1);
    renderer()->WorldToDisplay();
    const double* at = renderer()->GetDisplayPoint();
    return QPointF(at[0] / ratio, height() - at[1] / ratio);
  };
  const QPointF centre = project({0, 0, 0});
  // Of the four edges along each axis, the one that the eye sees outermost: to the left for y,
  // below for t and x.
  const auto outermost = [&](int axis, QPointF direction) {
    QPointF best = centre;
    double far = -1e9;
    for (int corner = 0; corner < 4; ++corner) {
      QVector3D middle = half;
      middle[axis] = 0;
      middle[(axis + 1) % 3] *= corner & 1 ? 1 : -1;
      middle[(axis + 2) % 3] *= corner & 2 ? 1 : -1;
      const QPointF at = project(middle);
      const double reach = QPointF::dotProduct(at - centre, direction);
      if (reach > far) far = reach, best = at;
    }
    const QPointF out = best - centre;
    const double length = std::max(1.0, std::hypot(out.x(), out.y()));
    return best + out / length * kAway;
  };
  const QString window = shown(toMilliseconds(look_.window), "ms");
  return {AxisName{QStringLiteral("t, %1").arg(window), outermost(0, {0, 1})},
          AxisName{QStringLiteral("y"), outermost(1, {-1, 0})},
          AxisName{QStringLiteral("x"), outermost(2, {0, 1})}};
}

void CloudView::placeNames() {
  const auto all = axisNames();
  for (std::size_t i = 0; i < all.size(); ++i) {
    QLabel* label = names_[i];
    if (label->text() != all[i].text) label->setText(all[i].text);
    label->adjustSize();
    QPoint corner = (all[i].place - QPointF(label->width(), label->height()) / 2).toPoint();
    corner.setX(std::clamp(corner.x(), 4, std::max(4, width() - label->width() - 4)));
    corner.setY(std::clamp(corner.y(), 2, std::max(2, height() - label->height() - 2)));
    if (label->pos() != corner) label->move(corner);
    if (label->isHidden()) label->show();
  }
}

void CloudView::setTool(Tool tool) {
  tool_ = tool;
  setCursor(tool == Tool::Turn ? Qt::ArrowCursor : Qt::CrossCursor);
}

std::vector<std::uint64_t> CloudView::eventsUnder(const QPolygonF& outline) const {
  std::vector<std::uint64_t> found;
  const double ratio = devicePixelRatioF();
  const QSize size = (QSizeF(this->size()) * ratio).toSize();
  if (size.isEmpty()) return found;
  QImage mask(size, QImage::Format_Grayscale8);
  mask.fill(0);
  QPainter painter(&mask);
  painter.scale(ratio, ratio);
  painter.setPen(Qt::NoPen);
  painter.setBrush(Qt::white);
  painter.drawPolygon(outline);
  painter.end();
  const vtkMatrix4x4* toClip = renderer()->GetActiveCamera()->GetCompositeProjectionTransformMatrix(
      double(size.width()) / size.height(), -1, 1);
  const auto row = [&](int i, const QVector3D& p) {
    return toClip->GetElement(i, 0) * double(p.x()) + toClip->GetElement(i, 1) * double(p.y()) +
           toClip->GetElement(i, 2) * double(p.z()) + toClip->GetElement(i, 3);
  };
  const auto [first, last] = ring_.during(look_.now - look_.window, look_.now);
  for (std::uint64_t event = first; event < last; ++event) {
    const QVector3D place = placeInScene(ring_.vertex(event), look_);
    const double w = row(3, place);
    if (w <= 0) continue;  // behind the eye
    const auto x = static_cast<int>(std::floor((row(0, place) / w + 1) / 2 * size.width()));
    const auto y = static_cast<int>(std::floor((1 - row(1, place) / w) / 2 * size.height()));
    if (x < 0 || y < 0 || x >= size.width() || y >= size.height()) continue;
    if (mask.constScanLine(y)[x] > 127) found.push_back(event);
  }
  return found;
}

void CloudView::mousePressEvent(QMouseEvent* event) {
  const bool control = event->modifiers().testFlag(Qt::ControlModifier);
  const Tool wanted = !control                                         ? tool_
                      : event->modifiers().testFlag(Qt::ShiftModifier) ? Tool::Box
                                                                       : Tool::Lasso;
  if (event->button() != Qt::LeftButton || wanted == Tool::Turn) {
    VtkView::mousePressEvent(event);
    return;
  }
  drawing_ = wanted;
  setFocus();
  outline_->begin(event->position());
}

void CloudView::mouseMoveEvent(QMouseEvent* event) {
  if (!drawing_) return VtkView::mouseMoveEvent(event);
  *drawing_ == Tool::Box ? outline_->boxTo(event->position())
                         : outline_->lassoTo(event->position());
}

void CloudView::mouseReleaseEvent(QMouseEvent* event) {
  if (!drawing_ || event->button() != Qt::LeftButton) return VtkView::mouseReleaseEvent(event);
  drawing_.reset();
  outline_->hide();
  Q_EMIT outlined(outline_->points());
}

void CloudView::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Escape) return VtkView::keyPressEvent(event);
  drawing_.reset();
  outline_->hide();
  Q_EMIT escaped();
}

void CloudView::resizeEvent(QResizeEvent* event) {
  VtkView::resizeEvent(event);
  if (!turned_) resetCamera();
  update();
}

QImage CloudView::picture(QSize pixels) const {
  CloudView other;
  other.resize(pixels / devicePixelRatioF());
  other.ring_ = ring_;
  CloudLook look = look_;
  look.most = SIZE_MAX;
  other.show(look);
  other.renderer()->GetActiveCamera()->DeepCopy(renderer()->GetActiveCamera());
  QImage picture = other.grabFramebuffer();
  if (picture.isNull()) return picture;
  picture = picture.convertToFormat(QImage::Format_RGB32);
  if (picture.size() != pixels)
    picture = picture.scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
  picture.setDevicePixelRatio(devicePixelRatioF());
  QPainter painter(&picture);
  painter.setFont(textFont(12));
  painter.setPen(theme().secondary);
  for (const AxisName& name : other.axisNames()) {
    const QRectF box(name.place - QPointF(60, 10), QSizeF(120, 20));
    painter.drawText(box, Qt::AlignCenter, name.text);
  }
  return picture;
}

}  // namespace spk::panels::cloud
