#include "app/commands.h"

#include <array>

#include "app/commandLine.h"
#include "app/console.h"
#include "engine/run/version.h"

namespace spk {

std::span<const Command> commands() {
  static constexpr std::array kCommands = {
      Command{"run", "Runs a project without a window; spikes and traces go to an HDF5 file",
              runCommand},
      Command{"nodes", "Lists the node types, or describes one", nodesCommand},
      Command{"info", "Says what a file is and what it holds", infoCommand},
      Command{"convert", "Writes an event file in another format", convertCommand},
      Command{"check", "Says what is wrong with a project", checkCommand},
      Command{"demos", "Lists the demos", demosCommand},
      Command{"render", "Draws a view of a project into a picture", renderCommand},
      Command{"bench", "Measures the speed of the engine against what this machine could do",
              benchCommand},
  };
  return kCommands;
}

int versionCommand(Words words) {
  bool json = false;
  CLI::App app("Says which version this is.", "--version");
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;
  if (!json) {
    console::print("spikarium " + std::string(versionText()) + " (" + std::string(buildText()) +
                   ")\n");
    return console::kDone;
  }
  JsonNode value = JsonNode::object();
  value.set("version", versionText());
  value.set("build", buildText());
  return console::answer(value);
}

}  // namespace spk
