#pragma once
#include <QApplication>
#include <QFile>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QOpenGLWidget>
#include <QRegularExpression>
#include <QStringList>
#include <QTemporaryDir>
#include <QTest>

#include "panels/kit/Theme.h"
#include "panels/kit/painter.h"

namespace spk::test {

/// Asks every GL widget for errors after each of its frames; what it finds becomes a warning.
class GlErrorWatch : public QObject {
 public:
  bool eventFilter(QObject* object, QEvent* event) override {
    auto* widget = qobject_cast<QOpenGLWidget*>(object);
    if (widget && event->type() == QEvent::Show && !widget->property("watched").toBool()) {
      widget->setProperty("watched", true);
      connect(widget, &QOpenGLWidget::frameSwapped, widget, [widget] {
        widget->makeCurrent();
        while (const GLenum error = widget->context()->functions()->glGetError()) {
          qWarning("GL error 0x%x in %s", error, widget->metaObject()->className());
        }
        widget->doneCurrent();
      });
    }
    return false;
  }
};

/// Lines of the log that are warnings of Qt or GL and not on the committed list.
inline QStringList unexpectedMessages(const QString& log) {
  QStringList allowed;
  QFile list(QStringLiteral(SPK_SOURCE_DIR "/tests/kit/allowed_messages.txt"));
  if (list.open(QIODevice::ReadOnly)) {
    for (const QString& line : QString::fromUtf8(list.readAll()).split(u'\n')) {
      if (!line.isEmpty() && !line.startsWith(u'#')) allowed << line;
    }
  }
  QStringList found;
  for (const QString& line : log.split(u'\n')) {
    if (!line.startsWith(QStringLiteral("QWARN")) && !line.startsWith(QStringLiteral("QCRITICAL")))
      continue;
    bool known = false;
    for (const QString& words : allowed) known = known || line.contains(words);
    if (!known) found << line;
  }
  return found;
}

/// Runs a GUI test as the window would run: shared contexts, our surface format and theme. Fails if
/// Qt or GL complained of anything that tests/kit/allowed_messages.txt does not list.
template <class Test>
int guiMain(int argc, char** argv) {
  prepareGraphics();
  QApplication app(argc, argv);
  setTheme(ThemeKind::Dark);
  GlErrorWatch watch;
  app.installEventFilter(&watch);
  QTemporaryDir folder;
  const QString log = folder.filePath(QStringLiteral("log.txt"));
  QStringList arguments = app.arguments();
  arguments << QStringLiteral("-o") << log + QStringLiteral(",txt") << QStringLiteral("-o")
            << QStringLiteral("-,txt");
  int failed = 0;
  {
    Test test;
    failed = QTest::qExec(&test, arguments);
  }
  QFile file(log);
  if (!file.open(QIODevice::ReadOnly)) return failed + 1;
  for (const QString& line : unexpectedMessages(QString::fromUtf8(file.readAll()))) {
    fprintf(stderr, "FAIL!  : unexpected message: %s\n", qPrintable(line));
    ++failed;
  }
  return failed;
}

}  // namespace spk::test

#define SPK_GUI_MAIN(Test) \
  int main(int argc, char** argv) { return spk::test::guiMain<Test>(argc, argv); }
