#pragma once
#include <string>
#include <string_view>

#include "engine/base/Note.h"

namespace spk {

/// The words without their numbers: of two notes that differ in those alone, the later one holds.
std::string sentenceOf(std::string_view text);
/// Adds a note, or puts it in the place of one that says the same of the same item and parameter
/// with other numbers.
void renew(Notes& notes, Note note);

}  // namespace spk
