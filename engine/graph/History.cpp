#include "engine/graph/History.h"

#include <algorithm>
#include <map>
#include <set>

namespace spk {
namespace {

/// Steps that can be undone; older ones are forgotten.
constexpr std::size_t kSteps = 1000;

/// Ids that an edit inserts or removes.
void collectIds(const Edit& edit, std::set<Id>& ids) {
  for (const Operation& op : edit.ops) {
    if (const auto* insert = std::get_if<Insert>(&op)) ids.insert(insert->item.id);
    if (const auto* remove = std::get_if<Remove>(&op)) ids.insert(remove->item.id);
  }
}

/// Removes carry the item as it is, so that they can be taken back; an id is enough to ask for one.
void fillRemoves(const Project& project, Edit& edit, std::set<Id>& touched) {
  for (Operation& op : edit.ops) {
    auto* remove = std::get_if<Remove>(&op);
    const auto* set = std::get_if<Set>(&op);
    const Id id = remove ? remove->item.id : set ? set->item : std::get<Insert>(op).item.id;
    const Item* there = project.find(id);
    if (remove && there && !touched.contains(id)) remove->item = *there;
    touched.insert(id);
  }
}

/// The wires that end at what is gone, wires onto those wires among them.
std::vector<Operation> wiresOf(const Project& after, std::set<Id>& gone) {
  std::vector<Operation> wires;
  for (bool more = true; more;) {
    more = false;
    for (const auto& [id, item] : after.items) {
      if (gone.contains(id)) continue;
      if (!gone.contains(item.from.item) && !gone.contains(item.to.item)) continue;
      wires.push_back(Remove{item});
      gone.insert(id);
      more = true;
    }
  }
  std::ranges::reverse(wires);  // a wire onto a wire goes first
  return wires;
}

/// Members of a removed frame stay, in the frame around it.
std::vector<Operation> movesOf(const Project& before, const Project& after,
                               const std::set<Id>& gone) {
  std::vector<Operation> moves;
  for (const auto& [id, item] : after.items) {
    if (gone.contains(id) || !gone.contains(item.parent.item)) continue;
    Ref outer = item.parent;
    std::set<Id> seen;  // a damaged file may have frames inside themselves
    while (gone.contains(outer.item) && seen.insert(outer.item).second) {
      const Item* frame = before.find(outer.item);
      outer = frame ? frame->parent : Ref{};
    }
    if (gone.contains(outer.item)) outer = Ref{};
    moves.push_back(Set{id, "parent", item.parent, outer});
  }
  return moves;
}

/// What hangs on a removed node goes with it, or moves out of a removed frame.
Edit complete(const Project& project, Edit edit) {
  std::set<Id> touched, gone;
  fillRemoves(project, edit, touched);
  for (const Operation& op : edit.ops)
    if (const auto* remove = std::get_if<Remove>(&op)) gone.insert(remove->item.id);
  if (gone.empty()) return edit;
  Document after(project);
  if (!after.apply(edit)) return edit;  // whoever applies it says why
  std::erase_if(gone, [&](Id id) { return after.project().find(id) != nullptr; });
  std::vector<Operation> added = wiresOf(after.project(), gone);
  const std::vector<Operation> moves = movesOf(project, after.project(), gone);
  added.insert(added.end(), moves.begin(), moves.end());
  // Wires go before their nodes, for whoever draws them; what the edit itself changed goes after.
  const auto changed = std::ranges::stable_partition(added, [&](const Operation& op) {
    const auto* set = std::get_if<Set>(&op);
    return !touched.contains(set ? set->item : std::get<Remove>(op).item.id);
  });
  edit.ops.insert(edit.ops.end(), changed.begin(), changed.end());
  edit.ops.insert(edit.ops.begin(), added.begin(), changed.begin());
  return edit;
}

/// The end of a wire, or a frame; not a value of that name.
bool isEnd(const Set& set) {
  return std::holds_alternative<Ref>(set.before) || std::holds_alternative<Ref>(set.after);
}

/// `next` as part of `edit`: a key that is set twice is set once, and not at all if nothing
/// remains.
void fold(Edit& edit, const Edit& next) {
  for (const Operation& op : next.ops) {
    const auto* set = std::get_if<Set>(&op);
    auto same = edit.ops.rend();
    if (set)
      same = std::find_if(edit.ops.rbegin(), edit.ops.rend(), [&](const Operation& o) {
        const auto* other = std::get_if<Set>(&o);
        return other && other->item == set->item && other->key == set->key &&
               isEnd(*other) == isEnd(*set);
      });
    if (same != edit.ops.rend())
      std::get<Set>(*same).after = set->after;
    else
      edit.ops.push_back(op);
  }
  std::erase_if(edit.ops, [](const Operation& op) {
    const auto* set = std::get_if<Set>(&op);
    return set && set->before == set->after;
  });
}

}  // namespace

Result<void> History::commit(Edit edit, std::string_view mergeKey) {
  edit = complete(document_.project(), std::move(edit));
  if (edit.title.empty()) {
    TRY_DO(document_.apply(edit));
    if (mergeKey_.empty() && onStep)
      onStep(edit);
    else if (!mergeKey_.empty())
      waiting_.push_back(std::move(edit));  // in order, after the drag
    return {};
  }
  const bool merges = !mergeKey.empty() && mergeKey == mergeKey_;
  if (!merges) closeMerge();
  TRY_DO(document_.apply(edit));
  if (merges) {
    fold(done_.back(), edit);
    states_.back() = ++counter_;
    return {};
  }
  dropRedo();
  done_.push_back(std::move(edit));
  states_.push_back(++counter_);
  if (mergeKey.empty()) {
    if (onStep) onStep(done_.back());
    forgetOldest();
  } else {
    mergeKey_ = mergeKey;
  }
  return {};
}

void History::closeMerge() {
  if (mergeKey_.empty()) return;
  mergeKey_.clear();
  if (done_.back().ops.empty()) {  // dragged back to where it began
    done_.pop_back();
    states_.pop_back();
  } else if (onStep) {
    onStep(done_.back());
  }
  for (const Edit& edit : std::exchange(waiting_, {}))
    if (onStep) onStep(edit);
  forgetOldest();
}

Result<void> History::undo() {
  closeMerge();
  if (done_.empty()) return Error{"there is nothing to undo", ""};
  const Edit back = inverse(done_.back());
  TRY_DO(document_.apply(back));
  undone_.push_back(std::move(done_.back()));
  done_.pop_back();
  if (onStep) onStep(back);
  return {};
}

Result<void> History::redo() {
  closeMerge();
  if (undone_.empty()) return Error{"there is nothing to redo", ""};
  TRY_DO(document_.apply(undone_.back()));
  done_.push_back(std::move(undone_.back()));
  undone_.pop_back();
  if (onStep) onStep(done_.back());
  return {};
}

void History::dropRedo() {
  states_.resize(done_.size() + 1);
  if (undone_.empty()) return;
  std::set<Id> candidates;
  for (const Edit& edit : undone_) collectIds(edit, candidates);
  undone_.clear();
  forget(std::move(candidates));
}

void History::forgetOldest() {
  if (done_.size() <= kSteps) return;
  std::set<Id> candidates;
  collectIds(done_.front(), candidates);
  done_.erase(done_.begin());
  states_.erase(states_.begin());
  forget(std::move(candidates));
}

void History::forget(std::set<Id> candidates) {
  if (!onForget || candidates.empty()) return;
  std::set<Id> remembered;
  for (const Edit& edit : done_) collectIds(edit, remembered);
  for (const Edit& edit : undone_) collectIds(edit, remembered);
  std::vector<Id> gone;
  for (const Id id : candidates)
    if (!remembered.contains(id) && !document_.project().find(id)) gone.push_back(id);
  if (!gone.empty()) onForget(gone);
}

}  // namespace spk
