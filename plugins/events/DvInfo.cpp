#include "plugins/events/DvInfo.h"

#include <expat.h>

#include <charconv>
#include <memory>

namespace spk::events {
namespace {

constexpr std::size_t kDeepest = 32, kTextMost = 1 << 12, kStreamsMost = 256;

int whole(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// What the parser is within: the names of the nodes, and the attribute that is being read.
struct Walk {
  std::vector<std::string> nodes;
  std::string key, text;
  std::vector<DvStream> streams;
  bool tooDeep = false;

  /// Whether it is within outInfo/ID, or outInfo/ID/info.
  bool inStream() const {
    return nodes.size() >= 2 && nodes[0] == "outInfo" &&
           (nodes.size() == 2 || (nodes.size() == 3 && nodes[2] == "info"));
  }

  void begin(std::string_view element, const char** attributes) {
    std::string name, attributeKey;
    for (; attributes[0]; attributes += 2) {
      if (std::string_view(attributes[0]) == "name") name = attributes[1];
      if (std::string_view(attributes[0]) == "key") attributeKey = attributes[1];
    }
    if (element == "node") {
      if (nodes.size() >= kDeepest) {
        tooDeep = true;
        return;
      }
      nodes.push_back(name);
      if (nodes.size() == 2 && nodes[0] == "outInfo" && streams.size() < kStreamsMost) {
        int id = -1;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
        if (error != std::errc() || end != name.data() + name.size()) id = -1;
        streams.push_back({id, {}, {}, {}});
      }
    } else if (element == "attr") {
      key = attributeKey;
      text.clear();
    }
  }
  void end(std::string_view element) {
    if (element == "node" && !nodes.empty()) nodes.pop_back();
    if (element != "attr" || !inStream() || streams.empty()) return;
    DvStream& stream = streams.back();
    if (key == "typeIdentifier") stream.type = text;
    if (key == "originalModuleName") stream.module = text;
    if (key == "source") stream.source = text;
    if (key == "sizeX") stream.width = whole(text);
    if (key == "sizeY") stream.height = whole(text);
  }
  void letters(std::string_view more) {
    if (text.size() + more.size() <= kTextMost) text += more;
  }
};

std::string escaped(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (c == '<')
      made += "&lt;";
    else if (c == '&')
      made += "&amp;";
    else if (c == '"')
      made += "&quot;";
    else if (static_cast<unsigned char>(c) >= 0x20)
      made += c;
  }
  return made;
}

}  // namespace

Result<std::vector<DvStream>> readDvInfo(std::string_view xml) {
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate("UTF-8"),
                                                                       &XML_ParserFree);
  if (!parser) return Error{"there is no memory to read the header", "header"};
  Walk walk;
  XML_SetUserData(parser.get(), &walk);
  XML_SetElementHandler(
      parser.get(),
      [](void* to, const char* element, const char** attributes) {
        static_cast<Walk*>(to)->begin(element, attributes);
      },
      [](void* to, const char* element) { static_cast<Walk*>(to)->end(element); });
  XML_SetCharacterDataHandler(parser.get(), [](void* to, const char* text, int length) {
    static_cast<Walk*>(to)->letters({text, static_cast<std::size_t>(length)});
  });
  const auto status = XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), 1);
  if (status != XML_STATUS_OK)
    return Error{std::string("its description of the streams is no XML: ") +
                     XML_ErrorString(XML_GetErrorCode(parser.get())) + " in line " +
                     std::to_string(XML_GetCurrentLineNumber(parser.get())),
                 "header"};
  if (walk.tooDeep) return Error{"its description of the streams is nested too deeply", "header"};
  return std::move(walk.streams);
}

std::string writeDvInfo(const std::vector<DvStream>& streams, std::string_view compression) {
  std::string xml =
      "<dv version=\"2.0\">\n<node name=\"outInfo\" path=\"/mainloop/Recorder/outInfo/\">\n";
  const auto attribute = [&](const char* key, const char* type, const std::string& value) {
    xml += std::string("<attr key=\"") + key + "\" type=\"" + type + "\">" + escaped(value) +
           "</attr>\n";
  };
  for (const DvStream& stream : streams) {
    const std::string id = std::to_string(stream.id);
    const std::string path = "/mainloop/Recorder/outInfo/" + id + "/";
    xml += "<node name=\"" + id + "\" path=\"" + path + "\">\n";
    attribute("compression", "string", std::string(compression));
    attribute("originalModuleName", "string", stream.module);
    attribute("originalOutputName", "string", stream.source);
    attribute("typeIdentifier", "string", stream.type);
    xml += "<node name=\"info\" path=\"" + path + "info/\">\n";
    attribute("sizeX", "int", std::to_string(stream.width));
    attribute("sizeY", "int", std::to_string(stream.height));
    attribute("source", "string", stream.module);
    attribute("tsOffset", "long", "0");
    xml += "</node>\n</node>\n";
  }
  return xml + "</node>\n</dv>\n";
}

}  // namespace spk::events
