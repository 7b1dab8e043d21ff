#pragma once
#include <string>
#include <vector>

#include "engine/base/Rng.h"
#include "engine/graph/History.h"
#include "tests/kit/graph.h"

namespace spk::kit {

/// Does what a hurried person would: adds, wires, groups, changes, drags, removes, undoes, redoes.
class RandomEditor {
 public:
  RandomEditor(Document& document, History& history, std::uint64_t seed)
      : document_(document), history_(history), random_(randomKey(seed, 1, Purpose::Sample), 0) {}

  /// One action. Error only where the engine is at fault: each action is a legal one.
  Result<void> act() {
    switch (random_.below(12)) {
      case 0: return history_.canUndo() ? history_.undo() : Result<void>();
      case 1: return history_.canRedo() ? history_.redo() : Result<void>();
      case 2:
      case 3: return addNode();
      case 4:
      case 5: return addWire();
      case 6: return remove();
      case 7: return drag();
      case 8: return group();
      default: return change();
    }
  }
  RandomSequence& random() { return random_; }

 private:
  const Item* any() {
    const auto& items = document_.project().items;
    const auto at =
        std::next(items.begin(), random_.below(static_cast<std::uint32_t>(items.size())));
    return at->first == Id::settings ? nullptr : &at->second;
  }

  Value value() {
    switch (random_.below(8)) {
      case 0: return random_.below(2) == 1;
      case 1: return static_cast<std::int64_t>(random_.word()) - 2000000000;
      case 2: return random_.normal() * 1e3;
      case 3:
        return "text " + std::to_string(random_.below(100)) +
               (random_.below(4) ? "" : " \"µ\"\n\xff");
      case 4: return Json{"[" + std::to_string(random_.below(9)) + ",2.5, {\"a\":null}]"};
      case 5: return Json{R"({"normal":{"mean":1,"sd":0.5}})"};
      case 6: return random_.below(2) ? 0.0 / 1.0 : std::numeric_limits<double>::quiet_NaN();
      default: return Blob({2, 2}, {random_.below(3) * 1.0, 2, 3, 4});
    }
  }

  Result<void> addNode() {
    static const std::string kTypes[] = {"neuron.test", "view.any", "layout.frame",
                                         "neuron.future"};
    Item item = node(number(document_.newId()), kTypes[random_.below(4)],
                     "node " + std::to_string(random_.below(50)));
    item.values["x"] = random_.normal();
    if (random_.below(3) == 0) item.unknown["later"] = Json{"[1, 2]"};
    if (const Item* frame = any(); frame && frame->type == "layout.frame")
      item.parent = Ref{frame->id, ""};
    return history_.commit({"Add", {Insert{std::move(item)}}});
  }

  Result<void> addWire() {
    const Item *from = any(), *to = any();
    if (!from || !to) return {};
    return history_.commit(
        {"Wire",
         {Insert{wire(number(document_.newId()), "synapse.static", {from->id, "out"},
                      {to->id, "in"}, {{"weight", random_.normal()}})}}});
  }

  Result<void> remove() {
    std::vector<Operation> ops;
    for (std::uint32_t i = random_.below(3); i < 3; ++i)
      if (const Item* item = any())
        if (std::ranges::none_of(
                ops, [&](const Operation& op) { return std::get<Remove>(op).item.id == item->id; }))
          ops.push_back(Remove{*item});
    return ops.empty() ? Result<void>() : history_.commit({"Remove", std::move(ops)});
  }

  Result<void> change() {
    const Item* item = any();
    if (!item) return {};
    static const std::string kKeys[] = {"tau_m", "tau_m[3]", "name", "n", "from", "V.initial"};
    Setting after = random_.below(4) ? Setting(value()) : Setting();
    return history_.commit(
        {"Change",
         {setting(document_.project(), item->id, kKeys[random_.below(item->isWire() ? 4 : 6)],
                  std::move(after))}});
  }

  Result<void> drag() {
    const Item* item = any();
    if (!item) return {};
    const Id id = item->id;
    for (std::uint32_t i = random_.below(6); i < 6; ++i) {
      const Edit move{"Move", {setting(document_.project(), id, "x", Value(random_.normal()))}};
      if (auto result = history_.commit(move, "move " + std::to_string(number(id))); !result)
        return result;
    }
    if (random_.below(3)) history_.closeMerge();
    return {};
  }

  Result<void> group() {
    const Item* item = any();
    if (!item) return {};
    const Id frame = document_.newId();
    return history_.commit({"Group",
                            {Insert{node(number(frame), "layout.frame", "frame")},
                             setting(document_.project(), item->id, "parent", Ref{frame, ""})}});
  }

  Document& document_;
  History& history_;
  RandomSequence random_;
};

}  // namespace spk::kit
