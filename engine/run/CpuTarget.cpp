#include "engine/run/CpuTarget.h"

#include "engine/sim/CpuSimulation.h"

namespace spk {
namespace {

class CpuTarget : public Target {
 public:
  std::string id() const override { return "cpu"; }
  std::string title() const override { return "This machine's processor"; }

  /// Nothing is too large or too odd for it: what it cannot run, check() calls an error.
  Notes fit(const Project&, const Registry&, const Item&) const override { return {}; }

  Result<std::unique_ptr<Simulation>> start(const Project& project, const Registry& registry,
                                            const Item& options) override {
    CpuOptions chosen;
    chosen.threads = static_cast<std::uint32_t>(integerOr(options.values, "threads", 0));
    chosen.isa = textOr(options.values, "isa", "");
    return makeCpuSimulation(project, registry, chosen);
  }
};

}  // namespace

std::unique_ptr<Target> cpuTarget() { return std::make_unique<CpuTarget>(); }

}  // namespace spk
