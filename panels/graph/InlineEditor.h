#pragma once
#include <QWidget>

class QLineEdit;
class QPlainTextEdit;

namespace spk::panels::graph {

/// Text typed in place. Enter (for lines Ctrl+Enter) or a click elsewhere is done, Esc cancels;
/// then it deletes itself.
class InlineEditor : public QWidget {
  Q_OBJECT

 public:
  enum class Form { Line, Lines };
  enum class Cursor { SelectsAll, AtEnd };
  InlineEditor(Form form, const QString& label, QWidget* parent);
  void start(const QString& text, Cursor cursor);

 Q_SIGNALS:
  void done(const QString& text);
  void cancelled();
  void finished();  ///< before either, however it ended

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void end(bool keep);
  QLineEdit* line_ = nullptr;
  QPlainTextEdit* lines_ = nullptr;
  bool ended_ = false;
};

}  // namespace spk::panels::graph
