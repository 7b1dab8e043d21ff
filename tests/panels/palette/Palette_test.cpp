#include "panels/palette/Palette.h"

#include <QDir>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "panels/kit/NodeSearch.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/kit/catalogue.h"
#include "panels/kit/itemWords.h"
#include "tests/kit/PanelHarness.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

class PaletteTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  std::filesystem::path templates() const { return folder_.path().toStdString(); }
  static std::string best(const std::vector<CatalogueEntry>& entries, const QString& query) {
    const auto found = rows(entries, query, {});
    return found.empty() ? "" : entries[static_cast<std::size_t>(found.front().entry)].type;
  }

 private Q_SLOTS:
  void initTestCase() { std::ofstream(templates() / "ei_balance.spk") << "{}"; }

  void allThatCanBeAddedIsThereAndNothingElse() {
    PanelHarness h;
    const auto entries = catalogue(h.registry, templates());
    std::set<std::string> types;
    for (const CatalogueEntry& entry : entries) types.insert(entry.type);
    for (const NodeType& type : h.registry.nodeTypes()) {
      const bool addable =
          type.role != Role::Projection && type.role != Role::Target && type.group != "Project";
      QVERIFY2(types.contains(type.id) == addable, type.id.c_str());
    }
    QCOMPARE(entries.back().title, QString("EI balance"));
    QVERIFY(entries.back().type.empty());
  }

  void groupsStandTogetherUnderTheirHeads() {
    PanelHarness h;
    const auto entries = catalogue(h.registry, templates());
    std::set<QString> seen;
    for (const CatalogueRow& row : rows(entries, "", {}))
      if (row.entry < 0) QVERIFY2(seen.insert(row.head).second, qPrintable(row.head));
    QVERIFY(seen.contains("Templates"));
  }

  void searchFindsNamesIdsWordsAndDocs() {
    PanelHarness h;
    const auto entries = catalogue(h.registry, {});
    QCOMPARE(best(entries, "lif delta"), std::string("neuron.lif_delta"));
    QCOMPARE(best(entries, "neuron.lif_exp"), std::string("neuron.lif_exp"));
    QCOMPARE(best(entries, "raster"), std::string("view.raster"));
    QCOMPARE(best(entries, "rast"), std::string("view.raster"));
    QCOMPARE(best(entries, "zzqq"), std::string());
    for (const CatalogueEntry& entry : entries) {  // each is found by its own title
      bool found = false;
      for (const CatalogueRow& row : rows(entries, entry.title, {}))
        found = found || entries[static_cast<std::size_t>(row.entry)].type == entry.type;
      QVERIFY2(found, entry.type.c_str());
    }
  }

  void theMatchedLettersAreKnown() {
    const CatalogueEntry entry{"neuron.lif_delta",
                               {},
                               "LIF, delta synapses",
                               "Neurons",
                               "",
                               "",
                               {.name = "n", .kind = Kind::Grid, .initial = std::int64_t{100}}};
    QCOMPARE(match(entry, "delta")->inTitle, (std::vector<int>{5, 6, 7, 8, 9}));
    QCOMPARE(match(entry, "lds")->inTitle, (std::vector<int>{0, 5, 11}));  // beginnings of words
    QVERIFY(!match(entry, "xyz"));
  }

  void aNumberBehindTheNameIsWhatOneCounts() {
    PanelHarness h;
    const auto entries = catalogue(h.registry, {});
    const auto shown = [&](const QString& query) {
      const auto found = rows(entries, query, {});
      if (found.empty() || !found.front().match.number) return QString();
      const CatalogueEntry& entry = entries[static_cast<std::size_t>(found.front().entry)];
      return QString::fromStdString(entry.counted.name) + " " +
             shownValue(entry.counted, *found.front().match.number);
    };
    QCOMPARE(shown("lif 800"), QString("n 800"));
    QCOMPARE(shown("lif 40x30"), QString("n 40×30"));
    QCOMPARE(shown("lif 1×30×40"), QString("n 1×30×40"));
    QCOMPARE(shown("lif 0"), QString());  // not allowed: no size
    QVERIFY(shown("source.poisson 8").startsWith("rate 8"));
    QCOMPARE(shown("lif"), QString());
  }

  void presetsAreFoundBehindTheirType() {
    PanelHarness h;
    const auto entries = catalogue(h.registry, {});
    for (const CatalogueRow& row : rows(entries, "", {}))
      QVERIFY(row.entry < 0 || !entries[static_cast<std::size_t>(row.entry)].preset);
    const auto found = rows(entries, "lif", {});
    const auto is = [&](std::size_t i) {
      return entries[static_cast<std::size_t>(found[i].entry)];
    };
    QVERIFY(!is(0).preset);
    std::size_t first = 0;
    while (first < found.size() && !is(first).preset) ++first;
    QVERIFY(first < found.size());
    const auto year = rows(entries, "brunel 2000", {});
    QVERIFY(!year.empty() && !year.front().match.number);
    QCOMPARE(entries[static_cast<std::size_t>(year.front().entry)].title, "LIF: Brunel 2000");

    auto panel = makePalette(h.context, templates());
    auto* search = static_cast<NodeSearch*>(panel->widget());
    QTest::keyClicks(search->field(), "brunel reset 500");
    QTest::keyClick(search->field(), Qt::Key_Return);
    const Values& asked = h.acts.back().second;
    QCOMPARE(textOr(asked, "type", ""), std::string("neuron.lif_delta"));
    QCOMPARE(numberOr(asked, "V_reset", 0), 10.0);
    QCOMPARE(integerOr(asked, "n", 0), std::int64_t{500});
    const std::unique_ptr<QMimeData> mime(
        search->list()->model()->mimeData({search->list()->currentIndex()}));
    const auto [type, begins] = typeOfDrop(mime->data(kNodeTypeMime));
    QCOMPARE(type, std::string("neuron.lif_delta"));
    QCOMPARE(numberOr(begins, "V_reset", 0), 10.0);
  }

  void enterAndDoubleClickAskTheCanvas() {
    PanelHarness h;
    auto panel = makePalette(h.context, templates());
    panel->widget()->resize(220, 500);
    panel->widget()->show();
    QVERIFY(QTest::qWaitForWindowExposed(panel->widget()));
    auto* search = static_cast<NodeSearch*>(panel->widget());
    QTest::keyClicks(search->field(), "lif delta 500");
    QTest::keyClick(search->field(), Qt::Key_Return);
    QCOMPARE(h.acts.back().first, std::string("graph.add"));
    QCOMPARE(textOr(h.acts.back().second, "type", ""), std::string("neuron.lif_delta"));
    QCOMPARE(integerOr(h.acts.back().second, "n", 0), std::int64_t{500});
    QTest::keyClick(search->field(), Qt::Key_Escape);
    QVERIFY(search->field()->text().isEmpty());
    QTest::keyClicks(search->field(), "ei balance");
    const QRect row = search->list()->visualRect(search->list()->currentIndex());
    QTest::mouseClick(search->list()->viewport(), Qt::LeftButton, {}, row.center());
    QTest::mouseDClick(search->list()->viewport(), Qt::LeftButton, {}, row.center());
    QCOMPARE(textOr(h.acts.back().second, "template", ""),
             (templates() / "ei_balance.spk").string());
  }

  void arrowsPassOverTheHeads() {
    PanelHarness h;
    NodeSearch search(h.registry, templates(), NodeSearch::Use::Popup);
    const CatalogueEntry* first = search.current();
    QVERIFY(first);
    const std::string was = first->type;
    for (int k = 0; k < 200; ++k) {
      QTest::keyClick(search.field(), Qt::Key_Down);
      QVERIFY(search.current());
    }
    QVERIFY(search.current()->type.empty());  // the last: a template
    for (int k = 0; k < 200; ++k) QTest::keyClick(search.field(), Qt::Key_Up);
    QCOMPARE(search.current()->type, was);
  }

  void aRowCanBeDragged() {
    PanelHarness h;
    NodeSearch search(h.registry, templates(), NodeSearch::Use::Dock);
    QTest::keyClicks(search.field(), "raster");
    const QModelIndex index = search.list()->currentIndex();
    QVERIFY(index.flags().testFlag(Qt::ItemIsDragEnabled));
    const std::unique_ptr<QMimeData> mime(search.list()->model()->mimeData({index}));
    QCOMPARE(mime->data(kNodeTypeMime), QByteArray("view.raster"));
  }

  void pictures() {
    for (const ThemeKind kind : {ThemeKind::Dark, ThemeKind::Light}) {
      setTheme(kind);
      PanelHarness h;
      const QString name = kind == ThemeKind::Dark ? "dark" : "light";
      const QString folder = QStringLiteral(SPK_BUILD_DIR "/golden");
      QDir().mkpath(folder);
      NodeSearch dock(h.registry, templates(), NodeSearch::Use::Dock);
      dock.resize(212, 620);
      QVERIFY(dock.grab().save(folder + "/palette_" + name + ".png"));
      dock.resize(260, 1900);
      QVERIFY(dock.grab().save(folder + "/palette_whole_" + name + ".png"));
      NodeSearch popup(h.registry, templates(), NodeSearch::Use::Popup);
      popup.resize(320, 400);
      QTest::keyClicks(popup.field(), "lif 800");
      QVERIFY(popup.grab().save(folder + "/search_" + name + ".png"));
      Registry many;
      NodeType type = *h.registry.nodeType("neuron.lif_exp");
      type.title = "Izhikevich";
      type.presets.clear();
      for (const char* preset : {"tonic spiking",
                                 "phasic spiking",
                                 "tonic bursting",
                                 "phasic bursting",
                                 "mixed mode",
                                 "spike frequency adaptation",
                                 "class 1",
                                 "class 2",
                                 "spike latency",
                                 "subthreshold oscillations",
                                 "resonator",
                                 "integrator",
                                 "rebound spike",
                                 "rebound burst",
                                 "threshold variability",
                                 "bistability",
                                 "depolarising after-potential",
                                 "accommodation",
                                 "inhibition-induced spiking",
                                 "inhibition-induced bursting"})
        type.presets.push_back({preset, {{"tau_m", 12.0}}});
      many.add(type);
      NodeSearch twenty(many, {}, NodeSearch::Use::Dock);
      twenty.resize(228, 760);
      QVERIFY(twenty.grab().save(folder + "/palette_presets_closed_" + name + ".png"));
      QTest::keyClicks(twenty.field(), "izh");
      QVERIFY(twenty.grab().save(folder + "/palette_presets_" + name + ".png"));
      QTest::keyClicks(popup.field(), "qqq");
      QVERIFY(popup.grab().save(folder + "/search_none_" + name + ".png"));
    }
    setTheme(ThemeKind::Dark);
  }
};

}  // namespace spk::test

using spk::test::PaletteTest;
SPK_GUI_MAIN(PaletteTest)
#include "Palette_test.moc"
