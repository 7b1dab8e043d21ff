#include "panels/notes/Notes.h"

#include <QDir>
#include <QPushButton>
#include <QScrollArea>
#include <QTest>

#include "panels/kit/Theme.h"
#include "tests/kit/PanelHarness.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

class NotesTest : public QObject {
  Q_OBJECT

  static void fill(PanelHarness& h, Id e) {
    Note guessed{Note::Level::Warning, "the sensor size is guessed: 640 × 480", e};
    guessed.fix = Edit{"Set n", {setting(h.document.project(), e, "n", Value{std::int64_t{50}})}};
    h.notes = {{Note::Level::Info, "3 events came late and were sorted in"},
               guessed,
               {Note::Level::Error, "V_reset = 30 mV; it must lie below V_th", e, "V_reset"}};
  }
  static QList<QWidget*> rowsOf(const Panel& panel) {
    QList<QWidget*> rows;
    auto* area = static_cast<QScrollArea*>(const_cast<Panel&>(panel).widget());
    for (QObject* child : area->widget()->children())
      if (auto* row = qobject_cast<QWidget*>(child); row && row->focusPolicy() == Qt::StrongFocus)
        rows << row;
    return rows;
  }

 private Q_SLOTS:
  void theWorstStandsFirstWithItsName() {
    PanelHarness h;
    const Id e = h.put("neuron.lif_delta", "E", 0, 0);
    auto panel = makeNotes(h.context);
    h.panels.push_back(panel.get());
    QVERIFY(rowsOf(*panel).isEmpty());
    fill(h, e);
    h.tick();
    const QList<QWidget*> rows = rowsOf(*panel);
    QCOMPARE(rows.size(), 3);
    QVERIFY(rows[0]->accessibleName().startsWith("error: E V_reset"));
    QVERIFY(rows[2]->accessibleName().startsWith("info"));
    QCOMPARE(panel->facts(), std::string("3 notes"));
  }

  void aClickShowsTheNodeAndTheButtonMends() {
    PanelHarness h;
    const Id e = h.put("neuron.lif_delta", "E", 0, 0);
    fill(h, e);
    auto panel = makeNotes(h.context);
    h.panels.push_back(panel.get());
    panel->widget()->resize(400, 200);
    panel->widget()->show();
    QVERIFY(QTest::qWaitForWindowExposed(panel->widget()));
    QTest::mouseClick(rowsOf(*panel)[0], Qt::LeftButton, {}, {60, 10});
    QCOMPARE(h.acts.back().first, std::string("graph.reveal"));
    QCOMPARE(itemOf(h.acts.back().second), e);
    const std::map<Id, Item> before = h.items();
    QTest::mouseClick(panel->widget()->findChild<QPushButton*>("fix"), Qt::LeftButton);
    QCOMPARE(integerOr(h.item(e).values, "n", 0), std::int64_t{50});
    QVERIFY(h.history.undo());
    QCOMPARE(h.items(), before);
    QTest::keyClick(rowsOf(*panel)[1], Qt::Key_Return);
    QCOMPARE(h.count("graph.reveal"), 2);
  }

  void thousandsAreCountedNotDrawn() {
    PanelHarness h;
    for (int k = 0; k < 5000; ++k)
      h.notes.push_back({Note::Level::Warning, "note " + std::to_string(k)});
    auto panel = makeNotes(h.context);
    QCOMPARE(rowsOf(*panel).size(), 200);
    QCOMPARE(panel->facts(), std::string("5000 notes"));
  }

  void pictures() {
    for (const ThemeKind kind : {ThemeKind::Dark, ThemeKind::Light}) {
      setTheme(kind);
      PanelHarness h;
      fill(h, h.put("neuron.lif_delta", "E", 0, 0));
      auto panel = makeNotes(h.context);
      panel->widget()->resize(360, 170);
      const QString folder = QStringLiteral(SPK_BUILD_DIR "/golden");
      QDir().mkpath(folder);
      const QString name = kind == ThemeKind::Dark ? "dark" : "light";
      QVERIFY(panel->widget()->grab().save(folder + "/notes_" + name + ".png"));
    }
    setTheme(ThemeKind::Dark);
  }
};

}  // namespace spk::test

using spk::test::NotesTest;
SPK_GUI_MAIN(NotesTest)
#include "Notes_test.moc"
