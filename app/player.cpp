// The player's part of the workbench: slices, marks, loop and bookmarks, all over the one run.
#include <algorithm>

#include "app/Workbench.h"

namespace spk {
namespace {

Time timeOr(const Values& values, const std::string& key, Time fallback) {
  return fromMilliseconds(numberOr(values, key, toMilliseconds(fallback)));
}

}  // namespace

const Item* Workbench::marksItem() const {
  for (const auto& [id, item] : project().items)
    if (item.type == "project.marks") return &item;
  return nullptr;
}

Workbench::Marks Workbench::marks() const {
  Marks marks;
  const Item* item = marksItem();
  if (!item) return marks;
  marks.in = timeOr(item->values, "in", marks.in);
  marks.out = timeOr(item->values, "out", marks.out);
  marks.loop = switchOr(item->values, "loop", marks.loop);
  marks.slice = std::max<Time>(1, timeOr(item->values, "slice", marks.slice));
  return marks;
}

/// One edit, whether the marks are there already or not.
Result<void> Workbench::setMarks(std::string title, const Values& values) {
  Edit edit{std::move(title)};
  if (const Item* item = marksItem()) {
    for (const auto& [key, value] : values)
      edit.ops.push_back(setting(project(), item->id, key, value));
  } else {
    Item made{context_.newId(), "project.marks"};
    made.values = values;
    edit.ops.push_back(Insert{std::move(made)});
  }
  return commit(std::move(edit));
}

void Workbench::jog(int slices) {
  const Time to = status_.now + slices * marks().slice;
  if (slices < 0) {
    pause();
    rewind(to);
    return;
  }
  loopTo_ = 0;
  runner_.until(jogTo_ = to);
  play();
}

Result<void> Workbench::markHere(Mark mark) {
  const Marks now = marks();
  const double here = toMilliseconds(status_.now);
  if (mark == Mark::Out && status_.now <= now.in)
    return Error{"the out mark lies after the in mark at " + timeText(now.in), "out"};
  Values values = {{mark == Mark::In ? "in" : "out", here}};
  if (mark == Mark::In && now.out > 0 && status_.now >= now.out) values["out"] = 0.0;
  return setMarks(mark == Mark::In ? "Mark the beginning" : "Mark the end", values);
}

Result<void> Workbench::toggleLoop() {
  const Marks now = marks();
  Values values = {{"loop", !now.loop}};
  if (!now.loop && now.out <= now.in) {
    if (status_.now <= now.in)
      return Error{"there is nothing to loop yet: run on, or set the marks", "loop"};
    values["out"] = toMilliseconds(status_.now);
  }
  return setMarks(now.loop ? "Loop no more" : "Loop between the marks", values);
}

Result<void> Workbench::addBookmark(std::string name) {
  Item made{context_.newId(), "project.bookmark"};
  made.values["t"] = toMilliseconds(status_.now);
  made.values["name"] = uniqueName(project(), Id::none, name.empty() ? "bookmark" : name);
  return commit({"Bookmark", {Insert{std::move(made)}}});
}

Result<void> Workbench::goToBookmark(int direction) {
  std::optional<Time> best;
  for (const auto& [id, item] : project().items) {
    if (item.type != "project.bookmark") continue;
    const Time t = timeOr(item.values, "t", 0);
    const bool beyond = direction > 0 ? t > status_.now : t < status_.now;
    if (beyond && (!best || (direction > 0 ? t < *best : t > *best))) best = t;
  }
  if (!best)
    return Error{direction > 0 ? "there is no bookmark after this time"
                               : "there is no bookmark before this time",
                 "bookmark"};
  rewind(*best);
  return {};
}

/// Tells the runner where to pause while it loops, and begins again when it has.
void Workbench::keepLoop() {
  const Marks now = marks();
  const bool loops = now.loop && now.out > now.in;
  const bool running = status_.state == RunStatus::State::Running;
  if (jogTo_ > 0) {
    if (running && status_.now < jogTo_) return;
    if (!running && status_.now >= jogTo_) jogTo_ = 0;
  }
  const auto arm = [this](Time out) { runner_.until(loopTo_ = out); };
  if (loopTo_ > 0 && !running && status_.now >= loopTo_) {
    loopTo_ = 0;
    if (loops) {
      rewind(now.in);
      arm(now.out);
    }
    runner_.play();  // it stood only to begin again
    return;
  }
  if (loopTo_ > 0 && (!loops || now.out != loopTo_)) arm(0);
  if (loops && loopTo_ == 0 && running && status_.now < now.out) arm(now.out);
}

}  // namespace spk
