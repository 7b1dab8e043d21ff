#include <QTest>
#include <algorithm>
#include <cmath>

#include "engine/graph/Equations.h"
#include "engine/graph/Given.h"
#include "engine/sim/Program.h"
#include "tests/kit/corpus.h"
#include "tests/kit/projects.h"

using namespace spk;

namespace {

constexpr int kMutants = 6000;  // about two seconds

/// Flips, cuts, copies, and pieces of the language.
std::string mutant(const std::vector<std::string>& seeds, RandomSequence& random) {
  static const std::string kPieces[] = {"(",
                                        ")",
                                        "*",
                                        "/",
                                        "**2",
                                        "**",
                                        " : mV",
                                        ":",
                                        "dv/dt = ",
                                        "exp(",
                                        "where(",
                                        "randn()",
                                        "xi",
                                        "w",
                                        "+= w",
                                        "1e308",
                                        "0",
                                        "-",
                                        "\n  ",
                                        "\n",
                                        "#",
                                        "µ",
                                        "\xff",
                                        " and ",
                                        "not ",
                                        " < ",
                                        "in [0, 1]",
                                        "refractory: 2 ms\n",
                                        "method: euler\n",
                                        "method: rk4\n",
                                        "u",
                                        "v",
                                        "mV",
                                        std::string(1, '\0')};
  const auto pick = [&](std::size_t n) { return random.below(static_cast<std::uint32_t>(n)); };
  std::string text = seeds[pick(seeds.size())];
  for (std::uint32_t i = pick(3); i < 3; ++i) {
    const std::size_t at = pick(text.size() + 1),
                      size = std::min<std::size_t>(pick(20), text.size() - at);
    switch (pick(7)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << pick(8)));
        break;
      case 1: text.erase(at, size); break;
      case 2: text.insert(at, text.substr(at, size)); break;
      case 3: text.insert(at, kPieces[pick(std::size(kPieces))]); break;
      case 4:
        text.replace(at, std::min<std::size_t>(size, 3), kPieces[pick(std::size(kPieces))]);
        break;
      case 5: {  // another number: the form stays whole
        const auto digit = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                                        [](unsigned char c) { return std::isdigit(c); });
        if (digit != text.end()) *digit = static_cast<char>('0' + pick(10));
        break;
      }
      default: {
        const std::string& other = seeds[pick(seeds.size())];
        text.insert(at, other.substr(pick(other.size() + 1), pick(60)));
      }
    }
  }
  return text;
}

}  // namespace

/// Whatever the text: problems that lie inside it, or a program that is bounded and runs.
class EquationsFuzz : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void anyText() {
    const std::vector<std::string> seeds = kit::corpusTexts("equations");
    QVERIFY(seeds.size() >= 6);
    good_ = 0;
    int sound = 0;
    kit::replay(
        seeds, kMutants, RandomSequence(randomKey(1, 9, Purpose::Sample), 0), mutant,
        [&](const std::string& text, int round) {
          one(text, round < 0 || round % 20 == 0);
          if (round < 0) QCOMPARE(good_, ++sound);
        },
        [] { return !QTest::currentTestFailed(); });
    QVERIFY(good_ > kMutants / 20);
  }

 private:
  void one(const std::string& text, bool run) {
    const Equations read = readEquations(text);
    for (const EquationProblem& problem : read.problems) {
      QVERIFY(problem.at <= text.size() && problem.length > 0);
      QVERIFY(problem.line >= 1 && problem.column >= 1 && !problem.what.empty());
    }
    if (!read.problems.empty()) return;
    ++good_;
    const NodeType& type = *spk::test::registry().nodeType("neuron.equations");
    Item item;
    item.type = type.id;
    item.values = {{"equations", text}, {"n", std::int64_t{9}}};
    const auto program = type.compile(item, 0.1);
    if (!program) {
      QVERIFY(!program.error().what.empty());
      return;
    }
    const Shape shape = spk::test::registry().describe(item);
    QCOMPARE(std::size_t{program.value()[program::kConstants]}, shape.constants.size());
    QCOMPARE(std::size_t{program.value()[program::kColumns]}, shape.columns.size());
    QVERIFY(program.value()[program::kCodeEnd] == program.value().size());
    if (!run) return;
    spk::test::Builder b;
    b.node(item.type, item.values);
    spk::test::Run simulation(b.project);
    if (!simulation.error.empty()) return;  // constants that are no numbers are refused in words
    const Outcome outcome = simulation.until(2);
    QVERIFY(outcome.why == Why::Reached || outcome.why == Why::NotFinite);
  }

  int good_ = 0;
};

QTEST_APPLESS_MAIN(EquationsFuzz)
#include "equations_test.moc"
