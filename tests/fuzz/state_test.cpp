#include <QTest>
#include <algorithm>
#include <cstring>
#include <filesystem>

#include "engine/base/checksum.h"
#include "engine/base/file.h"
#include "engine/run/StateFile.h"
#include "engine/run/headless.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

constexpr int kMutants = 1500;
constexpr std::size_t kSumAt = 12, kBodyAt = 28;  ///< checksum; behind the head

/// Everything that leaves something in a state: columns, inputs on their way, traces of streams,
/// spikes that are kept for rules, learnt weights in several pages.
Project rich() {
  Builder b;
  const Id e = b.node("neuron.lif_exp", {{"n", std::int64_t{230}}, {"I_e", 420.0}});
  const Id i = b.node("neuron.lif_homeostatic", {{"n", std::int64_t{70}}});
  const Id list = b.node("source.spike_list",
                         {{"n", std::int64_t{5}},
                          {"spikes", Json{"[[5, 0], [9.9, 3], [12.4, 1], [14, 1], [14.2, 4]]"}}});
  const Id dc = b.node("source.dc", {{"amplitude", 60.0}, {"start", 4.0}});
  const Id ou = b.node("source.ou", {{"mean", 40.0}, {"sd", 90.0}});
  for (const Id current : {dc, ou}) b.wire("wire.signal", {current, "out"}, {e, "I"});
  const Values few = {{"weight", 90.0},
                      {"w_max", 200.0},
                      {"delay", 1.4},
                      {"rule", std::string("fixed_indegree")},
                      {"indegree", std::int64_t{12}}};
  Values spread = few;
  spread["delay"] = Json{R"({"uniform": {"min": 0.8, "max": 2.2}})"};
  b.wire("synapse.stdp_pair", {e, "out"}, {i, "in"}, spread);
  b.wire("synapse.rewiring", {list, "out"}, {e, "in"}, few);
  const Id taught = b.wire("synapse.reward_stdp", {e, "out"}, {e, "in"}, few);
  b.wire("wire.signal", {dc, "out"}, {taught, "reward"});
  b.synapses(i, e, {{"weight", -20.0}, {"delay", 1.5}});
  return b.project;
}

std::string textOf(const StateFile& state) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("spk-fuzz-" + std::to_string(QCoreApplication::applicationPid()));
  if (!saveState(state, path)) return {};
  std::string text = readFile(path).value();
  std::filesystem::remove(path);
  return text;
}

/// The checksum of what is there now: so what lies behind it is read, too.
void sign(std::string& text) {
  if (text.size() < kBodyAt) return;
  const std::uint64_t length = text.size() - kBodyAt,
                      sum = fnv1a(std::string_view(text).substr(kBodyAt));
  std::memcpy(text.data() + kSumAt, &sum, sizeof sum);
  std::memcpy(text.data() + kSumAt + sizeof sum, &length, sizeof length);
}

/// Flipped bits, cuts, doubled stretches, and numbers that are absurd as a count or an index,
/// behind the first `from` bytes.
std::string mutant(const std::string& seed, std::size_t from, RandomSequence& random) {
  static constexpr std::uint64_t kAbsurd[] = {
      0,          1,          255,        1u << 16, 0x7FFFFFFF,     0xFFFFFFFF,
      1ull << 32, 1ull << 61, ~0ull >> 1, ~0ull,    0x7FF8ull << 48};
  const auto pick = [&](std::size_t n) { return random.below(static_cast<std::uint32_t>(n)); };
  std::string text = seed;
  for (std::uint32_t k = pick(3); k < 3; ++k) {
    if (text.size() < from + 8) break;
    // Heads of pages and counts lie at the front: half of all blows fall there.
    const std::size_t room = text.size() - from;
    const std::size_t at = from + pick(pick(2) ? std::min<std::size_t>(room, 200) : room);
    if (at + 8 > text.size()) continue;
    switch (pick(6)) {
      case 0: text[at] = static_cast<char>(text[at] ^ (1 << pick(8))); break;
      case 1: text.erase(at, 1 + pick(16)); break;
      case 2: text.insert(at, text.substr(at, 1 + pick(16))); break;
      case 3: text.resize(at); break;
      default: {
        const std::uint64_t number = kAbsurd[pick(std::size(kAbsurd))];
        std::memcpy(text.data() + at, &number, pick(2) ? 8 : 4);
      }
    }
  }
  return text;
}

