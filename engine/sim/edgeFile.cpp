#include "engine/sim/edgeFile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>

#include "engine/base/H5.h"
#include "engine/base/Value.h"

namespace spk {
namespace {

constexpr std::size_t kRowsAtOnce = 1 << 22;  // numbers of a matrix held at one time
constexpr double kMostNeuron = 2147483647;

/// The four numbers of a synapse, in the order of columns without names.
enum Column { Source, Target, Weight, Delay, kColumns };
constexpr const char* kColumnNames[] = {"source", "target", "weight", "delay"};

std::vector<std::string_view> words(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r", kApart = " \t\r,;";
  std::vector<std::string_view> all;
  for (std::size_t at = 0; at < line.size();) {
    while (at < line.size() && kBlank.find(line[at]) != kBlank.npos) ++at;
    if (at >= line.size()) break;
    const std::size_t end = std::min(line.find_first_of(kApart, at), line.size());
    all.push_back(line.substr(at, end - at));
    at = end;
    while (at < line.size() && kBlank.find(line[at]) != kBlank.npos) ++at;
    if (at < line.size() && (line[at] == ',' || line[at] == ';')) ++at;
  }
  return all;
}

std::optional<double> numberOf(std::string_view word) {
  double number = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
  if (read.ec != std::errc() || read.ptr != word.data() + word.size()) return std::nullopt;
  return number;
}

/// Which column of the text holds what; −1: none.
std::array<int, kColumns> columnsNamed(const std::vector<std::string_view>& names) {
  constexpr std::array<std::array<std::string_view, 5>, kColumns> kKnown = {
      {{"source", "source_node_id", "pre", "from", "i"},
       {"target", "target_node_id", "post", "to", "j"},
       {"weight", "syn_weight", "w", "weight", "weight"},
       {"delay", "syn_delay", "d", "delay_ms", "delay"}}};
  std::array<int, kColumns> columns = {-1, -1, -1, -1};
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t c = 0; c < kColumns; ++c)
      if (columns[c] < 0 && std::ranges::find(kKnown[c], names[i]) != kKnown[c].end())
        columns[c] = static_cast<int>(i);
  return columns;
}

Result<std::uint32_t> neuronOf(double number, const char* what, const std::string& where) {
  if (number >= 0 && number <= kMostNeuron && number == std::floor(number))
    return static_cast<std::uint32_t>(number);
  return Error{"says " + std::string(what) + " " + numberText(number) +
                   "; neurons are whole numbers from 0 up",
               where};
}
Result<double> finite(double number, const char* what, const std::string& where) {
  if (std::isfinite(number)) return number;
  return Error{"says " + std::string(what) + " " + numberText(number) + ", which is no number",
               where};
}

Result<void> addLine(const std::vector<std::string_view>& line, const std::array<int, 4>& columns,
                     const EdgeOptions& options, const std::string& where, EdgeList& edges) {
  double numbers[kColumns] = {};
  for (std::size_t c = 0; c < kColumns; ++c) {
    if ((c == Weight && !options.weights) || (c == Delay && !options.delays)) continue;
    const auto at = static_cast<std::size_t>(columns[c]);
    const auto number = columns[c] >= 0 && at < line.size() ? numberOf(line[at]) : std::nullopt;
    if (!number)
      return Error{"has no number for the " + std::string(kColumnNames[c]) +
                       "; expected are source, target" + (options.weights ? ", weight" : "") +
                       (options.delays ? ", delay" : ""),
                   where};
    numbers[c] = *number;
  }
  TRY(const std::uint32_t source, neuronOf(numbers[Source], "source", where));
  TRY(const std::uint32_t target, neuronOf(numbers[Target], "target", where));
  edges.pairs.push_back({source, target});
  if (options.weights) {
    TRY(const double weight, finite(numbers[Weight], "weight", where));
    edges.weights.push_back(weight);
  }
  if (options.delays) {
    TRY(const double delay, finite(numbers[Delay], "delay", where));
    edges.delays.push_back(delay);
  }
  return {};
}

Result<EdgeList> readText(const std::filesystem::path& path, const EdgeOptions& options) {
  std::ifstream file(path);
  if (!file) return Error{"cannot be read", path.string()};
  EdgeList edges;
  std::array<int, kColumns> columns = {0, 1, 2, options.weights ? 3 : 2};
  std::string line;
  bool first = true;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const auto all = words(std::string_view(line).substr(0, line.find('#')));
    if (all.empty()) continue;
    const std::string where = path.string() + ", line " + std::to_string(number);
    if (std::exchange(first, false) && !numberOf(all[0])) {
      columns = columnsNamed(all);
      for (std::size_t c = 0; c < kColumns; ++c)
        if (columns[c] < 0 &&
            (c <= Target || (c == Weight && options.weights) || (c == Delay && options.delays)))
          return Error{"names no column \"" + std::string(kColumnNames[c]) + "\"", where};
      continue;
    }
    TRY_DO(addLine(all, columns, options, where, edges));
  }
  return edges;
}

