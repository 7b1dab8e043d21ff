#include "panels/kit/Theme.h"

#include <QApplication>
#include <QPalette>
#include <QStyleFactory>
#include <algorithm>

namespace spk {
namespace {

QColor thirdDarker(const QColor& c) {
  return QColor(c.red() * 2 / 3, c.green() * 2 / 3, c.blue() * 2 / 3);
}

Theme dark() {
  Theme t;
  t.kind = ThemeKind::Dark;
  t.window = 0x14161b, t.surface = 0x1a1d24, t.raised = 0x22262f, t.line = 0x323845;
  t.plot = 0x11131a, t.grid = 0x262b36;
  t.text = 0xe7eaf1, t.secondary = 0x9aa3b5;
  t.action = 0x5aa9ff, t.onAction = 0xffffff, t.cursor = 0xffb454;
  t.excitatory = 0xf0803c, t.inhibitory = 0x56a0e8;
  t.on = 0xf28e2b, t.off = 0x5b8fd0;
  t.good = 0x1fae84, t.bad = 0xef6a5f;
  t.view = 0x9aa3b5;
  t.bySignal = {QColor(0xe6a01a), QColor(0x56b4e9), QColor(0x1fae84), QColor(0xcc79a7),
                QColor(0x4b93d6), QColor(0xe8dc4a), QColor(0xe2733a), QColor(0xa69df0)};
  return t;
}

Theme light() {
  Theme t = dark();
  t.kind = ThemeKind::Light;
  t.window = 0xe9ebef, t.surface = 0xf6f7f9, t.raised = 0xffffff, t.line = 0xcfd5df;
  t.plot = 0xffffff, t.grid = 0xe8ebf0;
  t.text = 0x1b2029, t.secondary = 0x5d6677;
  t.action = 0x1f6fd0, t.cursor = 0xb86a00;
  t.excitatory = 0xc4511a, t.inhibitory = 0x1c66b0;
  t.good = 0x127a5b, t.bad = 0xc0392b;
  t.view = 0x5d6677;
  for (QColor& colour : t.bySignal) colour = thirdDarker(colour);
  return t;
}

/// What setTheme last chose; GUI thread.
struct Chosen {
  ThemeKind kind = ThemeKind::Dark;
  double scale = 1;
};
Chosen& chosen() {
  static Chosen now;
  return now;
}

QPalette paletteOf(const Theme& t) {
  QPalette p;
  p.setColor(QPalette::Window, t.surface);
  p.setColor(QPalette::WindowText, t.text);
  p.setColor(QPalette::Base, t.raised);
  p.setColor(QPalette::AlternateBase, t.surface);
  p.setColor(QPalette::Text, t.text);
  p.setColor(QPalette::Button, t.raised);
  p.setColor(QPalette::ButtonText, t.text);
  p.setColor(QPalette::BrightText, t.bad);
  p.setColor(QPalette::Highlight, t.action);
  p.setColor(QPalette::HighlightedText, t.onAction);
  p.setColor(QPalette::ToolTipBase, t.raised);
  p.setColor(QPalette::ToolTipText, t.text);
  p.setColor(QPalette::PlaceholderText, t.secondary);
  p.setColor(QPalette::Link, t.action);
  p.setColor(QPalette::Light, t.raised);
  p.setColor(QPalette::Midlight, t.line);
  p.setColor(QPalette::Mid, t.line);
  p.setColor(QPalette::Dark, t.line);
  p.setColor(QPalette::Shadow, t.window);
  const QColor faded = mixed(t.surface, t.text, 0.4);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    p.setColor(QPalette::Disabled, role, faded);
  }
  return p;
}

QFont fontOf(const QStringList& families, int pixels, QFont::Weight weight) {
  QFont font(families);
  font.setPixelSize(std::max(1, qRound(pixels * chosen().scale)));
  font.setWeight(weight);
  return font;
}

}  // namespace

const Theme& theme(ThemeKind kind) {
  static const Theme both[] = {dark(), light()};
  return both[static_cast<int>(kind)];
}

const Theme& theme() { return theme(chosen().kind); }

double textScale() { return chosen().scale; }

ThemeScope::ThemeScope(ThemeKind kind) : kind_(chosen().kind), scale_(chosen().scale) {
  chosen() = {kind, 1};
}
ThemeScope::~ThemeScope() { chosen() = {kind_, scale_}; }

void setTheme(ThemeKind kind, double scale) {
  chosen() = {kind, std::clamp(scale, 0.75, 2.0)};
  if (qApp->styleSheet().isEmpty()) {  // the first time
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  }
  QApplication::setFont(textFont());
  QApplication::setPalette(paletteOf(theme()));
  qApp->setStyleSheet(styleSheet(theme(), chosen().scale));
}

QFont textFont(int pixels, QFont::Weight weight) {
  return fontOf({QStringLiteral("Inter"), QStringLiteral("DejaVu Sans")}, pixels, weight);
}

QFont numberFont(int pixels, QFont::Weight weight) {
  QFont font = fontOf({QStringLiteral("JetBrains Mono"), QStringLiteral("DejaVu Sans Mono")},
                      pixels, weight);
  font.setStyleHint(QFont::Monospace);
  return font;
}

QColor mixed(const QColor& ground, const QColor& colour, double share) {
  const auto mix = [share](int a, int b) { return qRound(a + (b - a) * share); };
  return QColor(mix(ground.red(), colour.red()), mix(ground.green(), colour.green()),
                mix(ground.blue(), colour.blue()));
}

}  // namespace spk
