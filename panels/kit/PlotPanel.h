#pragma once
#include <QObject>
#include <QPointer>
#include <iosfwd>
#include <optional>
#include <span>
#include <vector>

#include "panels/kit/Figure.h"
#include "panels/kit/Panel.h"
#include "panels/kit/PlotWidget.h"
#include "panels/kit/inputs.h"

class QMenu;

namespace spk {

/// A panel that is a plot: a class that derives from it says what the figure shows, the kit does
/// all the rest - painting, zoom and pan, following, freezing, linked cursor, marks of edits,
/// export, the empty state.
class PlotPanel : public Panel {
 public:
  /// What the x axis counts: OfTime [s] follows the run, and shows cursor and marks.
  enum class XAxis { OfTime, Other };
  PlotPanel(PanelContext& context, Id item, std::vector<Signal> accepts,
            XAxis xAxis = XAxis::OfTime);
  ~PlotPanel() override;

  QWidget* widget() override { return widget_; }
  void edited(const Edit& edit) override;
  void tick(Time now) override;
  std::string facts() const override;
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize& size) const override;

  // What the user may do with mouse and keys, for menus, scripts and tests.
  void zoom(std::optional<Range> x, std::optional<Range> y);   ///< to another place
  void scale(std::optional<Range> x, std::optional<Range> y);  ///< nearer or further
  void reset();                                                ///< follows, and shows all
  void freeze(bool frozen);  ///< the plot stands still, the run goes on
  bool isFrozen() const { return frozenAt_.has_value(); }
  bool isFollowing() const { return !zoomX_; }
  /// How often a figure was made: it does not grow while nothing changes.
  std::uint64_t figuresMade() const { return figuresMade_; }

 protected:
  /// Fills the figure, whose first part the kit has set, with what there is at `now`.
  virtual void draw(Figure& figure, Time now) const = 0;
  /// The rows of a CSV file: what is in the visible range. The default writes the series:
  /// x, name, y.
  virtual void writeCsv(std::ostream& out, const Figure& figure) const;
  /// Grows when there is something new to show; the default counts the tapes of the inputs.
  virtual std::uint64_t dataVersion() const;
  /// Rows of the panel's own for its menu, behind those that save.
  virtual void addToMenu(QMenu&) {}
  /// A click into the plot; the default moves the linked cursor there.
  virtual void clicked(QPointF value);

  const PanelContext& context() const { return context_; }
  Id item() const { return item_; }
  std::span<const Input> inputs() const { return inputs_; }
  const Tape* tape(const Input& input) const { return context_.tape(input.wire); }
  /// The run that the last rewind left, to be drawn behind the one that goes on; nullptr if none.
  const Tape* leftTape(const Input& input) const;
  static QColor leftColour(const Input& input);
  static QString leftName(const QString& name);
  /// Adds to the facts what the pale run is, if a part of one is in sight.
  void nameLeft(Figure& figure) const;
  double parameter(std::string_view name) const;
  std::string parameterWord(std::string_view name) const;
  bool parameterOn(std::string_view name) const;
  PlotWidget* plot() const { return widget_; }
  /// Makes the figure again and shows it.
  void refresh();

 private:
  void listen();
  void readInputs();
  Figure make(Figure blank) const;
  void addMarks(Figure& figure) const;
  QString markWords(const Mark& mark) const;
  void showMenu(QPoint globalPlace);
  void askForPicture();
  void askForCsv();
  void connectSomething();
  Time shownNow() const { return frozenAt_.value_or(now_); }
  Result<void> saveCsv(const std::filesystem::path& path) const;

  PanelContext& context_;
  Id item_;
  std::vector<Signal> accepts_;
  XAxis xAxis_;
  QPointer<PlotWidget> widget_;        // its Qt parent, the dock, may end it first
  mutable std::vector<Input> inputs_;  // print takes other colours for a moment
  std::optional<Range> zoomX_, zoomY_;
  std::optional<double> zoomLength_;
  std::optional<Time> frozenAt_;
  Time now_ = 0;
  std::uint64_t seen_ = 0, figuresMade_ = 0;
  std::string facts_;
  QObject guard_;  // ends our connections when we end
};

}  // namespace spk
