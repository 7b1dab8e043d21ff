#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/graph/Document.h"

namespace spk {

/// The edits done and undone. Removing a node removes its wires in the same edit: commit adds them.
class History {
 public:
  explicit History(Document& document) : document_(document) {}

  /// Equal, non-empty merge keys within one drag become one step.
  Result<void> commit(Edit edit, std::string_view mergeKey = {});
  void closeMerge();   ///< the drag ends: now it is journalled and checked (onStep)
  Result<void> undo();
  Result<void> redo();
  bool canUndo() const { return !done_.empty(); }
  bool canRedo() const { return !undone_.empty(); }
  const std::vector<Edit>& done() const { return done_; }
  const std::vector<Edit>& undone() const { return undone_; }
  bool isSaved() const { return saved_ == position_; }
  void markSaved() { saved_ = position_; }
  /// Every finished step, undo and redo among them, as applied: for the journal and the check.
  std::function<void(const Edit&)> onStep;
  /// Ids that no step remembers any more: the runner may forget their state.
  std::function<void(std::span<const Id>)> onForget;

 private:
  Document& document_;
  std::vector<Edit> done_, undone_;
  std::string mergeKey_;
  Edit merging_;
  std::uint64_t position_ = 0, saved_ = 0, counter_ = 0;
};

}  // namespace spk
