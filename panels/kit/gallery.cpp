#include "panels/kit/gallery.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QSlider>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "panels/kit/EmptyNote.h"
#include "panels/kit/PlotWidget.h"
#include "panels/kit/Theme.h"

namespace spk {
namespace {

/// A page of paint, made afresh in whatever theme holds.
class Painted : public QWidget {
 public:
  using Paint = void (*)(QPainter& painter, const QRectF& box);
  Painted(Paint paint, QSize size, QWidget* parent) : QWidget(parent), paint_(paint) {
    setFixedSize(size);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paint_(painter, rect());
  }

 private:
  Paint paint_;
};

void paintColours(QPainter& painter, const QRectF&) {
  const Theme& t = theme();
  const std::pair<const char*, QColor> all[] = {{"window", t.window},
                                                {"surface", t.surface},
                                                {"raised", t.raised},
                                                {"line", t.line},
                                                {"plot", t.plot},
                                                {"grid", t.grid},
                                                {"text", t.text},
                                                {"secondary", t.secondary},
                                                {"action", t.action},
                                                {"cursor", t.cursor},
                                                {"excitatory", t.excitatory},
                                                {"inhibitory", t.inhibitory},
                                                {"on", t.on},
                                                {"off", t.off},
                                                {"good", t.good},
                                                {"bad", t.bad}};
  double x = 0, y = 0;
  painter.setFont(textFont(11));
  for (const auto& [name, colour] : all) {
    painter.setPen(t.line);
    painter.setBrush(colour);
    painter.drawRoundedRect(QRectF(x + 0.5, y + 0.5, 24, 24), 4, 4);
    painter.setPen(t.secondary);
    painter.drawText(QRectF(x + 30, y, 70, 25), Qt::AlignVCenter, QString::fromLatin1(name));
    x += 104;
    if (x > 780) x = 0, y += 32;
  }
}

void paintPorts(QPainter& painter, const QRectF&) {
  painter.setFont(textFont(11));
  for (int i = 0; i < 8; ++i) {
    const auto signal = static_cast<Signal>(i);
    const double x = 8 + 104 * i;
    paintPort(painter, signal, {x + 4, 12}, 12, true);
    paintPort(painter, signal, {x + 24, 12}, 12, false);
    painter.setPen(theme().secondary);
    painter.drawText(QRectF(x + 38, 0, 70, 24), Qt::AlignVCenter,
                     QString::fromLatin1(signalWord(signal)));
  }
}

void paintWords(QPainter& painter, const QRectF&) {
  const char* names[] = {"tau_m", "C_m", "V_th", "g_L", "E_L", "t_ref", "A_plus", "fixed_indegree"};
  double x = 0;
  for (const char* name : names) {
    painter.setPen(theme().secondary);
    x += paintTypeset(painter, QRectF(x, 0, 200, 24), name, textFont()) + 24;
  }
  x = 0;
  painter.setFont(numberFont());
  painter.setPen(theme().text);
  for (const QString& text :
       {shown(-60.0, "mV"), shown(0.00015, "nS"), shown(1.5e7), shown(20.0, "ms"),
        shownFixed(12.48, 3) + QChar(kThinSpace) + u's', shownCount(100210),
        shownShort(5600) + QStringLiteral("spikes/s"), shownPowerOfTen(-3)}) {
    painter.drawText(QRectF(x, 26, 200, 24), Qt::AlignVCenter, text);
    x += 104;
  }
}

QLabel* heading(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setProperty("role", "section");
  return label;
}

QWidget* icons(QWidget* parent) {
  auto* box = new QWidget(parent);
  auto* row = new QHBoxLayout(box);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  for (const QString& file : QDir(QStringLiteral(":/spk/icons")).entryList()) {
    const QString name = file.chopped(4);
    if (name.endsWith(QStringLiteral("grey")) || name.endsWith(QStringLiteral("white"))) continue;
    auto* button = new QToolButton(box);
    button->setAutoRaise(true);
    button->setIcon(icon(name.toStdString()));
    button->setToolTip(name);
    row->addWidget(button);
  }
  row->addStretch(1);
  return box;
}

QPushButton* button(const QString& text, QWidget* parent, const char* kind = nullptr) {
  auto* made = new QPushButton(text, parent);
  if (kind) made->setProperty(kind, true);
  return made;
}

QWidget* controls(QWidget* parent) {
  auto* box = new QWidget(parent);
  auto* grid = new QGridLayout(box);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(12);
  grid->setVerticalSpacing(12);
  auto* run = button(QObject::tr("Run"), box, "action");
  run->setIcon(icon("play", IconGround::Action));
  auto* off = button(QObject::tr("Not now"), box);
  off->setEnabled(false);
  auto* link = new QPushButton(QObject::tr("Set…"), box);
  link->setFlat(true);
  int column = 0;
  for (QWidget* widget :
       {static_cast<QWidget*>(run), static_cast<QWidget*>(button(QObject::tr("Step"), box)),
        static_cast<QWidget*>(off), static_cast<QWidget*>(link)}) {
    grid->addWidget(widget, 0, column++);
  }
  auto* search = new QLineEdit(box);
  search->setPlaceholderText(QObject::tr("Search nodes"));
  search->addAction(icon("search"), QLineEdit::LeadingPosition);
  auto* choice = new QComboBox(box);
  choice->addItems({QStringLiteral("pairwise bernoulli"), QStringLiteral("fixed indegree")});
  auto* number = new QDoubleSpinBox(box);
  number->setRange(-100, 100);
  number->setValue(-60);
  number->setSuffix(QStringLiteral(" mV"));
  auto* bad = new QLineEdit(QStringLiteral("20 apples"), box);
  bad->setProperty("bad", true);
  grid->addWidget(search, 1, 0);
  grid->addWidget(choice, 1, 1);
  grid->addWidget(number, 1, 2);
  grid->addWidget(bad, 1, 3);
  auto* check = new QCheckBox(QObject::tr("multapses"), box);
  check->setChecked(true);
  auto* radio = new QRadioButton(QObject::tr("as the clock"), box);
  radio->setChecked(true);
  auto* slider = new QSlider(Qt::Horizontal, box);
  slider->setValue(40);
  auto* progress = new QProgressBar(box);
  progress->setValue(62);
  grid->addWidget(check, 2, 0);
  grid->addWidget(radio, 2, 1);
  grid->addWidget(slider, 2, 2);
  grid->addWidget(progress, 2, 3);
  auto* tabs = new QTabBar(box);
  for (const QString& name : {QObject::tr("Raster"), QObject::tr("Rates"), QObject::tr("Membrane")})
    tabs->addTab(name);
  auto* list = new QListWidget(box);
  list->addItems(
      {QObject::tr("LIF, delta synapses"), QObject::tr("LIF, conductances"), QObject::tr("AdEx")});
  list->setCurrentRow(1);
  list->setFixedHeight(3 * kRowHeight + 4);
  grid->addWidget(tabs, 3, 0, 1, 2, Qt::AlignTop);
  grid->addWidget(list, 3, 2, 1, 2);
  return box;
}

/// The sample figures, one row for each painter; made anew when theme or size change.
QWidget* plots(QWidget* parent) {
  auto* box = new QWidget(parent);
  auto* grid = new QGridLayout(box);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setSpacing(1);
  const auto names = sampleFigures({200, 100}, 1);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Painter painters[] = {Painter::Qt, Painter::ImGui};
    for (int p = 0; p < 2; ++p) {
      auto* plot = new PlotWidget(painters[p], box);
      plot->setFixedSize(430, 250);
      const auto renew = [plot, i] {
        const Figure blank = plot->blank();
        plot->show(sampleFigures(blank.size, blank.pixelRatio)[i].second);
      };
      QObject::connect(plot, &PlotWidget::geometryChanged, plot, renew);
      grid->addWidget(plot, int(i / 3) * 2 + p, int(i % 3));
    }
  }
  return box;
}

}  // namespace

