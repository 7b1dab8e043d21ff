#include "panels/timeline/Transport.h"

#include <QPointer>
#include <QVBoxLayout>

#include "panels/timeline/TimeStrip.h"
#include "panels/timeline/TransportBar.h"

namespace spk {
namespace {

/// The bar, and under it the line of time where there is something on it.
class Transport : public Panel {
 public:
  explicit Transport(PanelContext& context)
      : both_(new QWidget),
        bar_(new panels::timeline::TransportBar(context)),
        strip_(new panels::timeline::TimeStrip(context, both_)) {
    auto* column = new QVBoxLayout(both_);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar_);
    column->addWidget(strip_);
    strip_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    strip_->setVisible(strip_->isNeeded());
    QObject::connect(strip_, &panels::timeline::TimeStrip::neededChanged, strip_,
                     &QWidget::setVisible);
  }
  ~Transport() override {
    if (both_ && !both_->parent()) delete both_;
  }

  QWidget* widget() override { return both_; }
  void edited(const Edit&) override {
    if (!both_) return;
    bar_->showProject();
    strip_->showProject();
  }
  void tick(Time) override {
    if (!both_) return;
    bar_->showStatus();
    strip_->showStatus();
  }
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize&) const override {
    return Error{"the transport shows no figure to export", path.string()};
  }

 private:
  QPointer<QWidget> both_;
  panels::timeline::TransportBar* bar_;
  panels::timeline::TimeStrip* strip_;
};

}  // namespace

std::unique_ptr<Panel> makeTransport(PanelContext& context) {
  return std::make_unique<Transport>(context);
}

}  // namespace spk
