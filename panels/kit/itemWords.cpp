#include "panels/kit/itemWords.h"

#include <QStringList>
#include <algorithm>

#include "engine/base/Json.h"
#include "panels/kit/Theme.h"

namespace spk {
namespace {

QString words(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// "normal, mean 20 ms", "list of 800", "{…}".
QString shownJson(const Parameter& parameter, const Json& json) {
  const auto parsed = JsonNode::parse(json.text);
  if (!parsed) return words(json.text);
  const JsonNode& node = parsed.value();
  if (node.form() == JsonNode::Form::List)
    return QStringLiteral("list of %1").arg(node.items().size());
  if (node.form() != JsonNode::Form::Object || node.members().size() != 1) return words(json.text);
  const auto& [name, fields] = node.members().front();
  QString text = words(name);
  const std::string_view first = name == "uniform" ? "min" : "mean";
  if (const JsonNode* mean = fields.find(first); mean && mean->isNumber())
    text += QStringLiteral(", %1 %2").arg(words(first), shown(mean->number(), parameter.unit));
  return text;
}

}  // namespace

QString shownSize(const Value& value) {
  if (const auto n = asInteger(value)) return shownCount(static_cast<std::uint64_t>(*n));
  const Json* json = std::get_if<Json>(&value);
  const auto parsed = json ? JsonNode::parse(json->text) : Result<JsonNode>(Error{});
  if (!parsed) return words(valueText(value));
  QStringList sides;
  for (const JsonNode& side : parsed.value().items()) sides << QString::number(side.number());
  return sides.join(QChar(u'×'));
}

QString shownValue(const Parameter& parameter, const Value& value) {
  if (parameter.kind == Kind::Grid) return shownSize(value);
  if (parameter.kind == Kind::Switch) return switchOr({{"", value}}, "", false) ? "on" : "off";
  if (const auto number = asNumber(value)) {
    if (parameter.kind == Kind::Integer && *number >= 0 && *number < 9e15)
      return shownCount(static_cast<std::uint64_t>(*number)) +
             (parameter.unit.empty() ? QString() : QChar(kThinSpace) + words(parameter.unit));
    return shown(*number, parameter.unit);
  }
  if (const auto text = asText(value)) {
    QString plain = words(*text);
    if (parameter.kind == Kind::File) return plain.section('/', -1);
    if (parameter.kind == Kind::Choice) plain.replace('_', ' ');
    return plain;
  }
  if (const Json* json = std::get_if<Json>(&value)) return shownJson(parameter, *json);
  if (const Blob* blob = std::get_if<Blob>(&value))
    return blob->isMissing() ? QStringLiteral("missing file")
                             : QStringLiteral("array of %1").arg(blob->numbers().size());
  return {};
}

QString shortTitle(const NodeType& type) {
  const QString title = words(type.title);
  qsizetype cut = title.size();
  for (const QChar stop : {u',', u'(', u':'})
    if (const qsizetype at = title.indexOf(stop); at >= 0) cut = std::min(cut, at);
  return cut > 0 ? title.left(cut).trimmed() : title;
}

QString shownType(const Registry& registry, const Item& item) {
  const NodeType* type = registry.nodeType(item.type);
  return words(type ? std::string_view(type->title) : std::string_view(item.type));
}

QString shownName(const Project& project, const Registry& registry, Id id) {
  if (id == Id::settings) return QStringLiteral("Project");
  const Item* item = project.find(id);
  if (!item) return QStringLiteral("#%1").arg(number(id));
  if (const std::string name = textOr(item->values, "name", ""); !name.empty()) return words(name);
  if (item->isWire() && item->from.item != id && item->to.item != id)
    return shownName(project, registry, item->from.item) + QStringLiteral(" → ") +
           shownName(project, registry, item->to.item);
  const NodeType* type = registry.nodeType(item->type);
  return type ? shortTitle(*type) : QStringLiteral("#%1").arg(number(id));
}

}  // namespace spk
