#include "panels/kit/Theme.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QImage>
#include <QPainter>
#include <QPushButton>
#include <QStyle>

#include <set>

#include "tests/kit/guiMain.h"

using namespace spk;

class ThemeTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void namesAreTypeset() {
    QCOMPARE(typesetText("tau_m"), QStringLiteral("τ_m"));
    QCOMPARE(typesetText("V_th"), QStringLiteral("V_th"));
    QCOMPARE(typesetText("fixed_indegree"), QStringLiteral("fixed indegree"));
    QCOMPARE(typesetText("A_plus"), QStringLiteral("A_+"));
    QCOMPARE(typesetHtml("g_L"), QStringLiteral("g<sub>L</sub>"));
    QCOMPARE(typesetText("window"), QStringLiteral("window"));
  }
  void numbersAreForPeople() {
    const QString thin = QChar(kThinSpace);
    QCOMPARE(shown(-60.0, "mV"), QStringLiteral("−60") + thin + QStringLiteral("mV"));
    QCOMPARE(shown(0.1), QStringLiteral("0.1"));
    QCOMPARE(shown(1234.56), QStringLiteral("1235"));
    QCOMPARE(shown(1.5e7), QStringLiteral("1.5×10⁷"));
    QCOMPARE(shown(1e-6), QStringLiteral("10⁻⁶"));
    QCOMPARE(shownFixed(-0.04, 1), QStringLiteral("0.0"));
    QCOMPARE(shownFixed(-1.25, 1).at(0), QChar(kMinus));
    QCOMPARE(shownCount(1234567),
             QStringLiteral("1") + thin + QStringLiteral("234") + thin + QStringLiteral("567"));
    QCOMPARE(shownShort(5600), QStringLiteral("5.6") + thin + QStringLiteral("k"));
    QCOMPARE(shownShort(62e6), QStringLiteral("62") + thin + QStringLiteral("M"));
  }
  void theSheetHasNoOpenNames() {
    for (const ThemeKind kind : {ThemeKind::Dark, ThemeKind::Light}) {
      const QString sheet = styleSheet(theme(kind), 1.5);
      QVERIFY(sheet.size() > 1000);
      QVERIFY2(!sheet.contains(QStringLiteral("@text")) && !sheet.contains(QStringLiteral("sp;")),
               qPrintable(sheet));
      QVERIFY(sheet.contains(theme(kind).surface.name()));
    }
  }
  void everySignalHasItsOwnColourAndShape() {
    setTheme(ThemeKind::Dark);
    std::set<QRgb> colours;
    std::set<QByteArray> shapes;
    for (int i = 0; i < 8; ++i) {
      const auto signal = static_cast<Signal>(i);
      colours.insert(signalColour(signal).rgb());
      QImage picture(24, 24, QImage::Format_ARGB32_Premultiplied);
      picture.fill(Qt::transparent);
      QPainter painter(&picture);
      paintPort(painter, signal, {12, 12}, 16, true);
      painter.end();
      QByteArray shape;  // where the signal's own colour is
      for (int at = 0; at < 24 * 24; ++at) {
        shape += picture.pixel(at % 24, at / 24) == signalColour(signal).rgb() ? 'x' : ' ';
      }
      shapes.insert(shape);
    }
    QCOMPARE(colours.size(), std::size_t{8});
    QCOMPARE(shapes.size(), std::size_t{8});
  }
  void aPopulationIsInhibitoryByItsWeights() {
    Registry registry;
    registry.add(NodeType{.id = "neuron.x",
                          .role = Role::Population,
                          .shape = {.ports = {{.name = "in", .input = true}, {.name = "out"}}}});
    Project project = emptyProject();
    project.items[Id{2}] = {.id = Id{2}, .type = "neuron.x"};
    project.items[Id{3}] = {.id = Id{3}, .type = "neuron.x"};
    project.items[Id{4}] = {.id = Id{4},
                            .type = "synapse.static",
                            .from = {Id{2}, "out"},
                            .to = {Id{3}, "in"},
                            .values = {{"weight", -0.5}}};
    project.items[Id{5}] = {
        .id = Id{5}, .type = "wire.signal", .from = {Id{2}, "out"}, .to = {Id{9}, "in"}};
    QCOMPARE(nodeColour(project, registry, Id{2}), theme().inhibitory);
    QCOMPARE(nodeColour(project, registry, Id{3}), theme().excitatory);
    QCOMPARE(wireColour(project, registry, Id{4}), theme().inhibitory);
    QCOMPARE(wireColour(project, registry, Id{5}), signalColour(Signal::Spikes));
    project.items[Id{4}].values["weight"] = Json{R"({"normal": {"mean": 0.2, "sd": 0.1}})"};
    QCOMPARE(nodeColour(project, registry, Id{2}), theme().excitatory);
  }
  void anIconFollowsTheTheme() {
    const QIcon play = icon("play");
    setTheme(ThemeKind::Dark);
    const QImage dark = play.pixmap(16).toImage();
    setTheme(ThemeKind::Light);
    const QImage light = icon("play").pixmap(16).toImage();
    QVERIFY(!dark.isNull() && dark != light);
    QCOMPARE(light.pixelColor(7, 8).rgb(), theme().text.rgb());
  }
  void buttonsOfDialogsAreWords() {
    QDialogButtonBox box(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
    box.setStyleSheet(styleSheet(theme(), 1));
    box.ensurePolished();
    QVERIFY(!box.style()->styleHint(QStyle::SH_DialogButtonBox_ButtonsHaveIcons, nullptr, &box));
    QVERIFY(box.button(QDialogButtonBox::Save)->icon().isNull());
  }
};

SPK_GUI_MAIN(ThemeTest)
#include "Theme_test.moc"
