#include <cctype>
#include <cmath>
#include <map>

#include "app/commandLine.h"
#include "app/registry.h"

namespace spk {
namespace {

JsonNode limit(double value) { return std::isfinite(value) ? JsonNode(value) : JsonNode(); }

const char* kindWord(Kind kind) {
  constexpr const char* kWords[] = {"number", "integer", "switch",   "choice", "text",
                                    "file",   "colour",  "equation", "grid"};
  return kWords[static_cast<int>(kind)];
}

/// The type's own parameters; those that every item has (name, muted, x …) are left out.
Shape ownShape(const NodeType& type, const Registry& registry) {
  Item item;
  item.type = type.id;
  Shape shape = type.describe ? type.describe(item) : type.shape;
  shape.ports = registry.describe(item).ports;  // with an output for each column
  return shape;
}

JsonNode jsonOf(const Parameter& parameter) {
  JsonNode row = JsonNode::object();
  row.set("name", parameter.name);
  row.set("unit", parameter.unit);
  row.set("default", toJson(parameter.initial));
  row.set("min", limit(parameter.min));
  row.set("max", limit(parameter.max));
  row.set("doc", parameter.doc);
  row.set("kind", kindWord(parameter.kind));
  JsonNode choices = JsonNode::list();
  for (const std::string& choice : parameter.choices) choices.add(choice);
  row.set("choices", std::move(choices));
  row.set("live", parameter.live);
  row.set("per_neuron", parameter.each);
  return row;
}

JsonNode jsonOf(const NodeType& type, const Registry& registry) {
  const Shape shape = ownShape(type, registry);
  JsonNode value = JsonNode::object();
  value.set("id", type.id);
  value.set("title", type.title);
  value.set("role", roleWord(type.role));
  value.set("doc", type.doc);
  value.set("group", type.group);
  JsonNode ports = JsonNode::list();
  for (const Port& port : shape.ports) {
    JsonNode row = JsonNode::object();
    row.set("name", port.name);
    row.set("signal", signalWord(port.signal));
    row.set("input", port.input);
    row.set("unit", port.unit);
    row.set("doc", port.doc);
    ports.add(std::move(row));
  }
  value.set("ports", std::move(ports));
  JsonNode parameters = JsonNode::list();
  for (const Parameter& parameter : shape.parameters) parameters.add(jsonOf(parameter));
  value.set("parameters", std::move(parameters));
  return value;
}

std::string rangeText(const Parameter& parameter) {
  if (!parameter.choices.empty()) {
    std::string text;
    for (const std::string& choice : parameter.choices)
      text += (text.empty() ? "" : " | ") + choice;
    return text;
  }
  const bool low = std::isfinite(parameter.min), high = std::isfinite(parameter.max);
  if (parameter.kind != Kind::Number && parameter.kind != Kind::Integer) return "";
  if (low && high) return numberText(parameter.min) + " … " + numberText(parameter.max);
  if (low) return "≥ " + numberText(parameter.min);
  return high ? "≤ " + numberText(parameter.max) : "";
}

/// Lines of at most 78 letters, each after `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent) {
  constexpr std::size_t kWidth = 78;
  std::string out, line(indent, ' ');
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    if (line.size() > indent && line.size() + end - at + 1 > kWidth) {
      out += line + "\n";
      line.assign(indent, ' ');
    }
    if (line.size() > indent && end > at) line += ' ';
    line += text.substr(at, end - at);
    if (end < text.size() && text[end] == '\n') {
      out += line + "\n";
      line.assign(indent, ' ');
    }
    at = end + 1;
  }
  return line.size() > indent ? out + line + "\n" : out;
}

std::string page(const NodeType& type, const Registry& registry) {
  const Shape shape = ownShape(type, registry);
  std::string text =
      type.id + "\n  " + type.title + " (" + roleWord(type.role) + ")\n" + wrapped(type.doc, 2);
  if (!shape.ports.empty()) text += "\n";
  for (const Port& port : shape.ports) {
    text += std::string("  ") + (port.input ? "in   " : "out  ") + port.name + ", " +
            signalWord(port.signal) + (port.unit.empty() ? "" : " [" + port.unit + "]");
    text += port.doc.empty() ? "\n" : ": " + port.doc + "\n";
  }
  if (!shape.parameters.empty()) text += "\n";
  for (const Parameter& parameter : shape.parameters) {
    std::string initial = valueText(parameter.initial);
    while (initial.ends_with('\n')) initial.pop_back();
    if (initial.find('\n') != std::string::npos) initial.insert(0, "\n");
    for (std::size_t at = 0; (at = initial.find('\n', at)) != std::string::npos; at += 7)
      initial.insert(at + 1, "      ");  // a text of several lines stands by itself
    text += "  " + parameter.name + " = " + initial;
    if (!parameter.unit.empty()) text += " " + parameter.unit;
    if (const std::string range = rangeText(parameter); !range.empty())
      text += "   (" + range + ")";
    text += "\n" + wrapped(parameter.doc, 6);
  }
  return text;
}

std::string list(std::span<const NodeType* const> types) {
  std::map<std::string, std::string> groups;
  for (const NodeType* type : types) {
    std::string id = type->id;
    if (id.size() < 22) id.resize(22, ' ');
    groups[type->group] += "  " + id + " " + type->title + "\n";
  }
  std::string text;
  for (const auto& [group, lines] : groups)
    text +=
        (text.empty() ? "" : "\n") + (group.empty() ? std::string("Other") : group) + "\n" + lines;
  return text + "\nspikarium nodes NAME describes one.\n";
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// The type of that id; else all whose id, title or search words contain the name.
std::vector<const NodeType*> matching(const Registry& registry, const std::string& name) {
  if (const NodeType* exact = registry.nodeType(name)) return {exact};
  std::vector<const NodeType*> found;
  for (const NodeType& type : registry.nodeTypes())
    if (lower(type.id + " " + type.title + " " + type.words).find(lower(name)) != std::string::npos)
      found.push_back(&type);
  return found;
}

}  // namespace

int nodesCommand(Words words) {
  std::string name;
  bool json = false;
  CLI::App app("Lists the node types; with a name (an id or a part of it) describes what fits.",
               "nodes");
  app.add_option("NAME", name, "Such as neuron.lif_delta, or lif");
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;

  const Registry registry = wholeRegistry();
  const auto types = matching(registry, name);
  if (types.empty())
    return console::fail({"no node type has this in its name; spikarium nodes lists all", name});
  if (json) {
    JsonNode value = JsonNode::list();
    for (const NodeType* type : types) value.add(jsonOf(*type, registry));
    return console::answer(value);
  }
  if (name.empty()) {
    console::print(list(types));
    return console::kDone;
  }
  std::string text;
  for (const NodeType* type : types) text += (text.empty() ? "" : "\n") + page(*type, registry);
  console::print(text);
  return console::kDone;
}

}  // namespace spk
