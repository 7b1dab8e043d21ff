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
  InlineEditor(Form form, QWidget* parent);
  void start(const QString& text);

 Q_SIGNALS:
  void done(const QString& text);
  void cancelled();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void end(bool keep);
  QLineEdit* line_ = nullptr;
  QPlainTextEdit* lines_ = nullptr;
  bool ended_ = false;
};

}  // namespace spk::panels::graph
