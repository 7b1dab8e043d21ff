// Every demo shows the numbers that its expect.json states, without a window.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QTest>
#include <cmath>
#include <map>

#include "app/registry.h"
#include "engine/analysis/branching.h"
#include "engine/analysis/flow.h"
#include "engine/analysis/spectrum.h"
#include "engine/base/H5.h"
#include "engine/base/Json.h"
#include "engine/base/file.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/check.h"
#include "engine/run/headless.h"
#include "engine/run/probes.h"
#include "engine/run/projectSettings.h"
#include "engine/sim/CpuSimulation.h"

using namespace spk;

namespace {

struct Range {
  double low = 0, high = 0;
};

Result<Range> rangeOf(const JsonNode& node, const std::string& where) {
  if (node.items().size() != 2 || !node.items()[0].isNumber() || !node.items()[1].isNumber())
    return Error{"[lowest, highest] is expected", where};
  return Range{node.items()[0].number(), node.items()[1].number()};
}

Result<void> within(const std::string& what, double value, const JsonNode& range) {
  TRY(const Range wanted, rangeOf(range, what));
  if (value >= wanted.low && value <= wanted.high) return {};
  return Error{"is " + numberText(value) + ", expected " + numberText(wanted.low) + " to " +
                   numberText(wanted.high),
               what};
}

const JsonNode& member(const JsonNode& node, std::string_view key) {
  static const JsonNode kNull;
  const JsonNode* found = node.find(key);
  return found ? *found : kNull;
}

/// What a case may say of its run, and where the run's numbers are.
struct Outcome {
  const RunReport& report;
  const std::filesystem::path& file;
};

/// Spikes of the observed neurons of a population per bin.
Result<std::vector<std::uint32_t>> binned(const Outcome& outcome, const std::string& population,
                                          Time bin, double observed) {
  TRY(const H5 file, H5::open(outcome.file));
  TRY(const auto times, file.read<double>("/spikes/" + population + "/timestamps"));
  TRY(const auto nodes, file.read<std::uint64_t>("/spikes/" + population + "/node_ids"));
  const double bin_ms = toMilliseconds(bin);
  std::vector<std::uint32_t> counts(
      static_cast<std::size_t>(outcome.report.biologicalS * 1e3 / bin_ms));
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto place = static_cast<std::size_t>(times[i] / bin_ms);
    if (place < counts.size() && isObserved(static_cast<std::uint32_t>(nodes[i]), observed))
      ++counts[place];
  }
  return counts;
}

/// Times of the events that a node gave [ns].
Result<std::vector<std::int64_t>> eventTimes(const Outcome& outcome, const std::string& node) {
  TRY(const H5 file, H5::open(outcome.file));
  return file.read<std::int64_t>("/events/" + node + "/t");
}

/// Pearson's correlation of two rows of counts.
double correlation(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  const auto n = static_cast<double>(a.size());
  double sumA = 0, sumB = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = b[i];
    sumA += x, sumB += y, aa += x * x, bb += y * y, ab += x * y;
  }
  return (ab - sumA * sumB / n) / std::sqrt((aa - sumA * sumA / n) * (bb - sumB * sumB / n));
}

/// How the rate of a population follows the events of a node.
Result<double> follows(const Outcome& outcome, const std::string& node, Time bin,
                       std::span<const std::uint32_t> spikes) {
  TRY(const auto times, eventTimes(outcome, node));
  std::vector<std::uint32_t> events(spikes.size());
  for (const std::int64_t t : times)
    if (const auto place = static_cast<std::size_t>(t / bin); place < events.size())
      ++events[place];
  return correlation(events, spikes);
}

/// The mean weight of a plastic wire at the end, as a view of its traces recorded it.
Result<double> lastMeanWeight(const Outcome& outcome, const std::string& wire) {
  TRY(const H5 file, H5::open(outcome.file));
  TRY(const auto means, file.read<double>("/report/" + wire + "/data"));
  if (means.empty()) return Error{"nothing was recorded", wire};
  return means.back();
}

