// Rules that need more than numbers on the wire: places, levels of modules, pairs, files. Bounds
// are five standard deviations (a false alarm in 1.7 million); seeds are fixed.
#include "engine/sim/wireRule.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>
#include <set>

#include "engine/base/H5.h"
#include "engine/graph/check.h"
#include "engine/sim/connect.h"
#include "engine/sim/edgeFile.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;
using Rule = ConnectRule::Kind;

namespace {

using Sources = std::vector<std::vector<std::uint32_t>>;  // by target

Sources draw(const ConnectRule& rule, Grid from, Grid to, bool same = false,
             std::uint32_t seed = 5) {
  const auto connector = Connector::make(rule, from, to, same, {seed, 9});
  if (!connector) return {};
  Connector::Scratch scratch;
  Sources sources(to.size());
  for (std::uint32_t t = 0; t < to.size(); ++t) connector.value().draw(t, scratch, sources[t]);
  return sources;
}
std::string errorOf(const ConnectRule& rule, Grid from, Grid to, bool same = false) {
  const auto made = possible(rule, from, to, same);
  return made ? "" : made.error().text();
}
Grid line(std::uint32_t n) { return {1, 1, n}; }
std::size_t sizeOf(const Sources& sources) {
  std::size_t n = 0;
  for (const auto& s : sources) n += s.size();
  return n;
}

void isNear(double observed, double mean, double sd) {
  QVERIFY2(std::fabs(observed - mean) <= 5 * sd,
           qPrintable(QString("%1 instead of %2 ± %3").arg(observed).arg(mean).arg(sd)));
}
bool says(const std::string& text, std::initializer_list<const char*> words) {
  return std::ranges::all_of(
      words, [&](const char* word) { return text.find(word) != std::string::npos; });
}

std::shared_ptr<const Places> places(const char* text, std::size_t n, std::uint32_t seed = 3) {
  auto made = readPlaces(Json{text}, n, {seed, 4});
  return made ? std::make_shared<const Places>(std::move(made).value()) : nullptr;
}
std::string placesError(const char* text, std::size_t n) {
  const auto made = checkPlaces(Json{text}, n);
  return made ? "" : made.error().text();
}
double apart(std::span<const double> a, std::span<const double> b, double side = 0) {
  double sum = 0;
  for (std::size_t d = 0; d < a.size(); ++d) {
    double x = std::fabs(a[d] - b[d]);
    if (side > 0) x = std::min(x, side - x);
    sum += x * x;
  }
  return std::sqrt(sum);
}

/// A network with one wire of that kind.
struct Joined {
  explicit Joined(Values wire, std::int64_t sources = 4, std::int64_t targets = 5) {
    from = b.node("neuron.lif_delta", {{"n", sources}, {"name", std::string("A")}});
    to = b.node("neuron.lif_delta", {{"n", targets}, {"name", std::string("B")}});
    wire.try_emplace("name", std::string("w"));
    id = b.synapses(from, to, std::move(wire));
  }
  std::string error() const { return Run(b.project).error; }
  /// [source, target] of each synapse, in the engine's order.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs() const {
    Run run(b.project);
    auto shot = run.simulation->look(id, {What::Kind::Connectivity, ""});
    std::vector<std::pair<std::uint32_t, std::uint32_t>> all;
    for (std::size_t i = 0; shot && i < shot.value().sources.size(); ++i)
      all.emplace_back(shot.value().sources[i], shot.value().targets[i]);
    return all;
  }
  std::vector<double> values(What::Kind kind) const {
    return Run(b.project).simulation->look(id, {kind, ""}).value().values;
  }
  /// What is said while the values are typed.
  std::string checked() const {
    std::string all;
    for (const Note& note : check(b.project, spk::test::registry()))
      if (note.level == Note::Level::Error) all += note.key + ": " + note.text + "\n";
    return all;
  }
  Builder b;
  Id from, to, id;
};

}  // namespace

class WireRuleTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::string file(const char* name, const std::string& content) const {
    const std::string path = folder_.filePath(name).toStdString();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

 private Q_SLOTS:
  // --- places ---

