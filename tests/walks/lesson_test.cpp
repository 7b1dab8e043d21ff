// The E/I lesson from its first step to its last question, as a learner does it.
#include "app/LessonDesk.h"
#include "engine/data/LessonStatus.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

#include <QAbstractButton>
#include <QDockWidget>

namespace spk::test {

class LessonWalk : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theWholeLesson();

 private:
  QWidget* panel() const { return desk_->window->docks()->find(QStringLiteral("dock.lesson")); }
  QAbstractButton* button(const char* name) const {
    return panel()->findChild<QAbstractButton*>(QLatin1StringView(name));
  }
  void answer(const char* question, int choice) {
    const QString name =
        QStringLiteral("lesson.%1.%2").arg(QLatin1StringView(question)).arg(choice);
    QTRY_VERIFY(panel()->findChild<QAbstractButton*>(name));
    panel()->findChild<QAbstractButton*>(name)->click();
  }
  void next() {
    QTRY_VERIFY_WITH_TIMEOUT(button("lesson.next")->isEnabled(), 30'000);
    button("lesson.next")->click();
  }
  void set(const char* wire, const char* key, Value value) {
    QVERIFY(desk_->bench().commit(
        {"Set", {setting(desk_->project(), desk_->id(wire), key, std::move(value))}}));
  }
  std::unique_ptr<WindowDesk> desk_;
};

void LessonWalk::theWholeLesson() {
  desk_ = std::make_unique<WindowDesk>();
  const auto file = WindowDesk::demo("ei_balance");
  QVERIFY(desk_->window->open(file, MainWindow::Begin::Playing));
  QTRY_VERIFY(desk_->holds(file));
  QVERIFY(desk_->window->hasLesson());
  QVERIFY(!panel()->visibleRegion().isEmpty());  // it lies in front
  QVERIFY(!button("lesson.next")->isEnabled());
  next();  // two seconds have passed
  answer("guess_cv", 2);
  next();  // CV near 1
  desk_->bench().select({desk_->id("I→E")});
  next();
  answer("guess_stronger", 1);
  set("I→E", "weight", Value{-10.0});
  next();
  answer("guess_mute", 2);
  set("I→E", "muted", Value{true});
  next();
  set("I→E", "muted", Value{false});
  next();
  set("I→E", "weight", Value{-3.0});
  next();
  answer("quiz_why", 1);
  answer("quiz_cv", 2);
  answer("quiz_limit", 0);
  const auto progress = [&]() -> const Item* {
    for (const auto& [id, item] : desk_->project().items)
      if (item.type == "lesson.progress") return &item;
    return nullptr;
  };
  QTRY_VERIFY(progress() &&
              valueText(progress()->values.at("done")).find("quiz_limit=0") != std::string::npos);
  // Progress is no step of undo; "start over" is one.
  const std::size_t steps = desk_->bench().history().done().size();
  QCOMPARE(steps, std::size_t{4});
  button("lesson.restart")->click();
  QTRY_COMPARE(numberOr(desk_->item("I→E").values, "weight", 0), -6.0);
  QVERIFY(!progress());
  QVERIFY(desk_->bench().undo());
  QCOMPARE(numberOr(desk_->item("I→E").values, "weight", 0), -3.0);
}

}  // namespace spk::test

using spk::test::LessonWalk;
SPK_GUI_MAIN(LessonWalk)
#include "lesson_test.moc"
