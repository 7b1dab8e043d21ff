#include "panels/cloud/SelectionBar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSignalBlocker>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>

#include "panels/cloud/SelectedEvents.h"
#include "panels/kit/Theme.h"

namespace spk::panels::cloud {

SelectionBar::SelectionBar(std::span<const FileFormat> formats, QWidget* parent)
    : QFrame(parent),
      formats_(writers(formats)),
      words_(new QLabel(this)),
      told_(new QLabel(this)),
      path_(new QLineEdit(this)),
      format_(new QComboBox(this)),
      export_(new QPushButton(tr("Export"), this)),
      drop_(new QPushButton(this)) {
  setObjectName(QStringLiteral("cloud.selection"));
  setProperty("role", "bar");
  setAutoFillBackground(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(12, 4, 8, 4);
  column->setSpacing(4);
  auto* head = new QHBoxLayout;
  head->setSpacing(8);
  head->addWidget(words_);
  head->addStretch(1);
  head->addWidget(drop_);
  column->addLayout(head);
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(path_, 3);
  row->addWidget(format_, 2);
  row->addWidget(export_);
  column->addLayout(row);
  told_->setProperty("role", "secondary");
  told_->setWordWrap(true);
  told_->hide();
  column->addWidget(told_);
  path_->setObjectName(QStringLiteral("cloud.exportPath"));
  path_->setAccessibleName(tr("File to write the selected events to"));
  export_->setObjectName(QStringLiteral("cloud.export"));
  export_->setProperty("action", true);
  drop_->setIcon(icon("close"));
  drop_->setToolTip(tr("Forget the selection (Esc)"));
  drop_->setAccessibleName(drop_->toolTip());
  format_->setMinimumWidth(80);
  for (const FileFormat* each : formats_) format_->addItem(QString::fromStdString(each->title));
  connect(path_, &QLineEdit::textEdited, this, &SelectionBar::followEnding);
  connect(path_, &QLineEdit::returnPressed, this, &SelectionBar::exportWanted);
  connect(format_, &QComboBox::currentIndexChanged, this, &SelectionBar::followFormat);
  connect(export_, &QPushButton::clicked, this, &SelectionBar::exportWanted);
  connect(drop_, &QPushButton::clicked, this, &SelectionBar::dropWanted);
}

void SelectionBar::offer(const QString& words, const std::filesystem::path& path) {
  words_->setText(words);
  path_->setText(QString::fromStdString(path.string()));
  path_->setToolTip(path_->text());
  followEnding();
  say({});
  setBusy(false);
  path_->setFocus();
  path_->selectAll();
}

void SelectionBar::say(const QString& words, bool isBad) {
  told_->setText(words);
  told_->setVisible(!words.isEmpty());
  told_->setProperty("role", isBad ? "bad" : "secondary");
  told_->style()->polish(told_);
  adjustSize();
}

void SelectionBar::setBusy(bool busy) {
  for (QWidget* each : {static_cast<QWidget*>(path_), static_cast<QWidget*>(format_),
                        static_cast<QWidget*>(export_)})
    each->setEnabled(!busy);
}

const FileFormat* SelectionBar::format() const {
  const int at = format_->currentIndex();
  return at < 0 ? nullptr : formats_[static_cast<std::size_t>(at)];
}

std::filesystem::path SelectionBar::path() const { return path_->text().trimmed().toStdString(); }

/// An ending that another format has picks that one.
void SelectionBar::followEnding() {
  const std::string ending = path().extension().string();
  const auto has = [&](const FileFormat* each) {
    return !ending.empty() &&
           (' ' + each->endings + ' ').find(' ' + ending + ' ') != std::string::npos;
  };
  if (format() && has(format())) return;
  const auto found = std::ranges::find_if(formats_, has);
  if (found == formats_.end()) return;
  const QSignalBlocker quiet(format_);
  format_->setCurrentIndex(static_cast<int>(found - formats_.begin()));
}

void SelectionBar::followFormat() {
  const FileFormat* wanted = format();
  if (!wanted) return;
  path_->setText(QString::fromStdString(path().replace_extension(endingOf(*wanted)).string()));
}

void SelectionBar::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    Q_EMIT dropWanted();
    return;
  }
  QFrame::keyPressEvent(event);
}

}  // namespace spk::panels::cloud
