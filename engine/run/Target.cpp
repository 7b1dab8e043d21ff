#include "engine/run/Target.h"

#include <algorithm>

namespace spk {

Result<std::unique_ptr<Simulation>> Target::start(const Project&, const Registry&, const Item&) {
  return Error{"this target cannot run a network, it only writes it to a file", id()};
}

Result<Notes> Target::write(const Project&, const Registry&, const Item&,
                            const std::filesystem::path&) {
  return Error{"this target cannot be written to a file, it only runs", id()};
}

void Targets::add(std::unique_ptr<Target> target) { targets_.push_back(std::move(target)); }

Target* Targets::target(std::string_view id) const {
  const auto found = std::ranges::find_if(targets_, [&](const auto& t) { return t->id() == id; });
  return found == targets_.end() ? nullptr : found->get();
}

}  // namespace spk
