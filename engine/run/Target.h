#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Item.h"
#include "engine/base/Note.h"
#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Simulation.h"

namespace spk {

/// Where a network runs (CPU, OpenCL, emulator, chip) or is written to (NIR, PyNN, SONATA).
struct Target {
  virtual ~Target() = default;
  virtual std::string id() const = 0;  ///< "cpu"
  virtual std::string title() const = 0;
  /// What fails here, and by how much; on the nodes.
  virtual Notes fit(const Project&, const Registry&, const Item& options) const = 0;
  /// Default of both: "this target cannot do that".
  virtual Result<std::unique_ptr<Simulation>> start(const Project&, const Registry&,
                                                    const Item& options);
  virtual Result<Notes> write(const Project&, const Registry&, const Item& options,
                              const std::filesystem::path& path);
};

/// The table of targets; made in main, constant after.
class Targets {
 public:
  void add(std::unique_ptr<Target> target);
  Target* target(std::string_view id) const;
  std::span<const std::unique_ptr<Target>> all() const { return targets_; }

 private:
  std::vector<std::unique_ptr<Target>> targets_;
};

}  // namespace spk
