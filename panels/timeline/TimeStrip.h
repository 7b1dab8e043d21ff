#pragma once
#include <QWidget>
#include <optional>
#include <vector>

#include "panels/kit/Panel.h"

namespace spk::panels::timeline {

/// A recording of a camera on the time of the run.
struct Track {
  Id node = Id::none;
  QString name;
  Time offset = 0;        ///< where its part begins, in the run
  double speed = 1;       ///< ms of the file in one of the run
  Time from = 0, to = 0;  ///< the part of the file that is played; to = 0: not known yet
  bool loop = false;
  Time t0 = 0;  ///< what the file's own clock says at its first event
  double indexed = 1;
  Time end() const;  ///< in the run; `offset` while it is not known
  /// Time of the file, from its first event, that is played at t of the run; none before and after.
  std::optional<Time> fileTime(Time t) const;
};

/// The time of the run as a line: every recording on it, marks, bookmarks, and where the run is. A
/// click goes there.
class TimeStrip : public QWidget {
  Q_OBJECT
 public:
  TimeStrip(PanelContext& context, QWidget* parent);
  void showProject();
  void showStatus();
  /// Whether there is anything that a line of time is good for.
  bool isNeeded() const { return !tracks_.empty() || marks_ || !bookmarks_.empty(); }
  const std::vector<Track>& tracks() const { return tracks_; }
  /// Both clocks of the recording that is played: from its first event, and its own.
  QString clockWords() const;
  double placeOf(Time t) const;
  Time timeAt(double x) const;
  QSize sizeHint() const override;

 Q_SIGNALS:
  void neededChanged(bool needed);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Bookmark {
    Id item = Id::none;
    Time t = 0;
    QString name;
  };
  struct Marks {
    Time in = 0, out = 0;
    bool loop = false;
  };
  void readReports();
  QRectF line() const;
  Time end() const;
  void goTo(double x);

  PanelContext& context_;
  std::vector<Track> tracks_;
  std::vector<Bookmark> bookmarks_;
  std::optional<Marks> marks_;
  Time now_ = 0, dragged_ = -1;
  int untilReports_ = 0;
  bool reading_ = true;
};

}  // namespace spk::panels::timeline
