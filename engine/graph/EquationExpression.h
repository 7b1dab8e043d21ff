#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/graph/Dimension.h"
#include "engine/graph/EquationText.h"
#include "engine/graph/Formula.h"

namespace spk {

/// A value in the coherent units, or a truth.
struct Quantity {
  Formula::Node node = Formula::kNone;
  Dimension dimension = {};
  bool truth = false;
  bool zero = false;               ///< a bare 0 goes with every unit
  std::size_t begin = 0, end = 0;  ///< in the text
};

/// Where the words of one statement are read.
class EquationCursor {
 public:
  EquationCursor(std::string_view text, std::span<const EquationToken> tokens,
                 std::vector<EquationProblem>& problems)
      : text_(text), tokens_(tokens), problems_(&problems) {}

  /// The word `ahead` of the next; line ends count as words only where `lineEnds` is set.
  const EquationToken& peek(std::size_t ahead = 0) const;
  const EquationToken& next();
  bool eat(std::string_view sign);
  bool isAtEnd() const { return peek().kind == EquationToken::Kind::End; }
  bool is(std::string_view sign) const;
  /// Goes on behind a place of the text.
  void skipTo(std::size_t at);
  std::string_view text() const { return text_; }
  std::string_view piece(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin);
  }
  std::size_t lastEnd() const { return lastEnd_; }
  std::size_t breaks() const { return breaks_; }  ///< line ends passed
  std::nullopt_t problem(std::size_t at, std::size_t length, std::string what);
  std::nullopt_t problem(const EquationToken& token, std::string what);

  bool lineEnds = false;

 private:
  std::string_view text_;
  std::span<const EquationToken> tokens_;
  std::vector<EquationProblem>* problems_;
  std::size_t at_ = 0, lastEnd_ = 0, breaks_ = 0;
};

/// What names mean; they are asked for as they come.
struct EquationNames {
  /// A quantity, or nothing; `known` says whether the name is one (a problem was then reported).
  std::function<std::optional<Quantity>(std::string_view name, bool& known)> find;
  std::function<int()> draw;  ///< a new random number
  int& depth;                 ///< of parentheses and named expressions, all together
};

/// Reads one expression, checking units as it goes. Nothing if there was a problem, which is
/// reported.
std::optional<Quantity> readExpression(EquationCursor& cursor, Formula& formula,
                                       EquationNames& names);
/// Whether a name is a function or a number of the language, and so cannot be given away.
bool isEquationWord(std::string_view name);

}  // namespace spk
