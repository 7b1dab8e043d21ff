// `spikarium-window`: the workbench. Started by `spikarium`, or by itself.
#include <QApplication>
#include <QSurfaceFormat>

#include "app/MainWindow.h"
#include "app/Settings.h"
#include "app/registry.h"
#include "panels/kit/Theme.h"

int main(int argc, char** argv) {
  QApplication::setAttribute(Qt::AA_ShareOpenGLContexts);
  QSurfaceFormat format;
  format.setRenderableType(QSurfaceFormat::OpenGL);
  format.setVersion(3, 3);
  format.setProfile(QSurfaceFormat::CoreProfile);
  format.setDepthBufferSize(24);
  format.setStencilBufferSize(8);
  format.setSamples(0);
  QSurfaceFormat::setDefaultFormat(format);
  QApplication app(argc, argv);
  QApplication::setApplicationName(QStringLiteral("spikarium"));

  const spk::Registry registry = spk::wholeRegistry();
  const spk::Targets targets = spk::wholeTargets();
  spk::Jobs jobs;
  spk::Settings settings(registry);
  spk::setTheme(settings.isLight() ? spk::ThemeKind::Light : spk::ThemeKind::Dark,
                settings.scale());
  spk::MainWindow window(registry, targets, jobs, settings);
  const QStringList arguments = QApplication::arguments();
  window.showStart(true);
  window.show();
  if (arguments.size() > 1)
    (void)window.open(arguments[1].toStdString(), spk::MainWindow::Begin::Playing);
  return QApplication::exec();
}
