// ROS 2 recordings in SQLite: a table of topics and one of messages. Layout: rosbag2's sqlite3
// storage.
#include <sqlite3.h>

#include <map>
#include <memory>
#include <optional>

#include "engine/graph/Registry.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/RosSource.h"
#include "plugins/events/loads.h"

namespace spk::events::rosdb3 {
namespace {

constexpr int kMessageMost = 1 << 26;

struct Close {
  void operator()(sqlite3* base) const { sqlite3_close_v2(base); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Base = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

/// Opened for reading alone, with nothing in it trusted.
Result<Base> openBase(const std::filesystem::path& path) {
  sqlite3* raw = nullptr;
  const int status =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  Base base(raw);
  if (status != SQLITE_OK)
    return Error{std::string("cannot be opened: ") + sqlite3_errstr(status), path.string()};
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, kMessageMost);
  // Mapped, SQLite looks past the end of a damaged page into the file, the same in every run; else
  // into its own memory.
  sqlite3_exec(raw, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=2147418112", nullptr, nullptr,
               nullptr);
  return base;
}

Result<Statement> prepare(sqlite3* base, const char* sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(base, sql, -1, &raw, nullptr) != SQLITE_OK)
    return Error{std::string("is no recording of ROS 2: ") + sqlite3_errmsg(base), "SQLite"};
  return Statement(raw);
}

std::string textColumn(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return text ? text : "";
}

/// The messages of a recording in the order in which they were written.
class Messages {
 public:
  struct Place {
    std::uint64_t at = 0;  ///< number of the last message that was given
    bool ended = false;    ///< a damaged database may go on when it is asked again
  };

  explicit Messages(std::filesystem::path path) : path_(std::move(path)) {}
  Messages(const Messages& other) : path_(other.path_) {}

  Place begin() const { return {}; }
  std::uint64_t size() const {
    std::error_code error;
    const auto size = std::filesystem::file_size(path_, error);
    return error ? 0 : size;
  }

  Result<RosStep> next(Place& place, std::uint32_t topic, bool, Findings& met) {
    if (place.ended) return RosStep{};
    TRY_DO(ready());
    if (topic != topic_ || place.at != at_) {
      sqlite3_reset(statement_.get());
      sqlite3_bind_int64(statement_.get(), 1, static_cast<sqlite3_int64>(place.at));
      sqlite3_bind_int64(statement_.get(), 2, topic);
      topic_ = topic;
    }
    const int status = sqlite3_step(statement_.get());
    const auto number = status == SQLITE_ROW
                            ? static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), 0))
                            : 0;
    if (number <= place.at) {  // the end, or an order that cannot be
      if (status != SQLITE_DONE)
        met.add("damaged_database", 1,
                "time the database is damaged: what follows there cannot be read");
      topic_ = kNobody;
      place.ended = true;
      return RosStep{};
    }
    at_ = place.at = number;
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), 1));
    const int size = sqlite3_column_bytes(statement_.get(), 1);
    return RosStep{true, std::span(data, data ? static_cast<std::size_t>(size) : 0)};
  }

  Result<std::vector<RosTopic>> topics(Notes& notes) {
    TRY_DO(ready());
    TRY(const Statement rows,
        prepare(base_.get(),
                "SELECT id, name, type, serialization_format FROM topics LIMIT 10000"));
    std::vector<RosTopic> made;
    std::string left;
    int status;
    while ((status = sqlite3_step(rows.get())) == SQLITE_ROW) {
      const auto type = rosType(textColumn(rows.get(), 2));
      if (type && textColumn(rows.get(), 3) == "cdr")
        made.push_back({static_cast<std::uint32_t>(sqlite3_column_int64(rows.get(), 0)),
                        textColumn(rows.get(), 1), *type, RosLayout::Cdr});
      else if (left.size() < 1000)
        left += (left.empty() ? "" : ", ") + textColumn(rows.get(), 2).substr(0, 100);
    }
    if (status != SQLITE_DONE)
      notes.push_back({Note::Level::Warning, std::string("the list of topics breaks off: ") +
                                                 sqlite3_errmsg(base_.get())});
    if (made.empty() && status != SQLITE_DONE)
      return Error{std::string("its list of topics cannot be read: ") + sqlite3_errmsg(base_.get()),
                   path_.string()};
    if (!left.empty()) notes.push_back({Note::Level::Info, "messages that are not read: " + left});
    return made;
  }

 private:
  static constexpr std::uint32_t kNobody = ~std::uint32_t{0};

  /// Tables, not views: those of a hostile file could go on for ever.
  Result<void> ready() {
    if (statement_) return {};
    TRY(base_, openBase(path_));
    TRY(const Statement tables,
        prepare(base_.get(),
                "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND rootpage > 0 "
                "AND name IN ('topics', 'messages')"));
    if (sqlite3_step(tables.get()) != SQLITE_ROW || sqlite3_column_int(tables.get(), 0) != 2)
      return Error{"is no recording of ROS 2: it lacks the tables topics and messages",
                   path_.string()};
    TRY(statement_, prepare(base_.get(),
                            "SELECT id, data FROM messages WHERE id > ?1 AND "
                            "topic_id = ?2 ORDER BY id"));
    return {};
  }

  std::filesystem::path path_;
  Base base_;
  Statement statement_;
  std::uint32_t topic_ = kNobody;
  std::uint64_t at_ = 0;
};

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return Error{"is not a regular file", path.string()};
  Messages messages(path);
  Notes notes = {{Note::Level::Info, "ROS 2 recording in SQLite"}};
  auto topics = messages.topics(notes);
  if (!topics) return Error{topics.error().text(), path.string()};
  return openRos(std::move(messages), std::move(topics).value(), options, std::move(notes),
                 path.string());
}

int sniff(const FileProbe& probe) {
  const std::string_view head = textOf(probe.head);
  if (probe.isFolder || !head.starts_with(std::string_view("SQLite format 3\0", 16))) return 0;
  const bool has = head.find("messages(") != head.npos && head.find("topics(") != head.npos;
  return has ? 90 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "rosdb3",
                          .title = "ROS 2 recording (SQLite)",
                          .endings = ".db3",
                          .options = rosOptions(sensorOptions()),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::rosdb3
