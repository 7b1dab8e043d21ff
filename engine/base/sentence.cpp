#include "engine/base/sentence.h"

#include <algorithm>

namespace spk {

std::string sentenceOf(std::string_view text) {
  const auto isDigit = [&](std::size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '9';
  };
  std::string words;
  for (std::size_t i = 0; i < text.size();) {
    if (!isDigit(i)) {
      words += text[i++];
      continue;
    }
    words += '#';
    while (isDigit(i) ||
           (i < text.size() && (text[i] == '.' || text[i] == ',') && isDigit(i + 1)))
      ++i;
  }
  return words;
}

void renew(Notes& notes, Note note) {
  const std::string words = sentenceOf(note.text);
  const auto known = std::ranges::find_if(notes, [&](const Note& n) {
    return n.item == note.item && n.key == note.key && sentenceOf(n.text) == words;
  });
  if (known == notes.end())
    notes.push_back(std::move(note));
  else
    *known = std::move(note);
}

}  // namespace spk
