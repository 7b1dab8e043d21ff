#include "engine/graph/EquationText.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace spk {
namespace {

constexpr std::string_view kSigns[] = {
    "**", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "&&", "||", "+", "-", "*", "/", "^",
    "(",  ")",  "[",  "]",  ",",  ";",  ":",  "=",  "<",  ">",  "!",  "&", "|", "·", "²", "³"};

bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }
bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
/// µ and Ω belong to names of units: bytes of UTF-8 are letters, but for the signs above.
bool isNameByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80);
}

std::string_view signAt(std::string_view rest) {
  for (const std::string_view sign : kSigns)
    if (rest.starts_with(sign)) return sign;
  return {};
}

/// Words of one line of the text, [begin, end).
class Words {
 public:
  Words(std::string_view text, std::vector<EquationProblem>& problems)
      : text_(text), problems_(problems) {}

  void read(std::size_t begin, std::size_t end, std::vector<EquationToken>& tokens) {
    for (std::size_t at = begin; at < end;) {
      if (isBlank(text_[at])) {
        ++at;
        continue;
      }
      const std::string_view rest = text_.substr(at, end - at);
      EquationToken token{.at = at};
      if (isDigit(rest[0]) || (rest[0] == '.' && rest.size() > 1 && isDigit(rest[1]))) {
        if (!number(rest, token)) return;
      } else if (const std::string_view sign = signAt(rest); !sign.empty()) {
        token.kind = EquationToken::Kind::Sign;
        token.text = rest.substr(0, sign.size());
      } else if (isNameByte(rest[0])) {
        std::size_t size = 1;
        while (size < rest.size() && isNameByte(rest[size]) &&
               (static_cast<unsigned char>(rest[size]) < 0x80 || signAt(rest.substr(size)).empty()))
          ++size;
        token.kind = EquationToken::Kind::Name;
        token.text = rest.substr(0, size);
      } else {
        problems_.push_back(problemAt(
            text_, at, 1, "`" + std::string(rest.substr(0, 1)) + "` has no meaning here"));
        return;
      }
      at += token.text.size();
      tokens.push_back(token);
    }
  }

 private:
  bool number(std::string_view rest, EquationToken& token) {
    std::size_t size = 0;
    while (size < rest.size() && isDigit(rest[size])) ++size;
    if (size < rest.size() && rest[size] == '.')
      for (++size; size < rest.size() && isDigit(rest[size]);) ++size;
    if (size < rest.size() && (rest[size] == 'e' || rest[size] == 'E')) {
      std::size_t power = size + 1;
      if (power < rest.size() && (rest[power] == '+' || rest[power] == '-')) ++power;
      if (power < rest.size() && isDigit(rest[power]))
        for (size = power; size < rest.size() && isDigit(rest[size]);) ++size;
    }
    token.kind = EquationToken::Kind::Number;
    token.text = rest.substr(0, size);
    const auto [end, failure] =
        std::from_chars(token.text.data(), token.text.data() + size, token.number);
    if (failure == std::errc{} && std::isfinite(token.number)) return true;
    problems_.push_back(problemAt(text_, token.at, size,
                                  "`" + std::string(token.text) + "` is too large a number"));
    return false;
  }

  std::string_view text_;
  std::vector<EquationProblem>& problems_;
};

std::string trimmed(std::string_view text) {
  while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

EquationProblem problemAt(std::string_view text, std::size_t at, std::size_t length,
                          std::string what) {
  EquationProblem problem{std::min(at, text.size()), length, 1, 1, std::move(what)};
  for (std::size_t i = 0; i < problem.at; ++i) {
    if (text[i] == '\n')
      ++problem.line, problem.column = 1;
    else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
      ++problem.column;
  }
  return problem;
}

std::vector<EquationLine> splitEquations(std::string_view text,
                                         std::vector<EquationProblem>& problems) {
  std::vector<EquationLine> lines;
  Words words(text, problems);
  std::size_t indent = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t newline = std::min(text.find('\n', begin), text.size());
    const std::size_t hash = std::min(text.find('#', begin), newline);
    std::size_t own = 0, first = begin;
    for (; first < hash && isBlank(text[first]); ++first)
      own = text[first] == '\t' ? own / 8 * 8 + 8 : own + 1;
    const std::string comment =
        hash < newline ? trimmed(text.substr(hash + 1, newline - hash - 1)) : "";
    if (first < hash) {
      if (!lines.empty() && own > indent) {
        lines.back().tokens.push_back(
            {EquationToken::Kind::Break, text.substr(first, 0), 0, first});
        lines.back().comments.push_back(comment);
      } else {
        lines.push_back({first, hash, {}, comment, {comment}});
        indent = own;
      }
      words.read(first, hash, lines.back().tokens);
      lines.back().end = hash;
    }
    begin = newline + 1;
  }
  for (EquationLine& line : lines) {
    while (line.end > line.begin && isBlank(text[line.end - 1])) --line.end;
    line.tokens.push_back({EquationToken::Kind::End, text.substr(line.end, 0), 0, line.end});
  }
  return lines;
}

}  // namespace spk
