#include "app/FileReports.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <limits>

#include "app/eventFiles.h"
#include "engine/base/Json.h"
#include "engine/graph/Document.h"
#include "engine/run/openFile.h"

namespace spk {
namespace {

constexpr auto kTellEvery = std::chrono::milliseconds(100);

/// What decides how a file is read, as text: the key of its report.
std::string keyOf(const Item& camera) {
  std::string key;
  for (const char* name : {"file", "format", "width", "height", "options"})
    if (const auto found = camera.values.find(name); found != camera.values.end())
      key += std::string(name) + '=' + valueText(found->second) + '\n';
  return key;
}

JsonNode notesOf(const EventSource& source) {
  JsonNode list = JsonNode::list();
  for (const Note& note : source.notes()) {
    JsonNode row = JsonNode::object();
    row.set("level", note.level == Note::Level::Error     ? "error"
                     : note.level == Note::Level::Warning ? "warning"
                                                          : "info");
    row.set("text", note.text);
    list.add(std::move(row));
  }
  return list;
}

}  // namespace

/// One file that is being read; the job writes the text, the window reads it.
struct FileReports::Reading {
  std::atomic<bool> stop = false;
  std::atomic<std::shared_ptr<const std::string>> text =
      std::make_shared<const std::string>(R"({"state": "opening"})");

  void tell(const JsonNode& value) { text = std::make_shared<const std::string>(value.write()); }
};

namespace {

/// The values of a node that its format's options know.
Values optionsOf(const Item& camera) {
  Values options;
  for (const char* key : {"width", "height"})
    if (const auto size = integerOr(camera.values, key, 0); size > 0) options[key] = size;
  const std::string text = textOr(camera.values, "options", "");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    if (const std::size_t equals = word.find('='); equals != std::string::npos && equals > 0)
      options[word.substr(0, equals)] = valueFromText(word.substr(equals + 1));
  }
  return options;
}

Result<OpenedFile> openAs(const Item& camera, const Values& options, const Registry& registry) {
  const std::string file = textOr(camera.values, "file", "");
  const std::string id = textOr(camera.values, "format", "auto");
  const FileFormat* format = registry.fileFormat(id);
  if (!format || !format->open) return openFile(file, options, registry);
  TRY(auto content, format->open(file, options));
  return OpenedFile{format, std::move(content)};
}

}  // namespace

FileReports::~FileReports() {
  for (auto& [key, reading] : readings_) reading->stop = true;
}

std::shared_ptr<FileReports::Reading>& FileReports::readingOf(const Item& camera) {
  auto& reading = readings_[keyOf(camera)];
  if (reading) return reading;
  reading = std::make_shared<Reading>();
  (void)jobs_.start(
      "read " + std::filesystem::path(textOr(camera.values, "file", "")).filename().string(),
      [reading, camera, &registry = registry_](JobControl& control) {
        std::error_code failed;
        JsonNode base = JsonNode::object();
        base.set("file", textOr(camera.values, "file", ""));
        const auto bytes = std::filesystem::file_size(textOr(camera.values, "file", ""), failed);
        base.set("bytes", failed ? std::uint64_t{0} : static_cast<std::uint64_t>(bytes));
        const auto fail = [&](const Error& error) {
          base.set("state", "failed");
          base.set("error", error.text());
          reading->tell(base);
          return false;
        };
        const Values options = optionsOf(camera);
        auto opened = openAs(camera, options, registry);
        if (!opened) return fail(opened.error());
        auto* held = std::get_if<std::unique_ptr<EventSource>>(&opened.value().content);
        if (!held || !*held)
          return fail({"holds no events of a camera", base.find("file")->text()});
        EventSource& source = **held;
        base.set("format", opened.value().format->id);
        base.set("title", opened.value().format->title);
        // What the file itself says, where the node's own size hides it.
        if (options.contains("width") || options.contains("height")) {
          Values others = options;
          others.erase("width");
          others.erase("height");
          if (auto plain = openAs(camera, others, registry))
            if (auto* its = std::get_if<std::unique_ptr<EventSource>>(&plain.value().content)) {
              const Sensor sensor = sensorOf(**its);
              base.set("own_width", sensor.width);
              base.set("own_height", sensor.height);
              base.set("own_source", sensor.origin);
            }
        }
        const auto tell = [&](const char* state, const EventCounts& counts) {
          JsonNode value = base;
          value.set("state", state);
          value.set("indexed", source.indexed());
          const JsonNode described = describeEvents(source, counts);
          for (const auto& [key, member] : described.members()) value.set(key, member);
          value.set("notes", notesOf(source));
          reading->tell(std::move(value));
        };
        (void)source.seek(std::numeric_limits<Time>::min());  // begins to find the places in the file
        EventCounts sofar;
        tell("reading", sofar);
        auto told = std::chrono::steady_clock::now();
        const auto counted = countEvents(source, {}, [&](const EventCounts& counts) {
          if (reading->stop || control.stopped()) return false;
          sofar = counts;
          if (const auto now = std::chrono::steady_clock::now(); now - told > kTellEvery) {
            told = now;
            tell("reading", counts);
          }
          return true;
        });
        if (counted)
          tell("done", counted.value());
        else if (reading->stop || control.stopped())
          tell("stopped", sofar);
        else
          return fail(counted.error());
        return true;
      });
  return reading;
}

Json FileReports::report(const Item& camera) {
  return Json{*readingOf(camera)->text.load()};
}

void FileReports::stop(const Item& camera) { readingOf(camera)->stop = true; }

}  // namespace spk
