// `spikarium-window`: the workbench. Usually started by `spikarium`, which has read the words:
//   [PROJECT] · --gallery · --render PROJECT --view NAME -o FILE [--for T] [--size WxH] · --shots
//   DIR · --actions
#include <QApplication>
#include <QScreen>
#include <QWidget>
#include <cstdio>
#include <memory>
#include <string_view>

#include "app/MainWindow.h"
#include "app/actions.h"
#include "app/Settings.h"
#include "app/registry.h"
#include "app/render.h"
#include "app/shots.h"
#include "panels/graph/actions.h"
#include "panels/kit/Theme.h"
#include "panels/kit/gallery.h"
#include "panels/kit/painter.h"

namespace {

constexpr int kDone = 0, kFailed = 1, kWrongUse = 2;

int tell(const spk::Result<void>& result) {
  if (result) return kDone;
  std::fprintf(stderr, "spikarium: %s\n", result.error().text().c_str());
  return kFailed;
}

int wrongUse(const QString& what) {
  std::fprintf(stderr, "spikarium-window: %s\n", qPrintable(what));
  return kWrongUse;
}

/// --render PROJECT --view NAME -o FILE [--for T] [--size WxH]
int renderFrom(const QStringList& words, const spk::Registry& registry, const spk::Targets& targets,
               spk::Jobs& jobs) {
  spk::RenderOrder order;
  for (qsizetype i = 1; i + 1 < words.size(); i += 2) {
    const QString& word = words[i];
    const std::string value = words[i + 1].toStdString();
    if (word == u"--render") {
      order.project = value;
    } else if (word == u"--view") {
      order.view = value;
    } else if (word == u"-o") {
      order.out = value;
    } else if (word == u"--for") {
      const auto time = spk::parseTime(value);
      if (!time) return wrongUse(QString::fromStdString(time.error().text()));
      order.time = time.value();
    } else if (word == u"--film") {
      order.isFilm = true;
      const QStringList parts = words[i + 1].split(u',');
      if (parts.size() != 3)
        return wrongUse(QStringLiteral("--film needs FROM_NS,FRAMES_PER_SECOND,SPEED"));
      order.from = parts[0].toLongLong();
      order.framesPerSecond = parts[1].toDouble();
      order.speed = parts[2].toDouble();
    } else if (word == u"--size") {
      const QStringList sides = words[i + 1].split(u'x');
      if (sides.size() != 2) return wrongUse(QStringLiteral("a size is written as 1600x800"));
      order.size = {sides[0].toInt(), sides[1].toInt()};
    } else {
      return wrongUse(QStringLiteral("there is no word %1").arg(word));
    }
  }
  if (order.view.empty() || order.out.empty())
    return wrongUse(QStringLiteral("--render needs --view NAME and -o FILE"));
  spk::setTheme(spk::ThemeKind::Light);
  return tell(spk::render(order, registry, targets, jobs));
}

/// --actions: the table of actions as a page for the reference; needs no display.
int printActions() {
  std::printf("# Actions\n\nWhat menus, the command palette (Ctrl+P) and keys do.\n");
  const auto row = [](const char* id, const char* words, const char* keys) {
    const QString shown = QString::fromLatin1(keys).replace(u'|', QStringLiteral("\\|"));
    const QString each = shown.split(u' ', Qt::SkipEmptyParts).join(QStringLiteral(" or "));
    std::printf("| `%s` | %s | %s |\n", id, words, qPrintable(each));
  };
  const auto head = [](const char* title) {
    std::printf("\n## %s\n\n| id | what it does | keys |\n|---|---|---|\n", title);
  };
  for (const char* menu : spk::menuNames()) {
    head(menu);
    for (const spk::ActionRow& action : spk::actionRows())
      if (std::string_view(action.menu) == menu) row(action.id, action.words, action.keys);
    for (const spk::GraphAction& action : spk::graphActions())
      if (std::string_view(action.menu) == menu && !spk::actionRow(action.name))
        row(action.name, action.words, action.key);
  }
  head("On the canvas");
  for (const spk::GraphAction& action : spk::graphActions())
    if (std::string_view(action.menu) == "Graph") row(action.name, action.words, action.key);
  return kDone;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--actions") return printActions();
  spk::prepareGraphics();
  QApplication app(argc, argv);
  QApplication::setApplicationName(QStringLiteral("spikarium"));
  const spk::Registry registry = spk::wholeRegistry();
  const spk::Targets targets = spk::wholeTargets();
  spk::Jobs jobs;
  const QStringList words = QApplication::arguments();
  const QString first = words.size() > 1 ? words[1] : QString();
  if (first == u"--render") return renderFrom(words, registry, targets, jobs);
  if (first == u"--shots") {
    if (words.size() != 3) return wrongUse(QStringLiteral("--shots needs a folder"));
    return tell(spk::makeShots(words[2].toStdString(), registry, targets, jobs));
  }
  spk::Settings settings(registry);
  spk::setTheme(settings.isLight() ? spk::ThemeKind::Light : spk::ThemeKind::Dark,
                settings.scale());
  if (first == u"--gallery") {
    const std::unique_ptr<QWidget> gallery(spk::makeGallery());
    gallery->show();
    return QApplication::exec();
  }
  spk::MainWindow window(registry, targets, jobs, settings);
  window.showStart(true);
  // On a screen without room for the window and its frame it fills what there is.
  const QSize room = window.screen()->availableSize();
  if (window.width() < room.width() && window.height() + 40 < room.height())
    window.show();
  else
    window.showMaximized();
  if (!first.isEmpty()) (void)window.open(first.toStdString(), spk::MainWindow::Begin::Playing);
  return QApplication::exec();
}
