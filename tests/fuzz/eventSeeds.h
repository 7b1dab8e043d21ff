#pragma once
#include <map>
#include <string>

#include "plugins/live/Protocol.h"
#include "tests/kit/ListSource.h"
#include "tests/kit/encoders.h"
#include "tests/kit/events.h"

namespace spk::fuzz {

/// A hundred events, triggers, inertial samples and pictures of a small sensor.
inline std::unique_ptr<kit::ListSource> smallRecording() {
  std::vector<Event> events;
  for (int i = 0; i < 100; ++i)
    events.push_back({i * 40 * kMicrosecond, static_cast<std::uint16_t>(i * 7 % 16),
                      static_cast<std::uint16_t>(i * 5 % 12), static_cast<std::uint8_t>(i % 2)});
  auto made =
      std::make_unique<kit::ListSource>(Sensor{16, 12, "test"}, kMillisecond, std::move(events),
                                        TriggerPacket{{0, 0, 1}, {kMillisecond, 1, 0}});
  made->add({{10 * kMicrosecond, {0, 0, 1}, {1, 2, 3}, 25}},
            {{20 * kMicrosecond, 16, 12, std::vector<std::uint8_t>(16 * 12, 99)}});
  return made;
}

inline std::string writtenAs(const kit::Folder& folder, const char* id,
                             const Values& options = {}) {
  Opened from = smallRecording();
  const auto notes = kit::registry().fileFormat(id)->write(folder.path("seed"), from, options);
  return notes ? folder.read("seed") : std::string();
}

/// Small files of every layout, by the name they have in the corpus: NAME.FORMAT.
inline std::map<std::string, std::string> eventSeeds(const kit::Folder& folder) {
  using events::Packing;
  std::map<std::string, std::string> seeds;
  kit::Records dvs, davis;
  for (int i = 0; i < 80; ++i) {
    dvs.emplace_back(kit::dvs128(i, 127 - i, i & 1),
                     static_cast<std::int32_t>(0x7FFFFFD0u + static_cast<std::uint32_t>(i)));
    davis.emplace_back(kit::davis(240, 180, i, i, i & 1), 10 * i);
    if (i < 14) davis.emplace_back(kit::davisImu(i % 7, 300 * i), 10 * i + 1);
    if (i < 20) davis.emplace_back(kit::davisPixel(180, i / 2, 3, i % 2 != 0, 50 * i), 10 * i + 2);
  }
  davis.emplace_back(0x403u, 900);
  seeds["dvs128.aedat2"] = kit::aedat2("DVS128", dvs);
  seeds["davis.aedat2"] = kit::aedat2("DAVIS240C", davis);
  seeds["bare.aedat2"] = kit::aedat1(dvs);

  std::vector<std::string> polarity;
  for (int i = 0; i < 50; ++i)
    polarity.push_back(kit::aedat3Polarity(i, 2 * i, i & 1, 100 * i, i != 7));
  seeds["all_kinds.aedat3"] =
      kit::aedat3Header() + kit::aedat3Packet(1, 0, polarity, 64) +
      kit::aedat3Packet(0, 0, {kit::aedat3Special(2, 5), kit::aedat3Special(3, 6)}) +
      kit::aedat3Packet(3, 0, {kit::aedat3Imu(7, {1, 2, 3, 4, 5, 6, 7})}) +
      kit::aedat3Packet(2, 1,
                        {kit::aedat3Frame(8, 3, 2, 2, 1, 1, std::vector<std::uint16_t>(12, 999))}) +
      kit::aedat3Packet(1, 1, polarity) + kit::aedat3Packet(12, 0, {std::string(12, 'x')});
  for (const char* name : {"lz4", "zstd", "none"})
    seeds[std::string(name) + ".aedat4"] =
        writtenAs(folder, "aedat4", {{"compression", std::string(name)}});

  std::string saccade;
  for (int i = 0; i < 60; ++i) saccade += kit::nmnistEvent(i % 34, i % 30, i & 1, 90 * i);
  seeds["small.nmnist"] = saccade + kit::nmnistEvent(0, 240, 0, 0) + saccade;

  std::string dvsStream = kit::esHeader(1, 16, 12), atis = kit::esHeader(2, 16, 12),
              colour = kit::esHeader(4, 16, 12), amd = kit::esHeader(3), generic = kit::esHeader(0);
  for (int i = 0; i < 30; ++i) {
    dvsStream += kit::esEvent(i << 1 | (i & 1), i % 16, i % 12) + (i % 10 ? "" : "\xFF\xFE\xFE");
    atis += kit::esEvent(i << 2 | (i & 3), i % 16, i % 12) + (i % 10 ? "" : "\xFD\xFC");
    colour += kit::esEvent(i, i % 16, i % 12) + "rgb";
    amd += std::string({static_cast<char>(i), static_cast<char>(i), static_cast<char>(2 * i), 's'});
    generic += static_cast<char>(i) + std::string(1, static_cast<char>(i << 1)) +
               std::string(static_cast<std::size_t>(i), 'w');
  }
  seeds["dvs.es"] = dvsStream;
  seeds["atis.es"] = atis;
  seeds["colour.es"] = colour;
  seeds["amd.es"] = amd;
  seeds["generic.es"] = generic;

  for (const bool cdr : {false, true}) {
    const std::string part = cdr ? "/msg/" : "/";
    const std::vector<kit::RosTopicText> topics = {
        {"/a", "dvs_msgs" + part + "EventArray"},
        {"/p", "event_camera_msgs" + part + "EventPacket"},
        {"/i", "sensor_msgs" + part + "Imu"},
        {"/f", "sensor_msgs" + part + "Image"},
        {"/o", "std_msgs" + part + "String"}};
    kit::RosMessageTexts messages;
    std::vector<kit::RosEvent> list;
    for (int i = 0; i < 8; ++i) list.push_back({1'000'000'000'000 + 700 * i, 2 * i, i, i & 1});
    const std::vector<std::uint16_t> evt3 = {0x8001, 0x6005, 0x0007, 0x2803, 0x3001,
                                             0x40FF, 0x4001, 0x5001, 0xA601};
    const std::vector<std::uint16_t> compressed = {0x0001, 0x1002, 0x2005, 0x3807,
                                                   0x4800, 0x5081, 0x6001};
    std::string mono;
    for (std::uint64_t i = 0; i < 8; ++i)
      kit::putLittle(mono, 900 * i | i << 32 | (11 - i) << 48 | (i & 1) << 63);
    const auto packet = [&](const char* encoding, const std::string& bytes) {
      messages.emplace_back(1, kit::rosEventPacket(cdr, 16, 12, 5'000'000'000, encoding, bytes));
    };
    messages.emplace_back(0, kit::rosEventArray(cdr, 16, 12, list));
    packet("evt3", kit::bytesOf(evt3));
    packet("mono", mono);
    packet("libcaer", kit::aedat3Polarity(3, 4, 1, 2) + kit::aedat3Polarity(5, 6, 0, 3));
    packet("libcaer_cmp", kit::bytesOf(compressed));
    messages.emplace_back(2, kit::rosImu(cdr, 1'000'000'000'000, {1, 2, 3}, {4, 5, 6}));
    messages.emplace_back(3, kit::rosImage(cdr, 1'000'000'000'000, 2, 2, "mono8", 2, "abcd"));
    messages.emplace_back(4, "text");
    messages.emplace_back(0, kit::rosEventArray(cdr, 16, 12, list));
    if (cdr) {
      seeds["open.mcap"] = kit::mcap(topics, messages, Packing::None, false);
      seeds["lz4.mcap"] = kit::mcap(topics, messages, Packing::Lz4, true);
      seeds["zstd.mcap"] = kit::mcap(topics, messages, Packing::Zstd, true);
      if (kit::writeRosDb3(folder.path("seed.db3"), topics, messages))
        seeds["small.rosdb3"] = folder.read("seed.db3");
    } else {
      seeds["plain.rosbag"] = kit::rosBag(topics, messages, Packing::None, true, 4);
      seeds["lz4.rosbag"] = kit::rosBag(topics, messages, Packing::Lz4, false, 4);
      seeds["bz2.rosbag"] = kit::rosBag(topics, messages, Packing::Bz2, true, 4);
    }
  }
  return seeds;
}

/// A datagram, or the beginning of a stream, of every protocol: NAME.PROTOCOL.
inline std::map<std::string, std::string> datagramSeeds() {
  std::vector<Event> events;
  for (int i = 0; i < 30; ++i)
    events.push_back({i * i * 40 * kMicrosecond, static_cast<std::uint16_t>(i * 7 % 16),
                      static_cast<std::uint16_t>(i * 5 % 12), static_cast<std::uint8_t>(i % 2)});
  std::map<std::string, std::string> seeds;
  for (const live::Protocol& protocol : live::protocols()) {
    const auto encoder = protocol.encoder({live::Camera::Chip::Davis, 16, 12});
    std::vector<std::byte> bytes;
    if (protocol.transport == live::Protocol::Transport::Tcp) encoder->hello(bytes);
    encoder->fill(events, 1400, bytes);
    seeds[std::string("thirty.") + protocol.id] = {reinterpret_cast<const char*>(bytes.data()),
                                                   bytes.size()};
    bytes.clear();
    if (protocol.transport == live::Protocol::Transport::Tcp) encoder->hello(bytes);
    encoder->fill(std::span(events).first(1), 1400, bytes);
    seeds[std::string("one.") + protocol.id] = {reinterpret_cast<const char*>(bytes.data()),
                                                bytes.size()};
  }
  return seeds;
}

}  // namespace spk::fuzz
