// One project and one seed are one run, whatever the machine does. Each network of the table has
// the hash of its spikes committed in truth.txt; every number of threads, every instruction set,
// a run that is taken up from a checkpoint on disk and one that was wound back must give it, and so
// must every build: release, debug and the sanitizers' run this same test against the same file.
// A change that is meant to change spikes writes the file anew:
//   UPDATE_TRUTH=1 build/tests/test.contract.truth
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <map>

#include "engine/base/checksum.h"
#include "engine/run/StateFile.h"
#include "engine/run/headless.h"
#include "engine/sim/Isa.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

const QString kFile = SPK_SOURCE_DIR "/tests/contract/truth.txt";

Values indegree(std::int64_t k, double weight, double delay) {
  return {{"weight", weight},
          {"delay", delay},
          {"rule", std::string("fixed_indegree")},
          {"indegree", k}};
}

Project brunel() { return spk::test::brunel(4000); }

/// Conductances, and a delay shorter than the longest batch.
Project coba() {
  Builder b;
  const Values cell = {{"V.initial", Json{R"({"normal": {"mean": -55, "sd": 5}})"}}};
  Values large = cell, small = cell;
  large["n"] = std::int64_t{3200};
  small["n"] = std::int64_t{800};
  const Id e = b.node("neuron.lif_cond_exp", large), i = b.node("neuron.lif_cond_exp", small);
  for (const Id to : {e, i}) {
    Values wire = {{"rule", std::string("pairwise_bernoulli")}, {"p", 0.02}, {"delay", 0.8}};
    wire["weight"] = 6.0;
    b.wire("synapse.static", {e, "out"}, {to, "exc"}, wire);
    wire["weight"] = 67.0;
    b.wire("synapse.static", {i, "out"}, {to, "inh"}, wire);
  }
  return b.project;
}

/// Pair STDP among the excitatory neurons, short-term plasticity onto the others, Vogels back.
Project plastic() {
  Builder b;
  const Id e = b.node("neuron.lif_delta", {{"n", std::int64_t{3700}}});
  const Id i = b.node("neuron.lif_delta", {{"n", std::int64_t{900}}});
  const Id noise = b.node("source.poisson", {{"rate", 21000.0}});
  for (const Id to : {e, i}) b.synapses(noise, to, {{"weight", 0.1}});
  Values learns = indegree(60, 0.2, 1.5);
  learns["w_max"] = 0.4;
  b.wire("synapse.stdp_pair", {e, "out"}, {e, "in"}, learns);
  Values facilitates = indegree(50, 0.4, 1.5);
  facilitates["delay"] = Json{R"({"uniform": {"min": 1.2, "max": 3}})"};
  b.wire("synapse.stp", {e, "out"}, {i, "in"}, facilitates);
  Values inhibits = indegree(40, -0.8, 1.5);
  inhibits["w_max"] = -3.0;
  b.wire("synapse.vogels", {i, "out"}, {e, "in"}, inhibits);
  return b.project;
}

/// Rules of hardware and structure, and a dopamine population that teaches.
Project modulated() {
  Builder b;
  const Id cue = b.node("neuron.poisson", {{"n", std::int64_t{120}}, {"rate", 30.0}});
  const Id e = b.node("neuron.lif_delta", {{"n", std::int64_t{2600}}});
  const Id noise = b.node("source.poisson", {{"rate", 19000.0}});
  b.synapses(noise, e, {{"weight", 0.1}});
  const Id dopamine = b.node("neuron.lif_homeostatic", {{"n", std::int64_t{30}}, {"I_e", 390.0}});
  const Id tissue = b.node("neuron.modulator");
  b.synapses(dopamine, tissue, {{"weight", 0.1}, {"delay", 1.5}});
  b.synapses(e, dopamine, indegree(40, 20, 1.5));
  const Id taught = b.wire("synapse.reward_stdp", {cue, "out"}, {e, "in"}, indegree(20, 1, 1.5));
  b.wire("wire.signal", {tissue, "D"}, {taught, "reward"});
  Values moving = indegree(40, 0.3, 2);
  moving["interval"] = 10.0;
  moving["weak"] = 0.5;
  b.wire("synapse.rewiring", {e, "out"}, {e, "in"}, moving);
  Values coarse = indegree(15, 0.4, 1.5);
  coarse["A_plus"] = 0.7;
  coarse["A_minus"] = 0.8;
  b.wire("synapse.quantised", {cue, "out"}, {e, "in"}, coarse);
  Values device = indegree(30, -0.5, 1.5);
  device["read_noise"] = device["write_noise"] = 0.1;
  device["stuck_off"] = 0.05;
  b.wire("synapse.reram", {e, "out"}, {e, "in"}, device);
  return b.project;
}

