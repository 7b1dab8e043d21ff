#pragma once
#include <QPointF>
#include <QString>
#include <Qt>
#include <memory>
#include <vector>

#include "panels/graph/GraphScene.h"

class QPainter;

namespace spk::panels::graph {

class Canvas;

/// Something begun by a press (or a key) and ended by a release, shown meanwhile. Only finish()
/// changes the project, by one edit; cancel() leaves no trace.
class Gesture {
 public:
  explicit Gesture(Canvas& canvas) : canvas_(canvas) {}
  virtual ~Gesture() = default;
  virtual void move(QPointF at, Qt::KeyboardModifiers keys) = 0;
  virtual void finish(QPointF at, Qt::KeyboardModifiers keys) = 0;
  virtual void cancel() {}
  virtual void paint(QPainter&) const {}
  virtual QString status() const { return {}; }

 protected:
  Canvas& canvas_;
};

/// Drags what is selected; a lone node let go over a wire is led through by it.
class MoveItems : public Gesture {
 public:
  MoveItems(Canvas& canvas, std::vector<Id> ids, QPointF from);
  void move(QPointF at, Qt::KeyboardModifiers keys) override;
  void finish(QPointF at, Qt::KeyboardModifiers keys) override;
  void cancel() override;
  QString status() const override;

 private:
  Id wireUnder(Qt::KeyboardModifiers keys) const;
  void mark(Id wire, Id frame);
  Id frameUnder() const;
  std::vector<Id> ids_, all_;
  QPointF from_, by_;
  Id wire_ = Id::none, frame_ = Id::none;
  bool lone_ = false;  // one node without wires
};

/// A rubber band; Shift or Ctrl adds to the selection, and takes out what was in it.
class BoxSelect : public Gesture {
 public:
  BoxSelect(Canvas& canvas, QPointF from);
  void move(QPointF at, Qt::KeyboardModifiers keys) override;
  void finish(QPointF at, Qt::KeyboardModifiers keys) override;
  void cancel() override;
  void paint(QPainter& painter) const override;

 private:
  std::vector<Id> before_;
  QPointF from_, to_;
  bool moved_ = false;
};

/// Pulls a wire out of a port, by mouse or (aim, step) by keyboard.
class PullWire : public Gesture {
 public:
  PullWire(Canvas& canvas, Ref end, QPointF from);
  ~PullWire() override;
  void move(QPointF at, Qt::KeyboardModifiers keys) override;
  void finish(QPointF at, Qt::KeyboardModifiers keys) override;
  void paint(QPainter& painter) const override;
  QString status() const override;

  const Ref& end() const { return end_; }
  /// Keyboard: the node it points at, at its first fitting port.
  Id aimed() const { return target_.item; }
  void aim(Id node);
  void step(int ports);  ///< among the fitting ports of the aimed node
  /// Keyboard: connects to where it points; false (and says why) if that cannot be.
  bool connect(Qt::KeyboardModifiers keys);

 private:
  void judge();
  void showFitting(bool on);
  std::vector<std::string> fitting(Id node) const;
  std::vector<Edit> wires(Qt::KeyboardModifiers keys) const;

  Ref end_;
  bool fromInput_ = false;
  QPointF from_, at_;
  Ref target_;       // item none: over empty canvas
  QString refusal_;  // why the target cannot be; empty: it can
  bool byKey_ = false;
};

/// Ctrl + right button: a line that cuts the wires it crosses.
class CutWires : public Gesture {
 public:
  CutWires(Canvas& canvas, QPointF from) : Gesture(canvas), line_{from} {}
  void move(QPointF at, Qt::KeyboardModifiers keys) override;
  void finish(QPointF at, Qt::KeyboardModifiers keys) override;
  void cancel() override;
  void paint(QPainter& painter) const override;

 private:
  std::vector<Id> crossed() const;
  std::vector<QPointF> line_;
};

/// Shift + right button: a line that leaves a reroute point where it crosses wires.
class AddPoints : public Gesture {
 public:
  AddPoints(Canvas& canvas, QPointF from) : Gesture(canvas), line_{from} {}
  void move(QPointF at, Qt::KeyboardModifiers keys) override;
  void finish(QPointF at, Qt::KeyboardModifiers keys) override;
  void paint(QPainter& painter) const override;

 private:
  std::vector<QPointF> line_;
};

/// Drags one reroute point.
class MovePoint : public Gesture {
 public:
  MovePoint(Canvas& canvas, Id wire, int index);
  void move(QPointF at, Qt::KeyboardModifiers keys) override;
  void finish(QPointF at, Qt::KeyboardModifiers keys) override;
  void cancel() override;

 private:
  Id wire_;
  int index_;
  std::vector<QPointF> points_;
  bool moved_ = false;
};

/// Drags an edge or corner of a frame or note.
class ResizeFrame : public Gesture {
 public:
  ResizeFrame(Canvas& canvas, Id frame, Qt::Edges edges);
  void move(QPointF at, Qt::KeyboardModifiers keys) override;
  void finish(QPointF at, Qt::KeyboardModifiers keys) override;
  void cancel() override;

 private:
  Id frame_;
  Qt::Edges edges_;
  QRectF box_, before_;
};

}  // namespace spk::panels::graph
