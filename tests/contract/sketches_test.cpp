// The small pictures of the palette are what the neurons do: each is computed here again by the
// type's own kernel. UPDATE_SKETCHES=1 writes resources/sketches.json anew.
#include <QFile>
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "engine/base/Json.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

constexpr int kPoints = 48;
const QString kFile = SPK_SOURCE_DIR "/resources/sketches.json";

/// One neuron's first column in percent of its range, spikes at the top; and how many spikes.
struct Sketch {
  std::vector<int> heights;
  std::uint64_t spikes = 0;
};

/// A constant current from a tenth of the time until `stop`.
Sketch sketch(const NodeType& type, Values values, double ms, double amplitude, double stop) {
  Builder b;
  values["n"] = std::int64_t{64};
  const Id id = b.node(type.id, values);
  const auto input = std::ranges::find_if(type.shape.ports, [](const Port& port) {
    return port.input && port.signal == Signal::Trace;
  });
  if (input != type.shape.ports.end()) {
    const Id dc =
        b.node("source.dc", {{"amplitude", amplitude}, {"start", ms / 10}, {"stop", ms * stop}});
    b.wire("wire.signal", {dc, "out"}, {id, input->name});
  }
  Run run(b.project);
  if (!run.simulation) return {};
  std::vector<double> trace;
  std::vector<bool> fired;
  std::size_t seen = 0;
  Sketch made;
  for (int i = 1; i <= kPoints; ++i) {
    if (run.until(ms * i / kPoints).why != Why::Reached) return {};
    trace.push_back(type.shape.columns.empty() ? 0 : run.value(id, type.shape.columns[0].name));
    const std::size_t now = run.train(id).size();
    fired.push_back(now > seen);
    seen = now;
  }
  made.spikes = seen;
  const auto [low, high] = std::ranges::minmax(trace);
  for (int i = 0; i < kPoints; ++i) {
    const double share = high - low > 1e-9 ? (trace[i] - low) / (high - low) : 0;
    made.heights.push_back(fired[i] ? 100 : static_cast<int>(std::lround(70 * share)));
  }
  return made;
}

/// The first current and time with a handful of spikes; else a current of half the time.
/// A preset with a current of its own has enough of it.
std::vector<int> sketchOf(const NodeType& type, const Values& values) {
  const bool spikes = type.shape.port("out");
  if (numberOr(values, "I_e", 0) != 0)
    if (const Sketch found = sketch(type, values, 240, 0, 1); found.spikes > 0)
      return found.heights;
  for (const double ms : {240.0, 60.0, 24.0, 1200.0})
    for (double amplitude = 0.1; spikes && amplitude < 3000; amplitude *= 1.6) {
      const Sketch found = sketch(type, values, ms, amplitude, 1);
      if (found.spikes > 7) break;
      if (found.spikes >= 3) return found.heights;
    }
  return sketch(type, values, 240, spikes ? 2 : 1, 0.6).heights;
}

}  // namespace

class SketchesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everySketchIsWhatTheNeuronDoes() {
    JsonNode all = JsonNode::object();
    for (const NodeType& type : spk::test::registry().nodeTypes()) {
      if (type.role != Role::Population) continue;
      const auto add = [&](const std::string& name, const Values& values) {
        JsonNode heights = JsonNode::list();
        for (const int height : sketchOf(type, values)) heights.add(height);
        all.set(name, std::move(heights));
      };
      add(type.id, {});
      for (const Preset& preset : type.presets) add(type.id + ": " + preset.name, preset.values);
    }
    QFile file(kFile);
    if (qEnvironmentVariableIsSet("UPDATE_SKETCHES")) {
      QByteArray text = "{\n";  // one type a line
      for (const auto& [type, heights] : all.members())
        text += (text.size() > 2 ? ",\n" : "") + QByteArray::fromStdString("\"" + type + "\": ") +
                QByteArray::fromStdString(heights.write());
      text += "\n}\n";
      QVERIFY(file.open(QIODevice::WriteOnly));
      QCOMPARE(file.write(text), text.size());
      return;
    }
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto written = JsonNode::parse(file.readAll().toStdString());
    QVERIFY(bool(written));
    for (const auto& [type, heights] : written.value().members()) {
      const JsonNode* should = all.find(type);
      QVERIFY2(should, (type + " has a sketch but is no neuron or preset").c_str());
      QVERIFY2(heights.write() == should->write(),
               (type + ": UPDATE_SKETCHES=1 build/tests/test.contract.sketches writes\n" +
                should->write())
                   .c_str());
    }
    for (const auto& [type, heights] : all.members())  // a dot stands in the palette
      if (!written.value().find(type)) qInfo("%s has no sketch yet", type.c_str());
    QVERIFY(written.value().members().size() > 30);
  }
};

QTEST_APPLESS_MAIN(SketchesTest)
#include "sketches_test.moc"