/// A user's text: noise of its own, exponentials, a statement with a condition.
Project equations() {
  Builder b;
  const Id e = b.node("neuron.equations", {{"n", std::int64_t{2500}}, {"equations", std::string(R"(
dv/dt = (E_L - v + D*exp(min((v - V_T)/D, 3)) + R*(g - u))/tau + sigma*sqrt(2/tau)*xi : mV
dg/dt = -g/tau_g : pA
du/dt = (a*(v - E_L) - u)/tau_u : pA
on in: g += w
threshold: v >= -45 mV
reset: v = V_r; u += where(v < E_L, 0*b, b)
refractory: 2 ms
initial: v = E_L
parameters:
  tau = 9 ms; tau_g = 3 ms; tau_u = 100 ms; R = 33 Mohm
  E_L = -70 mV; V_T = -52 mV; V_r = -65 mV; D = 2 mV; sigma = 6 mV
  a = 2 nS; b = 60 pA
)")}});
  const Id noise = b.node("source.poisson", {{"rate", 2000.0}});
  b.synapses(noise, e, {{"weight", 110.0}});
  b.synapses(e, e, indegree(40, 30, 1.3));
  return b.project;
}

/// Potentials that meet each step.
Project gapJunctions() {
  Builder b;
  const Id one = b.node("neuron.lif_exp", {{"n", std::int64_t{1300}}, {"I_e", 300.0}});
  const Id two = b.node("neuron.lif_exp", {{"n", std::int64_t{700}}, {"I_e", 340.0}});
  const Id noise = b.node("source.poisson", {{"rate", 1500.0}});
  for (const Id to : {one, two}) b.synapses(noise, to, {{"weight", 60.0}});
  b.wire("wire.gap_junction", {one, "V"}, {two, "I"},
         {{"g", 1.5}, {"rule", std::string("fixed_indegree")}, {"indegree", std::int64_t{6}}});
  b.wire("wire.gap_junction", {one, "V"}, {one, "I"},
         {{"g", 0.8}, {"rule", std::string("fixed_indegree")}, {"indegree", std::int64_t{4}}});
  b.synapses(two, one, indegree(30, -40, 1.5));
  return b.project;
}

/// Every kind of source, rates that are traces, own weights and delays on their way along runs.
Project sources() {
  Builder b;
  const Id e =
      b.node("neuron.lif_exp", {{"n", std::int64_t{2100}},
                                {"E_L", Json{R"({"normal": {"mean": -65, "sd": 1}})"}},
                                {"V.initial", Json{R"({"uniform": {"min": -65, "max": -56}})"}}});
  const Id ou = b.node("source.ou", {{"mean", 100.0}, {"sd", 80.0}, {"tau", 15.0}});
  const Id ramp = b.node("source.ramp", {{"from", 0.0}, {"to", 120.0}, {"stop", 80.0}});
  const Id sine = b.node("source.sine", {{"amplitude", 90.0}, {"frequency", 40.0}});
  for (const Id current : {ou, ramp, sine}) b.wire("wire.signal", {current, "out"}, {e, "I"});
  const Id swell =
      b.node("source.sine", {{"amplitude", 4000.0}, {"offset", 6000.0}, {"frequency", 25.0}});
  const Id poisson = b.node("source.poisson");
  b.wire("wire.signal", {swell, "out"}, {poisson, "rate"});
  b.synapses(poisson, e, {{"weight", Json{R"({"normal": {"mean": 30, "sd": 3}})"}}});
  const Id named = b.node("neuron.poisson", {{"n", std::int64_t{77}}, {"rate", 40.0}});
  b.synapses(named, e, indegree(8, 60, 1.2));
  const Id list = b.node("source.spike_list",
                         {{"n", std::int64_t{3}},
                          {"spikes", Json{"[[5, 0], [12.34, 2], [12.4, 1], [30, 0], [55, 1]]"}}});
  b.synapses(list, e, {{"weight", 90.0}, {"delay", 2.0}});
  const Id i = b.node("neuron.lif_delta", {{"n", std::int64_t{600}}});
  b.synapses(e, i,
             {{"weight", Json{R"({"lognormal": {"mean": -0.6, "sd": 0.5}})"}},
              {"delay", Json{R"({"normal": {"mean": 1.5, "sd": 0.75, "min": 0.7, "max": 4}})"}},
              {"rule", std::string("fixed_indegree")},
              {"indegree", std::int64_t{80}}});
  b.synapses(i, e, indegree(50, -60, 1.0));
  return b.project;
}

/// Nonlinear cells side by side, each with noise and coupled to the next.
Project nonlinear() {
  Builder b;
  const Id noise = b.node("source.poisson", {{"rate", 2500.0}});
  const char* const kinds[] = {"neuron.adex",          "neuron.hh_traub_miles",
                               "neuron.lif_cond_nmda", "neuron.lif_cond_adaptive",
                               "neuron.izhikevich",    "neuron.gif"};
  Id before = Id::none;
  for (const char* kind : kinds) {
    const Id id = b.node(kind, {{"n", std::int64_t{500}}});
    const Shape& shape = spk::test::registry().nodeType(kind)->shape;
    for (const Port& port : shape.ports) {
      if (!port.input || port.signal != Signal::Spikes || port.name == "inh") continue;
      const double w = port.unit == "nS" ? 2 : port.unit == "pA" ? 60 : 1.5;
      b.wire("synapse.static", {noise, "out"}, {id, port.name}, {{"weight", w}});
      if (before != Id::none)
        b.wire("synapse.static", {before, "out"}, {id, port.name}, indegree(20, w, 1.4));
    }
    before = id;
  }
  return b.project;
}

struct Network {
  const char* name;
  Project (*make)();
  double ms;
};
constexpr Network kNetworks[] = {
    {"brunel", brunel, 50},       {"coba", coba, 50},           {"plastic", plastic, 60},
    {"modulated", modulated, 60}, {"equations", equations, 60}, {"gap_junctions", gapJunctions, 30},
    {"sources", sources, 60},     {"nonlinear", nonlinear, 40},
};

std::string told(const std::vector<FiredSpike>& spikes) {
  return hexText(spikeHash(spikes, kFnvStart)) + " " + std::to_string(spikes.size());
}

std::map<QByteArray, std::string> readTruth() {
  std::map<QByteArray, std::string> truth;
  QFile file(kFile);
  if (!file.open(QIODevice::ReadOnly)) return truth;
  for (const QByteArray& line : file.readAll().split('\n')) {
    const qsizetype space = line.indexOf(' ');
    if (space > 0 && !line.startsWith('#'))
      truth[line.left(space)] = line.mid(space + 1).toStdString();
  }
  return truth;
}

}  // namespace

class TruthTest : public QObject {
  Q_OBJECT

  std::map<QByteArray, std::string> truth_;

  static void eachNetwork() {
    QTest::addColumn<const Network*>("network");
    for (const Network& network : kNetworks) QTest::newRow(network.name) << &network;
  }

 private Q_SLOTS:
  void initTestCase() {
    if (qEnvironmentVariableIsSet("UPDATE_TRUTH")) {
      QByteArray text = "# network, hash of its spikes, their number; see truth_test.cpp\n";
      for (const Network& network : kNetworks) {
        const Run run(network.make(), {.threads = 1}, network.ms);
        text += network.name + (" " + told(run.spikes) + "\n");
      }
      QFile file(kFile);
      QVERIFY(file.open(QIODevice::WriteOnly));
      QCOMPARE(file.write(text), text.size());
    }
    truth_ = readTruth();
    QCOMPARE(truth_.size(), std::size(kNetworks));
  }

  void threadsAndInstructionSets_data() { eachNetwork(); }
  void threadsAndInstructionSets() {
    QFETCH(const Network*, network);
    const Project project = network->make();
    for (const Isa isa : {Isa::Generic, Isa::Avx2, Isa::Avx512}) {
      if (!hasIsa(isa)) {
        qInfo("not compared: this processor has no %s", isaWord(isa));
        continue;
      }
      for (const std::uint32_t threads : {1u, 2u, 3u, 8u}) {
        Run run(project, {.threads = threads, .isa = isaWord(isa)});
        QCOMPARE(run.error, std::string());
        QCOMPARE(run.until(network->ms).why, Why::Reached);
        QVERIFY2(run.spikes.size() > 1000, "a run without spikes proves nothing");
        QVERIFY2(told(run.spikes) == truth_.at(network->name),
                 qPrintable(QString("%1, %2 threads: %3")
                                .arg(isaWord(isa))
                                .arg(threads)
                                .arg(QString::fromStdString(told(run.spikes)))));
      }
    }
  }

  /// Saved to a file half-way, by two threads; taken up by three in a simulation of its own.
  void checkpointsOnDisk_data() { eachNetwork(); }
  void checkpointsOnDisk() {
    QFETCH(const Network*, network);
    const Project project = network->make();
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("half.state").toStdString();
    Run before(project, {.threads = 2}, 0.43 * network->ms);
    const StateFile saved{networkSum(project, spk::test::registry()), before.simulation->save()};
    QVERIFY(bool(saveState(saved, path)));
    const auto loaded = loadState(path);
    QVERIFY2(bool(loaded), loaded ? "" : loaded.error().text().c_str());
    Run after(project, {.threads = 3});
    const auto restored = after.simulation->restore(loaded.value().checkpoint);
    QVERIFY2(bool(restored), restored ? "" : restored.error().text().c_str());
    after.until(network->ms);
    std::vector<FiredSpike> all = before.spikes;
    all.insert(all.end(), after.spikes.begin(), after.spikes.end());
    QCOMPARE(told(all), truth_.at(network->name));
  }

  /// Forward to the end, back to a third, forward again.
  void rewind_data() { eachNetwork(); }
  void rewind() {
    QFETCH(const Network*, network);
    Run run(network->make(), {.threads = 2}, network->ms / 3);
    const Checkpoint third = run.simulation->save();
    const std::size_t kept = run.spikes.size();
    run.until(network->ms);
    QCOMPARE(told(run.spikes), truth_.at(network->name));
    QVERIFY(bool(run.simulation->restore(third)));
    run.spikes.resize(kept);
    run.until(network->ms);
    QCOMPARE(told(run.spikes), truth_.at(network->name));
  }
};

QTEST_APPLESS_MAIN(TruthTest)
#include "truth_test.moc"
