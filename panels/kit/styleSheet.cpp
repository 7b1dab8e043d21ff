// The one style sheet of the application: resources/themes/style.qss with the theme's colours put
// in for @names and sizes scaled for numbers written as 13sp.
#include <QFile>
#include <QRegularExpression>
#include <cassert>

#include "panels/kit/Theme.h"

namespace spk {

QString styleSheet(const Theme& t, double scale) {
  QFile file(QStringLiteral(":/spk/themes/style.qss"));
  const bool opened = file.open(QIODevice::ReadOnly);
  assert(opened && "resources/themes/style.qss is not in the program");
  if (!opened) return {};
  const QString sheet = QString::fromUtf8(file.readAll());

  const std::pair<const char*, QColor> colours[] = {
      {"window", t.window},
      {"surface", t.surface},
      {"raised", t.raised},
      {"line", t.line},
      {"plot", t.plot},
      {"grid", t.grid},
      {"text", t.text},
      {"secondary", t.secondary},
      {"action", t.action},
      {"onAction", t.onAction},
      {"cursor", t.cursor},
      {"good", t.good},
      {"bad", t.bad},
      {"hover", mixed(t.surface, t.text, 0.06)},
      {"pressed", mixed(t.surface, t.text, 0.12)},
      {"chosen", mixed(t.surface, t.action, t.kind == ThemeKind::Dark ? 0.22 : 0.2)},
      {"faded", mixed(t.surface, t.text, 0.4)},
      {"actionHover",
       mixed(t.action, t.kind == ThemeKind::Dark ? QColor(Qt::white) : QColor(Qt::black), 0.12)}};
  static const QRegularExpression token(QStringLiteral("@([A-Za-z]+)|([0-9]+)sp"));
  QString out;
  qsizetype done = 0;
  for (auto all = token.globalMatch(sheet); all.hasNext();) {
    const QRegularExpressionMatch match = all.next();
    out += QStringView(sheet).mid(done, match.capturedStart() - done);
    done = match.capturedEnd();
    if (match.hasCaptured(2)) {
      out += QString::number(qRound(match.captured(2).toInt() * scale)) + QStringLiteral("px");
      continue;
    }
    const QString name = match.captured(1);
    const auto* colour = std::find_if(std::begin(colours), std::end(colours), [&](const auto& c) {
      return name == QLatin1StringView(c.first);
    });
    assert(colour != std::end(colours) && "style.qss names a colour that the theme lacks");
    if (colour != std::end(colours)) out += colour->second.name();
  }
  return out += QStringView(sheet).mid(done);
}

}  // namespace spk
