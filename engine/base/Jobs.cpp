#include "engine/base/Jobs.h"

#include <algorithm>

namespace spk {

Jobs::Jobs(unsigned threads) {
  const unsigned cores = std::max(2u, std::thread::hardware_concurrency());
  const unsigned count = threads ? threads : cores - 1;
  threads_.reserve(count);
  for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
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

void Jobs::post(JobStatus status, std::function<void()> run) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(status), std::move(run)});
  }
  wake_.notify_one();
}

void Jobs::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (closing_) return;
    Entry entry = std::move(waiting_.front());
    waiting_.pop_front();
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