/// The values of one attribute, which lie in groups that the edges are shared out to.
Result<std::vector<double>> sonataValues(const H5& file, const std::string& edges,
                                         const char* attribute, std::size_t count) {
  std::vector<std::uint64_t> group(count, 0), index(count);
  for (std::size_t i = 0; i < count; ++i) index[i] = i;
  if (file.has(edges + "/edge_group_id")) {
    TRY(group, file.read<std::uint64_t>(edges + "/edge_group_id"));
    TRY(index, file.read<std::uint64_t>(edges + "/edge_group_index"));
  }
  if (group.size() != count || index.size() != count)
    return Error{"has edge_group_id and edge_group_index of another length than its edges", edges};
  std::map<std::uint64_t, std::vector<double>> groups;
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string data = edges + "/" + std::to_string(group[i]) + "/" + attribute;
    auto known = groups.find(group[i]);
    if (known == groups.end()) {
      if (!file.has(data)) return Error{"is not there", data};
      TRY(std::vector<double> all, file.read<double>(data));
      known = groups.emplace(group[i], std::move(all)).first;
    }
    if (index[i] >= known->second.size())
      return Error{"has " + std::to_string(known->second.size()) + " values; edge " +
                       std::to_string(i) + " asks for number " + std::to_string(index[i]),
                   data};
    values[i] = known->second[index[i]];
    TRY_DO(finite(values[i], attribute, data));
  }
  return values;
}

Result<EdgeList> readSonata(const H5& file, const EdgeOptions& options) {
  TRY(const auto names, file.names("/edges"));
  std::string name = options.name;
  if (name.empty() && names.size() == 1) name = names[0];
  if (std::ranges::find(names, name) == names.end()) {
    std::string all;
    for (const std::string& known : names) all += (all.empty() ? "" : ", ") + known;
    return Error{name.empty() ? "holds several; say which by edges_name: " + all
                              : "holds no edges \"" + name + "\"; there are " + all,
                 "/edges"};
  }
  const std::string edges = "/edges/" + name;
  TRY(const auto sources, file.read<std::int64_t>(edges + "/source_node_id"));
  TRY(const auto targets, file.read<std::int64_t>(edges + "/target_node_id"));
  if (sources.size() != targets.size())
    return Error{"has " + std::to_string(sources.size()) + " sources and " +
                     std::to_string(targets.size()) + " targets",
                 edges};
  EdgeList list;
  list.pairs.reserve(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string where = edges + ", edge " + std::to_string(i);
    TRY(const auto source, neuronOf(static_cast<double>(sources[i]), "source_node_id", where));
    TRY(const auto target, neuronOf(static_cast<double>(targets[i]), "target_node_id", where));
    list.pairs.push_back({source, target});
  }
  if (options.weights) {
    TRY(list.weights, sonataValues(file, edges, "syn_weight", list.pairs.size()));
  }
  if (options.delays) {
    TRY(list.delays, sonataValues(file, edges, "delay", list.pairs.size()));
  }
  return list;
}

void findMatrices(const H5& file, const std::string& group, int depth,
                  std::vector<std::string>& found) {
  const auto names = file.names(group);
  if (!names || depth > 4) return;
  for (const std::string& name : names.value()) {
    const std::string path = (group == "/" ? "" : group) + "/" + name;
    if (file.isGroup(path))
      findMatrices(file, path, depth + 1, found);
    else if (const auto info = file.info(path); info && info.value().shape.size() == 2)
      found.push_back(path);
  }
}

Result<EdgeList> readMatrix(const H5& file, const EdgeOptions& options) {
  std::string data = options.name;
  if (data.empty()) {
    std::vector<std::string> found;
    findMatrices(file, "/", 0, found);
    if (found.size() != 1) {
      std::string all;
      for (const std::string& path : found) all += (all.empty() ? "" : ", ") + path;
      return Error{found.empty() ? "holds neither the edges of SONATA nor a matrix"
                                 : "holds several matrices; say which by edges_name: " + all,
                   "/"};
    }
    data = found[0];
  }
  if (!data.starts_with('/')) data.insert(0, "/");
  if (!file.has(data)) return Error{"is not there", data};
  TRY(const H5::Info info, file.info(data));
  if (info.shape.size() != 2) return Error{"is no matrix of two dimensions", data};
  if (options.delays) return Error{"is a matrix, which holds no delays", data};
  const std::size_t rows = info.shape[0], columns = info.shape[1];
  EdgeList list;
  if (rows == 0 || columns == 0) return list;
  const std::size_t atOnce = std::max<std::size_t>(1, kRowsAtOnce / columns);
  std::vector<double> values;
  for (std::size_t row = 0; row < rows; row += atOnce) {
    const std::size_t first[] = {row, 0}, count[] = {std::min(atOnce, rows - row), columns};
    values.resize(count[0] * columns);
    TRY_DO(file.readPart<double>(data, first, count, values));
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] == 0) continue;
      const auto r = static_cast<std::uint32_t>(row + i / columns),
                 c = static_cast<std::uint32_t>(i % columns);
      TRY_DO(finite(values[i], "weight",
                    data + "[" + std::to_string(r) + ", " + std::to_string(c) + "]"));
      list.pairs.push_back(options.rowsAreTargets ? Pair{c, r} : Pair{r, c});
      if (options.weights) list.weights.push_back(values[i]);
    }
  }
  return list;
}

bool isHdf5(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  char head[8] = {};
  file.read(head, sizeof head);
  return file && std::string_view(head, sizeof head) == "\x89HDF\r\n\x1a\n";
}

}  // namespace

Result<EdgeList> readEdges(const std::filesystem::path& path, const EdgeOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    return Error{"there is no such file", path.string()};
  if (!isHdf5(path)) return readText(path, options);
  TRY(const H5 file, H5::open(path));
  auto list = file.isGroup("/edges") ? readSonata(file, options) : readMatrix(file, options);
  if (list) return list;
  return Error{list.error().what, path.string() + list.error().where};
}

}  // namespace spk
