#include "panels/file/reportWords.h"

#include <QObject>
#include <algorithm>
#include <array>

#include "panels/kit/Theme.h"

namespace spk::panels::file {
namespace {

std::int64_t integerIn(const JsonNode& report, std::string_view key) {
  const JsonNode* found = report.find(key);
  return found ? found->integer() : 0;
}
QString textIn(const JsonNode& report, std::string_view key) {
  const JsonNode* found = report.find(key);
  return found && found->form() == JsonNode::Form::Text ? QString::fromStdString(found->text())
                                                        : QString();
}
QString count(std::int64_t n) {
  return shownCount(static_cast<std::uint64_t>(std::max<std::int64_t>(0, n)));
}

/// Counters that have words of their own; others say their names.
QString counterWords(const std::string& name, std::int64_t n) {
  static const std::array<std::pair<const char*, QString>, 11> kWords = {{
      {"dropped_before_time_base", QObject::tr("events before the first time word, left out")},
      {"out_of_bounds", QObject::tr("events beyond the sensor, left out")},
      {"non_monotonic", QObject::tr("events earlier than the one before, sorted in or held")},
      {"truncated_bytes", QObject::tr("bytes of a last piece that is not whole, left out")},
      {"unknown_words", QObject::tr("words of a kind that is not known, ignored")},
      {"bad_rows", QObject::tr("rows that are no event, left out")},
      {"damaged_packets", QObject::tr("packets that cannot be unpacked, left out")},
      {"damaged_chunks", QObject::tr("chunks that cannot be unpacked, left out")},
      {"skipped_bytes", QObject::tr("bytes passed over up to the next sound packet")},
      {"invalid_events", QObject::tr("events that the file marks as invalid, left out")},
      {"missing_rows", QObject::tr("rows that the header promises and the file lacks")},
  }};
  for (const auto& [known, words] : kWords)
    if (name == known) return count(n) + u' ' + words;
  if (name.starts_with("violation_"))
    return QObject::tr("%1 times against the encoding: %2")
        .arg(count(n), QString::fromStdString(name.substr(10)).replace(u'_', u' '));
  return count(n) + u' ' + QString::fromStdString(name).replace(u'_', u' ');
}

/// Counters that say how much there is, not what is wrong with it.
bool isPlain(const std::string& name) {
  return name == "triggers" || name == "imu" || name == "imu_words" || name == "max_step_back_us";
}

void addFacts(const JsonNode& report, ReportWords& words) {
  const QString title = textIn(report, "title");
  if (!title.isEmpty()) words.facts << std::pair(QObject::tr("Format"), title);
  const std::int64_t bytes = integerIn(report, "bytes");
  if (bytes > 0)
    words.facts << std::pair(QObject::tr("Size"), shownShort(double(bytes)) + QStringLiteral("B"));
  if (!report.find("events")) return;
  const QString own = textIn(report, "own_source"), used = textIn(report, "geometry_source");
  const bool same =
      own.isEmpty() || (integerIn(report, "own_width") == integerIn(report, "width") &&
                        integerIn(report, "own_height") == integerIn(report, "height"));
  const QString origin = own.isEmpty() ? used : same ? own : QObject::tr("set by hand");
  words.guessedSize = same && origin.contains(QStringLiteral("guess"));
  words.facts << std::pair(QObject::tr("Sensor"), QStringLiteral("%1 × %2 px (%3)")
                                                      .arg(integerIn(report, "width"))
                                                      .arg(integerIn(report, "height"))
                                                      .arg(origin));
  words.facts << std::pair(QObject::tr("Events"), QObject::tr("%1 (%2 ON, %3 OFF)")
                                                      .arg(count(integerIn(report, "events")),
                                                           count(integerIn(report, "on")),
                                                           count(integerIn(report, "off"))));
  const std::int64_t first = integerIn(report, "t_first_us"), last = integerIn(report, "t_last_us");
  const double seconds = double(last - first) * 1e-6;
  words.facts << std::pair(QObject::tr("Length"), shown(seconds, "s", 6));
  if (seconds > 0)
    words.facts << std::pair(
        QObject::tr("Rate"),
        shownShort(double(integerIn(report, "events")) / seconds) + QObject::tr("ev/s on average"));
  words.facts << std::pair(QObject::tr("Its clock"),
                           QObject::tr("%1 to %2 µs").arg(count(first), count(last)));
  QStringList beside;
  for (const auto& [key, noun] : {std::pair("frames", QObject::tr("frames")),
                                  std::pair("imu", QObject::tr("inertial samples")),
                                  std::pair("triggers", QObject::tr("triggers"))})
    if (const std::int64_t n = integerIn(report, key); n > 0) beside << count(n) + u' ' + noun;
  if (!beside.isEmpty())
    words.facts << std::pair(QObject::tr("Besides"), beside.join(QStringLiteral(", ")));
}

}  // namespace

ReportWords reportWords(const JsonNode& report) {
  ReportWords words;
  const QString state = textIn(report, "state");
  words.isReading = state == QStringLiteral("reading") || state == QStringLiteral("opening");
  words.isFailed = state == QStringLiteral("failed");
  if (words.isFailed) words.state = textIn(report, "error");
  if (state == QStringLiteral("opening")) words.state = QObject::tr("opening …");
  if (state == QStringLiteral("stopped"))
    words.state = QObject::tr("Reading was stopped: what stands here is of its first part.");
  if (state == QStringLiteral("reading")) {
    const JsonNode* indexed = report.find("indexed");
    words.share = indexed ? indexed->number() : -1;
    words.state =
        words.share < 1
            ? QObject::tr("finding places in the file: %1 %").arg(int(100 * words.share))
            : QObject::tr("reading: %1 events so far").arg(count(integerIn(report, "events")));
    if (words.share >= 1) words.share = -1;
  }
  addFacts(report, words);
  if (const JsonNode* counters = report.find("counters"))
    for (const auto& [name, n] : counters->members())
      if (n.integer() > 0 && !isPlain(name)) words.left << counterWords(name, n.integer());
  if (const std::int64_t back =
          [&] {
            const JsonNode* counters = report.find("counters");
            return counters ? integerIn(*counters, "max_step_back_us") : 0;
          }();
      back > 0)
    words.left << QObject::tr("the longest step back in time is %1").arg(shown(back * 1e-3, "ms"));
  if (const JsonNode* notes = report.find("notes"))
    for (const JsonNode& note : notes->items()) words.notes << textIn(note, "text");
  return words;
}

std::string optionIn(const std::string& options, const std::string& name) {
  for (std::size_t at = 0; at < options.size();) {
    const std::size_t end = std::min(options.find(' ', at), options.size());
    const std::string word = options.substr(at, end - at);
    at = end + 1;
    if (word.starts_with(name + "=")) return word.substr(name.size() + 1);
  }
  return {};
}

std::string withOption(const std::string& options, const std::string& name,
                       const std::string& value) {
  std::string made;
  const auto add = [&](const std::string& word) { made += (made.empty() ? "" : " ") + word; };
  bool done = value.empty();
  for (std::size_t at = 0; at < options.size();) {
    const std::size_t end = std::min(options.find(' ', at), options.size());
    const std::string word = options.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (!word.starts_with(name + "="))
      add(word);
    else if (!std::exchange(done, true))
      add(name + "=" + value);
  }
  if (!done) add(name + "=" + value);
  return made;
}

}  // namespace spk::panels::file