Result<void> checkMetric(const Outcome& outcome, const std::string& name,
                         const std::string& population, const JsonNode& settings) {
  for (const auto& [key, value] : settings.members())
    if (key != "bin" && key != "observed" && key != "from" && key != "to" && key != "range" &&
        key != "events")
      return Error{"is not known; see resources/docs/demos.md", name + "." + key};
  const std::string what = name + " of " + population;
  if (name == "mean_weight") {
    TRY(const double mean, lastMeanWeight(outcome, population));
    return within(what, mean, member(settings, "range"));
  }
  TRY(const Time bin, parseTime(member(settings, "bin").text()));
  const JsonNode* share = settings.find("observed");
  TRY(const auto counts, binned(outcome, population, bin, share ? share->number() : 1.0));
  if (name == "branching_mr") {
    TRY(const BranchingFit fit, branchingMr(counts, bin));
    return within(what, fit.m(), member(settings, "range"));
  }
  if (name == "branching_naive") {
    TRY(const double naive, branchingNaive(counts));
    return within(what, naive, member(settings, "range"));
  }
  if (name == "rhythm_hz" || name == "rhythm_power") {
    TRY(const Spectrum spectrum, activitySpectrum(counts, bin, 250 * kMillisecond));
    const double hz =
        spectrum.peak(member(settings, "from").number(), member(settings, "to").number());
    return within(what, name == "rhythm_hz" ? hz : spectrum.at(hz), member(settings, "range"));
  }
  if (name == "follows") {
    TRY(const double r, follows(outcome, member(settings, "events").text(), bin, counts));
    return within(what, r, member(settings, "range"));
  }
  return Error{"no such measure; see resources/docs/demos.md", name};
}

Result<double> numberOf(const Outcome& outcome, const std::string& word,
                        const std::string& population) {
  for (const RunReport::Population& p : outcome.report.populations) {
    if (p.name != population) continue;
    if (word == "rate_hz") return p.rateHz;
    if (word == "spikes") return static_cast<double>(p.spikes);
    if (p.cvNeurons == 0) return Error{"no neuron has ten spikes", "cv of " + population};
    return p.cv;
  }
  return Error{"no such population", population};
}

/// Of the flow that a node gives, the share whose direction is nearer to `towards` than `within`
/// [degrees]. A simulation of its own: files do not hold flow.
Result<double> shareTowards(const Project& project, const Registry& registry, const Ref& what,
                            Time duration, double towards, double within) {
  TRY(const auto simulation, makeCpuSimulation(project, registry));
  const Probe probe{Id{1}, what};
  TRY(const auto channel, makeChannel(probe, Signal::Flow));
  TRY_DO(simulation->attach(probe, *channel));
  auto& ring = std::get<Ring<Flow>>(*channel);
  std::vector<Flow> flows(4096);
  std::size_t near = 0, all = 0;
  constexpr double kDegree = 3.14159265358979 / 180;
  const Velocity wanted{std::cos(towards * kDegree), std::sin(towards * kDegree)};
  while (simulation->now() < duration) {
    simulation->runUntil(std::min(duration, simulation->now() + 20 * kMillisecond));
    while (const std::size_t n = ring.pop(flows))
      for (const Flow& flow : std::span(flows).first(n)) {
        const double speed = std::hypot(flow.vx, flow.vy);
        near += flow.vx * wanted.x + flow.vy * wanted.y >= speed * std::cos(within * kDegree);
        ++all;
      }
  }
  if (ring.dropped() > 0) return Error{"flow did not fit in its ring", "demos_test"};
  if (all == 0) return Error{"gives no flow", std::to_string(number(what.item))};
  return static_cast<double>(near) / static_cast<double>(all);
}

Result<void> checkFlow(const Project& project, const Registry& registry, Time duration,
                       const JsonNode& expected) {
  for (const auto& [node, wanted] : expected.members()) {
    TRY(const Id id, itemByPath(project, node));
    TRY(const double share,
        shareTowards(project, registry, {id, "out"}, duration, member(wanted, "towards").number(),
                     member(wanted, "within").number()));
    TRY_DO(within("share of the flow of " + node, share, member(wanted, "share")));
  }
  return {};
}

Result<void> checkCase(const Outcome& outcome, const JsonNode& expected) {
  for (const char* word : {"rate_hz", "cv", "spikes"})
    for (const auto& [population, range] : member(expected, word).members()) {
      TRY(const double value, numberOf(outcome, word, population));
      TRY_DO(within(std::string(word) + " of " + population, value, range));
    }
  for (const auto& [node, range] : member(expected, "events").members()) {
    TRY(const auto times, eventTimes(outcome, node));
    TRY_DO(within("events of " + node, static_cast<double>(times.size()), range));
  }
  for (const auto& [name, populations] : member(expected, "metrics").members())
    for (const auto& [population, settings] : populations.members())
      TRY_DO(checkMetric(outcome, name, population, settings));
  return {};
}