/// One item's pages, as a hostile program would have written them.
Checkpoint mutant(const Checkpoint& good, RandomSequence& random) {
  const auto pick = [&](std::size_t n) { return random.below(static_cast<std::uint32_t>(n)); };
  Checkpoint bad = good;
  auto item = bad.state.begin();
  std::advance(item, pick(bad.state.size()));
  auto& pages = item->second;
  const std::size_t page = pick(pages.size());
  const auto old = pages[page]->span();
  const std::string text =
      mutant(std::string(reinterpret_cast<const char*>(old.data()), old.size()), 0, random);
  const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
  pages[page] = std::make_shared<const Bytes>(std::vector<std::byte>(bytes, bytes + text.size()));
  switch (pick(12)) {
    case 0: pages.erase(pages.begin() + static_cast<std::ptrdiff_t>(pick(pages.size()))); break;
    case 1: pages.push_back(pages[page]); break;
    case 2: bad.t = static_cast<Time>(~std::uint64_t{0} >> pick(64)); break;
    case 3: bad.t = 0; break;
    default: break;
  }
  return bad;
}

}  // namespace

/// Whatever the bytes of a state file: no crash, and a refusal in words or a run. The project, and
/// a good state of it, work as before.
class StateFuzz : public QObject {
  Q_OBJECT

  const Project project_ = rich();
  std::string seed_;
  StateFile good_;
  std::vector<FiredSpike> expected_;

 private Q_SLOTS:
  void initTestCase() {
    Run run(project_, {.threads = 1}, 15);
    QCOMPARE(run.error, std::string());
    good_ = {networkSum(project_, spk::test::registry()), run.simulation->save()};
    seed_ = textOf(good_);
    QVERIFY(seed_.size() > 20'000);
    run.spikes.clear();
    run.until(25);
    expected_ = run.spikes;
    QVERIFY(expected_.size() > 100);
  }

  /// Each file of the corpus is refused, in words that name it and say what is wrong.
  void corpus() {
    const std::pair<const char*, const char*> files[] = {
        {"nothing.state", "no state file"},     {"project.state", "no state file"},
        {"head_alone.state", "cut short"},      {"version_7.state", "version 7"},
        {"flipped.state", "checksum"},          {"absurd_length.state", "cut short"},
        {"absurd_items.state", "is cut short"}, {"absurd_pages.state", "is cut short"},
        {"absurd_page.state", "is cut short"},  {"twice.state", "#2 twice"},
        {"more_behind.state", "3 bytes behind"}};
    const std::string folder = SPK_SOURCE_DIR "/tests/fuzz/corpus/state/";
    std::size_t found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) found += entry.exists();
    QCOMPARE(found, std::size(files));
    for (const auto& [name, words] : files) {
      const auto state = loadState(folder + name);
      QVERIFY2(!state, name);
      QVERIFY2(state.error().what.find(words) != std::string::npos, state.error().text().c_str());
      QVERIFY2(state.error().where.find(name) != std::string::npos, state.error().text().c_str());
    }
  }

  void damageIsRefused() {
    RandomSequence random(randomKey(1, 7, Purpose::Sample), 1);
    for (int k = 0; k < kMutants; ++k) {
      const std::string text = mutant(seed_, kBodyAt, random);
      const auto state = readState(text, "damaged.state");
      if (text == seed_) continue;
      QVERIFY(!state);
      QVERIFY(state.error().where == "damaged.state" && !state.error().what.empty());
    }
  }

  /// With a checksum that holds: what is behind it is read, and nothing it says is believed.
  void whatIsBehindTheChecksumIsRead() {
    RandomSequence random(randomKey(1, 7, Purpose::Sample), 2);
    int read = 0;
    for (int k = 0; k < kMutants; ++k) {
      std::string text = mutant(seed_, kBodyAt, random);
      sign(text);
      const auto state = readState(text, "hostile.state");
      read += bool(state);
      if (!state) QVERIFY(state.error().where == "hostile.state" && !state.error().what.empty());
    }
    QVERIFY2(read > kMutants / 10 && read < kMutants, qPrintable(QString::number(read)));
  }

  void theNetworkRefusesWhatDoesNotFit() {
    RandomSequence random(randomKey(1, 7, Purpose::Sample), 3);
    Run run(project_, {.threads = 1});
    int refused = 0, ran = 0;
    for (int k = 0; k < kMutants; ++k) {
      const Checkpoint bad = mutant(good_.checkpoint, random);
      const auto fit = k % 3 ? Simulation::Fit::Exact : Simulation::Fit::WhatFits;
      if (const auto restored = run.simulation->restore(bad, fit); !restored) {
        ++refused;
        QVERIFY(!restored.error().what.empty());
      } else {
        ++ran;
        const Time from = run.simulation->now();
        const Outcome outcome = run.simulation->runUntil(from + kMillisecond);
        QVERIFY(outcome.why == Why::Reached || outcome.why == Why::NotFinite);
      }
      if (k % 50) continue;
      const auto restored = run.simulation->restore(good_.checkpoint);
      QVERIFY2(bool(restored), restored ? "" : restored.error().text().c_str());
      run.spikes.clear();
      run.until(25);
      QVERIFY(spk::test::same(run.spikes, expected_));
    }
    qInfo("%d refused, %d ran", refused, ran);
    QVERIFY(refused > kMutants / 4 && ran > kMutants / 20);
  }
};

QTEST_APPLESS_MAIN(StateFuzz)
#include "state_test.moc"