  void drawnPlacesFillTheirShapeEvenly() {
    constexpr std::size_t kN = 20000;
    const auto box = places(R"({"box": [4, 2, 1]})", kN);
    QCOMPARE(box->dimensions, 3);
    for (std::size_t d = 0; d < 3; ++d) {
      const double side = d == 0 ? 4 : d == 1 ? 2 : 1;
      double mean = 0, variance = 0;
      for (std::size_t i = 0; i < kN; ++i) {
        const double x = box->of(i)[d];
        QVERIFY(std::fabs(x) <= side / 2);
        mean += x / kN, variance += x * x / kN;
      }
      isNear(mean, 0, side / std::sqrt(12.0 * kN));
      isNear(variance, side * side / 12, side * side * std::sqrt(1 / 180.0 / kN));
    }
    // within half the radius: a quarter of a disc, an eighth of a ball; to every side alike
    for (const auto& [text, part] :
         {std::pair{R"({"disc": 3})", 0.25}, {R"({"ball": 3})", 0.125}}) {
      const auto round = places(text, kN);
      double inner = 0, right = 0;
      const std::vector<double> centre(std::size_t(round->dimensions), 0.0);
      for (std::size_t i = 0; i < kN; ++i) {
        const double r = apart(round->of(i), centre);
        QVERIFY(r <= 3);
        inner += r < 1.5;
        right += round->of(i).back() > 0;
      }
      isNear(inner, part * kN, std::sqrt(kN * part * (1 - part)));
      isNear(right, 0.5 * kN, std::sqrt(kN * 0.25));
    }
    // a neuron's place does not hang on how many there are
    const auto few = places(R"({"ball": 3})", 10), many = places(R"({"ball": 3})", 20);
    QVERIFY(std::ranges::equal(few->at, std::span(many->at).first(30)));
  }

  void listsOfPlacesAreRead() {
    QVERIFY(!places("[]", 7)->areFree());
    QCOMPARE(places("[1, 2.5, -3]", 3)->at, (std::vector<double>{1, 2.5, -3}));
    QCOMPARE(places("[[1, 2], [3, 4]]", 2)->dimensions, 2);
    QVERIFY(says(placesError("[1, 2]", 3), {"positions", "2 places", "3 neurons"}));
    QVERIFY(says(placesError("[[1], [2, 3]]", 2), {"[2, 3]", "neuron 1"}));
    QVERIFY(says(placesError(R"([1, "x"])", 2), {"\"x\"", "neuron 1"}));
    QVERIFY(says(placesError("[[1, 2, 3, 4]]", 1), {"neuron 0"}));
    QVERIFY(says(placesError(R"({"box": [1, 0]})", 9), {"side of 0", "above 0"}));
    QVERIFY(says(placesError(R"({"disc": -1})", 9), {"disc of -1", "above 0"}));
    QVERIFY(says(placesError(R"({"cube": 1})", 9), {"cube", "ball"}));
    QVERIFY(says(placesError("7", 1), {"7"}));
  }

  void kernelsFallWithFreeDistance_data() {
    QTest::addColumn<QString>("where");
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("periodic");
    for (const auto& [name, kind] : {std::pair{"gaussian", Rule::Gaussian},
                                     {"exponential", Rule::Exponential},
                                     {"box", Rule::Box},
                                     {"difference", Rule::DifferenceOfGaussians}}) {
      QTest::addRow("%s on a line", name) << R"({"box": [40]})" << int(kind) << true;
      QTest::addRow("%s in a disc", name) << R"({"disc": 15})" << int(kind) << true;
      QTest::addRow("%s in a box", name) << R"({"box": [20, 20]})" << int(kind) << true;
      QTest::addRow("%s with edges", name) << R"({"box": [20, 20]})" << int(kind) << false;
      QTest::addRow("%s in a ball", name) << R"({"ball": 9})" << int(kind) << false;
    }
  }
  /// As many pairs as their distances say, in ten rings of equal width.
  void kernelsFallWithFreeDistance() {
    QFETCH(QString, where);
    QFETCH(int, kind);
    QFETCH(bool, periodic);
    constexpr std::uint32_t kFrom = 700, kTo = 500;
    ConnectRule rule{.kind = Rule(kind),
                     .p = 0.8,
                     .sigma = 2,
                     .length = 1.5,
                     .radius = 4,
                     .pSurround = 0.3,
                     .sigmaSurround = 4,
                     .periodic = periodic};
    rule.from = places(qPrintable(where), kFrom, 3);
    rule.to = places(qPrintable(where), kTo, 8);
    const double side = periodic ? rule.from->sides[0] : 0;
    const auto chance = [&](double d) {
      if (rule.kind == Rule::Exponential) return 0.8 * std::exp(-d / 1.5);
      if (rule.kind == Rule::Box) return d <= 4 ? 0.8 : 0.0;
      const double centre = 0.8 * std::exp(-d * d / 8);
      if (rule.kind == Rule::Gaussian) return centre;
      return std::max(0.0, centre - 0.3 * std::exp(-d * d / 32));
    };
    const Sources drawn = draw(rule, line(kFrom), line(kTo));
    QCOMPARE(drawn.size(), std::size_t{kTo});
    double joined[10] = {}, expected[10] = {}, variance[10] = {}, all = 0;
    for (std::uint32_t t = 0; t < kTo; ++t) {
      std::vector<char> is(kFrom);
      for (const std::uint32_t s : drawn[t]) QVERIFY(!is[s]++);
      for (std::uint32_t s = 0; s < kFrom; ++s) {
        const double d = apart(rule.from->of(s), rule.to->of(t), side), p = chance(d);
        const auto ring = std::min<std::size_t>(std::size_t(d), 9);
        joined[ring] += is[s], expected[ring] += p, variance[ring] += p * (1 - p), all += p;
      }
    }
    for (int ring = 0; ring < 10; ++ring) {
      if (expected[ring] == 0) QCOMPARE(joined[ring], 0.0);
      isNear(joined[ring], expected[ring], std::sqrt(variance[ring]) + 0.5);
    }
    // the estimate looks at 64 targets
    const auto mean = Connector::expected(rule, line(kFrom), line(kTo), false, {1, 2});
    QVERIFY(mean && std::fabs(mean.value() / all - 1) < 0.4);
  }

