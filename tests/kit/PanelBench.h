#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "panels/kit/Panel.h"

namespace spk::test {

/// What panels need of a workbench, without engine and window: a document, tapes, notes, and a
/// PanelContext over them. Edits are applied at once and told to the panels; acts are recorded.
struct PanelBench {
  PanelBench() {
    document.onEdit = [this](const Edit& edit) {
      for (Panel* panel : panels) panel->edited(edit);
    };
  }
  PanelBench(const PanelBench&) = delete;
  PanelBench& operator=(const PanelBench&) = delete;

  Registry registry;
  Document document;
  std::map<Id, std::unique_ptr<Tape>> tapes;
  RunStatus status;
  Looking looking;
  Jobs jobs{1};
  Notes notes;
  std::vector<Panel*> panels;
  std::vector<std::pair<std::string, Values>> acts;
  PanelContext context{
      .document = document,
      .registry = registry,
      .tape = [this](Id id) -> const Tape* {
        const auto found = tapes.find(id);
        return found == tapes.end() ? nullptr : found->second.get();
      },
      .recording = [](Id) { return nullptr; },
      .status = [this]() -> const RunStatus& { return status; },
      .ask =
          [](Id, What) {
            std::promise<Result<Snapshot>> answer;
            answer.set_value(Error{"nothing runs here", "bench"});
            return answer.get_future();
          },
      .jobs = jobs,
      .looking = [this]() -> const Looking& { return looking; },
      .notes = [this]() -> std::span<const Note> { return notes; },
      .commit = [this](Edit edit, std::string_view) { return document.apply(edit); },
      .newId = [this] { return document.newId(); },
      .act = [this](std::string_view name, const Values& values) -> Result<Value> {
        acts.emplace_back(name, values);
        return Value{true};
      }};
};

}  // namespace spk::test
