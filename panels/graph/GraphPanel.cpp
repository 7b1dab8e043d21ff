#include "panels/graph/GraphPanel.h"

#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

#include "panels/graph/Canvas.h"
#include "panels/kit/Theme.h"

namespace spk {

using panels::graph::Canvas;

GraphPanel::GraphPanel(PanelContext& context) : canvas_(new Canvas(context)) {}
GraphPanel::~GraphPanel() { delete canvas_; }

QWidget* GraphPanel::widget() { return canvas_; }
void GraphPanel::edited(const Edit& edit) { canvas_->edited(edit); }
void GraphPanel::tick(Time) { canvas_->tick(); }
bool GraphPanel::act(std::string_view name) { return canvas_->act(name); }
bool GraphPanel::can(std::string_view name) const { return canvas_->can(name); }
Result<Id> GraphPanel::add(std::string_view type, const Values& begins) {
  return canvas_->add(type, canvas_->freeCentre(), {}, begins);
}
Result<std::vector<Id>> GraphPanel::addTemplate(const std::filesystem::path& path) {
  return canvas_->addTemplate(path, canvas_->freeCentre());
}
QPointF GraphPanel::freePlace() const { return canvas_->freeCorner(); }
void GraphPanel::reveal(Id item) { canvas_->reveal(item); }
std::string GraphPanel::status() const { return canvas_->status().toStdString(); }

Result<void> GraphPanel::exportTo(const std::filesystem::path& path, const FigureSize& size) const {
  const QRectF content = canvas_->graph().contentRect().adjusted(-24, -24, 24, 24);
  const QString file = QString::fromStdString(path.string());
  const double widthInches = size.widthMm / 25.4;
  if (path.extension() == ".svg") {
    QSvgGenerator svg;
    svg.setFileName(file);
    svg.setTitle("Network");
    svg.setViewBox(QRectF(0, 0, content.width(), content.height()));
    svg.setSize(QSize(qRound(size.widthMm / 25.4 * 90),
                      qRound(size.widthMm / 25.4 * 90 * content.height() / content.width())));
    QPainter painter;
    if (!painter.begin(&svg)) return Error{"cannot be written", path.string()};
    canvas_->graph().render(&painter, QRectF(0, 0, content.width(), content.height()), content);
    return {};
  }
  if (path.extension() == ".png") {
    const double scale = std::max(1.0, widthInches * size.dpi / content.width());
    QImage image((content.size() * scale).toSize(), QImage::Format_RGB32);
    image.fill(theme().window);
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    canvas_->graph().render(&painter, image.rect(), content);
    painter.end();
    if (!image.save(file)) return Error{"cannot be written", path.string()};
    return {};
  }
  return Error{"the graph is written as .png or .svg, not as " + path.extension().string(),
               path.string()};
}

std::unique_ptr<GraphPanel> makeGraphPanel(PanelContext& context) {
  return std::make_unique<GraphPanel>(context);
}

}  // namespace spk