  void freePlacesOfOneAreFine() {
    ConnectRule rule{.kind = Rule::Gaussian, .p = 1, .sigma = 1};
    rule.from = rule.to = places("[[3, 3]]", 1);
    QCOMPARE(sizeOf(draw(rule, line(1), line(1), true)), std::size_t{1});
    rule.autapses = false;
    QCOMPARE(sizeOf(draw(rule, line(1), line(1), true)), std::size_t{0});
    rule.p = 0, rule.autapses = true;
    QCOMPARE(sizeOf(draw(rule, line(1), line(1), true)), std::size_t{0});
    rule.p = 1, rule.from = rule.to = places("[5, 5, 5, 5]", 4);  // all at one place
    QCOMPARE(sizeOf(draw(rule, line(4), line(4), true)), std::size_t{16});
    rule.kind = Rule::Box, rule.radius = 0;
    QCOMPARE(sizeOf(draw(rule, line(4), line(4), true)), std::size_t{16});
  }

  void placesOfTwoKindsAreRefused() {
    Joined in({{"rule", std::string("gaussian")}});
    in.b.project.items.at(in.from).values["positions"] = Json{R"({"disc": 4})"};
    QVERIFY2(says(in.error(), {"w.rule", "in 2 dimensions", "on the grid"}), in.error().c_str());
    QVERIFY2(says(in.checked(), {"rule: ", "in 2 dimensions"}), in.checked().c_str());
    in.b.project.items.at(in.to).values["positions"] = Json{R"({"disc": 4})"};
    QCOMPARE(in.error() + in.checked(), std::string());
    in.b.project.items.at(in.to).values["positions"] = Json{"[1, 2]"};
    QVERIFY2(says(in.error(), {"B.positions", "2 places for 5"}), in.error().c_str());
    QVERIFY2(says(in.checked(), {"positions: ", "2 places for 5"}), in.checked().c_str());
  }

  // --- hierarchical modules ---

  /// Chances p, p f, p f² … by the level at which two neurons meet.
  void levelsThinOut() {
    const ConnectRule rule{
        .kind = Rule::Hierarchical, .p = 0.6, .levels = 3, .branches = 2, .falloff = 0.4};
    const Sources drawn = draw(rule, line(640), line(400));
    double joined[4] = {}, pairs[4] = {};
    const auto level = [](std::uint32_t s, std::uint32_t t) {
      std::uint32_t a = s * 8 / 640, b = t * 8 / 400;
      std::size_t up = 0;
      for (; a != b; a /= 2, b /= 2) ++up;
      return up;
    };
    for (std::uint32_t t = 0; t < 400; ++t) {
      QVERIFY(std::ranges::is_sorted(drawn[t]));
      for (std::uint32_t s = 0; s < 640; ++s) ++pairs[level(s, t)];
      for (const std::uint32_t s : drawn[t]) ++joined[level(s, t)];
    }
    double all = 0;
    for (std::size_t l = 0; l < 4; ++l) {
      const double p = 0.6 * std::pow(0.4, double(l));
      isNear(joined[l], p * pairs[l], std::sqrt(pairs[l] * p * (1 - p)));
      all += p * pairs[l];
    }
    const auto mean = Connector::expected(rule, line(640), line(400), false, {1, 2});
    QVERIFY(mean && std::fabs(mean.value() - all) < 1e-6);
  }

