#pragma once
#include <QFrame>
#include <span>
#include <vector>

#include "panels/kit/Panel.h"

class QLabel;
class QPushButton;

namespace spk {

/// What a view without data says: in the middle, what to connect, and a button that does it.
class EmptyNote : public QFrame {
  Q_OBJECT
 public:
  explicit EmptyNote(QWidget* parent);
  /// No words: hidden. No button text: words alone.
  void say(const QString& words, const QString& button);
  bool isShown() const { return !isHidden(); }

 Q_SIGNALS:
  void wanted();  ///< the button

 private:
  QLabel* words_;
  QPushButton* button_;
};

/// Nodes with an output of one of these signals that could be wired into a view, by id, at most
/// four.
std::vector<Ref> sourcesFor(const PanelContext& context, Id view, std::span<const Signal> accepts);
/// What an empty view says: "Nothing is connected yet …", "Connect E and I".
struct EmptyWords {
  QString words, button;
};
EmptyWords emptyWords(const PanelContext& context, Id view, std::span<const Signal> accepts);
/// Wires all sourcesFor into the view as one edit; where there are none, shows the view's node.
Result<void> connectSources(const PanelContext& context, Id view, std::span<const Signal> accepts);

}  // namespace spk
