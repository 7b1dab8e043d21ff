#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/graph/Document.h"

namespace spk {

/// The edits done and undone. Removing a node removes its wires in the same edit, and members of a
/// removed frame move to the frame around it: commit adds that. The last thousand steps are kept.
class History {
 public:
  explicit History(Document& document) : document_(document) {}

  /// Equal, non-empty merge keys within one drag become one step.
  Result<void> commit(Edit edit, std::string_view mergeKey = {});
  void closeMerge();  ///< the drag ends: now it is journalled and checked (onStep)
  Result<void> undo();
  Result<void> redo();
  bool canUndo() const { return !done_.empty(); }
  bool canRedo() const { return !undone_.empty(); }
  const std::vector<Edit>& done() const { return done_; }
  const std::vector<Edit>& undone() const { return undone_; }
  /// Undo back to the saved state counts as saved. Edits without title do not unsave.
  bool isSaved() const { return saved_ == states_[done_.size()]; }
  void markSaved() { markSaved(state()); }
  /// A name for the project as it is now, for a save that ends later: markSaved(state).
  std::uint64_t state() const { return states_[done_.size()]; }
  void markSaved(std::uint64_t state) { saved_ = state; }
  /// Every finished step, undo and redo among them, as applied: for the journal and the check.
  std::function<void(const Edit&)> onStep;
  /// Ids that no step remembers any more: the runner may forget their state.
  std::function<void(std::span<const Id>)> onForget;

 private:
  void dropRedo();
  void forgetOldest();
  void forget(std::set<Id> candidates);

  Document& document_;
  std::vector<Edit> done_, undone_;
  std::vector<std::uint64_t> states_ = {0};  // a name for the project after each step, redo's too
  std::string mergeKey_;                     // of the drag that goes on, into done_.back()
  std::vector<Edit> waiting_;                // edits without title, made during the drag
  std::uint64_t saved_ = 0, counter_ = 0;
};

}  // namespace spk
