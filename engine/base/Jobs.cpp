#include "engine/base/Jobs.h"

#include <algorithm>

namespace spk {

Jobs::Jobs(unsigned threads) {
  const unsigned cores = std::max(2u, std::thread::hardware_concurrency());
  const unsigned count = threads ? threads : cores - 1;
  threads_.reserve(count + 1);
  for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this] { work(Lane::Long); });
  threads_.emplace_back([this] { work(Lane::Quick); });
}

Jobs::~Jobs() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    waiting_.clear();  // their futures tell of a broken promise
    for (const JobStatus& job : running_) job.control->stop();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::vector<JobStatus> Jobs::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<JobStatus> all = running_;
  for (const Entry& entry : waiting_) all.push_back(entry.status);
  return all;
}

void Jobs::post(Entry entry) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(entry));
  }
  wake_.notify_all();  // one woken thread might be of the wrong lane
}

/// The oldest job for a thread of this lane: those of long jobs help with quick ones.
std::deque<Jobs::Entry>::iterator Jobs::next(Lane lane) {
  if (lane == Lane::Long) return waiting_.begin();
  return std::ranges::find(waiting_, Lane::Quick, &Entry::lane);
}

void Jobs::work(Lane lane) {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return closing_ || next(lane) != waiting_.end(); });
    if (closing_) return;
    const auto found = next(lane);
    Entry entry = std::move(*found);
    waiting_.erase(found);
    running_.push_back(entry.status);
    lock.unlock();
    entry.run();
    entry.run = nullptr;  // what the work holds dies outside the lock
    lock.lock();
    std::erase_if(running_,
                  [&](const JobStatus& job) { return job.control == entry.status.control; });
  }
}

}  // namespace spk
