#include "app/demos.h"

#include "engine/run/demos.h"

namespace spk {

std::vector<DemoCard> listDemos() {
  std::vector<DemoCard> cards;
  for (Demo& demo : demos())
    cards.push_back({std::move(demo.id), std::move(demo.title), std::move(demo.about),
                     std::move(demo.level), std::move(demo.project), demo.hasLesson});
  return cards;
}

}  // namespace spk
