#include "plugins/events/TableSource.h"

#include <algorithm>
#include <limits>

#include "engine/base/Value.h"

namespace spk::events {
namespace {

constexpr Time kEver = std::numeric_limits<Time>::max();
constexpr Time kNever = std::numeric_limits<Time>::min();

std::string sizeText(const Sensor& sensor) {
  return std::to_string(sensor.width) + "×" + std::to_string(sensor.height);
}

}  // namespace

void fillBlock(const BlockColumns& from, std::int64_t offset, const Sensor& sensor, std::size_t row,
               EventPacket& out, TableTally& tally) {
  const std::size_t n = from.t.size();
  int most = 0, mostRow = 0;
  std::int64_t least = 0, last = 0;
  for (std::size_t i = 0; i < n; ++i) most = std::max<int>(most, from.x[i]);
  for (std::size_t i = 0; i < n; ++i) mostRow = std::max<int>(mostRow, from.y[i]);
  for (std::size_t i = 0; i < n; ++i)
    least = std::min(least, from.t[i]), last = std::max(last, from.t[i]);
  const auto hasTime = [offset](std::int64_t t) {
    return t >= -kMostRaw && t <= kMostRaw && t + offset >= -kMostRaw && t + offset <= kMostRaw;
  };
  const bool sound =
      most < sensor.width && mostRow < sensor.height && hasTime(least) && hasTime(last);
  if (sound) [[likely]] {
    out.t.resize(n);
    for (std::size_t i = 0; i < n; ++i) out.t[i] = (from.t[i] + offset) * kMicrosecond;
    out.x.assign(from.x.begin(), from.x.end());
    out.y.assign(from.y.begin(), from.y.end());
    out.polarity.assign(from.polarity.begin(), from.polarity.end());
    return;
  }
  out.clear();
  for (std::size_t i = 0; i < n; ++i) {
    if (from.x[i] >= sensor.width || from.y[i] >= sensor.height)
      tally.met.outside(from.x[i], from.y[i], row + i);
    else if (!hasTime(from.t[i]))
      ++tally.badTimes;
    else
      out.add({(from.t[i] + offset) * kMicrosecond, from.x[i], from.y[i], from.polarity[i]});
  }
}

Result<std::unique_ptr<TableReader>> TableReader::open(OpenBlocks again) {
  TRY(auto blocks, again());
  return std::unique_ptr<TableReader>(new TableReader(std::move(again), std::move(blocks)));
}

void TableReader::startIndex() {
  constexpr std::size_t kFew = 4;
  if (index_.started() || blocks_->blocks() <= kFew) return;
  auto own = again_();
  if (!own) return;  // the reader will say why when it comes there
  struct Search {
    std::unique_ptr<EventBlocks> blocks;
    Place place = {};
    EventPacket events = {};
  };
  const auto search = std::make_shared<Search>(std::move(own).value());
  index_.start([search]() -> std::optional<Place> {
    TableTally unused;
    const auto loaded = search->blocks->load(search->place.block, search->events, unused);
    if (!loaded || loaded.value() == EventBlocks::Loaded::End) return std::nullopt;
    ++search->place.block;
    for (const Time t : search->events.t) search->place.latest = std::max(search->place.latest, t);
    if (search->place.block >= search->blocks->blocks()) return std::nullopt;
    return search->place;
  });
}

double TableReader::indexed() const {
  if (!index_.started() || index_.whole() || blocks_->blocks() == 0) return 1;
  return static_cast<double>(index_.last().block) / static_cast<double>(blocks_->blocks());
}

void TableReader::step(Time before, Time t) {
  if (t < before) tally_.met.stepBack(before / kMicrosecond, t / kMicrosecond);
}

/// Books a block's steps back, those from and to its neighbours once both are known.
void TableReader::count(std::size_t block) {
  if (spans_.size() <= block) spans_.resize(block + 1);
  Span& span = spans_[block];
  span.counted = true;
  span.empty = events_.empty();
  if (span.empty) return;
  span.first = events_.t.front();
  span.last = events_.t.back();
  for (std::size_t i = 1; i < events_.size(); ++i)
    if (events_.t[i] < events_.t[i - 1]) step(events_.t[i - 1], events_.t[i]);
  for (std::size_t left = block; left-- > 0 && spans_[left].counted;)
    if (!spans_[left].empty) {
      step(spans_[left].last, span.first);
      break;
    }
  for (std::size_t right = block + 1; right < spans_.size() && spans_[right].counted; ++right)
    if (!spans_[right].empty) {
      step(span.last, spans_[right].first);
      break;
    }
}

Result<bool> TableReader::load() {
  if (block_ >= end_.value_or(blocks_->blocks())) return false;
  if (loaded_ == block_) return true;
  loaded_.reset();
  const bool again = block_ < spans_.size() && spans_[block_].counted;
  TableTally unused;
  TRY(const auto loaded, blocks_->load(block_, events_, again ? unused : tally_));
  if (loaded == EventBlocks::Loaded::End) {
    end_ = block_;
    return false;
  }
  loaded_ = block_;
  if (!again) count(block_);
  largest_ = kNever;
  for (const Time t : events_.t) largest_ = std::max(largest_, t);
  return true;
}

Result<std::optional<Time>> TableReader::firstTime() {
  for (block_ = 0;; ++block_) {
    TRY(const bool there, load());
    if (!there || !events_.empty()) {
      block_ = at_ = 0;
      return there ? std::optional(events_.t.front()) : std::nullopt;
    }
  }
}

Result<EventSource::More> TableReader::read(EventPacket& out, Time stop, Time t0) {
  if (stop != kEver) startIndex();  // who reads by time will seek
  for (std::size_t given = 0; given < kPacketMost;) {
    TRY(const bool there, load());
    if (!there) return EventSource::More::End;
    const std::size_t most = std::min(events_.size(), at_ + (kPacketMost - given));
    std::size_t end = most;
    if (largest_ >= stop)
      for (end = at_; end < most && events_.t[end] < stop;) ++end;
    const auto from = static_cast<std::ptrdiff_t>(at_), to = static_cast<std::ptrdiff_t>(end);
    const auto append = [&](auto& all, const auto& some) {
      all.insert(all.end(), some.begin() + from, some.begin() + to);
    };
    append(out.t, events_.t);
    for (std::size_t i = out.t.size() - (end - at_); i < out.t.size(); ++i) out.t[i] -= t0;
    append(out.x, events_.x);
    append(out.y, events_.y);
    append(out.polarity, events_.polarity);
    given += end - at_;
    at_ = end;
    if (end < most) return EventSource::More::Yes;
    if (at_ == events_.size()) {
      ++block_;
      at_ = 0;
    }
  }
  return EventSource::More::Full;
}

Result<void> TableReader::seek(Time raw) {
  if (raw != kNever) startIndex();
  block_ = index_.before(raw, [](const Place& place) { return place.latest; }).block;
  for (at_ = 0;; ++block_, at_ = 0) {
    TRY(const bool there, load());
    if (!there) return {};
    if (largest_ < raw) continue;
    while (at_ < events_.size() && events_.t[at_] < raw) ++at_;
    if (at_ < events_.size()) return {};
  }
}

Result<void> TableSource::addEvents(const std::string& name, const Sensor& sensor,
                                    OpenBlocks blocks) {
  Lane lane;
  TRY(lane.events, TableReader::open(std::move(blocks)));
  streams_.push_back({Stream::Kind::Events, name, sensor});
  lanes_.push_back(std::move(lane));
  return {};
}

void TableSource::addTriggers(const std::string& name, TriggerPacket raw) {
  Lane lane;
  lane.triggers = std::move(raw);
  streams_.push_back(
      {Stream::Kind::Triggers, name, streams_.empty() ? Sensor() : streams_[0].sensor});
  lanes_.push_back(std::move(lane));
}

void TableSource::addFrames(const std::string& name, const Sensor& sensor,
                            std::unique_ptr<FrameList> frames) {
  Lane lane;
  lane.frames = std::move(frames);
  streams_.push_back({Stream::Kind::Frames, name, sensor});
  lanes_.push_back(std::move(lane));
}

void TableSource::add(Notes notes) {
  for (Note& note : notes) opening_.push_back(std::move(note));
}

Result<void> TableSource::begin() {
  std::optional<Time> first;
  for (std::size_t i = 0; i < lanes_.size() && !first; ++i)
    if (lanes_[i].events) {
      TRY(first, lanes_[i].events->firstTime());
    }
  const bool events = first.has_value();
  for (const Lane& lane : lanes_)
    if (!first && !lane.triggers.empty()) first = lane.triggers.front().t;
  if (!events) say(Note::Level::Warning, "the file holds no events");
  t0_ = first.value_or(0);
  return {};
}

/// t on the file's clock; so far away that it would overflow: for ever.
Time TableSource::rawTime(Time t) const {
  return t > kEver / 2 ? kEver : t < kNever / 2 ? kNever : t + t0_;
}

Result<EventSource::More> TableSource::read(std::size_t stream, Packet& out, Time until) {
  if (stream >= lanes_.size())
    return Error{"has " + std::to_string(lanes_.size()) + " streams",
                 where_ + ", stream " + std::to_string(stream)};
  Lane& lane = lanes_[stream];
  const Time stop = rawTime(until);
  if (lane.events) {
    if (!std::holds_alternative<EventPacket>(out)) out = EventPacket();
    return lane.events->read(std::get<EventPacket>(out), stop, t0_);
  }
  if (lane.frames) {
    if (!std::holds_alternative<FramePacket>(out)) out = FramePacket();
    auto& packet = std::get<FramePacket>(out);
    for (std::size_t given = 0; given < kFramesMost; ++given, ++lane.at) {
      if (lane.at >= lane.frames->frames()) return More::End;
      if (lane.frames->time(lane.at) >= stop) return More::Yes;
      TRY(Frame frame, lane.frames->load(lane.at));
      frame.t = lane.frames->time(lane.at) - t0_;
      packet.push_back(std::move(frame));
    }
    return More::Full;
  }
  if (!std::holds_alternative<TriggerPacket>(out)) out = TriggerPacket();
  auto& packet = std::get<TriggerPacket>(out);
  for (std::size_t given = 0; given < kPacketMost; ++given, ++lane.at) {
    if (lane.at >= lane.triggers.size()) return More::End;
    Trigger trigger = lane.triggers[lane.at];
    if (trigger.t >= stop) return More::Yes;
    trigger.t -= t0_;
    packet.push_back(trigger);
  }
  return More::Full;
}

Result<void> TableSource::seek(Time t) {
  const Time raw = rawTime(t);
  for (Lane& lane : lanes_) {
    if (lane.events) {
      TRY_DO(lane.events->seek(raw));
      continue;
    }
    lane.at = 0;
    if (lane.frames)
      while (lane.at < lane.frames->frames() && lane.frames->time(lane.at) < raw) ++lane.at;
    else
      while (lane.at < lane.triggers.size() && lane.triggers[lane.at].t < raw) ++lane.at;
  }
  return {};
}

double TableSource::indexed() const {
  double least = 1;
  for (const Lane& lane : lanes_)
    if (lane.events) least = std::min(least, lane.events->indexed());
  return least;
}

Notes TableSource::notes() const {
  Notes all = opening_;
  const auto warn = [&](std::string text) {
    all.push_back({Note::Level::Warning, std::move(text)});
  };
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (!lanes_[i].events) continue;
    const TableTally& tally = lanes_[i].events->tally();
    const std::string of = lanes_.size() > 1 ? streams_[i].name + ": " : "";
    if (tally.damagedBlocks)
      warn(of + std::to_string(tally.damagedBlocks) + " blocks are damaged and " +
           std::to_string(tally.damagedEvents) +
           " events in them were left out; the first: " + tally.firstDamage);
    if (tally.badTimes)
      warn(of + std::to_string(tally.badTimes) +
           " events have a time that is no number or lies beyond 250 years, and were left out");
    if (const auto outside = tally.met[Met::OutOfBounds])
      warn(of + std::to_string(outside) + " events lie outside the " +
           sizeText(streams_[i].sensor) + " sensor and were skipped; the first, x = " +
           std::to_string(tally.met.outsideX) + ", y = " + std::to_string(tally.met.outsideY) +
           ", is row " + std::to_string(tally.met.firstOutside));
    if (const auto back = tally.met[Met::NonMonotonic])
      warn(of + "time goes back at " + std::to_string(back) + " events, by at most " +
           std::to_string(tally.met[Met::MaxStepBack]) + " µs");
  }
  return all;
}

