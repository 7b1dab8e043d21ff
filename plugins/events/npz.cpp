// Events in an archive of NumPy arrays: t, x, y, p one by one, or one array of events.
#include <algorithm>
#include <cstring>

#include "engine/graph/Registry.h"
#include "plugins/events/NpyHeader.h"
#include "plugins/events/RawWriter.h"
#include "plugins/events/Zip.h"
#include "plugins/events/writing.h"

namespace spk::events::npz {
namespace {

struct Array {
  std::string name;
  ZipMember member;
};

Result<std::vector<Array>> arraysOf(const ByteFile& file) {
  TRY(auto members, zipMembers(file));
  std::vector<Array> arrays;
  for (ZipMember& member : members)
    if (const std::string& name = member.name; name.ends_with(".npy"))
      arrays.push_back({name.substr(0, name.size() - 4), std::move(member)});
  return arrays;
}

/// The names of the arrays that hold the events: the four columns, or a single one.
std::vector<std::string> chosen(const std::vector<Array>& arrays, const Values& options) {
  std::array<std::string, 4> columns;
  for (const Array& array : arrays)
    if (const int k = eventColumn(array.name); k >= 0)
      columns[static_cast<std::size_t>(k)] = array.name;
  const std::string asked = textOr(options, "array", "auto");
  if (asked != "auto") return {asked};
  if (std::ranges::none_of(columns, &std::string::empty)) return {columns.begin(), columns.end()};
  for (const Array& array : arrays)
    if (array.name == "events") return {array.name};
  return arrays.size() == 1 ? std::vector{arrays[0].name} : std::vector<std::string>();
}

Result<ArrayEvents> columnsOf(const std::shared_ptr<const ByteFile>& file,
                              const std::vector<Array>& arrays, const std::string& name) {
  const auto found = std::ranges::find(arrays, name, &Array::name);
  const std::string where = file->path().string() + ":" + name;
  if (found == arrays.end()) return Error{"the archive has no such array", where};
  TRY(const ZipBytes bytes, zipBytes(file, found->member));
  auto header = readNpyHeader(*bytes.file, bytes.offset);
  if (!header) return Error{header.error().what, where};
  return npyColumns(header.value(), bytes.file, name);
}

/// The single whole number of an array, as our own writer notes the sensor's sides.
std::optional<int> numberOf(const std::shared_ptr<const ByteFile>& file,
                            const std::vector<Array>& arrays, const std::string& name) {
  auto made = columnsOf(file, arrays, name);
  std::int64_t value = 0;
  if (!made || made.value().rows != 1 || made.value().columns.size() != 1 ||
      !made.value().columns[0].read(0, std::span(&value, 1)) || value < 1 || value > 65536)
    return std::nullopt;
  return static_cast<int>(value);
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(ByteFile opened, ByteFile::open(path));
  const auto file = std::make_shared<const ByteFile>(std::move(opened));
  TRY(const auto arrays, arraysOf(*file));
  const auto names = chosen(arrays, options);
  if (names.empty()) {
    std::string there;
    for (const Array& array : arrays)
      if (there.size() < 200) there += (there.empty() ? "" : ", ") + array.name;
    return Error{"the archive has neither arrays t, x, y and p nor one named events; it has " +
                     (there.empty() ? "none" : there) + ". Set array to the one that holds events",
                 path.string()};
  }
  ArrayEvents all;
  all.where = path.string();
  for (const std::string& name : names) {
    TRY(ArrayEvents some, columnsOf(file, arrays, name));
    if (names.size() > 1 && some.columns.size() != 1)
      return Error{"is no list of numbers", path.string() + ":" + name};
    if (!all.columns.empty() && some.rows != all.rows)
      all.notes.push_back({Note::Level::Warning, "array " + name + " has " +
                                                     std::to_string(some.rows) +
                                                     " values, others " + std::to_string(all.rows) +
                                                     "; the shortest counts"});
    all.rows = all.columns.empty() ? some.rows : std::min(all.rows, some.rows);
    for (ArrayColumn& column : some.columns) all.columns.push_back(std::move(column));
  }
  const auto width = numberOf(file, arrays, "width"), height = numberOf(file, arrays, "height");
  if (width && height) all.sensor = Sensor{*width, *height, "header"};
  TRY(auto source, openArrays(std::move(all), options));
  return Result<Opened>(std::move(source));
}

/// The header of a list of `rows` numbers, or of one alone, in 128 bytes.
std::string npyHeader(const char* kind, const std::string& shape) {
  std::string text =
      std::string("{'descr': '") + kind + "', 'fortran_order': False, 'shape': " + shape + ", }";
  constexpr std::size_t kSize = 128, kBegin = 10;
  text.resize(kSize - kBegin - 1, ' ');
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(kSize - kBegin) + '\0' + text +
         '\n';
}

template <class T, class Take>
Result<void> writeColumn(ZipWriter& zip, EventSource& source, const char* name, const char* kind,
                         std::uint64_t rows, Take take) {
  const std::string header = npyHeader(kind, "(" + std::to_string(rows) + ",)");
  TRY_DO(zip.begin(std::string(name) + ".npy", header.size() + rows * sizeof(T)));
  TRY_DO(zip.put(std::as_bytes(std::span(header))));
  std::vector<T> values;
  TRY_DO(readAll(source, {[&](const RawRun& run) -> Result<void> {
                            values.clear();
                            for (std::size_t i = 0; i < run.t.size(); ++i)
                              values.push_back(static_cast<T>(take(run, i)));
                            return zip.put(std::as_bytes(std::span(values)));
                          },
                          [](const Trigger&) { return Result<void>(); }}));
  return zip.end();
}

Result<void> writeNumber(ZipWriter& zip, const char* name, std::int64_t value) {
  const std::string header = npyHeader("<i8", "()");
  TRY_DO(zip.begin(std::string(name) + ".npy", header.size() + sizeof value));
  TRY_DO(zip.put(std::as_bytes(std::span(header))));
  TRY_DO(zip.put(std::as_bytes(std::span(&value, 1))));
  return zip.end();
}

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values& options) {
  TRY(EventSource * source, eventSource(from));
  const Sensor sensor = source->streams()[0].sensor;
  std::uint64_t rows = 0;
  std::int64_t floored = 0, triggers = 0;
  TRY_DO(readAll(*source, {[&](const RawRun& run) -> Result<void> {
                             rows += run.t.size();
                             for (const Time t : run.t) floored += t % kMicrosecond != 0;
                             return {};
                           },
                           [&](const Trigger&) { return ++triggers, Result<void>(); }}));
  TRY(RawBytes out, RawBytes::create(path));
  ZipWriter zip(
      out, switchOr(options, "compress", true) ? ZipWriter::Pack::Deflate : ZipWriter::Pack::Store);
  // The source is read once for each column, so that memory stays small.
  TRY_DO(writeColumn<std::int64_t>(zip, *source, "t", "<i8", rows, [](const RawRun& run, auto i) {
    return wholeBelow(run.t[i], kMicrosecond) / kMicrosecond;
  }));
  TRY_DO(writeColumn<std::uint16_t>(zip, *source, "x", "<u2", rows,
                                    [](const RawRun& run, auto i) { return run.x[i]; }));
  TRY_DO(writeColumn<std::uint16_t>(zip, *source, "y", "<u2", rows,
                                    [](const RawRun& run, auto i) { return run.y[i]; }));
  TRY_DO(writeColumn<std::uint8_t>(zip, *source, "p", "|u1", rows,
                                   [](const RawRun& run, auto i) { return run.polarity[i]; }));
  TRY_DO(writeNumber(zip, "width", sensor.width));
  TRY_DO(writeNumber(zip, "height", sensor.height));
  TRY_DO(zip.finish());
  TRY_DO(out.finish());
  Notes notes = flooredNotes(floored);
  if (triggers)
    notes.push_back({Note::Level::Warning,
                     std::to_string(triggers) + " triggers were left out: the arrays hold events"});
  return notes;
}

int sniff(const FileProbe& probe) {
  const std::string_view head(reinterpret_cast<const char*>(probe.head.data()), probe.head.size());
  if (probe.isFolder || !head.starts_with("PK\x03\x04")) return 0;
  const auto file = ByteFile::open(probe.path);
  if (!file) return 0;
  const auto arrays = arraysOf(file.value());
  return arrays && !chosen(arrays.value(), {}).empty() ? 80 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = arrayOptions();
  options.push_back({.name = "array",
                     .kind = Kind::Text,
                     .initial = std::string("auto"),
                     .doc = "The array that holds the events; auto: t, x, y and p, or events",
                     .live = false});
  options.push_back({.name = "compress",
                     .kind = Kind::Switch,
                     .initial = true,
                     .doc = "Whether what is written is deflated",
                     .live = false});
  registry.add(FileFormat{.id = "npz",
                          .title = "Events in NumPy arrays (NPZ)",
                          .endings = ".npz",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::npz
