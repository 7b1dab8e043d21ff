#pragma once
#include <QComboBox>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <filesystem>

#include "engine/data/FileFormat.h"

namespace spk::panels::cloud {

/// What is selected, and where to: a line over the foot of the cloud. Enter writes.
class SelectionBar : public QFrame {
  Q_OBJECT
 public:
  SelectionBar(std::span<const FileFormat> formats, QWidget* parent);
  /// Shows how many are selected, and is ready to write them to `path` (its format: by the ending).
  void offer(const QString& words, const std::filesystem::path& path);
  void say(const QString& words, bool isBad = false);
  void setBusy(bool busy);
  const FileFormat* format() const;
  std::filesystem::path path() const;

 Q_SIGNALS:
  void exportWanted();
  void dropWanted();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void followEnding();
  void followFormat();

  std::vector<const FileFormat*> formats_;
  QLabel *words_, *told_;
  QLineEdit* path_;
  QComboBox* format_;
  QPushButton *export_, *drop_;
};

}  // namespace spk::panels::cloud
