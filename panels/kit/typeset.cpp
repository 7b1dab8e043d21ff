// Words and numbers for people.
#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <map>

#include "panels/kit/Theme.h"

namespace spk {
namespace {

const std::map<std::string_view, char16_t>& greek() {
  static const std::map<std::string_view, char16_t> letters = {
      {"alpha", u'α'},   {"beta", u'β'},  {"gamma", u'γ'}, {"delta", u'δ'}, {"Delta", u'Δ'},
      {"epsilon", u'ε'}, {"eta", u'η'},   {"theta", u'θ'}, {"Theta", u'Θ'}, {"kappa", u'κ'},
      {"lambda", u'λ'},  {"mu", u'μ'},    {"nu", u'ν'},    {"xi", u'ξ'},    {"rho", u'ρ'},
      {"sigma", u'σ'},   {"Sigma", u'Σ'}, {"tau", u'τ'},   {"phi", u'φ'},   {"Phi", u'Φ'},
      {"chi", u'χ'},     {"psi", u'ψ'},   {"omega", u'ω'}, {"Omega", u'Ω'}};
  return letters;
}

QString words(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QFont subscriptFont(const QFont& font) {
  QFont small = font;
  small.setPixelSize(std::max(7, qRound(font.pixelSize() * 0.76)));
  return small;
}

QString superscript(int number) {
  static const char16_t digits[] = u"⁰¹²³⁴⁵⁶⁷⁸⁹";
  QString text = number < 0 ? QStringLiteral("⁻") : QString();
  for (const QChar digit : QString::number(std::abs(number)))
    text += QChar(digits[digit.digitValue()]);
  return text;
}

QString properMinus(QString text) { return text.replace(u'-', QChar(kMinus)); }

}  // namespace

Typeset typeset(std::string_view name) {
  const std::size_t cut = std::min(name.find('_'), name.size());
  const std::string_view head = name.substr(0, cut);
  const auto letter = greek().find(head);
  const bool symbol = letter != greek().end() || head.size() == 1;
  if (!symbol) return {words(name).replace(u'_', u' '), {}};
  QString subscript = words(name.substr(std::min(cut + 1, name.size()))).replace(u'_', u',');
  if (subscript == QStringLiteral("plus")) subscript = QStringLiteral("+");
  if (subscript == QStringLiteral("minus")) subscript = QChar(kMinus);
  return {letter != greek().end() ? QString(QChar(letter->second)) : words(head), subscript};
}

QString typesetText(std::string_view name) {
  const Typeset set = typeset(name);
  return set.subscript.isEmpty() ? set.base : set.base + u'_' + set.subscript;
}

QString typesetHtml(std::string_view name) {
  const Typeset set = typeset(name);
  const QString base = set.base.toHtmlEscaped();
  return set.subscript.isEmpty()
             ? base
             : QStringLiteral("%1<sub>%2</sub>").arg(base, set.subscript.toHtmlEscaped());
}

double paintTypeset(QPainter& painter, const QRectF& box, std::string_view name,
                    const QFont& font) {
  const Typeset set = typeset(name);
  const QFontMetricsF metrics(font);
  const double baseline = box.center().y() + (metrics.ascent() - metrics.descent()) / 2;
  painter.setFont(font);
  painter.drawText(QPointF(box.left(), baseline), set.base);
  const double width = metrics.horizontalAdvance(set.base);
  if (set.subscript.isEmpty()) return width;
  const QFont small = subscriptFont(font);
  painter.setFont(small);
  painter.drawText(QPointF(box.left() + width + 0.5, baseline + font.pixelSize() * 0.2),
                   set.subscript);
  painter.setFont(font);
  return width + 0.5 + QFontMetricsF(small).horizontalAdvance(set.subscript);
}

double typesetWidth(std::string_view name, const QFont& font) {
  const Typeset set = typeset(name);
  const double width = QFontMetricsF(font).horizontalAdvance(set.base);
  if (set.subscript.isEmpty()) return width;
  return width + 0.5 + QFontMetricsF(subscriptFont(font)).horizontalAdvance(set.subscript);
}

QString shown(double number, int digits) {
  if (std::isnan(number)) return QStringLiteral("–");
  if (std::isinf(number))
    return number > 0 ? QStringLiteral("∞") : QChar(kMinus) + QStringLiteral("∞");
  if (number == 0) return QStringLiteral("0");
  const QString plain = QString::number(number, 'e', digits - 1);
  const qsizetype cut = plain.indexOf(u'e');
  const int exponent = plain.mid(cut + 1).toInt();
  if (exponent >= 6 || exponent < -4) {
    QString mantissa = plain.left(cut);
    while (mantissa.contains(u'.') && (mantissa.endsWith(u'0') || mantissa.endsWith(u'.')))
      mantissa.chop(1);
    const QString power = QStringLiteral("10") + superscript(exponent);
    if (mantissa == QStringLiteral("1")) return power;
    return properMinus(mantissa) + QStringLiteral("×") + power;
  }
  QString text = QString::number(number, 'f', std::clamp(digits - 1 - exponent, 0, 12));
  while (text.contains(u'.') && (text.endsWith(u'0') || text.endsWith(u'.'))) text.chop(1);
  return properMinus(text);
}

QString shown(double number, std::string_view unit, int digits) {
  const QString text = shown(number, digits);
  return unit.empty() ? text : text + QChar(kThinSpace) + words(unit);
}

QString shownFixed(double number, int decimals) {
  if (!std::isfinite(number)) return shown(number);
  QString text = QString::number(number, 'f', decimals);
  // "-0.0" says no more than "0.0", and makes the text jump.
  if (text.startsWith(u'-') && text.toDouble() == 0) text.remove(0, 1);
  return properMinus(text);
}

QString shownPowerOfTen(int exponent) { return QStringLiteral("10") + superscript(exponent); }

QString shownCount(std::uint64_t count) {
  QString text = QString::number(count);
  for (qsizetype at = text.size() - 3; at > 0; at -= 3) text.insert(at, QChar(kThinSpace));
  return text;
}

QString shownShort(double number) {
  static const char* const kPrefixes[] = {"", "k", "M", "G", "T"};
  int prefix = 0;
  double rest = number;
  // 999.5 would be rounded to "1000": that is already the next prefix.
  while (std::abs(rest) >= 999.5 && prefix < 4) rest /= 1000, ++prefix;
  const int decimals = std::abs(rest) < 9.95 && (prefix > 0 || rest != std::round(rest)) ? 1 : 0;
  return shownFixed(rest, decimals) + QChar(kThinSpace) + QString::fromLatin1(kPrefixes[prefix]);
}

}  // namespace spk
