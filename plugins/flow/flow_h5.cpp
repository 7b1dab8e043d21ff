// Flow in HDF5, as recordings of a run hold it.
#include <algorithm>

#include "engine/base/H5.h"
#include "engine/base/file.h"
#include "engine/graph/Registry.h"
#include "plugins/flow/FlowFile.h"

namespace spk::flow::flow_h5 {
namespace {

constexpr std::size_t kMost = std::size_t{1} << 28;  // flows that are read into memory

/// The group of a node: the one that is asked for, else the first.
Result<std::string> groupOf(const H5& file, const Values& options) {
  TRY(const auto names, file.names("/flow"));
  if (names.empty()) return Error{"holds no flow", "/flow"};
  const std::string wanted = textOr(options, "node", "");
  if (wanted.empty()) return "/flow/" + names.front();
  if (std::ranges::find(names, wanted) != names.end()) return "/flow/" + wanted;
  std::string known;
  for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
  return Error{"has no flow of that node; it has " + known, wanted};
}

Result<int> sideOf(const H5& file, const std::string& group, const char* name) {
  TRY(const Value value, file.attribute(group, name));
  const auto side = asInteger(value).value_or(0);
  if (side < 1 || side > 65536)
    return Error{"is " + valueText(value) + "; 1 to 65536 are allowed", group + "." + name};
  return static_cast<int>(side);
}

Result<FlowList> readList(const H5& file, const Values& options) {
  TRY(const std::string group, groupOf(file, options));
  FlowList list;
  TRY(list.sensor.width, sideOf(file, group, "width"));
  TRY(list.sensor.height, sideOf(file, group, "height"));
  list.sensor.origin = "header";
  TRY(const H5::Info info, file.info(group + "/t"));
  const std::size_t n = info.shape.empty() ? 0 : info.shape[0];
  if (n > kMost) return Error{"has " + std::to_string(n) + " flows; 2^28 can be read", group};
  TRY(const auto t, file.read<std::int64_t>(group + "/t"));
  TRY(const auto x, file.read<std::uint16_t>(group + "/x"));
  TRY(const auto y, file.read<std::uint16_t>(group + "/y"));
  TRY(const auto vx, file.read<float>(group + "/vx"));
  TRY(const auto vy, file.read<float>(group + "/vy"));
  if (std::min({x.size(), y.size(), vx.size(), vy.size()}) < t.size())
    return Error{"has columns of different lengths", group};
  list.flows.reserve(t.size());
  for (std::size_t i = 0; i < t.size(); ++i) list.flows.push_back({t[i], x[i], y[i], vx[i], vy[i]});
  mend(list);
  return list;
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(const H5 file, H5::open(path));
  auto list = readList(file, options);
  if (!list) return Error{list.error().text(), path.string()};
  return Result<Opened>(sourceOf(std::move(list).value()));
}

Result<void> fill(H5& file, const std::string& group, const FlowList& list) {
  const auto column = [&](const char* name, auto of) {
    std::vector<std::decay_t<decltype(of(Flow()))>> values;
    values.reserve(list.flows.size());
    for (const Flow& flow : list.flows) values.push_back(of(flow));
    const std::size_t chunk = std::min<std::size_t>(16384, std::max<std::size_t>(1, values.size()));
    return file.write(group + "/" + name, values, {}, H5Layout{{chunk}, 1});
  };
  TRY_DO(file.makeGroup(group));
  TRY_DO(column("t", [](const Flow& f) { return f.t; }));
  TRY_DO(column("x", [](const Flow& f) { return f.x; }));
  TRY_DO(column("y", [](const Flow& f) { return f.y; }));
  TRY_DO(column("vx", [](const Flow& f) { return f.vx; }));
  TRY_DO(column("vy", [](const Flow& f) { return f.vy; }));
  TRY_DO(file.setAttribute(group, "width", std::int64_t{list.sensor.width}));
  TRY_DO(file.setAttribute(group, "height", std::int64_t{list.sensor.height}));
  TRY_DO(file.setAttribute(group + "/t", "units", std::string("ns")));
  TRY_DO(file.setAttribute(group + "/vx", "units", std::string("px/s")));
  return file.setAttribute(group + "/vy", "units", std::string("px/s"));
}

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values& options) {
  TRY(const FlowList list, flowsOf(from));
  const std::string name = textOr(options, "node", "");
  const std::filesystem::path temp = tempBeside(path);
  const auto make = [&]() -> Result<void> {
    TRY(H5 file, H5::create(temp));
    TRY_DO(fill(file, "/flow/" + (name.empty() ? std::string("flow") : name), list));
    TRY_DO(file.close());
    return moveIntoPlace(temp, path);
  };
  if (auto made = make(); !made) {
    std::error_code ignored;
    std::filesystem::remove(temp, ignored);
    return Error{made.error().what, path.string()};
  }
  return Notes{};
}

int sniff(const FileProbe& probe) {
  constexpr std::string_view kMagic = "\x89HDF\r\n\x1a\n";
  const std::string_view head(reinterpret_cast<const char*>(probe.head.data()), probe.head.size());
  if (probe.isFolder || !head.starts_with(kMagic)) return 0;
  const auto names = probe.h5Names();
  const bool held = std::ranges::any_of(names, [](const std::string& name) {
    return name.starts_with("/flow/") && name.ends_with("/vx");
  });
  return held ? 90 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{
      .id = "flow_h5",
      .title = "Optical flow in HDF5",
      .endings = ".h5 .hdf5",
      .holds = Stream::Kind::Flow,
      .options = {{.name = "node",
                   .kind = Kind::Text,
                   .initial = std::string(),
                   .doc = "Whose flow, of a file that holds that of several nodes; else the first",
                   .live = false}},
      .sniff = sniff,
      .open = open,
      .write = write});
}

}  // namespace spk::flow::flow_h5
