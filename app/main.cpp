// `spikarium`: the front door. Subcommands run headless; without one, it starts the window beside
// it.
#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iterator>

#include "app/commands.h"
#include "app/console.h"

namespace {

using spk::Words;
namespace console = spk::console;

void printHelp() {
  std::string text =
      "Spikarium, a workbench for spiking neural networks.\n\n"
      "  spikarium [PROJECT]              opens the window\n"
      "  spikarium SUBCOMMAND [words]     works without one; --help of each says more\n\n"
      "Subcommands:\n";
  for (const spk::Command& command : spk::commands()) {
    std::string name = command.name;
    name.resize(10, ' ');
    text += "  " + name + command.doc + "\n";
  }
  text +=
      "\n  --selftest  checks in some seconds that this machine computes what it should\n"
      "  --gallery   opens a window with every part of the panels\n"
      "  --version   which version this is\n"
      "  --help      this page\n\n"
      "--json prints one JSON value on standard output; progress and messages go to standard\n"
      "error. Exit code: 0 done, 1 the work failed, 2 wrong use.\n";
  console::print(text);
}

/// Subcommands whose words are agreed on and whose work is still to be done.
constexpr const char* kPlanned[] = {"analyse", "sweep", "targets", "fit", "export"};

int unknown(const std::string& word) {
  if (std::ranges::find(kPlanned, word) != std::end(kPlanned)) {
    console::say("spikarium " + word + ": not built yet");
    return console::kFailed;
  }
  std::string names;
  for (const spk::Command& command : spk::commands())
    names += std::string(names.empty() ? "" : ", ") + command.name;
  console::say("spikarium: " + word + " is neither a file nor a subcommand; there are " + names);
  return console::kWrongUse;
}

int dispatch(Words words) {
  if (words.empty()) return spk::openWindow({});
  const std::string first = words.front();
  if (first == "--help" || first == "-h" || first == "help") {
    printHelp();
    return console::kDone;
  }
  const auto rest = [&] { return Words(words.begin() + 1, words.end()); };
  if (first == "--version") return spk::versionCommand(rest());
  if (first == "--selftest") return spk::selftestCommand(rest());
  if (first == "--gallery") return spk::openWindow(words);
  for (const spk::Command& command : spk::commands())
    if (first == command.name) return command.run(rest());
  if (first.starts_with('-')) {
    console::say("spikarium: there is no option " + first +
                 "; spikarium --help lists what there is");
    return console::kWrongUse;
  }
  std::error_code error;
  const bool isFile = std::filesystem::exists(first, error);
  return isFile || first.ends_with(".spk") ? spk::openWindow(words) : unknown(first);
}

}  // namespace

int main(int argc, char** argv) {
  // A full disk or a closed pipe is an error to report, no reason to die without a word.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return dispatch(Words(argv + 1, argv + argc));
  } catch (const std::exception& error) {  // no memory, say
    console::say(std::string("spikarium: ") + error.what());
    return console::kFailed;
  }
}
