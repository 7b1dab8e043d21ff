#pragma once
#include <QSize>
#include <filesystem>
#include <string>

#include "engine/base/Jobs.h"
#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/run/Target.h"

namespace spk {

struct RenderOrder {
  std::filesystem::path project, out;
  std::string view;  ///< its name
  Time time = -1;    ///< how long to run before; −1: the project's duration
  QSize size = {1600, 800};
  bool isFilm = false;  ///< from `from` to `time`
  Time from = 0;
  double framesPerSecond = 25, speed = 1;
};
/// Runs the project as fast as it goes and draws one of its views into a file. Error where the
/// project cannot run, or has no such view.
Result<void> render(const RenderOrder& order, const Registry& registry, const Targets& targets,
                    Jobs& jobs);

}  // namespace spk
