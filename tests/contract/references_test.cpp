// The same small networks in Brian2 and in NEURON: tests/references holds the projects, the spikes
// of the others and the scripts that made them (tests/references/run).
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "engine/base/H5.h"
#include "engine/graph/ProjectFile.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Run;

namespace {

const std::filesystem::path kFolder = SPK_SOURCE_DIR "/tests/references";

/// Steps in which each neuron fired; a spike between two steps belongs to the one that ends next.
using Trains = std::vector<std::vector<std::int64_t>>;

struct Reference {
  Trains trains;
  std::vector<double> weights;  ///< at the end, of the wire from the excitatory input
};

Result<Reference> readReference(const std::string& simulator, const std::string& name,
                                std::size_t neurons, double dt_ms) {
  TRY(const H5 file, H5::open(kFolder / (simulator + ".h5")));
  TRY(const auto times, file.read<double>("/" + name + "/timestamps"));
  TRY(const auto nodes, file.read<std::uint64_t>("/" + name + "/node_ids"));
  TRY(auto weights, file.read<double>("/" + name + "/weights"));
  Reference made{Trains(neurons), std::move(weights)};
  for (std::size_t i = 0; i < times.size(); ++i)
    made.trains.at(nodes[i]).push_back(std::llround(std::ceil(times[i] / dt_ms - 1e-3)));
  return made;
}

struct Played {
  Trains trains;
  std::vector<double> weights;
  std::string error;
};

/// Our engine; `rule`: off leaves the plastic wire as it begins.
enum class Rule { On, Off };
Played play(const std::string& name, Rule rule) {
  auto loaded = load(kFolder / (name + ".spk"), spk::test::registry());
  if (!loaded) return {.error = loaded.error().text()};
  Project project = std::move(loaded).value().project;
  Id neurons = Id::none, learning = Id::none;
  for (auto& [id, item] : project.items) {
    if (item.type.starts_with("neuron.")) neurons = id;
    if (!item.isWire() || item.type == "synapse.static") continue;
    learning = id;
    if (rule == Rule::Off) item.values["plastic"] = false;
  }
  Run run(project);
  if (!run.error.empty()) return {.error = run.error};
  run.until(numberOr(project.settings().values, "duration", 0) * 1000);
  Played played;
  const auto n = static_cast<std::uint32_t>(integerOr(project.find(neurons)->values, "n", 0));
  for (std::uint32_t i = 0; i < n; ++i) {
    played.trains.emplace_back();
    for (const std::uint64_t step : run.train(neurons, i))
      played.trains.back().push_back(static_cast<std::int64_t>(step) + 1);
  }
  if (learning != Id::none) {
    auto shot = run.simulation->look(learning, {What::Kind::Weights});
    if (shot) played.weights = std::move(shot).value().values;
  }
  return played;
}

/// Empty: each train has the same number of spikes, none farther apart than `steps`.
QString difference(const Trains& a, const Trains& b, std::int64_t steps) {
  if (a.size() != b.size()) return QStringLiteral("not the same neurons");
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].size() != b[i].size())
      return QStringLiteral("neuron %1: %2 spikes and %3").arg(i).arg(a[i].size()).arg(b[i].size());
    for (std::size_t k = 0; k < a[i].size(); ++k)
      if (std::abs(a[i][k] - b[i][k]) > steps)
        return QStringLiteral("neuron %1, spike %2: step %3 and %4")
            .arg(i)
            .arg(k)
            .arg(a[i][k])
            .arg(b[i][k]);
  }
  return {};
}

}  // namespace

class ReferencesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sameSpikes_data() {
    QTest::addColumn<QString>("simulator");
    QTest::addColumn<QString>("name");
    for (const char* simulator : {"brian2", "neuron"})
      for (const char* name : {"lif_exp", "lif_cond_exp", "adex", "stdp_pair", "stp"})
        QTest::addRow("%s, %s", simulator, name) << simulator << name;
  }
  void sameSpikes() {
    QFETCH(QString, simulator);
    QFETCH(QString, name);
    const Played ours = play(name.toStdString(), Rule::On);
    QVERIFY2(ours.error.empty(), ours.error.c_str());
    const auto theirs =
        readReference(simulator.toStdString(), name.toStdString(), ours.trains.size(), 0.1);
    QVERIFY2(theirs, theirs ? "" : theirs.error().text().c_str());
    std::size_t spikes = 0;
    for (const auto& train : ours.trains) spikes += train.size();
    QVERIFY(spikes > 60);
    const QString found = difference(ours.trains, theirs.value().trains, 1);
    QVERIFY2(found.isEmpty(), qPrintable(found));
  }

  /// The rules make a difference in these networks: without them the trains are others.
  void rulesMatter_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("stdp_pair") << "stdp_pair";
    QTest::newRow("stp") << "stp";
  }
  void rulesMatter() {
    QFETCH(QString, name);
    const Played with = play(name.toStdString(), Rule::On),
                 without = play(name.toStdString(), Rule::Off);
    QVERIFY(with.error.empty() && without.error.empty());
    QVERIFY(!difference(with.trains, without.trains, 1).isEmpty());
  }

  /// On Brian2's grid all pairs have the same order as ours. NEURON sees some that meet in one of
  /// our steps in the other order: such a weight is off by A_plus + A_minus, once for each of them.
  void sameWeights_data() {
    QTest::addColumn<QString>("simulator");
    QTest::addColumn<double>("apart");
    QTest::addColumn<double>("share");
    QTest::newRow("brian2") << "brian2" << 1e-6 << 1.0;
    QTest::newRow("neuron") << "neuron" << 2e-3 << 0.75;
  }
  void sameWeights() {
    QFETCH(QString, simulator);
    QFETCH(double, apart);
    QFETCH(double, share);
    constexpr double kRange = 800, kOtherOrder = 0.02 + 0.012;
    const Played ours = play("stdp_pair", Rule::On);
    QVERIFY2(ours.error.empty(), ours.error.c_str());
    const auto theirs = readReference(simulator.toStdString(), "stdp_pair", 6, 0.1);
    QVERIFY2(theirs, theirs ? "" : theirs.error().text().c_str());
    const std::vector<double>& weights = theirs.value().weights;
    QCOMPARE(ours.weights.size(), weights.size());
    double near = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double by = std::fabs(ours.weights[i] - weights[i]) / kRange,
                   pairs = std::round(by / kOtherOrder);
      QVERIFY2(std::fabs(by - pairs * kOtherOrder) < apart && pairs < 4,
               qPrintable(QString("synapse %1 is %2 of w_max apart").arg(i).arg(by)));
      near += pairs == 0;
    }
    QVERIFY2(near / static_cast<double>(weights.size()) >= share,
             qPrintable(QString::number(near)));
  }
};

QTEST_APPLESS_MAIN(ReferencesTest)
#include "references_test.moc"
