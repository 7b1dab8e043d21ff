// Equations that are typed anew while the network runs: only their population changes.
#include <QtTest>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

const std::string kPlain = R"(dv/dt = (E - v + R*I)/tau : mV
I : pA (input)
on in: v += w
threshold: v >= 20 mV
reset: v = 0 mV
parameters:
  tau = 20 ms
  E = 0 mV
  R = 80 Mohm
)";
/// With adaptation, and a faster membrane.
const std::string kAdapting = R"(dv/dt = (E - v - a + R*I)/tau : mV
da/dt = -a/(50 ms) : mV
I : pA (input)
on in: v += w
threshold: v >= 20 mV
reset: v = 0 mV; a += 3 mV
parameters:
  tau = 10 ms
  E = 0 mV
  R = 80 Mohm
)";

/// Noise → written neurons → others; a current that falls on both.
struct Company {
  Company() {
    noise = b.node("neuron.poisson", {{"n", std::int64_t{40}}, {"rate", 80.0}});
    written = b.node("neuron.equations", {{"n", std::int64_t{90}}, {"equations", kPlain}});
    heard = b.node("neuron.lif_delta", {{"n", std::int64_t{30}}});
    const Values few = {{"weight", 1.5},
                        {"delay", 1.2},
                        {"rule", std::string("fixed_indegree")},
                        {"indegree", std::int64_t{20}}};
    into = b.synapses(noise, written, few);
    b.synapses(written, heard, few);
  }
  Edit change(const std::string& text) const {
    return {"Equations", {setting(b.project, written, "equations", Value{text})}};
  }
  Builder b;
  Id noise, written, heard, into;
};

std::vector<double> column(const Run& run, Id id, const char* name) {
  auto shot = run.simulation->look(id, {What::Kind::Column, name});
  return shot ? shot.value().values : std::vector<double>();
}

}  // namespace

class ReformTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void stateIsKeptByName() {
    const Company in;
    Run run(in.b.project);
    QCOMPARE(run.error, std::string());
    run.until(53.7);
    const auto v = column(run, in.written, "v");
    QVERIFY(std::ranges::any_of(v, [](double x) { return x > 1; }));
    const Edit edit = in.change(kAdapting);
    QVERIFY(!needsRebuild(edit, in.b.project, spk::test::registry()));
    const auto done = run.simulation->apply(edit);
    QVERIFY2(bool(done), done ? "" : done.error().text().c_str());
    QCOMPARE(column(run, in.written, "v"), v);
    QCOMPARE(column(run, in.written, "a"), std::vector<double>(90, 0.0));
  }

  /// From there on it runs as a network that was built so and took the state over.
  void runsAsIfBuiltSo() {
    const Company in;
    Run run(in.b.project);
    run.until(53.7);
    QVERIFY(bool(run.simulation->apply(in.change(kAdapting))));
    const Checkpoint state = run.simulation->save();
    run.spikes.clear();
    run.until(300);
    Project changed = in.b.project;
    changed.items.at(in.written).values["equations"] = kAdapting;
    Run built(changed);
    QCOMPARE(built.error, std::string());
    QVERIFY(bool(built.simulation->restore(state)));
    built.until(300);
    QVERIFY(run.count(in.written) > 100 && run.count(in.heard) > 0);
    QVERIFY(spk::test::same(run.spikes, built.spikes));
    QCOMPARE(column(run, in.written, "a"), column(built, in.written, "a"));
  }

  /// There and back: exactly where it was, by the checkpoint of then.
  void aRewindTakesItBack() {
    const Company in;
    Run run(in.b.project);
    run.until(40);
    const Checkpoint before = run.simulation->save();
    run.spikes.clear();
    run.until(120);
    const auto first = run.spikes;
    QVERIFY(bool(run.simulation->apply(in.change(kAdapting))));
    run.until(160);
    QVERIFY(bool(run.simulation->apply(inverse(in.change(kAdapting)))));
    QVERIFY(bool(run.simulation->restore(before)));
    run.spikes.clear();
    run.until(120);
    QVERIFY(spk::test::same(run.spikes, first));
  }

  /// A probe follows its column to another place, and ends with it.
  void probesFollow() {
    const Company in;
    Run run(in.b.project);
    Channel v(std::in_place_type<Ring<Sample>>, std::size_t{1} << 12);
    QVERIFY(bool(run.simulation->attach({Id{900}, {in.written, "v"}, {7}}, v)));
    run.until(10);
    std::vector<Sample> some(1 << 12);
    QCOMPARE(std::get<Ring<Sample>>(v).pop(some), std::size_t{100});
    // a comes first now
    std::string turned = kAdapting;
    const std::size_t line = turned.find("dv/dt"), end = turned.find('\n', line) + 1;
    const std::string dv = turned.substr(line, end - line);
    turned.erase(line, end - line);
    turned.insert(turned.find("I :"), dv);
    QVERIFY(bool(run.simulation->apply(in.change(turned))));
    run.until(20);
    QCOMPARE(std::get<Ring<Sample>>(v).pop(some), std::size_t{100});
    QCOMPARE(static_cast<double>(some[99].value),
             static_cast<double>(static_cast<float>(column(run, in.written, "v")[7])));
    Channel a(std::in_place_type<Ring<Sample>>, std::size_t{1} << 12);
    QVERIFY(bool(run.simulation->attach({Id{901}, {in.written, "a"}, {7}}, a)));
    QVERIFY(bool(run.simulation->apply(in.change(kPlain))));
    run.until(30);
    QCOMPARE(std::get<Ring<Sample>>(v).pop(some), std::size_t{100});
    QCOMPARE(std::get<Ring<Sample>>(a).pop(some), std::size_t{0});
  }

  void whatReachesFartherIsBuiltAnew() {
    const auto rebuilds = [](const Company& in, const std::string& text) {
      return needsRebuild(in.change(text), in.b.project, spk::test::registry());
    };
    Company in;
    std::string other = kPlain;
    other.replace(other.find("on in"), 5, "on exc");
    QVERIFY(rebuilds(in, other));     // another port
    QVERIFY(rebuilds(in, "dv/dt ="));  // nothing that could run
    // a wire takes a variable that is to go
    QVERIFY(!rebuilds(in, kAdapting));
    Company wired;
    wired.b.project.items.at(wired.written).values["equations"] = kAdapting;
    wired.b.wire("wire.signal", {wired.written, "a"}, {wired.b.node("view.traces"), "in"});
    QVERIFY(rebuilds(wired, kPlain));
    // synapses that learn hold columns of their targets
    Company learning;
    learning.b.project.items.at(learning.into).type = "synapse.stdp_pair";
    QVERIFY(rebuilds(learning, kAdapting));
  }
};

QTEST_APPLESS_MAIN(ReformTest)
#include "reform_test.moc"