const std::map<std::string, std::int64_t>& TableSource::counters() const {
  Tally sum;
  std::int64_t blocks = 0, events = 0, times = 0;
  for (const Lane& lane : lanes_) {
    sum[Met::Triggers] += std::ssize(lane.triggers);
    if (!lane.events) continue;
    const TableTally& tally = lane.events->tally();
    for (const Met met : {Met::OutOfBounds, Met::NonMonotonic}) sum[met] += tally.met[met];
    sum[Met::MaxStepBack] = std::max(sum[Met::MaxStepBack], tally.met[Met::MaxStepBack]);
    blocks += tally.damagedBlocks;
    events += tally.damagedEvents;
    times += tally.badTimes;
  }
  counters_ = byName(sum);
  counters_.insert(extra_.begin(), extra_.end());
  counters_["damaged_blocks"] = blocks;
  counters_["damaged_events"] = events;
  counters_["bad_times"] = times;
  return counters_;
}

Result<std::optional<Sensor>> sensorFromOptions(const Values& options) {
  const auto width = integerOr(options, "width", 0), height = integerOr(options, "height", 0);
  if (width <= 0 && height <= 0) return std::optional<Sensor>();
  if (width <= 0 || height <= 0 || width > 65536 || height > 65536)
    return Error{"width and height are needed together, at most 65536", "width"};
  return std::optional(Sensor{static_cast<int>(width), static_cast<int>(height), "option"});
}

Note sensorGuess(const Sensor& sensor) {
  return {Note::Level::Warning, "the file does not say how large the sensor is; " +
                                    sizeText(sensor) +
                                    " was taken. Set width and height if it is another"};
}

}  // namespace spk::events
