#pragma once
#include <QProcess>
#include <QSize>
#include <QString>
#include <filesystem>
#include <optional>

#include "engine/base/Result.h"
#include "engine/base/Time.h"

namespace spk {

class Workbench;
struct Panel;

/// A film of a view, from one time of the simulation to another.
struct FilmOrder {
  std::filesystem::path out;  ///< .mp4, .webm, .gif …; .png or no ending: a folder of pictures
  Time from = 0, to = 0;
  double framesPerSecond = 25;
  double speed = 1;  ///< seconds of the simulation in one of the film
  QSize size = {1280, 720};
};

/// Runs a project from picture to picture and packs the pictures with ffmpeg, which is asked for as
/// a program and never linked; where it is not installed they are left as they are. GUI thread:
/// after each tick of workbench and panel it does its next small piece.
class FilmMaker {
 public:
  /// Both are borrowed for its life.
  FilmMaker(Workbench& bench, Panel& panel, FilmOrder order);
  ~FilmMaker();  ///< gives up what is not done
  FilmMaker(const FilmMaker&) = delete;
  FilmMaker& operator=(const FilmMaker&) = delete;

  Result<void> begin();
  void tick();
  /// Once it is there: the film, or the folder of its pictures; or why there is none.
  const std::optional<Result<std::filesystem::path>>& made() const { return made_; }
  double share() const;  ///< done, 0 to 1
  void cancel() { end(Error{"was stopped", order_.out.string()}); }
  /// What the user should know besides; empty: nothing.
  const QString& words() const { return words_; }
  /// Ticks before it is clear that the network will not come.
  static constexpr int kPatience = 2000;

 private:
  Time timeOf(int frame) const;
  void shoot();
  void pack();
  void end(Result<std::filesystem::path> made);
  std::filesystem::path picture(int frame) const;

  Workbench& bench_;
  Panel& panel_;
  FilmOrder order_;
  std::filesystem::path folder_;  ///< of the pictures
  int frames_ = 0, done_ = 0;
  bool moves_ = false;  ///< the run is on its way to the next picture
  int settled_ = 0, waited_ = 0;
  QString ffmpeg_, words_;
  QProcess packing_;
  std::optional<Result<std::filesystem::path>> made_;
};

}  // namespace spk
