#include <QDir>
#include <QtTest>

#include "app/registry.h"
#include "engine/graph/ProjectFile.h"
#include "engine/run/Lesson.h"

using namespace spk;

/// Every lesson can be read, speaks of things that its project has, and asks for nothing that is
/// already so when it begins.
class LessonsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void waitsForWhatCanCome_data();
  void waitsForWhatCanCome();
};

void LessonsTest::waitsForWhatCanCome_data() {
  QTest::addColumn<QString>("folder");
  const QDir demos(SPK_SOURCE_DIR "/resources/demos");
  for (const QString& demo : demos.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
    if (QFile::exists(demos.filePath(demo + "/lesson.json")))
      QTest::newRow(qPrintable(demo)) << demos.filePath(demo);
  QTest::newRow("planted") << QString();
}
void LessonsTest::waitsForWhatCanCome() {
  QFETCH(QString, folder);
  const Registry registry = wholeRegistry();
  const auto faults = [&](const Lesson& lesson, const Project& project) {
    QStringList found;
    LessonFacts facts{project};
    facts.rate = facts.cv = [](Id) { return std::nullopt; };
    for (const LessonStep& step : lesson.status().steps) {
      if (step.wait.empty()) continue;
      const auto condition = Condition::parse(step.wait);
      const auto holds =
          condition ? condition.value().holds(facts) : Result<bool>(condition.error());
      const QString id = QString::fromStdString(step.id) + ": ";
      if (!holds)
        found << id + QString::fromStdString(holds.error().text());
      else if (holds.value())
        found << id + "holds from the beginning";
    }
    return found;
  };
  if (folder.isEmpty()) {  // the rule itself, on a lesson with two mistakes
    const auto lesson = Lesson::parse(
        R"({"id": "x", "title": "X", "steps": [
              {"id": "a", "text": "t", "task": "k", "wait": "paused"},
              {"id": "b", "text": "t", "task": "k", "wait": "nobody selected"}]})");
    QVERIFY2(bool(lesson), lesson ? "" : lesson.error().text().c_str());
    QCOMPARE(faults(lesson.value(), emptyProject()).size(), 2);
    return;
  }
  const auto lesson = Lesson::read((folder + "/lesson.json").toStdString());
  QVERIFY2(bool(lesson), lesson ? "" : lesson.error().text().c_str());
  const auto loaded = load((folder + "/project.spk").toStdString(), registry);
  QVERIFY2(bool(loaded), loaded ? "" : loaded.error().text().c_str());
  const QStringList found = faults(lesson.value(), loaded.value().project);
  QVERIFY2(found.isEmpty(), qPrintable(found.join("; ")));
}

QTEST_APPLESS_MAIN(LessonsTest)
#include "lessons_test.moc"
