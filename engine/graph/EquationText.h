#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace spk {

/// What is wrong in a text of equations, and where.
struct EquationProblem {
  std::size_t at = 0, length = 0;  ///< bytes of the text
  int line = 1, column = 1;        ///< from 1; columns count letters
  std::string what;                ///< says what was found and what is expected
};

struct EquationToken {
  enum class Kind { Name, Number, Sign, Break, End } kind = Kind::End;
  std::string_view text;
  double number = 0;
  std::size_t at = 0;
};

/// One statement: a line of the text with the lines that follow it and are indented further.
struct EquationLine {
  std::size_t begin = 0, end = 0;     ///< bytes of the text
  std::vector<EquationToken> tokens;  ///< Break between its lines; End at the end
  std::string comment;                ///< behind # on its first line
  std::vector<std::string> comments;  ///< of each of its lines
};

/// The text cut into statements and words. What is no word at all becomes a problem.
std::vector<EquationLine> splitEquations(std::string_view text,
                                         std::vector<EquationProblem>& problems);
/// A problem at a place of the text, with its line and column.
EquationProblem problemAt(std::string_view text, std::size_t at, std::size_t length,
                          std::string what);

}  // namespace spk
