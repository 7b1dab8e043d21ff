#include "panels/kit/catalogue.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>
#include <array>

#include "engine/base/Json.h"
#include "engine/graph/check.h"
#include "panels/kit/itemWords.h"

namespace spk {
namespace {

constexpr std::array kOrder = {Role::Population, Role::Source,  Role::Filter, Role::Metric,
                               Role::View,       Role::Learner, Role::Layout};

QString groupOf(const NodeType& type) {
  if (!type.group.empty()) return QString::fromStdString(type.group);
  switch (type.role) {
    case Role::Population: return "Neurons";
    case Role::Source: return "Sources";
    case Role::Filter: return "Filters & flow";
    case Role::Metric: return "Measures";
    case Role::View: return "Views";
    case Role::Learner: return "Learning";
    default: return "Layout";
  }
}

/// "ei_balance.spk" is titled "EI balance": words of one or two letters are initials.
QString templateTitle(const QFileInfo& file) {
  QStringList words = file.completeBaseName().split('_', Qt::SkipEmptyParts);
  for (QString& word : words)
    if (word.size() <= 2) word = word.toUpper();
  QString title = words.join(' ');
  if (!title.isEmpty()) title[0] = title[0].toUpper();
  return title;
}

bool startsWord(const QString& text, int at) {
  return at == 0 || !text[at - 1].isLetterOrNumber() ||
         (text[at].isUpper() && text[at - 1].isLower());
}

/// The letters of `word` in order inside `text`; scored by runs and beginnings of words.
std::optional<std::pair<double, std::vector<int>>> inOrder(const QString& text,
                                                           const QString& word) {
  std::vector<int> at;
  double score = 0;
  int from = 0;
  for (const QChar letter : word) {
    int found = -1;
    for (int i = from; i < text.size(); ++i) {
      if (text[i].toLower() != letter) continue;
      if (found < 0) found = i;
      // A beginning of a word is worth jumping for; a letter that goes on the run more so.
      if (startsWord(text, i) || (!at.empty() && i == at.back() + 1)) {
        found = i;
        break;
      }
    }
    if (found < 0) return std::nullopt;
    score += startsWord(text, found) ? 3 : !at.empty() && found == at.back() + 1 ? 2 : -1;
    at.push_back(found);
    from = found + 1;
  }
  if (score <= 0) return std::nullopt;  // letters strewn about are no match
  return std::pair{score, at};
}

struct Found {
  double score = 0;
  std::vector<int> inTitle = {};
};

std::optional<Found> findWord(const CatalogueEntry& entry, const QString& word) {
  if (const int at = static_cast<int>(entry.title.indexOf(word, 0, Qt::CaseInsensitive)); at >= 0) {
    Found found{(startsWord(entry.title, at) ? 60.0 : 40.0) + (at == 0 ? 20 : 0)};
    for (int i = 0; i < word.size(); ++i) found.inTitle.push_back(at + i);
    return found;
  }
  const QString id = QString::fromStdString(entry.type);
  if (id.contains(word, Qt::CaseInsensitive)) return Found{35};
  if (entry.words.contains(word, Qt::CaseInsensitive)) return Found{30};
  if (const auto order = inOrder(entry.title, word)) return Found{10 + order->first, order->second};
  if (word.size() >= 3 && entry.doc.contains(word, Qt::CaseInsensitive)) return Found{6};
  if (entry.group.contains(word, Qt::CaseInsensitive)) return Found{5};
  return std::nullopt;
}

}  // namespace

namespace {

Parameter countedOf(const NodeType& type) {
  if (const Parameter* n = type.shape.parameter("n")) return *n;
  const auto first = std::ranges::find_if(type.shape.parameters, [](const Parameter& parameter) {
    return parameter.essential &&
           (parameter.kind == Kind::Number || parameter.kind == Kind::Integer);
  });
  return first == type.shape.parameters.end() ? Parameter{} : *first;
}

void addType(const NodeType& type, std::vector<CatalogueEntry>& entries) {
  CatalogueEntry entry{type.id,
                       {},
                       QString::fromStdString(type.title),
                       groupOf(type),
                       QString::fromStdString(type.words),
                       QString::fromStdString(type.doc),
                       countedOf(type)};
  entry.presets = static_cast<int>(type.presets.size());
  entry.sketch = type.id;
  entries.push_back(entry);
  entry.presets = 0;
  entry.preset = true;
  for (const Preset& preset : type.presets) {
    entry.title = shortTitle(type) + QStringLiteral(": ") + QString::fromStdString(preset.name);
    entry.begins = preset.values;
    entry.sketch = type.id + ": " + preset.name;
    entries.push_back(entry);
  }
}

/// "800", "40x30", "1×30×40", "8.5"; nothing if it is none, or not allowed there.
std::optional<Value> countOf(const Parameter& counted, const QString& word) {
  if (counted.name.empty()) return std::nullopt;
  std::optional<Value> value;
  bool isNumber = false;
  if (counted.kind == Kind::Number) {
    const double number = word.toDouble(&isNumber);
    if (isNumber) value = Value{number};
  } else if (const qlonglong whole = word.toLongLong(&isNumber); isNumber) {
    value = Value{static_cast<std::int64_t>(whole)};
  } else if (counted.kind == Kind::Grid) {
    JsonNode sides = JsonNode::list();
    for (const QString& side : QString(word).replace(QChar(u'×'), u'x').split(u'x')) {
      const qlonglong length = side.toLongLong(&isNumber);
      if (!isNumber) return std::nullopt;
      sides.add(JsonNode{static_cast<std::int64_t>(length)});
    }
    value = Value{Json{sides.write()}};
  }
  return value && checkValue(counted, *value) ? value : std::nullopt;
}

}  // namespace

std::vector<CatalogueEntry> catalogue(const Registry& registry,
                                      const std::filesystem::path& templates) {
  std::vector<CatalogueEntry> entries;
  for (const Role role : kOrder) {
    const std::size_t first = entries.size();
    for (const NodeType& type : registry.nodeTypes()) {
      if (type.role != role || type.id == "layout.window" || type.id.starts_with("project.") ||
          type.id.starts_with("lesson."))
        continue;
      addType(type, entries);
    }
    // Types of one group stand together, groups in order of their first type.
    std::vector<QString> groups;
    for (std::size_t i = first; i < entries.size(); ++i)
      if (std::ranges::find(groups, entries[i].group) == groups.end())
        groups.push_back(entries[i].group);
    const auto place = [&](const CatalogueEntry& entry) {
      return std::ranges::find(groups, entry.group) - groups.begin();
    };
    std::stable_sort(entries.begin() + static_cast<std::ptrdiff_t>(first), entries.end(),
                     [&](const auto& a, const auto& b) { return place(a) < place(b); });
  }
  if (templates.empty()) return entries;
  const QDir folder(QString::fromStdString(templates.string()));
  for (const QFileInfo& file : folder.entryInfoList({"*.spk"}, QDir::Files, QDir::Name))
    entries.push_back({"", file.filePath().toStdString(), templateTitle(file), "Templates",
                       "template",
                       "The network in " + file.fileName() + ", as a copy of its own."});
  return entries;
}

std::optional<Match> match(const CatalogueEntry& entry, const QString& query) {
  QStringList words = query.simplified().toLower().split(' ', Qt::SkipEmptyParts);
  Match result;
  // The year in a preset's name is no number of neurons.
  static const QRegularExpression kGaps(QStringLiteral("\\W+"));
  if (words.size() >= 2 && !entry.title.split(kGaps).contains(words.back(), Qt::CaseInsensitive)) {
    result.number = countOf(entry.counted, words.back());
    if (result.number) words.removeLast();
  }
  if (entry.preset) result.score = -1;  // behind its type, where both fit
  for (const QString& word : words) {
    const auto found = findWord(entry, word);
    if (!found) return std::nullopt;
    result.score += found->score;
    result.inTitle.insert(result.inTitle.end(), found->inTitle.begin(), found->inTitle.end());
  }
  std::ranges::sort(result.inTitle);
  result.inTitle.erase(std::unique(result.inTitle.begin(), result.inTitle.end()),
                       result.inTitle.end());
  return result;
}

std::vector<CatalogueRow> rows(const std::vector<CatalogueEntry>& entries, const QString& query,
                               const std::function<bool(const CatalogueEntry&)>& fits) {
  std::vector<CatalogueRow> rows;
  const bool all = query.trimmed().isEmpty();
  for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
    const CatalogueEntry& entry = entries[i];
    if ((all && entry.preset) || (fits && !fits(entry))) continue;
    const auto found = match(entry, query);
    if (!found) continue;
    if (all && (rows.empty() || entries[rows.back().entry].group != entry.group))
      rows.push_back({-1, entry.group});
    rows.push_back({i, {}, *found});
  }
  if (!all)
    std::ranges::stable_sort(
        rows, [](const auto& a, const auto& b) { return a.match.score > b.match.score; });
  return rows;
}

}  // namespace spk
