#pragma once
#include <QPointer>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "panels/kit/Panel.h"

namespace spk {

namespace panels::graph {
class Canvas;
}

/// The node-graph editor: nodes, wires, frames and notes of the project, edited in place.
class GraphPanel : public Panel {
 public:
  explicit GraphPanel(PanelContext& context);
  ~GraphPanel() override;

  QWidget* widget() override;
  void edited(const Edit& edit) override;
  void tick(Time now) override;
  /// The whole graph as .png or .svg.
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize& size) const override;

  /// Does a row of graphActions(). false: no such row, or nothing here that it could act on.
  bool act(std::string_view name);
  /// Whether act(name) would find something to do now: for greying menus.
  bool can(std::string_view name) const;
  /// A node of this type (of n = `size`) at the centre of the view, selected; its id.
  Result<Id> add(std::string_view type, const Values& begins = {});
  /// The items of a template at the centre of the view, as one edit, selected; their ids.
  Result<std::vector<Id>> addTemplate(const std::filesystem::path& path);
  /// Where such a node would have its corner.
  QPointF freePlace() const;
  /// Selects the item and brings it into view.
  void reveal(Id item);
  /// The line for the status bar: what the focused thing is, and what the keys do now.
  std::string status() const;

 private:
  QPointer<panels::graph::Canvas> canvas_;  // its Qt parent, the dock, may end it first
};

std::unique_ptr<GraphPanel> makeGraphPanel(PanelContext& context);

}  // namespace spk