QWidget* makeGallery() {
  auto* scroll = new QScrollArea;
  scroll->setWindowTitle(QObject::tr("Gallery of the kit"));
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(8);
  auto* head = new QHBoxLayout;
  auto* light = button(QObject::tr("Light"), page);
  light->setIcon(icon("theme"));
  light->setCheckable(true);
  light->setChecked(theme().kind == ThemeKind::Light);
  auto* size = new QComboBox(page);
  for (const double scale : {0.75, 1.0, 1.25, 1.5, 2.0})
    size->addItem(QStringLiteral("%1 %").arg(scale * 100), scale);
  size->setCurrentIndex(1);
  head->addWidget(light);
  head->addWidget(size);
  head->addStretch(1);
  const auto apply = [light, size] {
    setTheme(light->isChecked() ? ThemeKind::Light : ThemeKind::Dark,
             size->currentData().toDouble());
  };
  QObject::connect(light, &QPushButton::toggled, page, apply);
  QObject::connect(size, &QComboBox::currentIndexChanged, page, apply);
  column->addLayout(head);
  column->addWidget(heading(QObject::tr("COLOURS"), page));
  column->addWidget(new Painted(&paintColours, {860, 60}, page));
  column->addWidget(heading(QObject::tr("SIGNALS, connected and not"), page));
  column->addWidget(new Painted(&paintPorts, {860, 24}, page));
  column->addWidget(heading(QObject::tr("NAMES AND NUMBERS"), page));
  column->addWidget(new Painted(&paintWords, {860, 52}, page));
  column->addWidget(heading(QObject::tr("ICONS"), page));
  column->addWidget(icons(page));
  column->addWidget(heading(QObject::tr("CONTROLS"), page));
  column->addWidget(controls(page));
  column->addWidget(
      heading(QObject::tr("PLOTS, each by QPainter and below it by Dear ImGui"), page));
  column->addWidget(plots(page));
  auto* note = new EmptyNote(page);
  note->setFixedHeight(140);
  note->say(QObject::tr("Nothing is connected yet. This view shows the spikes of populations."),
            QObject::tr("Connect E and I"));
  column->addWidget(heading(QObject::tr("AN EMPTY VIEW"), page));
  column->addWidget(note);
  scroll->setWidget(page);
  scroll->setWidgetResizable(true);
  scroll->resize(1360, 960);
  return scroll;
}

}  // namespace spk