  void oneLevelIsModular() {
    const ConnectRule levels{
        .kind = Rule::Hierarchical, .p = 0.3, .levels = 1, .branches = 7, .falloff = 0.1},
        modular{.kind = Rule::Modular, .p = 0.3, .modules = 7, .pBetween = 0.03};
    // 0.3 · 0.1 is not exactly 0.03, but draws the same here
    QVERIFY(draw(levels, line(500), line(400)) == draw(modular, line(500), line(400)));
  }

  void hierarchyAtItsLimits() {
    const ConnectRule cliques{.kind = Rule::Hierarchical,
                              .p = 1,
                              .levels = 2,
                              .branches = 2,
                              .falloff = 0,
                              .autapses = false};
    const Sources drawn = draw(cliques, line(8), line(8), true);
    for (std::uint32_t t = 0; t < 8; ++t) QCOMPARE(drawn[t], std::vector<std::uint32_t>{t ^ 1});
    ConnectRule whole = cliques;
    whole.falloff = 1, whole.autapses = true;
    QCOMPARE(sizeOf(draw(whole, line(8), line(8), true)), std::size_t{64});
    whole.p = 0;
    QCOMPARE(sizeOf(draw(whole, line(8), line(8), true)), std::size_t{0});
    ConnectRule deep = cliques;
    deep.levels = 4;
    QVERIFY(says(errorOf(deep, line(9), line(8)), {"levels", "is 4", "16 modules", "8 targets"}));
    deep.levels = 0;
    QVERIFY(says(errorOf(deep, line(9), line(8)), {"levels", "is 0", "1 to 30"}));
    deep.levels = 1, deep.falloff = 2;
    QVERIFY(says(errorOf(deep, line(9), line(8)), {"falloff", "2", "0 to 1"}));
    deep.falloff = 0, deep.branches = 1;
    QVERIFY(says(errorOf(deep, line(9), line(8)), {"branches", "1", "2 to 1000"}));
    deep.branches = 2;
    QVERIFY(says(errorOf(deep, line(1), line(1)), {"levels", "2 modules", "1 targets"}));
  }

  // --- pairs ---

  void pairsAreJoinedAsListed() {
    const Values painted = {{"rule", std::string("pairs")},
                            {"pairs", Json{"[[3, 0], [0, 4], [3, 0], [1, 1]]"}}};
    using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
    QCOMPARE(Joined(painted).pairs(), (Pairs{{0, 4}, {1, 1}, {3, 0}, {3, 0}}));
    Values once = painted;
    once["multapses"] = false;
    QCOMPARE(Joined(once).pairs(), (Pairs{{0, 4}, {1, 1}, {3, 0}}));
    Values weighted = painted;  // in order of source, then target
    weighted["weight"] = Json{"[1, 2, 3, 4]"};
    QCOMPARE(Joined(weighted).values(What::Kind::Weights), (std::vector<double>{1, 2, 3, 4}));
    Joined loop(painted);
    loop.b.project.items.at(loop.id).to.item = loop.from;
    loop.b.project.items.at(loop.id).values["pairs"] = Json{"[[1, 1], [1, 2]]"};
    QCOMPARE(loop.pairs().size(), std::size_t{2});
    loop.b.project.items.at(loop.id).values["autapses"] = false;
    QCOMPARE(loop.pairs(), (Pairs{{1, 2}}));
    QCOMPARE(Joined({{"rule", std::string("pairs")}}).pairs().size(), std::size_t{0});
  }

