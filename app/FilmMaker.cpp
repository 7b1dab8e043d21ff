#include "app/FilmMaker.h"

#include <QStandardPaths>
#include <cmath>
#include <cstdio>
#include <system_error>

#include "app/Workbench.h"
#include "panels/kit/Panel.h"

namespace spk {
namespace fs = std::filesystem;
namespace {

constexpr double kDotsPerInch = 150;
constexpr int kMostFrames = 100'000;
/// Ticks between the arrival of the run and the picture: rings into tapes, tapes into the view.
constexpr int kSettle = 2;

bool isPictures(const fs::path& out) {
  return out.extension().empty() || out.extension() == ".png";
}

}  // namespace

FilmMaker::FilmMaker(Workbench& bench, Panel& panel, FilmOrder order)
    : bench_(bench), panel_(panel), order_(std::move(order)) {}

FilmMaker::~FilmMaker() {
  if (!made_ && frames_ > 0) cancel();
}

Result<void> FilmMaker::begin() {
  if (order_.to <= order_.from)
    return Error{"ends at " + timeText(order_.to) + ", not after " + timeText(order_.from), "film"};
  if (!(order_.framesPerSecond >= 1 && order_.framesPerSecond <= 240))
    return Error{"1 to 240 pictures a second are possible", "film"};
  if (!(order_.speed > 0 && order_.speed <= 1000))
    return Error{"a speed of more than 0, and 1000 at most, is possible", "film"};
  const double frames =
      std::floor(toSeconds(order_.to - order_.from) / order_.speed * order_.framesPerSecond +
                 1e-9) +
      1;
  if (frames > kMostFrames)
    return Error{"has " + std::to_string(static_cast<std::int64_t>(frames)) + " pictures; " +
                     std::to_string(kMostFrames) + " are possible",
                 "film"};
  frames_ = static_cast<int>(frames);
  ffmpeg_ =
      isPictures(order_.out) ? QString() : QStandardPaths::findExecutable(QStringLiteral("ffmpeg"));
  folder_ = order_.out;
  if (ffmpeg_.isEmpty())
    folder_.replace_extension();
  else
    folder_ += ".pictures";
  if (ffmpeg_.isEmpty() && !isPictures(order_.out))
    words_ = QStringLiteral("ffmpeg is not installed: the pictures are left in a folder");
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) return Error{failed.message(), folder_.string()};
  return {};
}

Time FilmMaker::timeOf(int frame) const {
  const double seconds = frame / order_.framesPerSecond * order_.speed;
  return std::min(order_.to, order_.from + fromMilliseconds(1000 * seconds));
}

fs::path FilmMaker::picture(int frame) const {
  char name[32];
  std::snprintf(name, sizeof name, "frame_%06d.png", frame + 1);
  return folder_ / name;
}

double FilmMaker::share() const {
  return made_ ? 1 : frames_ > 0 ? static_cast<double>(done_) / (frames_ + 1) : 0;
}

void FilmMaker::tick() {
  using State = RunStatus::State;
  if (made_) return;
  if (done_ == frames_) {
    if (packing_.state() != QProcess::NotRunning) return;
    const bool good = packing_.exitStatus() == QProcess::NormalExit && packing_.exitCode() == 0;
    if (!good) {
      const QString said = QString::fromUtf8(packing_.readAll()).trimmed();
      return end(
          Error{"ffmpeg failed: " + said.section(u'\n', -1).toStdString(), order_.out.string()});
    }
    return end(order_.out);
  }
  const RunStatus& status = bench_.status();
  if (status.state == State::Failed) return end(Error{"the run failed; see the notes", "film"});
  const bool ready = status.state == State::Paused || status.state == State::Running;
  if (!ready || bench_.isBuilding()) {
    if (++waited_ > kPatience) end(Error{"the network cannot be built; see the notes", "film"});
    return;
  }
  const Time goal = timeOf(done_);
  if (!moves_) {
    moves_ = true;
    settled_ = 0;
    bench_.runner().pace(0);
    if (done_ == 0) {
      bench_.pause();
      if (status.now != goal) bench_.rewind(goal);
    } else if (goal > status.now) {
      bench_.runner().until(goal);
      bench_.play();
    }
    return;
  }
  if (status.replayTo >= 0 || status.now < goal || (done_ == 0 && status.now > goal)) return;
  if (++settled_ > kSettle) shoot();
}

void FilmMaker::shoot() {
  const FigureSize size{order_.size.width() * 25.4 / kDotsPerInch,
                        order_.size.height() * 25.4 / kDotsPerInch, kDotsPerInch};
  if (auto drawn = panel_.exportTo(picture(done_), size); !drawn) return end(drawn.error());
  moves_ = false;
  if (++done_ == frames_) pack();
}

void FilmMaker::pack() {
  if (ffmpeg_.isEmpty()) return end(folder_);
  packing_.setProcessChannelMode(QProcess::MergedChannels);
  // Sides of most films are even.
  packing_.start(
      ffmpeg_,
      {QStringLiteral("-y"), QStringLiteral("-loglevel"), QStringLiteral("error"),
       QStringLiteral("-framerate"), QString::number(order_.framesPerSecond), QStringLiteral("-i"),
       QString::fromStdString((folder_ / "frame_%06d.png").string()), QStringLiteral("-vf"),
       QStringLiteral("crop=trunc(iw/2)*2:trunc(ih/2)*2"), QStringLiteral("-pix_fmt"),
       QStringLiteral("yuv420p"), QString::fromStdString(order_.out.string())});
}

void FilmMaker::end(Result<fs::path> made) {
  if (packing_.state() != QProcess::NotRunning) {
    packing_.kill();
    packing_.waitForFinished(1000);
  }
  bench_.runner().until(0);
  bench_.pause();
  bench_.runner().pace(bench_.status().pace);
  // The pictures alone are the film, or what was on the way to it.
  if (!made || made.value() != folder_) {
    for (int frame = 0; frame < done_; ++frame) {
      std::error_code ignored;
      fs::remove(picture(frame), ignored);
    }
    std::error_code ignored;
    fs::remove(folder_, ignored);
  }
  made_ = std::move(made);
}

}  // namespace spk
