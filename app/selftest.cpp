#include <bit>
#include <cmath>

#include "app/commandLine.h"
#include "app/registry.h"
#include "engine/base/H5.h"
#include "engine/base/Math.h"
#include "engine/base/Rng.h"
#include "engine/base/checksum.h"
#include "engine/base/resources.h"
#include "engine/graph/ProjectFile.h"
#include "engine/run/headless.h"

namespace spk {
namespace {

struct Check {
  std::string name;
  Result<std::string> outcome;  ///< what was seen, in words
};

/// Random123's known answer for philox4x32-10 of zeros (kat_vectors).
Result<std::string> randomNumbers() {
  const auto words = philox({0, 0}, {0, 0, 0, 0});
  if (words == std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8})
    return std::string("Philox 4x32-10 gives its published answer");
  return Error{"Philox 4x32-10 gives another answer than the published one", "random numbers"};
}

/// Against the C library, which differs by a unit in the last place at most.
Result<std::string> mathematics() {
  double worst = 0;
  for (int i = -2000; i <= 2000; ++i) {
    const double x = i * 0.0173;
    worst = std::max(worst, std::abs(exp(x) / std::exp(x) - 1));
    if (i > 0) worst = std::max(worst, std::abs(log(x + 1.5) / std::log(x + 1.5) - 1));
  }
  const std::string seen = "exp and log are within " + numberText(worst) + " of the C library";
  return worst < 1e-15 ? Result<std::string>(seen) : Error{seen, "mathematics"};
}

Result<std::string> descriptions(const Registry& registry) {
  for (const NodeType& type : registry.nodeTypes())
    if (type.doc.empty() || type.title.empty()) return Error{"has no description", type.id};
  return std::to_string(registry.nodeTypes().size()) + " node types and " +
         std::to_string(registry.fileFormats().size()) + " file formats are described";
}

Result<std::string> resourcesThere() {
  const auto folder = resourceFolder();
  if (!std::filesystem::exists(folder / "docs"))
    return Error{"is not there; set SPK_HOME to the folder that holds it", folder.string()};
  return "found at " + folder.string();
}

/// A piece of the first demo's kind: the spikes must not depend on threads or instruction set.
Result<std::string> equalSpikes(const Registry& registry, const Targets& targets) {
  const auto path = resourceFolder() / "demos" / "ei_balance" / "project.spk";
  TRY(const Loaded loaded, load(path, registry));
  RunRequest request;
  request.folder = path.parent_path();
  request.duration = 200 * kMillisecond;
  request.threads = 1;
  request.isa = "generic";
  TRY(const RunReport first, runProject(loaded.project, registry, targets, request));
  request.threads = 2;
  request.isa.clear();
  TRY(const RunReport second, runProject(loaded.project, registry, targets, request));
  std::uint64_t spikes = 0;
  for (const auto& p : first.populations) spikes += p.spikes;
  if (spikes == 0) return Error{"the demo is silent", path.string()};
  if (first.spikeHash != second.spikeHash)
    return Error{"one thread, generic: " + hexText(first.spikeHash) +
                     "; two, the machine's best: " + hexText(second.spikeHash),
                 "spikes"};
  return console::grouped(spikes) +
         " spikes are the same for 1 and 2 threads, with and without "
         "wide instructions";
}

Result<std::string> dataFiles() {
  std::string pattern = (std::filesystem::temp_directory_path() / "spikarium-XXXXXX").string();
  if (!mkdtemp(pattern.data())) return Error{"no temporary folder can be made", pattern};
  const std::filesystem::path folder = pattern;
  const std::vector<double> numbers = {0.1, -2.5, 1e300};
  const auto there = [&]() -> Result<std::string> {
    TRY(H5 out, H5::create(folder / "test.h5"));
    TRY_DO(out.write("/group/numbers", numbers));
    TRY_DO(out.close());
    TRY(H5 in, H5::open(folder / "test.h5"));
    TRY(const auto read, in.read<double>("/group/numbers"));
    if (read != numbers) return Error{"read back something else", "HDF5"};
    return std::string("HDF5 files are written and read");
  }();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return there;
}

}  // namespace

int selftestCommand(Words words) {
  bool json = false;
  CLI::App app("Checks in some seconds that this machine computes what it should.", "--selftest");
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;

  const Registry registry = wholeRegistry();
  const Targets targets = wholeTargets();
  const std::vector<Check> checks = {{"random numbers", randomNumbers()},
                                     {"mathematics", mathematics()},
                                     {"descriptions", descriptions(registry)},
                                     {"resources", resourcesThere()},
                                     {"data files", dataFiles()},
                                     {"equal spikes", equalSpikes(registry, targets)}};
  bool ok = true;
  JsonNode list = JsonNode::list();
  for (const Check& check : checks) {
    const bool passed = static_cast<bool>(check.outcome);
    const std::string seen = passed ? check.outcome.value() : check.outcome.error().text();
    ok = ok && passed;
    JsonNode row = JsonNode::object();
    row.set("name", check.name);
    row.set("ok", passed);
    row.set("text", seen);
    list.add(std::move(row));
    if (!json) console::print((passed ? "pass  " : "FAIL  ") + check.name + ": " + seen + "\n");
  }
  if (json) {
    JsonNode value = JsonNode::object();
    value.set("ok", ok);
    value.set("checks", std::move(list));
    if (const int code = console::answer(value); code != console::kDone) return code;
  }
  return ok ? console::kDone : console::fail({"the self-test failed", ""});
}

}  // namespace spk
