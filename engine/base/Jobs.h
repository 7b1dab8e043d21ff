#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace spk {

/// What a running job looks at and says: all members may be used from both sides.
class JobControl {
 public:
  bool stopped() const { return stop_.load(std::memory_order_relaxed); }
  void stop() { stop_.store(true, std::memory_order_relaxed); }
  void progress(double share) { share_.store(share, std::memory_order_relaxed); }  // 0 … 1
  double progress() const { return share_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<double> share_ = 0;
};

/// One row of the list of jobs.
struct JobStatus {
  std::string title;
  std::shared_ptr<JobControl> control;
};

/// Threads (cores − 1, at least one) that run jobs: copies in, a future out. One thread more runs
/// quick jobs alone, so that a save never waits for a build, on two cores neither.
class Jobs {
 public:
  /// Quick: done in less than a second, or somebody waits for it.
  enum class Lane { Quick, Long };

  /// @param threads  for long jobs; 0: as many as the machine has cores to spare
  explicit Jobs(unsigned threads = 0);
  ~Jobs();  // stops and joins
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  /// `work(JobControl&)` runs on a job thread; its value, or exception, arrives in the future.
  template <class Work>
  auto start(std::string title, Work work, Lane lane = Lane::Long)
      -> std::future<decltype(work(std::declval<JobControl&>()))> {
    using Made = decltype(work(std::declval<JobControl&>()));
    auto control = std::make_shared<JobControl>();
    auto task = std::make_shared<std::packaged_task<Made()>>(
        [control, work = std::move(work)]() mutable { return work(*control); });
    auto future = task->get_future();
    post({{std::move(title), control}, lane, [task] { (*task)(); }});
    return future;
  }
  /// Waiting and running ones, oldest first.
  std::vector<JobStatus> list() const;

 private:
  struct Entry {
    JobStatus status;
    Lane lane;
    std::function<void()> run;
  };
  void post(Entry entry);
  void work(Lane lane);
  std::deque<Entry>::iterator next(Lane lane);

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> waiting_;
  std::vector<JobStatus> running_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace spk
