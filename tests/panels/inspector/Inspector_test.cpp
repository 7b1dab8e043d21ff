#include "panels/inspector/Inspector.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPlainTextEdit>
#include <QTest>

#include "panels/inspector/DistributionEditor.h"
#include "panels/inspector/EquationEditor.h"
#include "panels/inspector/PairMatrix.h"
#include "panels/inspector/ParameterRow.h"
#include "panels/inspector/inspected.h"
#include "panels/inspector/scale.h"
#include "panels/kit/Theme.h"
#include "tests/kit/PanelHarness.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

using panels::inspector::DistributionEditor;
using panels::inspector::EquationEditor;
using panels::inspector::PairMatrix;
using panels::inspector::ParameterRow;

/// An inspector beside a small network, and hands for its rows.
struct InspectorDesk : PanelHarness {
  InspectorDesk() {
    drive = put("source.poisson", "Drive", 0, 0);
    e = put("neuron.lif_exp", "E", 300, 0, {{"n", std::int64_t{800}}});
    i = put("neuron.lif_exp", "I", 300, 200, {{"n", std::int64_t{200}}});
    eToI = wire({e, "out"}, {i, "in"});
    panel = makeInspector(context);
    panels.push_back(panel.get());
    panel->widget()->resize(280, 900);
    panel->widget()->show();
    (void)QTest::qWaitForWindowExposed(panel->widget());
    QApplication::setActiveWindow(panel->widget());
    before = items();
  }
  void look(std::vector<Id> ids) { (void)context.act("look.select", selectionValues(ids)); }
  ParameterRow* row(const char* name, const char* group = "parameters") const {
    return panel->widget()->findChild<ParameterRow*>(QString(group) + "/" + name);
  }
  void type(ParameterRow* at, const QString& text) {
    at->setFocus();
    QTest::keyClick(at, Qt::Key_Return);
    at->field()->insert(text);  // QTest types no letters beyond Latin
    QTest::keyClick(at->field(), Qt::Key_Return);
  }
  double number(Id id, const char* key) const { return numberOr(item(id).values, key, -1); }
  bool undone() {
    const bool one = history.done().size() == 1;
    return static_cast<bool>(history.undo()) && one && items() == before;
  }

  Id drive{}, e{}, i{}, eToI{};
  std::unique_ptr<Panel> panel;
  std::map<Id, Item> before;
};

class InspectorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyParameterHasARowWithItsDocumentation() {
    InspectorDesk d;
    d.look({d.e});
    const Shape shape = d.registry.describe(d.item(d.e));
    for (const Parameter& parameter : shape.parameters) {
      static const std::set<std::string> elsewhere = {"name",  "x",        "y",
                                                      "muted", "bypassed", "stream"};
      if (elsewhere.contains(parameter.name)) continue;
      ParameterRow* row = d.row(parameter.name.c_str());
      QVERIFY2(row, parameter.name.c_str());
      QVERIFY(row->toolTip().contains(QString::fromStdString(parameter.doc).toHtmlEscaped()));
    }
    QCOMPARE(d.panel->widget()->findChild<QLineEdit*>("name")->text(), QString("E"));
  }

  void theNameFollowsTheSizeOfText() {
    InspectorDesk d;
    d.look({d.e});
    const auto pixels = [&] {
      return d.panel->widget()->findChild<QLineEdit*>("name")->font().pixelSize();
    };
    QCOMPARE(pixels(), 14);
    setTheme(ThemeKind::Dark, 1.5);
    QTRY_COMPARE(pixels(), 21);
    setTheme(ThemeKind::Dark);
    QTRY_COMPARE(pixels(), 14);
  }

  void numbersAreTypedWithUnits() {
    InspectorDesk d;
    d.look({d.e});
    d.type(d.row("tau_m"), "25");
    QCOMPARE(d.number(d.e, "tau_m"), 25.0);
    QVERIFY(d.undone());
    d.type(d.row("tau_m"), "0.02 s");
    QCOMPARE(d.number(d.e, "tau_m"), 20.0);
    QVERIFY(d.undone());
    d.type(d.row("E_L"), QString(QChar(kMinus)) + "65 mV");
    QCOMPARE(d.number(d.e, "E_L"), -65.0);
    QVERIFY(d.undone());
  }

  void badInputIsSaidAndNotSet_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("not a number") << "tau_m"
                                  << "fast"
                                  << "no number";
    QTest::newRow("another dimension") << "tau_m"
                                       << "20 mV"
                                       << "mV";
    QTest::newRow("outside") << "tau_m"
                             << "-3"
                             << "allowed";
    QTest::newRow("no grid") << "n"
                             << "many"
                             << "no whole number";
  }
  void badInputIsSaidAndNotSet() {
    QFETCH(QString, key);
    QFETCH(QString, text);
    QFETCH(QString, says);
    InspectorDesk d;
    d.look({d.e});
    ParameterRow* row = d.row(qPrintable(key));
    d.type(row, text);
    QVERIFY2(row->complaint().contains(says), qPrintable(row->complaint()));
    QCOMPARE(d.items(), d.before);
    d.type(row, key == "n" ? "700" : "21");  // a good value takes the words away
    QVERIFY(row->complaint().isEmpty());
  }

  void escapeAndAnUntouchedFieldChangeNothing() {
    InspectorDesk d;
    d.look({d.e});
    ParameterRow* row = d.row("tau_m");
    row->edit();
    QTest::keyClicks(row->field(), "99");
    QTest::keyClick(row->field(), Qt::Key_Escape);
    row->edit();
    QTest::keyClick(row->field(), Qt::Key_Return);
    QCOMPARE(d.items(), d.before);
  }

  void aDigitBeginsToType() {
    InspectorDesk d;
    d.look({d.e});
    ParameterRow* row = d.row("tau_m");
    row->setFocus();
    QTest::keyClick(row, Qt::Key_7);
    QTest::keyClick(row->field(), Qt::Key_Return);
    QCOMPARE(d.number(d.e, "tau_m"), 7.0);
    QVERIFY(d.undone());
  }

  void aDragScrubsAsOneStep() {
    InspectorDesk d;
    d.look({d.e});
    ParameterRow* row = d.row("V_th");
    const double was = asNumber(row->state().value).value();
    drag(row, {60, 10}, {120, 10});
    const double coarse = d.number(d.e, "V_th") - was;
    QVERIFY(coarse > 0);
    QCOMPARE(d.count("history.closeMerge"), 1);
    QVERIFY(d.undone());
    drag(row, {60, 10}, {120, 10}, Qt::LeftButton, Qt::ShiftModifier);
    const double fine = d.number(d.e, "V_th") - was;
    QVERIFY2(fine > 0 && fine < coarse / 4, qPrintable(QString("%1 %2").arg(fine).arg(coarse)));
    QVERIFY(d.undone());
  }

  void theSliderJumpsAndTheKeysStep() {
    InspectorDesk d;
    d.look({d.e});
    ParameterRow* row = d.row("tau_m");
    QTest::mouseClick(row, Qt::LeftButton, {},
                      {12 + (row->width() - 24) * 3 / 4, row->height() - 4});
    const Parameter& parameter = row->state().parameter;
    const auto scale = panels::inspector::scaleOf(parameter, asNumber(parameter.initial).value());
    QVERIFY(std::abs(scale->share(d.number(d.e, "tau_m")) - 0.75) < 0.01);
    QVERIFY(d.undone());
    row->setFocus();
    QTest::keyClick(row, Qt::Key_Right);
    QTest::keyClick(row, Qt::Key_Right);
    QVERIFY(d.number(d.e, "tau_m") > asNumber(parameter.initial).value());
  }

  void rightClickAndBackspaceReset() {
    InspectorDesk d;
    (void)d.document.apply({"", {setting(d.document.project(), d.e, "tau_m", Value{33.0})}});
    d.before = d.items();
    d.look({d.e});
    ParameterRow* row = d.row("tau_m");
    QVERIFY(row->state().changed);
    QContextMenuEvent right(QContextMenuEvent::Mouse, {20, 10}, row->mapToGlobal(QPoint(20, 10)));
    QApplication::sendEvent(row, &right);
    QVERIFY(!d.item(d.e).values.contains("tau_m"));
    QVERIFY(!d.row("tau_m")->state().changed);
    QVERIFY(d.undone());
    row->setFocus();
    QTest::keyClick(row, Qt::Key_Backspace);
    QVERIFY(!d.item(d.e).values.contains("tau_m"));
    QVERIFY(d.undone());
  }

  void sizesAndGrids() {
    InspectorDesk d;
    d.look({d.e});
    d.type(d.row("n"), "1x120x160");
    QCOMPARE(valueText(d.item(d.e).values.at("n")), std::string("[1, 120, 160]"));
    QVERIFY(d.undone());
    d.type(d.row("n"), "1500");
    QCOMPARE(d.number(d.e, "n"), 1500.0);
  }

  void aChoiceShowsWhatItNeeds() {
    InspectorDesk d;
    d.look({d.eToI});
    QVERIFY(!d.row("indegree"));
    auto* choice = d.row("rule")->findChild<QComboBox*>();
    QVERIFY(choice);
    choice->setCurrentIndex(choice->findText("fixed indegree"));
    Q_EMIT choice->activated(choice->currentIndex());
    QCOMPARE(textOr(d.item(d.eToI).values, "rule", ""), std::string("fixed_indegree"));
    QVERIFY(d.row("indegree"));
    QVERIFY(d.undone());
    QVERIFY(!d.row("indegree"));
  }

  /// A stroke joins pairs, one that begins on a joined pair parts them; each is one undo step.
  void pairsArePainted() {
    InspectorDesk d;
    const auto set = [&](Id id, const char* key, Value value) {
      QVERIFY(bool(
          d.history.commit({"Set", {setting(d.document.project(), id, key, std::move(value))}})));
    };
    for (const Id id : {d.e, d.i}) set(id, "n", std::int64_t{6});
    set(d.eToI, "rule", std::string("pairs"));
    set(d.eToI, "pairs", Json{"[[5, 1], [5, 1]]"});
    d.look({d.eToI});
    auto* matrix = d.panel->widget()->findChild<PairMatrix*>();
    QVERIFY(matrix && matrix->isJoined(5, 1));
    const auto at = [&](int source, int target) {
      return matrix->cell(source, target).center().toPoint();
    };
    const auto pairs = [&] { return valueText(d.item(d.eToI).values.at("pairs")); };
    QTest::mousePress(matrix, Qt::LeftButton, {}, at(2, 3));
    QTest::mouseMove(matrix, at(2, 4));
    QMouseEvent move(QEvent::MouseMove, QPointF(at(2, 4)), matrix->mapToGlobal(QPointF(at(2, 4))),
                     Qt::NoButton, Qt::LeftButton, {});
    QApplication::sendEvent(matrix, &move);
    QTest::mouseRelease(matrix, Qt::LeftButton, {}, at(2, 4));
    QCOMPARE(pairs(), std::string("[[2, 3], [2, 4], [5, 1], [5, 1]]"));  // what was typed stays
    QVERIFY(bool(d.history.undo()));
    QCOMPARE(pairs(), std::string("[[5, 1], [5, 1]]"));
    QVERIFY(!matrix->isJoined(2, 3));
    QTest::mouseClick(matrix, Qt::LeftButton, {}, at(5, 1));
    QCOMPARE(pairs(), std::string("[]"));
    matrix->setFocus();
    QTest::keyClick(matrix, Qt::Key_Up);
    QTest::keyClick(matrix, Qt::Key_Space);
    QCOMPARE(pairs(), std::string("[[4, 1]]"));
    set(d.eToI, "pairs", Json{"[[0, 0], [1, 1], [2, 1], [3, 5], [4, 2], [4, 3]]"});
    d.panel->edited({});
    const QString folder = QStringLiteral(SPK_BUILD_DIR "/golden");
    QVERIFY(QDir().mkpath(folder));
    QTRY_VERIFY(matrix->height() >= matrix->heightForWidth(matrix->width()));
    QVERIFY(d.panel->widget()->grab().save(folder + "/inspector_pairs.png"));
    set(d.i, "n", std::int64_t{100});  // too many to paint
    d.panel->edited({});
    QTRY_VERIFY(matrix->height() < 60);
    QVERIFY(d.panel->widget()->grab().save(folder + "/inspector_pairs_many.png"));
  }

  void aWeightHasTheUnitOfItsPort() {
    InspectorDesk d;
    d.look({d.eToI});
    QCOMPARE(d.row("weight")->state().parameter.unit, std::string("pA"));
    QVERIFY(d.panel->widget()->findChild<QLineEdit*>("name")->text().contains("E → I"));
    d.type(d.row("weight"), "0.2 nA");
    QCOMPARE(d.number(d.eToI, "weight"), 200.0);
    QVERIFY(d.undone());
  }

  void aNodeShowsItsWiresBelow() {
    InspectorDesk d;
    d.look({d.e});
    const QString group = QString("wire %1").arg(number(d.eToI));
    auto* head = d.panel->widget()->findChild<QAbstractButton*>("head " + group);
    QVERIFY(head);
    QVERIFY(head->text().contains("E → I"));
    QVERIFY(!d.row("weight", qPrintable(group)));
    QTest::mouseClick(head, Qt::LeftButton);
    ParameterRow* weight = d.row("weight", qPrintable(group));
    QVERIFY(weight);
    d.type(weight, "7");
    QCOMPARE(d.number(d.eToI, "weight"), 7.0);
    QVERIFY(d.undone());
  }

  void severalItemsAreSetTogether() {
    InspectorDesk d;
    d.look({d.e, d.i});
    QVERIFY(d.row("n")->state().mixed);
    d.type(d.row("tau_m"), "15");
    QCOMPARE(d.number(d.e, "tau_m"), 15.0);
    QCOMPARE(d.number(d.i, "tau_m"), 15.0);
    QVERIFY(d.undone());
    d.look({d.e, d.drive});
    QVERIFY(!d.row("tau_m"));  // only what they share
  }

  void switchesFlip() {
    InspectorDesk d;
    d.look({d.eToI});
    ParameterRow* row = d.row("autapses");
    const bool was = switchOr({{"", row->state().value}}, "", false);
    QTest::mouseClick(row, Qt::LeftButton, {}, {row->width() - 20, 10});
    QCOMPARE(switchOr(d.item(d.eToI).values, "autapses", was), !was);
    QVERIFY(d.undone());
    row->setFocus();
    QTest::keyClick(row, Qt::Key_Space);
    QCOMPARE(switchOr(d.item(d.eToI).values, "autapses", was), !was);
  }

  void aDistributionForEachNeuron() {
    InspectorDesk d;
    d.look({d.e});
    ParameterRow* row = d.row("tau_m");
    DistributionEditor editor(row->state().parameter, row->state().value, row);
    auto* form = editor.findChild<QComboBox*>();
    form->setCurrentText("normal");
    editor.findChild<QLineEdit*>("mean")->setText("18 ms");
    editor.findChild<QLineEdit*>("sd")->setText("2");
    const auto made = editor.value();
    QVERIFY(made);
    QCOMPARE(valueText(made.value()), std::string(R"({"normal": {"mean": 18.0, "sd": 2.0}})"));
    QVERIFY(checkValue(row->state().parameter, made.value()));
    for (const char* other : {"constant", "uniform", "lognormal", "exponential"}) {
      form->setCurrentText(other);
      const auto value = editor.value();
      QVERIFY2(value && checkValue(row->state().parameter, value.value()), other);
    }
    form->setCurrentText("normal");
    editor.findChild<QLineEdit*>("sd")->setText("wide");
    QVERIFY(!editor.value());
  }

  void theProjectIsShownWhenNothingIsSelected() {
    InspectorDesk d;
    d.look({});
    QVERIFY(d.row("dt") && d.row("seed") && d.row("duration"));
    d.type(d.row("duration"), "2 s");
    QCOMPARE(d.number(Id::settings, "duration"), 2.0);
    QVERIFY(d.undone());
  }

  void aNameIsUnique() {
    InspectorDesk d;
    d.look({d.e});
    auto* name = d.panel->widget()->findChild<QLineEdit*>("name");
    name->setFocus();
    name->selectAll();
    QTest::keyClicks(name, "I");
    QTest::keyClick(name, Qt::Key_Return);
    QCOMPARE(textOr(d.item(d.e).values, "name", ""), std::string("I 2"));
    QVERIFY(d.undone());
  }

  void rowsOutliveTheirOwnEdits() {
    InspectorDesk d;
    d.look({d.e});
    ParameterRow* row = d.row("tau_m");
    row->setFocus();
    d.type(row, "25");
    QCOMPARE(d.row("tau_m"), row);
    QVERIFY(row->hasFocus());
    QTest::keyClick(row, Qt::Key_Down);
    QVERIFY(!row->hasFocus());
  }

  void presetsAreOneStep() {
    InspectorDesk d;
    d.look({d.drive});
    QVERIFY(!d.row("preset", "preset"));  // it has none
    d.look({d.e});
    ParameterRow* row = d.row("preset", "preset");
    QVERIFY(row);
    auto* box = row->findChild<QComboBox*>();
    const auto choose = [&](const QString& words) {
      box->setCurrentIndex(box->findText(words));
      Q_EMIT box->activated(box->currentIndex());
    };
    const NodeType& type = *d.registry.nodeType("neuron.lif_exp");
    const Preset& preset = type.presets.front();
    const QString name = QString::fromStdString(preset.name);
    QCOMPARE(box->count(), static_cast<int>(type.presets.size()) + 2);
    d.type(d.row("tau_m"), "33 ms");
    QCOMPARE(box->currentText(), QString("custom"));
    choose(name);
    QCOMPARE(box->currentText(), name);
    QCOMPARE(d.history.done().size(), std::size_t{2});
    for (const auto& [key, value] : preset.values)
      QCOMPARE(d.number(d.e, key.c_str()), *asNumber(value));
    QCOMPARE(d.row("preset", "preset"), row);  // rows outlive what they change
    choose("custom");                          // nothing to set: stays as it is
    QCOMPARE(box->currentText(), name);
    QCOMPARE(d.history.done().size(), std::size_t{2});
    QVERIFY(d.history.undo());
    QCOMPARE(box->currentText(), QString("custom"));
    QCOMPARE(d.number(d.e, "tau_m"), 33.0);
    choose("defaults");
    QVERIFY(d.items() == d.before);
    d.look({d.e, d.i});
    box = d.row("preset", "preset")->findChild<QComboBox*>();
    choose(name);
    QCOMPARE(box->currentText(), name);
    for (const Id id : {d.e, d.i})
      for (const auto& [key, value] : preset.values)
        QCOMPARE(d.number(id, key.c_str()), *asNumber(value));
  }

  void aPaceLiesWhereTheTransportHasIt() {
    InspectorDesk d;
    const Shape settings = d.registry.describe(d.document.project().settings());
    const Parameter* pace = settings.parameter("pace");
    QVERIFY(pace);
    double last = -1;
    for (const double each : {0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 0.0}) {
      const auto scale = panels::inspector::scaleOf(*pace, each);
      QVERIFY(scale && scale->share(each) > last);
      last = scale->share(each);
      QVERIFY(std::abs(scale->value(last) - each) <= 0.01 * each);
    }
    QCOMPARE(last, 1.0);
    const auto scale = panels::inspector::scaleOf(*pace, 1);
    QCOMPARE(scale->moved(10, 0.01), 0.0);
    QCOMPARE(scale->moved(0, -0.01), 10.0);
  }

  void slidersSpanWhatIsUsual() {
    using panels::inspector::scaleOf;
    const Parameter weight{.name = "weight", .initial = 1.0, .min = -1e6, .max = 1e6};
    const auto around = scaleOf(weight, -4);
    QCOMPARE(around->min, -20.0);
    QCOMPARE(around->max, 20.0);
    const Parameter tau{.name = "tau", .initial = 20.0, .min = 0.1, .max = 1000.0};
    QVERIFY(scaleOf(tau, 20)->logarithmic);
    for (const double share : {0.0, 0.25, 0.5, 1.0}) {
      const auto scale = scaleOf(tau, 20);
      QVERIFY(std::abs(scale->share(scale->value(share)) - share) < 0.01);
    }
    const Parameter text{.name = "file", .kind = Kind::File, .initial = std::string()};
    QVERIFY(!scaleOf(text, 0));
  }

  void pictures() {
    for (const ThemeKind kind : {ThemeKind::Dark, ThemeKind::Light}) {
      setTheme(kind);
      InspectorDesk d;
      (void)d.document.apply({"", {setting(d.document.project(), d.e, "tau_m", Value{33.0})}});
      d.look({d.e});
      d.panel->widget()
          ->findChild<QAbstractButton*>(QString("head wire %1").arg(number(d.eToI)))
          ->click();
      d.type(d.row("V_th"), "500 mV");
      const QString name = kind == ThemeKind::Dark ? "dark" : "light";
      const QString folder = QStringLiteral(SPK_BUILD_DIR "/golden");
      QDir().mkpath(folder);
      QCoreApplication::processEvents();
      QVERIFY(d.panel->widget()->grab().save(folder + "/inspector_" + name + ".png"));
      QImage twice(d.panel->widget()->size() * 2, QImage::Format_RGB32);
      twice.setDevicePixelRatio(2);
      d.panel->widget()->render(&twice);
      QVERIFY(twice.save(folder + "/inspector_" + name + "_200.png"));
      DistributionEditor editor(d.row("V_th")->state().parameter, d.row("V_th")->state().value,
                                d.row("V_th"));
      editor.findChild<QComboBox*>()->setCurrentText("normal");
      QVERIFY(editor.grab().save(folder + "/distribution_" + name + ".png"));
    }
    setTheme(ThemeKind::Dark);
  }

  void equationsAreCheckedWhileTyped() {
    InspectorDesk d;
    const Id q = d.put("neuron.equations", "Q", 600, 0);
    d.look({q});
    auto* editor = d.panel->widget()->findChild<EquationEditor*>("parameters/equations");
    QVERIFY(editor && editor->isGood() && d.row("tau_m") && d.row("tau_syn"));
    QVERIFY2(editor->message().startsWith("v [mV], I_syn [pA]"), qPrintable(editor->message()));
    editor->field()->setFocus();
    editor->field()->selectAll();
    editor->field()->insertPlainText("dv/dt = (E - v)/tua : mV\ntau = 20 ms\nE = 1 mV");
    QVERIFY(!editor->isGood());
    QVERIFY(editor->message().startsWith("Line 1, column 17: `tua` is not known"));
    QCOMPARE(editor->field()->extraSelections().size(), 1);
    QCOMPARE(editor->field()->extraSelections()[0].cursor.selectedText(), QString("tua"));
    QCOMPARE(numberOr(d.item(q).values, "tau", -1), -1.0);
    QTextCursor cursor = editor->field()->textCursor();
    cursor.setPosition(16);
    cursor.setPosition(19, QTextCursor::KeepAnchor);
    editor->field()->setTextCursor(cursor);
    QTest::keyClicks(editor->field(), "tau");
    QVERIFY(editor->isGood() && editor->field()->extraSelections().isEmpty());
    QVERIFY(!d.item(q).values.contains("equations"));
    QTest::keyClick(editor->field(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(textOr(d.item(q).values, "equations", "").starts_with("dv/dt = (E - v)/tau : mV"));
    QVERIFY(d.row("tau") && d.row("E") && !d.row("tau_syn"));  // the rows follow the text
    editor = d.panel->widget()->findChild<EquationEditor*>("parameters/equations");
    QCOMPARE(editor->position(), 19);
    d.type(d.row("tau"), "0.03 s");
    QCOMPARE(d.number(q, "tau"), 30.0);
    QVERIFY(d.history.undo() && d.history.undo());
    QVERIFY(!d.item(q).values.contains("equations") && d.row("tau_syn"));
  }

  void equationsThatAreNotSetComeBackByEscape() {
    InspectorDesk d;
    const Id q = d.put("neuron.equations", "Q", 600, 0);
    d.look({q});
    auto* editor = d.panel->widget()->findChild<EquationEditor*>("parameters/equations");
    const QString before = editor->field()->toPlainText();
    editor->field()->setFocus();
    QTest::keyClicks(editor->field(), "nonsense ");
    QVERIFY(!editor->isGood());
    QTest::keyClick(editor->field(), Qt::Key_Escape);
    QVERIFY(editor->isGood());
    QCOMPARE(editor->field()->toPlainText(), before);
    QVERIFY(!d.item(q).values.contains("equations"));
    // What is left with a mistake in it is kept by the project, and the node says what is wrong.
    QTest::keyClicks(editor->field(), "nonsense ");
    QTest::keyClick(editor->field(), Qt::Key_Tab);
    QVERIFY(textOr(d.item(q).values, "equations", "").starts_with("nonsense"));
    d.recheck();
    QVERIFY(std::ranges::any_of(d.notes, [&](const Note& note) {
      return note.item == q && note.level == Note::Level::Error;
    }));
  }

  void equationsAsPictures() {
    InspectorDesk d;
    const Id q = d.put("neuron.equations", "Q", 600, 0);
    d.look({q});
    auto* editor = d.panel->widget()->findChild<EquationEditor*>("parameters/equations");
    const QString folder = SPK_BUILD_DIR "/golden";
    QVERIFY(QDir().mkpath(folder));
    const auto isLaidOut = [&] {  // the words below move with the text
      const auto* said = editor->findChild<QLabel*>();
      return said->geometry().top() >= editor->field()->geometry().bottom() &&
             said->height() >= said->heightForWidth(said->width());
    };
    QTRY_VERIFY(isLaidOut());
    QVERIFY(d.panel->widget()->grab().save(folder + "/inspector_equations.png"));
    editor->field()->setFocus();
    editor->field()->moveCursor(QTextCursor::Start);
    editor->field()->moveCursor(QTextCursor::NextBlock);
    editor->field()->insertPlainText("du/dt = (E_L - I_syn)/tau_m : mV\n");
    QTRY_VERIFY(isLaidOut());
    QVERIFY(d.panel->widget()->grab().save(folder + "/inspector_equations_wrong.png"));
    QTest::keyClick(editor->field(), Qt::Key_Escape);
  }
};

}  // namespace spk::test

using spk::test::InspectorTest;
SPK_GUI_MAIN(InspectorTest)
#include "Inspector_test.moc"
