#pragma once
#include <QWidget>
#include <functional>

#include "engine/graph/Registry.h"
#include "panels/kit/catalogue.h"

class QLabel;
class QLineEdit;
class QListView;

namespace spk {

class CatalogueModel;

/// A search field over the list of all that can be added; the palette's and the canvas pop-up's.
class NodeSearch : public QWidget {
  Q_OBJECT

 public:
  /// Pop-up: with the description of the current entry below, the first match always current.
  enum class Use { Dock, Popup };
  /// How an entry was chosen: by Enter or a click, or by Shift+Enter, to be wired at once.
  enum class How { Alone, Wired };
  NodeSearch(const Registry& registry, std::filesystem::path templates, Use use,
             QWidget* parent = nullptr);

  /// Reads the folder of templates anew, clears the text, and shows only what `fits` (null: all).
  /// `hint`: one line at the end of a pop-up.
  void restart(std::function<bool(const CatalogueEntry&)> fits = {}, const QString& hint = {});
  QLineEdit* field() const { return field_; }
  QListView* list() const { return list_; }
  /// The entry that Enter would choose; nullptr if there is none.
  const CatalogueEntry* current() const;

 Q_SIGNALS:
  /// `begins`: the values that it is to begin with.
  void chosen(const spk::CatalogueEntry& entry, const spk::Values& begins,
              spk::NodeSearch::How how);
  void cancelled();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void search();
  void choose(How how);
  void move(int rows);
  void describe();

  const Registry& registry_;
  std::filesystem::path templates_;
  Use use_;
  QLineEdit* field_;
  QListView* list_;
  QLabel* doc_ = nullptr;
  QLabel* hint_ = nullptr;
  QLabel* empty_;
  CatalogueModel* model_;
};

}  // namespace spk
