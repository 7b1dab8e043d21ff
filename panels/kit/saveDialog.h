#pragma once
#include <QString>
#include <filesystem>
#include <optional>

#include "panels/kit/Panel.h"

class QWidget;

namespace spk {

struct SaveWish {
  std::filesystem::path path;
  FigureSize size;
};
/// Asks for format and size (85 mm: one column of a journal, 170 mm: two), then for the file;
/// nothing if the user thinks better of it.
std::optional<SaveWish> askWhereToSave(QWidget* parent, const QString& name);
std::optional<std::filesystem::path> askWhereToSavePng(QWidget* parent, const QString& name);
std::optional<std::filesystem::path> askWhereToSaveCsv(QWidget* parent, const QString& name);
void tellError(QWidget* parent, const Error& error);

}  // namespace spk
