#include "panels/palette/Palette.h"

#include <QPointer>

#include "engine/base/resources.h"
#include "panels/kit/NodeSearch.h"

namespace spk {
namespace {

/// The search over all node types as a dock.
class PalettePanel : public Panel {
 public:
  PalettePanel(PanelContext& context, std::filesystem::path templates)
      : search_(new NodeSearch(context.registry, std::move(templates), NodeSearch::Use::Dock)) {
    search_->setMinimumWidth(160);
    QObject::connect(
        search_, &NodeSearch::chosen, search_,
        [&context](const CatalogueEntry& entry, const Values& begins, NodeSearch::How) {
          Values values = begins;
          if (entry.type.empty())
            values["template"] = entry.path.string();
          else
            values["type"] = entry.type;
          // A refusal is shown by the window, which did what was asked.
          (void)context.act("graph.add", values);
        });
  }
  ~PalettePanel() override { delete search_; }

  QWidget* widget() override { return search_; }
  void edited(const Edit&) override {}
  void tick(Time) override {}
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize&) const override {
    return Error{"the palette cannot be written to a file", path.filename().string()};
  }

 private:
  QPointer<NodeSearch> search_;
};

}  // namespace

std::unique_ptr<Panel> makePalette(PanelContext& context, std::filesystem::path templates) {
  return std::make_unique<PalettePanel>(context, std::move(templates));
}

std::unique_ptr<Panel> makePalette(PanelContext& context) {
  return makePalette(context, resourceFolder() / "templates");
}

}  // namespace spk
