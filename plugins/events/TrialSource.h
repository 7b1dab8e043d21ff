#pragma once
#include <memory>

#include "engine/data/EventSource.h"

namespace spk::events {

/// One trial of a long recording as a recording of its own: times count from its beginning.
class TrialSource final : public EventSource {
 public:
  /// @param begin, end  of the trial, counted from the whole's t0
  TrialSource(std::unique_ptr<EventSource> whole, Time begin, Time end, Note about)
      : whole_(std::move(whole)), begin_(begin), end_(end), about_(std::move(about)) {}

  std::span<const Stream> streams() const override { return whole_->streams(); }
  Time t0() const override { return whole_->t0() + begin_; }
  Result<More> read(std::size_t stream, Packet& out, Time until) override;
  Result<void> seek(Time t) override;
  bool live() const override { return false; }
  double indexed() const override { return whole_->indexed(); }
  Notes notes() const override;
  const std::map<std::string, std::int64_t>& counters() const override {
    return whole_->counters();
  }

 private:
  std::unique_ptr<EventSource> whole_;
  Time begin_, end_;
  Note about_;
  bool placed_ = false;
};

}  // namespace spk::events
