#pragma once
#include <QFrame>
#include <QString>
#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace spk {

/// Find and do: every command, node type and node by its words (Ctrl+P).
class CommandPalette : public QFrame {
  Q_OBJECT
 public:
  struct Entry {
    QString words, facts;  ///< facts: menu, keys, at right
    QString also;          ///< what else finds it
    std::function<void()> act;
  };

  explicit CommandPalette(QWidget* window);
  void open(std::vector<Entry> entries);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fill();
  void run();

  QLineEdit* search_;
  QListWidget* list_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> shown_;
};

/// How well `entry` answers to `wanted`: 0 not at all; higher is better. Words may be given in any
/// order, each by its beginning or a part of it.
int matchScore(const QString& words, const QString& also, const QString& wanted);

}  // namespace spk
