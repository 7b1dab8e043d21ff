#include "engine/base/Edit.h"

namespace spk {

Edit inverse(const Edit& edit) {
  Edit back{edit.title};
  back.ops.reserve(edit.ops.size());
  for (auto op = edit.ops.rbegin(); op != edit.ops.rend(); ++op) {
    if (const auto* insert = std::get_if<Insert>(&*op))
      back.ops.push_back(Remove{insert->item});
    else if (const auto* remove = std::get_if<Remove>(&*op))
      back.ops.push_back(Insert{remove->item});
    else if (const auto* set = std::get_if<Set>(&*op))
      back.ops.push_back(Set{set->item, set->key, set->after, set->before});
  }
  return back;
}

}  // namespace spk