  void wrongPairsAreNamedWhileTyped_data() {
    QTest::addColumn<QString>("pairs");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("target") << "[[0, 0], [1, 5]]"
                            << QStringList{"source 1 to target 5", "targets 0 to 4"};
    QTest::newRow("source") << "[[4, 0]]" << QStringList{"source 4", "sources 0 to 3"};
    QTest::newRow("form") << "[[0, 1], [2]]" << QStringList{"[2]", "pair 2", "[source, target]"};
    QTest::newRow("negative") << "[[-1, 0]]" << QStringList{"[-1, 0]", "pair 1"};
    QTest::newRow("half") << "[[0.5, 0]]" << QStringList{"0.5"};
  }
  void wrongPairsAreNamedWhileTyped() {
    QFETCH(QString, pairs);
    QFETCH(QStringList, words);
    const Joined in({{"rule", std::string("pairs")}, {"pairs", Json{pairs.toStdString()}}});
    for (const std::string& text : {in.error(), in.checked()})
      for (const QString& word : words + QStringList{"pairs"})
        QVERIFY2(text.find(word.toStdString()) != std::string::npos, (text + "|").c_str());
  }

  // --- files ---

  void textFilesAreRead() {
    const auto read = [&](const std::string& text, bool weights = false, bool delays = false) {
      return readEdges(file("edges.csv", text), {.weights = weights, .delays = delays});
    };
    const auto plain = read("# by hand\n0,1\n2 ; 3 \n\n4\t5 # last\n");
    QVERIFY(plain && plain.value().pairs == (std::vector<Pair>{{0, 1}, {2, 3}, {4, 5}}));
    const auto whole = read("0,1,0.5,2\n2,3,-1e-3,1.5\n", true, true);
    QVERIFY(whole && whole.value().weights == (std::vector<double>{0.5, -1e-3}));
    QVERIFY(whole.value().delays == (std::vector<double>{2, 1.5}));
    const auto named = read("delay,target,source,weight\n2,1,0,7\n", true);
    QVERIFY(named && named.value().pairs == std::vector<Pair>{Pair(0, 1)});
    QVERIFY(named.value().weights == std::vector<double>{7} && named.value().delays.empty());
    const auto late = read("0 1 9\n", false, true);  // the third of three is the delay
    QVERIFY(late && late.value().delays == std::vector<double>{9});
    QVERIFY(says(read("0,1\n2\n").error().text(), {"edges.csv, line 2", "target"}));
    QVERIFY(says(read("0,x\n").error().text(), {"line 1", "target"}));
    QVERIFY(says(read("0,-1\n").error().text(), {"line 1", "target -1"}));
    QVERIFY(says(read("0,1\n", true).error().text(), {"line 1", "weight"}));
    QVERIFY(says(read("a,b\n0,1\n").error().text(), {"line 1", "\"source\""}));
    QVERIFY(says(read("0,1,inf\n", true).error().text(), {"line 1", "weight inf"}));
    QVERIFY(says(readEdges(path("none"), {}).error().text(), {"none", "no such file"}));
    QVERIFY(read("").value().pairs.empty());
  }

  std::string sonata() const {
    const std::string made = path("edges.h5");
    auto f = H5::create(made);
    const auto ids = [](std::initializer_list<std::uint64_t> all) {
      return std::vector<std::uint64_t>(all);
    };
    const std::string e = "/edges/A_to_B";
    const bool good = f && f.value().write(e + "/source_node_id", ids({2, 0, 1})) &&
                      f.value().write(e + "/target_node_id", ids({0, 4, 1})) &&
                      f.value().write(e + "/edge_group_id", ids({0, 1, 0})) &&
                      f.value().write(e + "/edge_group_index", ids({1, 0, 0})) &&
                      f.value().write(e + "/0/syn_weight", std::vector<double>{0.25, 0.5}) &&
                      f.value().write(e + "/1/syn_weight", std::vector<double>{0.75}) &&
                      f.value().write(e + "/0/delay", std::vector<double>{1.0, 2.0}) &&
                      f.value().write(e + "/1/delay", std::vector<double>{3.0}) &&
                      f.value().write("/edges/other/source_node_id", ids({9})) &&
                      f.value().write("/edges/other/target_node_id", ids({0, 1})) &&
                      f.value().close();
    return good ? made : "";
  }