/// What a case asks for; the words that are no expectation.
Result<RunRequest> requestOf(const JsonNode& node) {
  RunRequest request;
  for (const auto& [key, value] : node.members()) {
    if (key == "for") {
      TRY(request.duration, parseTime(value.text()));
    } else if (key == "seed") {
      request.seed = static_cast<std::uint64_t>(value.integer());
    } else if (key == "set") {
      for (const JsonNode& text : value.items()) request.sets.push_back(text.text());
    } else if (key != "name" && key != "rate_hz" && key != "cv" && key != "spikes" &&
               key != "events" && key != "flow" && key != "metrics") {
      return Error{"is not known; see resources/docs/demos.md", key};
    }
  }
  return request;
}

}  // namespace

class DemosTest : public QObject {
  Q_OBJECT

  const Registry registry_ = wholeRegistry();
  const Targets targets_ = wholeTargets();
  QTemporaryDir folder_;

  static QStringList demos() {
    return QDir(SPK_SOURCE_DIR "/resources/demos").entryList(QDir::Dirs | QDir::NoDotAndDotDot);
  }
  static std::filesystem::path place(const QString& demo) {
    return std::filesystem::path(SPK_SOURCE_DIR "/resources/demos") / demo.toStdString();
  }
  static void eachDemo() {
    QTest::addColumn<QString>("demo");
    for (const QString& demo : demos()) QTest::newRow(qPrintable(demo)) << demo;
  }
  void isSound(const std::filesystem::path& path) const {
    const auto loaded = load(path, registry_);
    QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());
    for (const Note& note : check(loaded.value().project, registry_, path.parent_path()))
      QVERIFY2(note.level == Note::Level::Info, note.text.c_str());
    // As *Save* writes it, so that opening and saving changes nothing.
    QVERIFY2(projectText(loaded.value().project) == readFile(path).value(), path.c_str());
  }

 private Q_SLOTS:
  void thereAreDemos() { QVERIFY(demos().contains("ei_balance")); }

  void projectsAreSound_data() { eachDemo(); }
  void projectsAreSound() {
    QFETCH(QString, demo);
    isSound(place(demo) / "project.spk");
  }

  void templatesAreSound_data() {
    QTest::addColumn<QString>("name");
    for (const QString& name : QDir(SPK_SOURCE_DIR "/resources/templates").entryList({"*.spk"}))
      QTest::newRow(qPrintable(name)) << name;
  }
  void templatesAreSound() {
    QFETCH(QString, name);
    isSound(std::filesystem::path(SPK_SOURCE_DIR "/resources/templates") / name.toStdString());
  }

  void numbersAreAsStated_data() {
    QTest::addColumn<QString>("demo");
    QTest::addColumn<int>("index");
    for (const QString& demo : demos()) {
      const auto text = readFile(place(demo) / "expect.json");
      QVERIFY2(text, qPrintable(demo + " has no expect.json"));
      const auto expect = JsonNode::parse(text.value());
      QVERIFY2(expect, expect ? "" : expect.error().text().c_str());
      const auto& cases = member(expect.value(), "cases").items();
      QVERIFY2(!cases.empty(), qPrintable(demo + " expects nothing"));
      for (std::size_t i = 0; i < cases.size(); ++i)
        QTest::newRow((demo.toStdString() + ": " + member(cases[i], "name").text()).c_str())
            << demo << static_cast<int>(i);
    }
  }
  void numbersAreAsStated() {
    QFETCH(QString, demo);
    QFETCH(int, index);
    const auto path = place(demo) / "project.spk";
    const auto expect = JsonNode::parse(readFile(place(demo) / "expect.json").value());
    const JsonNode& expected =
        member(expect.value(), "cases").items()[static_cast<std::size_t>(index)];
    auto request = requestOf(expected);
    QVERIFY2(request, request ? "" : request.error().text().c_str());
    const std::filesystem::path out = folder_.filePath("out.h5").toStdString();
    request.value().folder = path.parent_path();
    request.value().out = out;
    const auto loaded = load(path, registry_);
    QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());
    const auto report = runProject(loaded.value().project, registry_, targets_, request.value());
    QVERIFY2(report, report ? "" : report.error().text().c_str());
    const auto right = checkCase({report.value(), out}, expected);
    QVERIFY2(right, right ? "" : right.error().text().c_str());
    Document document(loaded.value().project);
    for (const std::string& text : request.value().sets) {
      const auto edit = settingEdit(document.project(), registry_, text);
      QVERIFY(edit && document.apply(edit.value()));
    }
    const auto flow = checkFlow(document.project(), registry_,
                                static_cast<Time>(report.value().biologicalS * kSecond),
                                member(expected, "flow"));
    QVERIFY2(flow, flow ? "" : flow.error().text().c_str());
  }
};

QTEST_GUILESS_MAIN(DemosTest)
#include "demos_test.moc"
