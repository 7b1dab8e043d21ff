#pragma once
#include <span>
#include <string>
#include <vector>

namespace spk {

/// The words after a subcommand's name.
using Words = std::vector<std::string>;

/// One subcommand of `spikarium`; a row of commands().
struct Command {
  const char* name;
  const char* doc;          ///< one line of --help
  int (*run)(Words words);  ///< @return the exit code: 0 done, 1 failed, 2 wrong use
};
std::span<const Command> commands();

int runCommand(Words words);
int nodesCommand(Words words);
int infoCommand(Words words);
int convertCommand(Words words);
int checkCommand(Words words);
int demosCommand(Words words);
int renderCommand(Words words);
int benchCommand(Words words);
int selftestCommand(Words words);
int versionCommand(Words words);

/// Starts `spikarium-window` beside this program with these words, under a virtual display if there
/// is none; returns only if that fails.
int openWindow(Words words);

}  // namespace spk
