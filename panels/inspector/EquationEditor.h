#pragma once
#include <QWidget>
#include <functional>

#include "panels/inspector/ParameterRow.h"

class QLabel;
class QPlainTextEdit;

namespace spk::panels::inspector {

/// A parameter that is a text of equations: checked while it is typed, what is wrong underlined
/// with its reason below, else what the text makes and how it is integrated. Ctrl+Enter or leaving
/// it sets the text, also one with a mistake (the node then says so, and nothing typed is lost);
/// Escape takes back what is not set.
class EquationEditor : public QWidget {
  Q_OBJECT

 public:
  EquationEditor(RowState state, QWidget* parent);

  void setState(RowState state);
  QPlainTextEdit* field() const { return field_; }
  QString message() const;
  bool isGood() const { return good_; }
  /// Where somebody types, to go on after the rows were made anew.
  int position() const;
  void goTo(int position);

 Q_SIGNALS:
  void wanted(const spk::Value& value);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void check();
  void set();
  void takeBack();
  void resizeField();
  std::string shown() const;  ///< the text of the project

  RowState state_;
  QPlainTextEdit* field_;
  QLabel* message_;
  bool good_ = true;
};

}  // namespace spk::panels::inspector
