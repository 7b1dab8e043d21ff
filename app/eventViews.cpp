#include "app/eventViews.h"

#include <algorithm>

#include "engine/graph/Document.h"
#include "engine/run/openFile.h"

namespace spk {
namespace {

constexpr double kAside = 280, kBelow = 130;  // of the canvas

/// The kinds of streams that a camera's file has.
std::vector<Stream::Kind> kindsIn(const Item& camera, const Registry& registry) {
  std::vector<Stream::Kind> kinds;
  const auto opened = openFile(textOr(camera.values, "file", ""), {}, registry);
  if (!opened) return kinds;
  if (const auto* source = std::get_if<std::unique_ptr<EventSource>>(&opened.value().content))
    for (const Stream& stream : (*source)->streams()) kinds.push_back(stream.kind);
  return kinds;
}

}  // namespace

std::vector<Operation> viewsOfCamera(const Item& camera, const Registry& registry,
                                     const std::function<Id()>& newId) {
  std::vector<Operation> made;
  int row = 0;
  const auto view = [&](const char* type, const char* name) {
    Item item{newId(), type};
    item.values["name"] = std::string(name);
    item.values["x"] = numberOr(camera.values, "x", 0) + kAside;
    item.values["y"] = numberOr(camera.values, "y", 0) + kBelow * row++;
    const Id id = item.id;
    made.push_back(Insert{std::move(item)});
    return id;
  };
  const auto wire = [&](const char* from, Id to, const char* port) {
    made.push_back(Insert{{newId(), "wire.signal", {}, {camera.id, from}, {to, port}, {}}});
  };
  const std::vector<Stream::Kind> kinds = kindsIn(camera, registry);
  const auto has = [&](Stream::Kind kind) { return std::ranges::count(kinds, kind) > 0; };
  const Id image = view("view.image", "Image");
  wire("out", image, "in");
  if (has(Stream::Kind::Frames)) wire("frames", image, "frames");
  wire("out", view("view.cloud", "Cloud"), "in");
  const Id rate = view("view.rate", "Event rate");
  wire("out", rate, "events");
  if (has(Stream::Kind::Triggers)) wire("triggers", rate, "triggers");
  if (has(Stream::Kind::Imu)) wire("imu", view("view.imu", "Inertial samples"), "in");
  return made;
}

}  // namespace spk