  void sonataEdgesAreRead() {
    const Joined in({{"rule", std::string("from_file")},
                     {"edges", sonata()},
                     {"edges_name", std::string("A_to_B")},
                     {"edges_give", std::string("weights_and_delays")},
                     {"weight", 8.0}});
    QCOMPARE(in.error() + in.checked(), std::string());
    QCOMPARE(in.pairs(),
             (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 4}, {1, 1}, {2, 0}}));
    QCOMPARE(in.values(What::Kind::Weights), (std::vector<double>{0.75, 0.25, 0.5}));
    QCOMPARE(in.values(What::Kind::Delays), (std::vector<double>{3, 1, 2}));
    const auto error = [&](Values more) {
      more["rule"] = std::string("from_file");
      more.try_emplace("edges", sonata());
      return Joined(more).error();
    };
    QVERIFY(says(error({}), {"w.edges", "A_to_B, other"}));
    QVERIFY(says(error({{"edges_name", std::string("x")}}), {"w.edges", "\"x\"", "A_to_B"}));
    QVERIFY(says(error({{"edges_name", std::string("other")}}), {"1 sources and 2 targets"}));
    QVERIFY(says(error({{"edges", std::string("/nowhere.csv")}}), {"w.edges", "/nowhere.csv"}));
    QVERIFY(says(error({{"edges", file("far.csv", "0,5\n")}}), {"w.edges", "target 5", "0 to 4"}));
    QVERIFY(
        says(error({{"edges", file("e.csv", "0,1,2e7\n")}, {"edges_give", std::string("weights")}}),
             {"w.edges", "weight", "1000000"}));
    QVERIFY(says(error({{"edges", std::string()}}), {"w.edges", "no file"}));
  }

  void matricesAreRead() {
    const std::string made = path("matrix.h5");
    auto f = H5::create(made);
    QVERIFY(f && f.value().write("/W", std::vector<double>{0, 2, 0, 0, 0, -1}, {2, 3}) &&
            f.value().close());
    const auto plain = readEdges(made, {.weights = true});
    QVERIFY(plain && plain.value().pairs == (std::vector<Pair>{{0, 1}, {1, 2}}));
    QVERIFY(plain.value().weights == (std::vector<double>{2, -1}));
    const auto turned = readEdges(made, {.name = "W", .rowsAreTargets = true});
    QVERIFY(turned && turned.value().pairs == (std::vector<Pair>{{1, 0}, {2, 1}}));
    QVERIFY(says(readEdges(made, {.name = "V"}).error().text(), {"matrix.h5", "/V"}));
    QVERIFY(says(readEdges(made, {.delays = true}).error().text(), {"no delays"}));
  }

  /// A live weight does not replace what came from the file.
  void weightsOfAFileStay() {
    Joined in({{"rule", std::string("from_file")},
               {"edges", file("w.csv", "0,1,3\n2,2,5\n")},
               {"edges_give", std::string("weights")}});
    Run run(in.b.project);
    QCOMPARE(run.error, std::string());
    QVERIFY(bool(
        run.simulation->apply(Edit{"", {setting(in.b.project, in.id, "weight", Value{9.0})}})));
    QCOMPARE(run.simulation->look(in.id, {What::Kind::Weights, ""}).value().values,
             (std::vector<double>{3, 5}));
  }

  // --- what is typed ---

  /// Whatever a build refuses in a rule's numbers is said before, at the same parameter.
  void wrongNumbersAreNamedWhileTyped_data() {
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("key");
    QTest::addColumn<double>("value");
    const auto row = [](const char* rule, const char* key, double value) {
      QTest::addRow("%s %s", rule, key) << rule << key << value;
    };
    row("modular", "modules", 5);
    row("hierarchical", "levels", 3);
    row("small_world", "neighbours", 5);
    row("convolution", "kernel", 9);
    row("pooling", "kernel", 9);
    row("pairwise_bernoulli", "p", 1.5);
    row("gaussian", "sigma", 0);
    row("modular", "p_between", -1);
    row("hierarchical", "falloff", 1.5);
  }
  void wrongNumbersAreNamedWhileTyped() {
    QFETCH(QString, rule);
    QFETCH(QString, key);
    QFETCH(double, value);
    const std::string name = key.toStdString();
    Value written = value;
    const Shape shape = spk::test::registry().nodeType("synapse.static")->shape;
    if (shape.parameter(name)->kind == Kind::Integer) written = static_cast<std::int64_t>(value);
    const Joined in({{"rule", rule.toStdString()}, {name, written}});
    QVERIFY2(says(in.error(), {name.c_str()}), in.error().c_str());
    QVERIFY2(says(in.checked(), {(name + ": ").c_str()}), in.checked().c_str());
  }
};

QTEST_APPLESS_MAIN(WireRuleTest)
#include "wireRule_test.moc"
