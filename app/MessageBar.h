#pragma once
#include <QFrame>
#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace spk {

/// One line under the transport that says something and offers what to do; never a dialog.
class MessageBar : public QFrame {
  Q_OBJECT
 public:
  enum class Tone { Plain, Warning, Error };
  struct Choice {
    QString words;
    std::function<void()> act;
  };

  explicit MessageBar(QWidget* parent);
  /// Takes the place of what was said before. Without choices it goes after some seconds.
  void say(Tone tone, const QString& text, std::vector<Choice> choices = {});
  void clear();
  QString text() const;

 private:
  QLabel* words_;
  QHBoxLayout* row_;
  std::vector<QWidget*> buttons_;
  int turn_ = 0;
};

}  // namespace spk
