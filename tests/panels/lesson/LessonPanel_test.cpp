#include "panels/lesson/LessonPanel.h"

#include <QDir>
#include <QFrame>
#include <QLabel>

#include "panels/kit/Theme.h"
#include "panels/lesson/Lesson.h"
#include "tests/kit/PanelHarness.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

/// A lesson of one step that shows two numbers.
LessonStatus twoNumbers() {
  LessonStatus status;
  status.id = "two";
  status.title = "Two numbers";
  status.steps = {{.id = "look", .title = "Look", .text = "At both.", .show = {"a", "b"}}};
  status.version = 1;
  status.readings = {{"rate of E", "Hz", 10.25}, {"rate of I", "Hz", 7.5}};
  return status;
}

class LessonPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init();
  void cleanup();

  void readingsShowWhole();
  void readingsShowWholeAfterANewTheme();
  void readingsShowWholeAtAnotherSizeOfText();
  void whatIsMissingIsSaid();

 private:
  /// Each reading is as large as its words, and inside of the panel.
  bool areWhole() const;
  PanelHarness harness_;
  LessonStatus status_;
  std::unique_ptr<Panel> panel_;
};

void LessonPanelTest::init() {
  status_ = twoNumbers();
  panel_ = makeLesson(harness_.context, [this]() -> const LessonStatus& { return status_; });
  panel_->widget()->resize(228, 700);
  panel_->widget()->show();
  QVERIFY(QTest::qWaitForWindowExposed(panel_->widget()));
}

void LessonPanelTest::cleanup() {
  panel_.reset();
  setTheme(ThemeKind::Dark);
}

bool LessonPanelTest::areWhole() const {
  const auto labels = panel_->widget()->findChildren<QLabel*>(QStringLiteral("lesson.reading"));
  if (labels.size() != 2) return false;
  for (const QLabel* label : labels) {
    QLabel fresh(label->text());
    fresh.setTextFormat(Qt::RichText);
    const QSize words = fresh.sizeHint();
    if (label->width() < words.width() || label->height() < words.height()) return false;
    if (label->visibleRegion().boundingRect() != label->rect()) return false;
  }
  return true;
}

void LessonPanelTest::readingsShowWhole() {
  QTRY_VERIFY(areWhole());
  status_.readings[0].value = 123.4;
  panel_->tick(0);
  QTRY_VERIFY(areWhole());
  // Met, and the page is made anew.
  status_.isMet = true;
  ++status_.version;
  panel_->tick(0);
  QVERIFY(areWhole());
}

void LessonPanelTest::readingsShowWholeAfterANewTheme() {
  QTRY_VERIFY(areWhole());
  const auto* before = panel_->widget()->findChild<QLabel*>(QStringLiteral("lesson.reading"));
  const QString dark = before->text();
  setTheme(ThemeKind::Light);
  // Whole in its first picture: a busy window paints before it lays out anew.
  QCoreApplication::sendPostedEvents(panel_->widget(), QEvent::MetaCall);
  const auto* after = panel_->widget()->findChild<QLabel*>(QStringLiteral("lesson.reading"));
  QVERIFY(after->text() != dark);
  QVERIFY(areWhole());
  QTRY_VERIFY(areWhole());
}

void LessonPanelTest::readingsShowWholeAtAnotherSizeOfText() {
  QTRY_VERIFY(areWhole());
  setTheme(ThemeKind::Dark, 1.25);
  panel_->widget()->resize(285, 700);
  QTRY_VERIFY(panel_->widget()
                  ->findChild<QLabel*>(QStringLiteral("lesson.reading"))
                  ->text()
                  .contains(QStringLiteral("font-size:28px")));
  QTRY_VERIFY(areWhole());
}

void LessonPanelTest::whatIsMissingIsSaid() {
  const auto box = [&] {
    return panel_->widget()->findChild<QFrame*>(QStringLiteral("lesson.fault"));
  };
  QVERIFY(!box());
  status_.fault = "E2: there is no such node";
  ++status_.version;
  panel_->tick(0);
  QVERIFY(box());
  QStringList words;
  for (const QLabel* label : box()->findChildren<QLabel*>()) words << label->text();
  QVERIFY(words.join(u' ').contains(QStringLiteral("E2: there is no such node")));
  QDir().mkpath(QStringLiteral(SPK_BUILD_DIR "/golden"));
  QCoreApplication::processEvents();
  QVERIFY(panel_->widget()->grab().save(QStringLiteral(SPK_BUILD_DIR "/golden/lesson_fault.png")));
}

}  // namespace spk::test

using spk::test::LessonPanelTest;
SPK_GUI_MAIN(LessonPanelTest)
#include "LessonPanel_test.moc"
