#include "panels/timeline/Transport.h"

#include <QPointer>

#include "panels/timeline/TransportBar.h"

namespace spk {
namespace {

class Transport : public Panel {
 public:
  explicit Transport(PanelContext& context) : bar_(new panels::timeline::TransportBar(context)) {}
  ~Transport() override {
    if (bar_ && !bar_->parent()) delete bar_;
  }

  QWidget* widget() override { return bar_; }
  void edited(const Edit&) override {
    if (bar_) bar_->showProject();
  }
  void tick(Time) override {
    if (bar_) bar_->showStatus();
  }
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize&) const override {
    return Error{"the transport shows no figure to export", path.string()};
  }

 private:
  QPointer<panels::timeline::TransportBar> bar_;
};

}  // namespace

std::unique_ptr<Panel> makeTransport(PanelContext& context) {
  return std::make_unique<Transport>(context);
}

}  // namespace spk
