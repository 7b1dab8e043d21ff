// Flow as text, one a row.
#include <charconv>
#include <string_view>

#include "engine/base/file.h"
#include "engine/graph/Registry.h"
#include "plugins/flow/FlowFile.h"

namespace spk::flow::flow_csv {
namespace {

constexpr std::string_view kFirst = "# flow ", kNames = "t_ns,x,y,vx_px_per_s,vy_px_per_s";

/// The next field of a row, up to a comma or its end; false if it is no such number.
template <class T>
bool take(std::string_view& row, T& number) {
  const std::size_t end = std::min(row.find(','), row.size());
  const auto [at, error] = std::from_chars(row.data(), row.data() + end, number);
  const bool sound = error == std::errc() && at == row.data() + end;
  row.remove_prefix(std::min(end + 1, row.size()));
  return sound;
}

std::string_view takeLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// "# flow 160x120"
bool readSize(std::string_view line, Sensor& sensor) {
  if (!line.starts_with(kFirst)) return false;
  line.remove_prefix(kFirst.size());
  const char* const end = line.data() + line.size();
  const auto [cross, first] = std::from_chars(line.data(), end, sensor.width);
  if (first != std::errc() || cross == end || *cross != 'x') return false;
  const auto [last, second] = std::from_chars(cross + 1, end, sensor.height);
  sensor.origin = "header";
  return second == std::errc() && last == end && sensor.width > 0 && sensor.height > 0 &&
         sensor.width <= 65536 && sensor.height <= 65536;
}

Result<Opened> open(const std::filesystem::path& path, const Values&) {
  TRY(const std::string whole, readFile(path));
  std::string_view text = whole;
  FlowList list;
  if (!readSize(takeLine(text), list.sensor))
    return Error{"is no flow as text: it does not begin with \"# flow WIDTHxHEIGHT\"",
                 path.string()};
  std::size_t bad = 0, number = 1, firstBad = 0;
  while (!text.empty()) {
    std::string_view row = takeLine(text);
    ++number;
    if (row.empty() || row.starts_with('#') || row == kNames) continue;
    Flow flow;
    const bool sound = take(row, flow.t) && take(row, flow.x) && take(row, flow.y) &&
                       take(row, flow.vx) && take(row, flow.vy) && row.empty();
    if (sound) list.flows.push_back(flow);
    if (!sound && bad++ == 0) firstBad = number;
  }
  if (bad > 0)
    list.notes.push_back(
        {Note::Level::Warning, std::to_string(bad) +
                                   " rows are no flow and were skipped; the first is "
                                   "line " +
                                   std::to_string(firstBad)});
  mend(list);
  return Result<Opened>(sourceOf(std::move(list)));
}

void put(std::string& text, auto number, char after) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  text.append(digits, end);
  text += after;
}

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values&) {
  TRY(const FlowList list, flowsOf(from));
  std::string text(kFirst);
  put(text, list.sensor.width, 'x');
  put(text, list.sensor.height, '\n');
  text += kNames;
  text += '\n';
  for (const Flow& flow : list.flows) {
    put(text, flow.t, ',');
    put(text, flow.x, ',');
    put(text, flow.y, ',');
    put(text, flow.vx, ',');
    put(text, flow.vy, '\n');
  }
  TRY_DO(writeFileSafely(path, text));
  return Notes{};
}

int sniff(const FileProbe& probe) {
  std::string_view head(reinterpret_cast<const char*>(probe.head.data()), probe.head.size());
  Sensor sensor;
  return !probe.isFolder && readSize(takeLine(head), sensor) ? 98 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "flow_csv",
                          .title = "Optical flow as text",
                          .endings = ".csv .txt",
                          .holds = Stream::Kind::Flow,
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::flow::flow_csv
