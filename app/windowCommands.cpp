#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "app/commandLine.h"

extern char** environ;

namespace spk {
namespace {

bool hasDisplay() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
  };
  return set("DISPLAY") || set("WAYLAND_DISPLAY");
}

std::filesystem::path onPath(const char* program) {
  const char* path = std::getenv("PATH");
  std::string_view folders = path ? path : "/usr/bin:/bin";
  while (!folders.empty()) {
    const std::size_t colon = std::min(folders.find(':'), folders.size());
    const auto candidate = std::filesystem::path(folders.substr(0, colon)) / program;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
    folders.remove_prefix(std::min(colon + 1, folders.size()));
  }
  return {};
}

/// The window's command line, under a virtual display where there is none.
Result<Words> windowCommand(Words words) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto window = self.parent_path() / "spikarium-window";
  if (access(window.c_str(), X_OK) != 0)
    return Error{"is not there; this build has no window (SPK_GUI=OFF)", window.string()};
  Words command;
  if (!hasDisplay()) {
    const auto xvfb = onPath("xvfb-run");
    if (xvfb.empty())
      return Error{"there is no display, and xvfb-run (Debian package xvfb) is not installed",
                   "spikarium-window"};
    console::say("spikarium: no display here, starting a virtual one");
    command = {xvfb.string(), "-a", "-s", "-screen 0 1600x1000x24"};
  }
  command.push_back(window.string());
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

std::vector<char*> pointers(Words& command) {
  std::vector<char*> pointers;
  for (std::string& word : command) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Runs a program whose standard output goes to standard error. @return its exit code
Result<int> runAside(Words command) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = 0;
  const auto words = pointers(command);
  const int failed = posix_spawn(&child, words.front(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed) return Error{std::strerror(failed), command.front()};
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return Error{std::strerror(errno), command.front()};
  if (WIFSIGNALED(status))
    return Error{"ended by signal " + std::to_string(WTERMSIG(status)), command.front()};
  return WEXITSTATUS(status);
}

}  // namespace

int openWindow(Words words) {
  auto command = windowCommand(std::move(words));
  if (!command) return console::fail(command.error());
  const auto arguments = pointers(command.value());
  execv(arguments.front(), arguments.data());
  return console::fail({std::strerror(errno), command.value().front()});
}

int renderCommand(Words words) {
  std::string project, view, out, size;
  std::optional<Time> time, from;
  bool json = false, film = false;
  double framesPerSecond = 25, speed = 1;
  CLI::App app("Runs a project for a while and draws one of its views into a picture or a film.",
               "render");
  app.add_option("PROJECT", project, "A .spk file")->required()->check(CLI::ExistingFile);
  app.add_option("--view", view, "The view's name; spikarium info PROJECT lists them")->required();
  app.add_option("-o,--out", out, "The picture: .png, or .svg, .pdf; a film: .mp4, .webm, .gif")
      ->required();
  addTime(app, "--for", time, "How long to run before; else the project's duration");
  app.add_option("--size", size, "Pixels, as 1600x800")
      ->type_name("WxH")
      ->check([](const std::string& text) -> std::string {
        int w = 0, h = 0, end = 0;
        const bool ok = std::sscanf(text.c_str(), "%dx%d%n", &w, &h, &end) == 2 &&
                        end == static_cast<int>(text.size()) && w >= 16 && h >= 16 && w <= 16384 &&
                        h <= 16384;
        return ok ? "" : "a size such as 1600x800 is expected (16 to 16384 each), not " + text;
      });
  app.add_flag("--video", film,
               "A film instead of a picture, packed by ffmpeg; where that is not installed, or for "
               ".png, a folder of pictures");
  addTime(app, "--from", from, "With --video: where the film begins");
  app.add_option("--fps", framesPerSecond, "With --video: pictures per second of the film")
      ->check(CLI::Range(1.0, 240.0))
      ->capture_default_str();
  app.add_option("--speed", speed, "With --video: seconds of the run in one of the film")
      ->check(CLI::Range(1e-6, 1000.0))
      ->capture_default_str();
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;

  Words passed = {"--render", project, "--view", view, "-o", out};
  if (time) passed.insert(passed.end(), {"--for", std::to_string(*time) + "ns"});
  if (!size.empty()) passed.insert(passed.end(), {"--size", size});
  if (film)
    passed.insert(passed.end(),
                  {"--film", std::to_string(from.value_or(0)) + "," + numberText(framesPerSecond) +
                                 "," + numberText(speed)});
  auto command = windowCommand(std::move(passed));
  if (!command) return console::fail(command.error());
  const auto code = runAside(std::move(command).value());
  if (!code) return console::fail(code.error());
  if (code.value() != 0)
    return code.value() == console::kWrongUse ? console::kWrongUse : console::kFailed;
  // Without ffmpeg the film is the folder of its pictures.
  if (film && !std::filesystem::exists(out)) out = std::filesystem::path(out).replace_extension();
  if (!std::filesystem::exists(out)) return console::fail({"was not written", out});
  if (!json) {
    console::say("written: " + out);
    return console::kDone;
  }
  JsonNode value = JsonNode::object();
  value.set("path", out);
  return console::answer(value);
}

}  // namespace spk
