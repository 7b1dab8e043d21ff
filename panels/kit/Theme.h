#pragma once
#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/graph/Document.h"
#include "engine/graph/NodeType.h"
#include "engine/graph/Registry.h"

class QPainter;

namespace spk {

enum class ThemeKind { Dark, Light };

/// Every colour of the program; a colour always means something, and the same thing everywhere.
struct Theme {
  ThemeKind kind = ThemeKind::Dark;
  QColor window, surface, raised, line;  ///< grounds, from back to front, and the thin line
  QColor plot, grid;                     ///< ground of plots and their grid
  QColor text, secondary;
  QColor action;    ///< selection, buttons that act, marks of edits
  QColor onAction;  ///< text on a ground of `action`
  QColor cursor;    ///< time cursor, warning, the fit that matters
  QColor excitatory, inhibitory;
  QColor on, off;                  ///< polarity of events
  QColor good, bad;                ///< a passed check, an error
  QColor view;                     ///< views and layout: grey
  std::array<QColor, 8> bySignal;  ///< in the order of Signal
};

/// The steps of the grid, and what is built of them [px at scale 1].
inline constexpr int kStep = 4, kBarHeight = 44, kTabHeight = 30, kRowHeight = 26;
inline constexpr int kNodeWidth = 196, kNodeRow = 22, kNodeRadius = 8, kRadius = 6;

/// The theme in use; GUI thread.
const Theme& theme();
const Theme& theme(ThemeKind kind);
/// Sets colours, fonts, palette and the one style sheet of the application; every widget then gets
/// QEvent::StyleChange and paints afresh. `scale` (0.75 … 2) makes all text larger or smaller.
void setTheme(ThemeKind kind, double scale = 1);
double textScale();
/// Another theme at scale 1 for the length of a scope, without touching widgets: figures for print.
class ThemeScope {
 public:
  explicit ThemeScope(ThemeKind kind);
  ~ThemeScope();
  ThemeScope(const ThemeScope&) = delete;
  ThemeScope& operator=(const ThemeScope&) = delete;

 private:
  ThemeKind kind_;
  double scale_;
};
/// The style sheet that setTheme gives to the application.
QString styleSheet(const Theme& theme, double scale);

/// Inter (else DejaVu Sans): 13 px for text, 11–12 for what is secondary.
QFont textFont(int pixels = 13, QFont::Weight weight = QFont::Normal);
/// JetBrains Mono (else DejaVu Sans Mono), for numbers.
QFont numberFont(int pixels = 12, QFont::Weight weight = QFont::Normal);

/// `colour` mixed into `ground`: share 0 is the ground, 1 the colour.
QColor mixed(const QColor& ground, const QColor& colour, double share);

/// Icon of resources/icons/NAME.svg in the theme's text colour (or onAction, for the button that
/// acts), whatever theme comes later; checked ones in the action's colour. Unknown names are a
/// mistake (assert).
enum class IconGround { Surface, Action };
QIcon icon(std::string_view name, IconGround ground = IconGround::Surface);

// Signals and nodes ------------------------------------------------------------------------------

QColor signalColour(Signal signal);
/// The shape that says the signal again (◆ ● ■ ▲ □ • ⬢ ▤), `size` px high; hollow when nothing is
/// connected.
void paintPort(QPainter& painter, Signal signal, QPointF centre, double size, bool connected);
/// Population: inhibitory if the weights of its outgoing synapses are negative (or meet an `inh`
/// port), else excitatory. Other nodes: their first output's signal; views, layout and unknown
/// types grey. Looks at all wires: ask once per edit, not per frame.
QColor nodeColour(const Project& project, const Registry& registry, Id id);
/// A synapse has its source's colour, another wire its signal's.
QColor wireColour(const Project& project, const Registry& registry, Id wire);

// Words and numbers ------------------------------------------------------------------------------

/// A parameter's name as physics writes it: "tau_m" is τ with subscript m, "fixed_indegree" the
/// words "fixed indegree".
struct Typeset {
  QString base, subscript;
};
Typeset typeset(std::string_view name);
QString typesetText(std::string_view name);  ///< "τ_m", where only plain text is possible
QString typesetHtml(std::string_view name);  ///< "τ<sub>m</sub>", for labels
/// Paints the name at the left of `box`, centred vertically, in the painter's pen; returns its
/// width. The subscript is smaller and lower.
double paintTypeset(QPainter& painter, const QRectF& box, std::string_view name, const QFont& font);
double typesetWidth(std::string_view name, const QFont& font);

inline constexpr char16_t kMinus = u'\u2212', kThinSpace = u'\u202f';
/// A number for people: a proper minus, at most `digits` significant digits, "1.2×10⁶" where it is
/// very large or small.
QString shown(double number, int digits = 4);
/// The same with a thin space and its unit: "−60 mV". No unit, no space.
QString shown(double number, std::string_view unit, int digits = 4);
/// With a fixed number of decimals, for read-outs that must not jump.
QString shownFixed(double number, int decimals);
/// "10³", for the ticks of a logarithmic axis.
QString shownPowerOfTen(int exponent);
/// "1 000", in groups of three.
QString shownCount(std::uint64_t count);
/// Short, for rates and sizes: "5.6 k", "62 M"; append the unit.
QString shownShort(double number);

}  // namespace spk
