#pragma once
#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/events/unpack.h"

/// Files of event cameras byte by byte, as their makers describe them: what the readers are held
/// against, and the seeds of the fuzz tests.
namespace spk::kit {

template <class T>
void putLittle(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}
template <class T>
void putBig(std::string& to, T value) {
  for (std::size_t i = sizeof value; i-- > 0;) to += static_cast<char>(value >> (8 * i) & 0xFF);
}

// AEDAT 1 and 2

using Records = std::vector<std::pair<std::uint32_t, std::int32_t>>;  ///< address, time [µs]

/// @param chip  "" : no line names it
inline std::string aedat2(const std::string& chip, const Records& records,
                          const std::string& more = "") {
  std::string file = "#!AER-DAT2.0\r\n# This is a raw AE data file\r\n";
  if (!chip.empty()) file += "# AEChip: eu.seebetter.ini.chips.davis." + chip + "\r\n";
  file += more;
  for (const auto& [address, t] : records) putBig(file, address), putBig(file, t);
  return file;
}
inline std::string aedat1(const Records& records) {
  std::string file;
  for (const auto& [address, t] : records)
    putBig(file, static_cast<std::uint16_t>(address)), putBig(file, t);
  return file;
}
/// Addresses of events; x and row are the image's.
inline std::uint32_t dvs128(int x, int row, int on) {
  return static_cast<std::uint32_t>((127 - row) << 8 | (127 - x) << 1 | (on ? 0 : 1));
}
inline std::uint32_t davis(int width, int height, int x, int row, int on) {
  return static_cast<std::uint32_t>(height - 1 - row) << 22 |
         static_cast<std::uint32_t>(width - 1 - x) << 12 | static_cast<std::uint32_t>(on) << 11;
}
inline std::uint32_t davisPixel(int height, int x, int row, bool signal, int value) {
  return 0x80000000u | static_cast<std::uint32_t>(height - 1 - row) << 22 |
         static_cast<std::uint32_t>(x) << 12 | (signal ? 0x400u : 0) |
         static_cast<std::uint32_t>(value);
}
inline std::uint32_t davisImu(int type, int value) {
  return 0x80000C00u | static_cast<std::uint32_t>(type) << 28 |
         static_cast<std::uint32_t>(value & 0xFFFF) << 12;
}

// AEDAT 3

inline std::string aedat3Header(const std::string& source = "DVS128",
                                const std::string& format = "RAW") {
  return "#!AER-DAT3.1\r\n#Format: " + format + "\r\n#Source 1: " + source +
         "\r\n#Start-Time: 2026-01-01 00:00:00 (TZ+0000)\r\n#!END-HEADER\r\n";
}
/// @param events  each of the same size
inline std::string aedat3Packet(int type, int overflow, const std::vector<std::string>& events,
                                int capacity = 0, int source = 1) {
  const auto number = static_cast<std::int32_t>(events.size());
  std::string packet;
  putLittle(packet, static_cast<std::int16_t>(type));
  putLittle(packet, static_cast<std::int16_t>(source));
  putLittle(packet, static_cast<std::int32_t>(events.empty() ? 8 : events[0].size()));
  putLittle(packet, 4);
  putLittle(packet, overflow);
  putLittle(packet, capacity ? capacity : number);
  putLittle(packet, number);
  putLittle(packet, number);
  for (const std::string& event : events) packet += event;
  return packet;
}
inline std::string aedat3Polarity(int x, int y, int on, std::int32_t t, int valid = 1) {
  std::string event;
  putLittle(event, static_cast<std::uint32_t>(valid | on << 1 | y << 2) |
                       static_cast<std::uint32_t>(x) << 17);
  putLittle(event, t);
  return event;
}
inline std::string aedat3Special(int type, std::int32_t t) {
  std::string event;
  putLittle(event, static_cast<std::uint32_t>(1 | type << 1));
  putLittle(event, t);
  return event;
}
inline std::string aedat3Imu(std::int32_t t, const std::array<float, 7>& values) {
  std::string event;
  putLittle(event, std::uint32_t{1});
  putLittle(event, t);
  for (const float value : values) putLittle(event, value);
  return event;
}
inline std::string aedat3Frame(std::int32_t t, int channels, int width, int height, int x, int y,
                               const std::vector<std::uint16_t>& pixels) {
  std::string event;
  putLittle(event, static_cast<std::uint32_t>(1 | channels << 1));
  for (const int field : {t - 1, t + 2, t, t + 1, width, height, x, y}) putLittle(event, field);
  for (const std::uint16_t pixel : pixels) putLittle(event, pixel);
  return event;
}

// Event Stream and N-MNIST

inline std::string esHeader(int type, int width = 0, int height = 0) {
  std::string file = "Event Stream";
  file += {2, 0, 0, static_cast<char>(type)};
  if (width) putLittle(file, static_cast<std::uint16_t>(width));
  if (width) putLittle(file, static_cast<std::uint16_t>(height));
  return file;
}
/// An event after its first byte; y counts from below.
inline std::string esEvent(int first, int x, int y) {
  std::string event(1, static_cast<char>(first));
  putLittle(event, static_cast<std::uint16_t>(x));
  putLittle(event, static_cast<std::uint16_t>(y));
  return event;
}
inline std::string nmnistEvent(int x, int y, int on, int t) {
  return {static_cast<char>(x), static_cast<char>(y), static_cast<char>(on << 7 | t >> 16),
          static_cast<char>(t >> 8), static_cast<char>(t)};
}

// ROS

/// Fields of a message one after the other, or aligned as CDR has them.
class RosText {
 public:
  explicit RosText(bool cdr) : cdr_(cdr) {
    if (cdr) text_ = std::string("\0\1\0\0", 4);
  }
  template <class T>
  RosText& put(T value) {
    while (cdr_ && (text_.size() - 4) % sizeof(T)) text_ += '\0';
    putLittle(text_, value);
    return *this;
  }
  RosText& words(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size() + (cdr_ ? 1 : 0)));
    text_ += text;
    if (cdr_) text_ += '\0';
    return *this;
  }
  RosText& bytes(std::string_view bytes) {
    put(static_cast<std::uint32_t>(bytes.size()));
    text_ += bytes;
    return *this;
  }
  RosText& time(std::int64_t ns) {
    put(static_cast<std::uint32_t>(ns / 1'000'000'000));
    return put(static_cast<std::uint32_t>(ns % 1'000'000'000));
  }
  RosText& header(std::int64_t ns) {
    if (!cdr_) put(std::uint32_t{7});
    return time(ns).words("camera");
  }
  std::string text() const { return text_; }

 private:
  bool cdr_;
  std::string text_;
};

struct RosEvent {
  std::int64_t ns = 0;
  int x = 0, y = 0, on = 0;
};
inline std::string rosEventArray(bool cdr, int width, int height,
                                 const std::vector<RosEvent>& events) {
  RosText message(cdr);
  message.header(events.empty() ? 0 : events[0].ns);
  message.put(static_cast<std::uint32_t>(height)).put(static_cast<std::uint32_t>(width));
  message.put(static_cast<std::uint32_t>(events.size()));
  for (const RosEvent& e : events)
    message.put(static_cast<std::uint16_t>(e.x))
        .put(static_cast<std::uint16_t>(e.y))
        .time(e.ns)
        .put(static_cast<std::uint8_t>(e.on));
  return message.text();
}
inline std::string rosEventPacket(bool cdr, int width, int height, std::uint64_t base,
                                  const std::string& encoding, const std::string& bytes) {
  RosText message(cdr);
  message.header(static_cast<std::int64_t>(base));
  message.put(static_cast<std::uint32_t>(height)).put(static_cast<std::uint32_t>(width));
  message.put(std::uint64_t{1}).put(base).words(encoding).put(std::uint8_t{0}).bytes(bytes);
  return message.text();
}
inline std::string rosImu(bool cdr, std::int64_t ns, const std::array<double, 3>& rotation,
                          const std::array<double, 3>& acceleration) {
  RosText message(cdr);
  message.header(ns);
  for (int i = 0; i < 13; ++i) message.put(0.0);
  for (const double v : rotation) message.put(v);
  for (int i = 0; i < 9; ++i) message.put(0.0);
  for (const double v : acceleration) message.put(v);
  for (int i = 0; i < 9; ++i) message.put(0.0);
  return message.text();
}
inline std::string rosImage(bool cdr, std::int64_t ns, int width, int height,
                            const std::string& encoding, int step, const std::string& data) {
  RosText message(cdr);
  message.header(ns);
  message.put(static_cast<std::uint32_t>(height)).put(static_cast<std::uint32_t>(width));
  message.words(encoding).put(std::uint8_t{0}).put(static_cast<std::uint32_t>(step)).bytes(data);
  return message.text();
}

/// A topic and its messages, in the order of all messages of the file: (topic, bytes).
struct RosTopicText {
  std::string name, type;
};
using RosMessageTexts = std::vector<std::pair<std::uint32_t, std::string>>;

inline std::string packed(events::Packing packing, const std::string& bytes) {
  return events::pack(packing, std::as_bytes(std::span(bytes.data(), bytes.size()))).value();
}

inline std::string bagField(const std::string& name, const std::string& value) {
  std::string field;
  putLittle(field, static_cast<std::uint32_t>(name.size() + 1 + value.size()));
  return field + name + "=" + value;
}
inline std::string bagRecord(const std::string& fields, const std::string& data) {
  std::string record;
  putLittle(record, static_cast<std::uint32_t>(fields.size()));
  record += fields;
  putLittle(record, static_cast<std::uint32_t>(data.size()));
  return record + data;
}
template <class T>
std::string littleText(T value) {
  std::string text;
  putLittle(text, value);
  return text;
}

/// A bag of ROS 1 with `perChunk` messages in each chunk. @param closed  whether it has its index
inline std::string rosBag(const std::vector<RosTopicText>& topics, const RosMessageTexts& messages,
                          events::Packing packing, bool closed, std::size_t perChunk = 2) {
  const auto connection = [&](std::uint32_t i) {
    return bagRecord(bagField("op", "\x07") + bagField("topic", topics[i].name) +
                         bagField("conn", littleText(i)),
                     bagField("topic", topics[i].name) + bagField("type", topics[i].type) +
                         bagField("md5sum", "*") + bagField("message_definition", "none"));
  };
  std::string chunks;
  for (std::size_t at = 0; at < messages.size(); at += perChunk) {
    std::string data;
    for (std::uint32_t i = 0; at == 0 && i < topics.size(); ++i) data += connection(i);
    for (std::size_t k = at; k < std::min(messages.size(), at + perChunk); ++k)
      data += bagRecord(bagField("op", "\x02") + bagField("conn", littleText(messages[k].first)) +
                            bagField("time", littleText(std::uint64_t{1})),
                        messages[k].second);
    const char* name = packing == events::Packing::Lz4   ? "lz4"
                       : packing == events::Packing::Bz2 ? "bz2"
                                                         : "none";
    chunks += bagRecord(bagField("op", "\x05") + bagField("compression", name) +
                            bagField("size", littleText(static_cast<std::uint32_t>(data.size()))),
                        packed(packing, data));
    chunks += bagRecord(bagField("op", "\x04") + bagField("ver", littleText(1)) +
                            bagField("conn", littleText(0)) + bagField("count", littleText(0)),
                        "");
  }
  const auto head = [&](std::uint64_t index) {
    const std::string fields =
        bagField("op", "\x03") + bagField("index_pos", littleText(index)) +
        bagField("conn_count", littleText(static_cast<std::uint32_t>(topics.size()))) +
        bagField("chunk_count", littleText(std::uint32_t{1}));
    return "#ROSBAG V2.0\n" + bagRecord(fields, std::string(4096 - 8 - fields.size(), ' '));
  };
  const std::uint64_t index = head(0).size() + chunks.size();
  std::string file = head(closed ? index : 0) + chunks;
  for (std::uint32_t i = 0; closed && i < topics.size(); ++i) file += connection(i);
  return file;
}

inline std::string mcapRecord(int op, const std::string& data) {
  std::string record(1, static_cast<char>(op));
  putLittle(record, static_cast<std::uint64_t>(data.size()));
  return record + data;
}
inline std::string mcapText(const std::string& text) {
  return littleText(static_cast<std::uint32_t>(text.size())) + text;
}
/// @param packing  None: messages lie in the file itself, without chunks
inline std::string mcap(const std::vector<RosTopicText>& topics, const RosMessageTexts& messages,
                        events::Packing packing, bool closed) {
  std::string announced, file = "\x89MCAP0\r\n";
  for (std::uint16_t i = 0; i < topics.size(); ++i) {
    const auto number = static_cast<std::uint16_t>(i + 1);
    announced += mcapRecord(
        3, littleText(number) + mcapText(topics[i].type) + mcapText("ros2msg") + mcapText("none"));
    announced += mcapRecord(4, littleText(i) + littleText(number) + mcapText(topics[i].name) +
                                   mcapText("cdr") + mcapText(""));
  }
  file += mcapRecord(1, mcapText("ros2") + mcapText("test"));
  std::string data = announced;
  for (const auto& [topic, bytes] : messages)
    data += mcapRecord(5, littleText(static_cast<std::uint16_t>(topic)) + littleText(1) +
                              littleText(std::uint64_t{1}) + littleText(std::uint64_t{1}) + bytes);
  if (packing == events::Packing::None) {
    file += data;
  } else {
    const std::string records = packed(packing, data);
    file += mcapRecord(6, littleText(std::uint64_t{1}) + littleText(std::uint64_t{1}) +
                              littleText(static_cast<std::uint64_t>(data.size())) +
                              littleText(std::uint32_t{0}) +
                              mcapText(packing == events::Packing::Lz4 ? "lz4" : "zstd") +
                              littleText(static_cast<std::uint64_t>(records.size())) + records);
  }
  if (!closed) return file;
  file += mcapRecord(0x0F, littleText(std::uint32_t{0}));
  const auto summary = static_cast<std::uint64_t>(file.size());
  file += announced + mcapRecord(2, littleText(summary) + littleText(std::uint64_t{0}) +
                                        littleText(std::uint32_t{0}));
  return file + "\x89MCAP0\r\n";
}

/// A recording of ROS 2 in SQLite, written to `path`. @return whether it could be
inline bool writeRosDb3(const std::filesystem::path& path, const std::vector<RosTopicText>& topics,
                        const RosMessageTexts& messages) {
  std::filesystem::remove(path);
  sqlite3* base = nullptr;
  bool good = sqlite3_open(path.c_str(), &base) == SQLITE_OK;
  const auto run = [&](const char* sql) {
    good = good && sqlite3_exec(base, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  run("PRAGMA page_size=512");
  run("CREATE TABLE topics(id INTEGER PRIMARY KEY,name TEXT NOT NULL,type TEXT NOT NULL,"
      "serialization_format TEXT NOT NULL,offered_qos_profiles TEXT NOT NULL);"
      "CREATE TABLE messages(id INTEGER PRIMARY KEY,topic_id INTEGER NOT NULL,"
      "timestamp INTEGER NOT NULL, data BLOB NOT NULL);BEGIN");
  for (std::size_t i = 0; i < topics.size(); ++i)
    run(("INSERT INTO topics VALUES(" + std::to_string(i) + ",'" + topics[i].name + "','" +
         topics[i].type + "','cdr','')")
            .c_str());
  sqlite3_stmt* insert = nullptr;
  good = good &&
         sqlite3_prepare_v2(base, "INSERT INTO messages(topic_id,timestamp,data) VALUES(?,0,?)", -1,
                            &insert, nullptr) == SQLITE_OK;
  for (const auto& [topic, bytes] : messages) {
    if (!good) break;
    sqlite3_reset(insert);
    sqlite3_bind_int64(insert, 1, topic);
    sqlite3_bind_blob(insert, 2, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
    good = sqlite3_step(insert) == SQLITE_DONE;
  }
  sqlite3_finalize(insert);
  run("COMMIT");
  return sqlite3_close(base) == SQLITE_OK && good;
}

}  // namespace spk::kit
