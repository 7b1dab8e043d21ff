// The bars of the window and what is made of the action table: menus, command palette, shortcuts.
#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "app/CommandPalette.h"
#include "app/Docks.h"
#include "app/MainWindow.h"
#include "app/MessageBar.h"
#include "app/StatusLine.h"
#include "app/actions.h"
#include "engine/run/version.h"
#include "panels/graph/actions.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/kit/itemWords.h"
#include "panels/start/StartPage.h"

namespace spk {
namespace {

QList<QKeySequence> sequences(const char* keys) {
  QList<QKeySequence> all;
  for (const QString& one : QString::fromLatin1(keys).split(u' ', Qt::SkipEmptyParts))
    all.append(QKeySequence(one, QKeySequence::PortableText));
  return all;
}

QString firstKey(const char* keys) {
  const auto all = sequences(keys);
  return all.isEmpty() ? QString() : all.first().toString(QKeySequence::NativeText);
}

/// Keys without Ctrl, Alt or a function key belong to the canvas, which acts on them itself.
bool isForCanvas(const QKeySequence& keys) {
  const int first = keys[0].toCombined();
  const bool plain = !(first & (Qt::CTRL | Qt::ALT | Qt::META));
  const int key = first & ~Qt::KeyboardModifierMask;
  return plain && (key < Qt::Key_F1 || key > Qt::Key_F35);
}

}  // namespace

void MainWindow::buildBars() {
  head_ = new QWidget(this);
  headColumn_ = new QVBoxLayout(head_);
  headColumn_->setContentsMargins(0, 0, 0, 0);
  headColumn_->setSpacing(0);
  auto* top = new QFrame(head_);
  top->setProperty("role", "bar");
  auto* topRow = new QHBoxLayout(top);
  topRow->setContentsMargins(0, 0, 0, 0);
  topRow->setSpacing(0);
  auto* word = new QLabel(QStringLiteral("Spikarium"), top);
  word->setProperty("role", "brand");
  menus_ = new QMenuBar(top);
  menus_->setNativeMenuBar(false);
  file_ = new QLabel(top);
  file_->setObjectName(QStringLiteral("window.file"));
  file_->setProperty("role", "file");
  topRow->addWidget(word);
  topRow->addWidget(menus_, 1, Qt::AlignVCenter);
  topRow->addWidget(file_);
  headColumn_->addWidget(top);
  top_ = top;
  messages_ = new MessageBar(head_);
  headColumn_->addWidget(messages_);
  setMenuWidget(head_);

  status_ = new StatusLine(this);
  statusBar()->setSizeGripEnabled(false);
  statusBar()->setContentsMargins(0, 0, 0, 0);
  statusBar()->addWidget(status_, 1);
  connect(status_, &StatusLine::notesAsked, this, [this] {
    if (QDockWidget* dock = docks_ ? docks_->find(QStringLiteral("dock.notes")) : nullptr)
      docks_->show(dock);
  });
  commands_ = new CommandPalette(this);
}

void MainWindow::buildCentre() {
  pages_ = new QStackedWidget(this);
  centre_ = new QTabWidget(pages_);
  centre_->setObjectName(QStringLiteral("centre"));
  text_ = new QPlainTextEdit(centre_);
  text_->setObjectName(QStringLiteral("projectText"));
  text_->setReadOnly(true);
  text_->setLineWrapMode(QPlainTextEdit::NoWrap);
  text_->setFont(numberFont(12));
  text_->setFrameShape(QFrame::NoFrame);
  centre_->addTab(text_, tr("Project text"));
  connect(centre_, &QTabWidget::currentChanged, this, [this] {
    showText();
    greyActions();
  });
  pages_->addWidget(centre_);
  start_ = new StartPage(pages_);
  start_->open = [this](const std::filesystem::path& file) {
    const bool plays = isShipped(file);
    if (const auto begun = open(file, plays ? Begin::Playing : Begin::Paused); !begun)
      messages_->say(MessageBar::Tone::Error, QString::fromStdString(begun.error().text()));
  };
  start_->openAny = [this] { actAloud("file.open"); };
  start_->startNew = [this] { actAloud("file.new"); };
  pages_->addWidget(start_);
  setCentralWidget(pages_);
}

void MainWindow::buildMenus() {
  for (const char* name : menuNames()) fillMenu(name);
  dress();
}

void MainWindow::fillMenu(const char* name) {
  QMenu* menu = menus_->addMenu(tr(name));
  menu->setObjectName(QStringLiteral("menu.") + QLatin1StringView(name));
  const auto add = [&](const char* id, const char* words, const char* keys, bool checks) {
    auto* action = new QAction(tr(words), this);
    action->setObjectName(QLatin1StringView(id));
    action->setCheckable(checks);
    const auto all = sequences(keys);
    QList<QKeySequence> own;
    for (const QKeySequence& each : all)
      if (!isForCanvas(each)) own.append(each);
    action->setShortcuts(own);
    // Shown, though the canvas acts on it.
    if (own.isEmpty() && !all.isEmpty())
      action->setText(tr(words) + u'\t' + all.first().toString(QKeySequence::NativeText));
    connect(action, &QAction::triggered, this, [this, id] { actAloud(id); });
    menu->addAction(action);
    addAction(action);
    actions_.emplace_back(id, action);
  };
  for (const ActionRow& row : actionRows()) {
    if (std::string_view(row.menu) != name) continue;
    if (row.divides) menu->addSeparator();
    add(row.id, row.words, row.keys, row.checked != nullptr);
    if (std::string_view(row.id) == "file.start") {
      QMenu* recent = menu->addMenu(tr("Recent files"));
      connect(recent, &QMenu::aboutToShow, this, [this, recent] {
        recent->clear();
        for (const auto& file : settings_.recent())
          recent->addAction(QString::fromStdString(file.string()), this, [this, file] {
            actAloud("file.open", {{"path", file.string()}});
          });
        if (recent->isEmpty()) recent->addAction(tr("none yet"))->setEnabled(false);
      });
    }
  }
  bool first = true;
  for (const GraphAction& action : graphActions()) {
    if (std::string_view(action.menu) != name || actionRow(action.name)) continue;
    if (std::exchange(first, false) && !menu->isEmpty()) menu->addSeparator();
    add(action.name, action.words, action.key, false);
  }
  if (std::string_view(name) == "Add") {
    menu->addSeparator();
    std::map<std::string, QMenu*> groups;
    for (const NodeType& type : registry_.nodeTypes()) {
      if (type.role == Role::Layout || type.role == Role::Projection || type.group.empty())
        continue;
      QMenu*& group = groups[type.group];
      if (!group) group = menu->addMenu(QString::fromStdString(type.group));
      group->addAction(QString::fromStdString(type.title), this, [this, id = type.id] {
        actAloud("graph.add", {{"type", id}});
      });
    }
  }
  connect(menu, &QMenu::aboutToShow, this, &MainWindow::greyActions);
}

void MainWindow::greyActions() {
  for (const auto& [id, action] : actions_) {
    const ActionRow* row = actionRow(id);
    bool enabled = true;
    if (row)
      enabled = !row->enabled || row->enabled(*this);
    else
      enabled = graph_ && !startShown_ && graph_->can(id);
    // A canvas shortcut stays alive: whether it finds something is asked when it is pressed.
    if (!row && graph_ && !startShown_ && !action->shortcuts().isEmpty()) enabled = true;
    action->setEnabled(enabled);
    if (row && row->checked) action->setChecked(row->checked(*this));
  }
}

void MainWindow::dress() {
  setTheme(isLight() ? ThemeKind::Light : ThemeKind::Dark, scale());
  top_->setFixedHeight(qRound(30 * scale()));
  text_->setFont(numberFont(12));
  greyActions();
}

void MainWindow::setLight(bool light) {
  settings_.setLight(light);
  dress();
}

void MainWindow::setScale(double wanted) {
  settings_.setScale(wanted);
  dress();
}

void MainWindow::showCommands() {
  std::vector<CommandPalette::Entry> entries;
  const auto add = [&](const char* id, const char* words, const char* menu, const char* keys) {
    const QString key = firstKey(keys);
    entries.push_back({tr(words), key.isEmpty() ? tr(menu) : tr(menu) + QStringLiteral("   ") + key,
                       QString::fromLatin1(id), [this, id] { actAloud(id); }});
  };
  for (const ActionRow& row : actionRows()) {
    const bool usable = !row.enabled || row.enabled(*this);
    if (*row.words && usable) add(row.id, row.words, row.menu, row.keys);
  }
  if (graph_ && !startShown_)
    for (const GraphAction& action : graphActions())
      if (!actionRow(action.name) && graph_->can(action.name))
        add(action.name, action.words, action.menu, action.key);
  if (bench_ && !startShown_) {
    for (const NodeType& type : registry_.nodeTypes()) {
      if (type.role == Role::Layout || type.role == Role::Projection || type.group.empty())
        continue;
      entries.push_back({tr("Add %1").arg(QString::fromStdString(type.title)),
                         QString::fromStdString(type.group),
                         QString::fromStdString(type.words + " " + type.id), [this, id = type.id] {
                           actAloud("graph.add", {{"type", id}});
                         }});
      for (const Preset& preset : type.presets) {
        Values begins = preset.values;
        begins["type"] = type.id;
        entries.push_back(
            {tr("Add %1: %2").arg(shortTitle(type), QString::fromStdString(preset.name)),
             QString::fromStdString(type.group), QString::fromStdString(type.words + " " + type.id),
             [this, begins] { actAloud("graph.add", begins); }});
      }
    }
    for (const auto& [id, item] : bench_->project().items) {
      const std::string name = textOr(item.values, "name", "");
      if (name.empty() || item.isWire() || id == Id::settings) continue;
      entries.push_back(
          {tr("Go to %1").arg(QString::fromStdString(itemPath(bench_->project(), id))),
           QString::fromStdString(item.type),
           {},
           [this, id = id] { actAloud("graph.reveal", itemValues(id)); }});
    }
  }
  commands_->open(std::move(entries));
}

void MainWindow::showShortcuts() {
  QDialog dialog(this);
  dialog.setObjectName(QStringLiteral("shortcuts"));
  dialog.setWindowTitle(tr("Shortcuts"));
  auto* column = new QVBoxLayout(&dialog);
  auto* search = new QLineEdit(&dialog);
  search->setPlaceholderText(tr("Search"));
  column->addWidget(search);
  auto* list = new QTreeWidget(&dialog);
  list->setColumnCount(2);
  list->setHeaderHidden(true);
  list->setRootIsDecorated(false);
  list->setIndentation(12);
  const auto add = [&](const char* menu, const QString& words, const QString& keys) {
    if (words.isEmpty() || keys.isEmpty()) return;
    const QString head = *menu ? tr(menu) : tr("On the canvas");
    const auto found = list->findItems(head, Qt::MatchExactly);
    auto* group = found.isEmpty() ? new QTreeWidgetItem(list, {head}) : found.first();
    group->setFlags(Qt::ItemIsEnabled);
    group->setFont(0, textFont(12, QFont::DemiBold));
    auto* row = new QTreeWidgetItem(group, {words, keys});
    row->setFont(1, numberFont(12));
  };
  const auto allKeys = [](const char* keys) {
    QStringList texts;
    for (const QKeySequence& each : sequences(keys))
      texts << each.toString(QKeySequence::NativeText);
    return texts.join(QStringLiteral("  "));
  };
  add("Run", tr("Play or pause"), QStringLiteral("Space"));
  for (const ActionRow& row : actionRows()) add(row.menu, tr(row.words), allKeys(row.keys));
  for (const GraphAction& action : graphActions())
    if (!actionRow(action.name)) add(action.menu, tr(action.words), allKeys(action.key));
  list->expandAll();
  list->setColumnWidth(0, qRound(320 * scale()));
  column->addWidget(list);
  connect(search, &QLineEdit::textChanged, list, [list](const QString& wanted) {
    for (int i = 0; i < list->topLevelItemCount(); ++i) {
      bool any = false;
      QTreeWidgetItem* group = list->topLevelItem(i);
      for (int j = 0; j < group->childCount(); ++j) {
        QTreeWidgetItem* row = group->child(j);
        const bool fits = matchScore(row->text(0), row->text(1), wanted) > 0;
        row->setHidden(!fits);
        any = any || fits;
      }
      group->setHidden(!any);
    }
  });
  dialog.resize(qRound(540 * scale()), std::min(height() - 80, qRound(680 * scale())));
  dialog.exec();
}

void MainWindow::showAbout() {
  QMessageBox box(
      QMessageBox::NoIcon, tr("About Spikarium"),
      tr("<b>Spikarium %1</b><br>A workbench for spiking neural networks.<br><br>%2<br>"
         "Licence: Apache-2.0. Made with Qt, VTK, Dear ImGui and HDF5.")
          .arg(
              QString::fromUtf8(versionText().data(), static_cast<qsizetype>(versionText().size())),
              QString::fromUtf8(buildText().data(), static_cast<qsizetype>(buildText().size()))),
      QMessageBox::Close, this);
  box.exec();
}

}  // namespace spk
