#include "panels/kit/saveDialog.h"

#include <QComboBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QMessageBox>
#include <QPushButton>

namespace spk {
namespace {

QDoubleSpinBox* millimetres(QWidget* parent, double value) {
  auto* box = new QDoubleSpinBox(parent);
  box->setRange(10, 2000);
  box->setDecimals(0);
  box->setSuffix(QStringLiteral(" mm"));
  box->setValue(value);
  return box;
}

std::optional<std::filesystem::path> askFile(QWidget* parent, const QString& name,
                                             const QString& ending) {
  QString wanted = name;
  wanted.replace(u'/', u'_');
  const QString path =
      QFileDialog::getSaveFileName(parent, QObject::tr("Save as"), wanted + u'.' + ending,
                                   QStringLiteral("%1 (*.%2)").arg(ending.toUpper(), ending));
  if (path.isEmpty()) return std::nullopt;
  std::filesystem::path file(path.toStdString());
  if (file.extension().empty()) file += "." + ending.toStdString();
  return file;
}

}  // namespace

std::optional<SaveWish> askWhereToSave(QWidget* parent, const QString& name) {
  QDialog dialog(parent);
  dialog.setWindowTitle(QObject::tr("Save picture"));
  auto* form = new QFormLayout(&dialog);
  form->setContentsMargins(16, 16, 16, 16);
  form->setSpacing(12);
  auto* format = new QComboBox(&dialog);
  format->addItem(QObject::tr("SVG, for print and editing"), QStringLiteral("svg"));
  format->addItem(QObject::tr("PDF, for print"), QStringLiteral("pdf"));
  format->addItem(QObject::tr("PNG, as on the screen"), QStringLiteral("png"));
  auto* preset = new QComboBox(&dialog);
  preset->addItem(QObject::tr("two columns, 170 mm"), 170.0);
  preset->addItem(QObject::tr("one column, 85 mm"), 85.0);
  auto* width = millimetres(&dialog, 170);
  auto* height = millimetres(&dialog, 85);
  auto* dpi = new QDoubleSpinBox(&dialog);
  dpi->setRange(36, 1200);
  dpi->setDecimals(0);
  dpi->setValue(300);
  dpi->setEnabled(false);
  QObject::connect(preset, &QComboBox::currentIndexChanged, &dialog, [=] {
    const double wide = preset->currentData().toDouble();
    height->setValue(height->value() * wide / width->value());
    width->setValue(wide);
  });
  QObject::connect(format, &QComboBox::currentIndexChanged, &dialog,
                   [=] { dpi->setEnabled(format->currentData() == QStringLiteral("png")); });
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, &dialog);
  buttons->button(QDialogButtonBox::Save)->setProperty("action", true);
  QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
  QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
  form->addRow(QObject::tr("Format"), format);
  form->addRow(QObject::tr("For"), preset);
  form->addRow(QObject::tr("Width"), width);
  form->addRow(QObject::tr("Height"), height);
  form->addRow(QObject::tr("Dots per inch"), dpi);
  form->addRow(buttons);
  if (dialog.exec() != QDialog::Accepted) return std::nullopt;
  const auto path = askFile(parent, name, format->currentData().toString());
  if (!path) return std::nullopt;
  return SaveWish{*path, {width->value(), height->value(), dpi->value()}};
}

std::optional<std::filesystem::path> askWhereToSavePng(QWidget* parent, const QString& name) {
  return askFile(parent, name, QStringLiteral("png"));
}

std::optional<std::filesystem::path> askWhereToSaveCsv(QWidget* parent, const QString& name) {
  return askFile(parent, name, QStringLiteral("csv"));
}

void tellError(QWidget* parent, const Error& error) {
  QMessageBox::warning(parent, QObject::tr("Not saved"), QString::fromStdString(error.text()));
}

}  // namespace spk
