#include "plugins/events/AedatHeader.h"

#include <algorithm>

#include "plugins/events/loads.h"

namespace spk::events {
namespace {

constexpr std::size_t kLineMost = 1 << 18, kLinesMost = 1 << 20, kValueMost = 1 << 12;

/// Whether bytes are text: no control characters, and UTF-8 or Latin letters only where the rest
/// reads as text.
bool isText(std::string_view line) {
  std::size_t high = 0;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7F) return false;
    high += byte >= 0x80;
  }
  return high * 8 <= line.size();
}

std::string_view trimmed(std::string_view text) {
  const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view AedatHeader::value(std::string_view key) const {
  const auto found = values.find(key);
  return found == values.end() ? std::string_view() : found->second;
}

Result<AedatHeader> readAedatHeader(FileWindow& file) {
  AedatHeader header;
  while (header.lines < kLinesMost) {
    TRY(const auto bytes, file.at(header.size, kLineMost));
    const std::string_view rest = textOf(bytes);
    const std::size_t end = rest.find('\n');
    if (!rest.starts_with('#') || end == std::string_view::npos || !isText(rest.substr(0, end)))
      break;
    const std::string_view line = trimmed(rest.substr(1, end - 1));
    header.size += end + 1;
    if (line.starts_with("!AER-DAT") && line.size() > 8 && header.lines == 0)
      header.version = std::clamp(line[8] - '0', 1, 9);
    ++header.lines;
    header.ended = line == "End Of ASCII Header" || line == "!END-HEADER";
    if (header.ended) break;
    if (const std::size_t colon = line.find(':');
        colon != std::string_view::npos && header.values.size() < 1000)
      header.values.emplace(std::string(trimmed(line.substr(0, std::min<std::size_t>(colon, 100)))),
                            std::string(trimmed(line.substr(colon + 1, kValueMost))));
  }
  return header;
}

}  // namespace spk::events
