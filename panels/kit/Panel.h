#pragma once
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Edit.h"
#include "engine/base/Jobs.h"
#include "engine/base/Note.h"
#include "engine/data/Recording.h"
#include "engine/data/RunStatus.h"
#include "engine/data/Snapshot.h"
#include "engine/data/Tape.h"
#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

class QWidget;

namespace spk {

/// What one looks at; not in the project. Changed by act("look.select"), act("look.cursor") …
struct Looking {
  std::vector<Id> selection;
  Time cursor = -1;  ///< the linked time cursor; −1: none
  std::uint64_t version = 0;
};

/// Size of an exported figure; millimetres for vector formats, dots per inch for PNG.
struct FigureSize {
  double widthMm = 170, heightMm = 85;
  double dpi = 150;
};

/// All that a panel may use; borrowed for its life.
struct PanelContext {
  const Document& document;
  const Registry& registry;
  /// Of a probe (the id of the wire into a view), or of a node (its counts, Tape of Count);
  /// Id::settings: the marks. nullptr if nothing is watched there.
  std::function<const Tape*(Id probe)> tape;
  std::function<std::shared_ptr<const Recording>(Id item)> recording;
  std::function<const RunStatus&()> status;
  std::function<std::future<Result<Snapshot>>(Id item, What what)> ask;
  Jobs& jobs;
  std::function<const Looking&()> looking;
  std::function<std::span<const Note>()> notes;  ///< of check, import, run, fit
  /// The only way to change anything.
  std::function<Result<void>(Edit edit, std::string_view mergeKey)> commit;
  /// A fresh id for an Insert.
  std::function<Id()> newId;
  /// A row of app/actions.cpp: "transport.play", "look.select".
  std::function<Result<Value>(std::string_view name, const Values& values)> act;
};

/// A view. `widget` lives as long as the panel; its Qt parent is the dock.
struct Panel {
  virtual ~Panel() = default;
  virtual QWidget* widget() = 0;
  virtual void edited(const Edit& edit) = 0;  ///< heartbeat one
  virtual void tick(Time now) = 0;  ///< heartbeat two: visible, and a tape, looking or notes moved
  /// One line for the right of its head: "1 000 cells · 5.6 kspikes/s". Asked after each tick, so
  /// it should cost little.
  virtual std::string facts() const { return {}; }
  /// By ending: .png .svg .pdf .csv; Error says which a panel can write.
  virtual Result<void> exportTo(const std::filesystem::path& path,
                                const FigureSize& size) const = 0;
};

/// A kind of panel: the type id of its item ("view.raster"), and what it can be wired to.
struct PanelType {
  std::string id;
  std::vector<Signal> accepts;
  std::unique_ptr<Panel> (*make)(PanelContext& context, Id item) = nullptr;
};

}  // namespace spk
