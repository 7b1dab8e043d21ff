#include "engine/run/Lesson.h"

#include <QTest>

#include "engine/base/resources.h"

namespace spk {
namespace {

/// E and I with a wire each way, and a clock that the test moves.
struct Scene {
  Scene() {
    const auto put = [&](std::uint64_t id, const char* name) {
      project.items[Id{id}] =
          Item{Id{id}, "neuron.lif_delta", {}, {}, {}, {{"name", std::string(name)}}};
    };
    put(2, "E");
    put(3, "I");
    project.items[Id{4}] =
        Item{Id{4},          "synapse.static", {},
             {Id{3}, "out"}, {Id{2}, "in"},    {{"name", std::string("I→E")}, {"weight", -6.0}}};
    project.nextId = 5;
  }
  LessonFacts facts() {
    return {.project = project,
            .isPlaying = playing,
            .now = now,
            .selection = selection,
            .rate = [this](Id) { return rate; },
            .cv = [this](Id) { return cv; },
            .events = [this](Id) { return events; }};
  }
  bool holds(const char* words) {
    const auto condition = Condition::parse(words);
    if (!condition) qWarning("%s", condition.error().text().c_str());
    const auto result =
        condition ? condition.value().holds(facts()) : Result<bool>(condition.error());
    return result && result.value();
  }
  void apply(const Edit& edit) {
    Document document(project);
    if (!document.apply(edit)) qFatal("the edit does not fit");
    project = document.project();
  }
  std::function<Id()> newId = [this] { return Id{project.nextId++}; };

  Project project = emptyProject();
  bool playing = false;
  Time now = 0;
  std::vector<Id> selection;
  std::optional<double> rate, cv, events;
};

constexpr const char* kLesson = R"({"id": "l", "title": "L", "steps": [
  {"id": "one", "text": "t", "task": "do", "wait": "rate of E above 20 Hz for 1 s", "hint": "h"},
  {"id": "two", "text": "t", "predict": {"id": "p", "text": "?", "choices": ["a", "b"]}},
  {"id": "three", "text": "t", "show": ["rate of E"]}],
  "quiz": [{"id": "q", "text": "?", "choices": ["a", "b"], "answer": 1}]})";

}  // namespace

class LessonTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void conditionsSayWhatHolds() {
    Scene scene;
    QVERIFY(scene.holds("paused") && !scene.holds("playing"));
    scene.playing = true;
    scene.now = 3 * kSecond;
    QVERIFY(scene.holds("playing and time after 2 s"));
    QVERIFY(!scene.holds("time after 3 s"));
    QVERIFY(!scene.holds("E selected"));
    scene.selection = {Id{2}};
    QVERIFY(scene.holds("E selected"));
    QVERIFY(scene.holds("I->E not muted") && scene.holds("I→E not muted"));
    scene.project.items[Id{4}].values["muted"] = true;
    QVERIFY(scene.holds("I->E muted and I→E muted"));
    QVERIFY(scene.holds("value of I→E.weight between -7 and -5 mV and E selected"));
    QVERIFY(!scene.holds("value of I→E.weight above -6"));
    Values& written = scene.project.items[Id{2}].values;
    QVERIFY(scene.holds("E not bypassed") && !scene.holds("value of E.kind is soft"));
    written["bypassed"] = true;
    written["kind"] = std::string("soft");
    QVERIFY(scene.holds("E bypassed and value of E.kind is soft"));
    QVERIFY(!scene.holds("E not bypassed") && !scene.holds("value of E.kind is hard"));
  }

  void withoutDataNoRateHolds() {
    Scene scene;
    QVERIFY(!scene.holds("rate of E below 10 Hz"));
    scene.rate = 5;
    QVERIFY(scene.holds("rate of E below 10 Hz"));
    scene.cv = 1.0;
    QVERIFY(scene.holds("cv of E between 0.8 and 1.2"));
    QVERIFY(!scene.holds("events of E above 100"));
    scene.events = 120;
    QVERIFY(scene.holds("events of E above 100") && !scene.holds("events of E above 130"));
  }

  void wrongWordsAreNamed_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("named");
    QTest::newRow("empty") << ""
                           << "empty";
    QTest::newRow("no comparison") << "rate of E 20"
                                   << "above, below, between";
    QTest::newRow("no number") << "rate of E above much"
                               << "much";
    QTest::newRow("no key") << "value of E above 3"
                            << "NODE.PARAMETER";
    QTest::newRow("no verb") << "E dances"
                             << "E";
    QTest::newRow("rest") << "playing loudly"
                          << "loudly";
    QTest::newRow("end") << "rate of E above"
                         << "a number";
  }
  void wrongWordsAreNamed() {
    QFETCH(QString, words);
    QFETCH(QString, named);
    const auto condition = Condition::parse(words.toStdString());
    QVERIFY(!condition);
    QVERIFY2(QString::fromStdString(condition.error().what).contains(named),
             condition.error().what.c_str());
  }

  void anUnknownNameIsAnErrorAndHoldsNot() {
    Scene scene;
    const auto condition = Condition::parse("X muted");
    QVERIFY(condition);
    QVERIFY(!condition.value().holds(scene.facts()));
  }

  void whatATaskSpeaksOfAndIsNotThereIsSaid() {
    Scene scene;
    auto lesson = Lesson::parse(kLesson);
    QVERIFY(lesson);
    Lesson& l = lesson.value();
    l.look(scene.facts(), 0);
    QVERIFY(l.status().fault.empty());
    const std::uint64_t version = l.status().version;
    const Item e = scene.project.items.at(Id{2});
    scene.project.items.erase(Id{2});
    l.look(scene.facts(), 0.1);
    QVERIFY2(l.status().fault.find("E") != std::string::npos, l.status().fault.c_str());
    QVERIFY(!l.status().isMet && l.status().version > version);
    scene.project.items[Id{2}] = e;
    l.look(scene.facts(), 0.2);
    QVERIFY(l.status().fault.empty());
    QVERIFY(Condition::parse("I->E muted").value().check(scene.project));
    QVERIFY(!Condition::parse("E->I muted").value().check(scene.project));
    // A value that is not written yet is what the learner is to write.
    QVERIFY(Condition::parse("value of E.tau_m above 3").value().check(scene.project));
  }

  void aStepIsDoneWhenItHasLasted() {
    Scene scene;
    auto lesson = Lesson::parse(kLesson);
    QVERIFY(lesson);
    Lesson& l = lesson.value();
    scene.rate = 30;
    l.look(scene.facts(), 0);
    QVERIFY(!l.status().isMet);
    QVERIFY(!l.go(scene.project, 1, scene.newId));
    scene.now = kSecond / 2;
    l.look(scene.facts(), 0.5);
    scene.rate = 10;  // a break: the second begins anew
    l.look(scene.facts(), 0.6);
    scene.rate = 30;
    l.look(scene.facts(), 0.7);
    scene.now = kSecond + kSecond / 4;
    l.look(scene.facts(), 1.3);
    QVERIFY(!l.status().isMet);
    scene.now = 2 * kSecond;
    l.look(scene.facts(), 2);
    QVERIFY(l.status().isMet);
    scene.rate = 1;  // once done it stays done
    l.look(scene.facts(), 3);
    QVERIFY(l.status().isMet);
  }

  void aHintComesAfterTwentySeconds() {
    Scene scene;
    auto lesson = Lesson::parse(kLesson);
    QVERIFY(lesson);
    lesson.value().look(scene.facts(), 100);
    lesson.value().look(scene.facts(), 119);
    QVERIFY(!lesson.value().status().isHintDue);
    lesson.value().look(scene.facts(), 120.5);
    QVERIFY(lesson.value().status().isHintDue);
  }

  void progressLiesInTheProjectWithoutATitle() {
    Scene scene;
    auto lesson = Lesson::parse(kLesson);
    QVERIFY(lesson);
    Lesson& l = lesson.value();
    scene.rate = 30;
    l.look(scene.facts(), 0);
    scene.now = 2 * kSecond;
    l.look(scene.facts(), 2);
    auto next = l.go(scene.project, 1, scene.newId);
    QVERIFY(next);
    QVERIFY(next.value().title.empty());
    scene.apply(next.value());
    l.look(scene.facts(), 3);
    QCOMPARE(l.status().step, std::size_t{1});
    QVERIFY(!l.status().isMet);  // a prediction is asked first
    const auto answer = l.answer(scene.project, "p", 1, scene.newId);
    QVERIFY(answer);
    scene.apply(answer.value());
    l.look(scene.facts(), 4);
    QVERIFY(l.status().isMet);
    QCOMPARE(l.status().answers.at("p"), 1);
    // Another session goes on where this one was.
    auto again = Lesson::parse(kLesson);
    QVERIFY(again);
    again.value().look(scene.facts(), 0);
    QCOMPARE(again.value().status().step, std::size_t{1});
    QCOMPARE(again.value().status().answers.at("p"), 1);
    // What was done once need not be done again.
    const auto back = again.value().go(scene.project, -1, scene.newId);
    QVERIFY(back);
    scene.apply(back.value());
    scene.rate = 0;
    again.value().look(scene.facts(), 1);
    QVERIFY(again.value().status().isMet);
    QVERIFY(!again.value().go(scene.project, -1, scene.newId));
    QVERIFY(!again.value().answer(scene.project, "q", 2, scene.newId));
  }

  void numbersAreShownWhereTheStepAsks() {
    Scene scene;
    auto lesson = Lesson::parse(
        R"({"id": "l", "title": "L", "steps": [{"id": "a", "text": "t", "show": ["rate of E", "cv of E", "events of E"]}]})");
    QVERIFY(lesson);
    scene.rate = 12.5;
    scene.events = 7e4;
    lesson.value().look(scene.facts(), 0);
    QCOMPARE(lesson.value().status().readings.size(), std::size_t{3});
    QCOMPARE(lesson.value().status().readings[2].words, std::string("events E"));
    QCOMPARE(lesson.value().status().readings[2].value.value(), 7e4);
    QCOMPARE(lesson.value().status().readings[0].value.value(), 12.5);
    QVERIFY(!lesson.value().status().readings[1].value);
  }

  void faultyFilesNameTheStep() {
    const auto lesson = Lesson::parse(
        R"({"id": "l", "title": "L", "steps": [{"id": "a", "text": "t"}, {"id": "b", "text": "t", "task": "x", "wait": "E dances"}]})");
    QVERIFY(!lesson);
    QCOMPARE(lesson.error().where, std::string("step 2"));
  }

  void everyShippedLessonReads() {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(resourceFolder() / "demos")) {
      const auto file = entry.path() / "lesson.json";
      if (!std::filesystem::exists(file)) continue;
      const auto lesson = Lesson::read(file);
      QVERIFY2(lesson, lesson ? "" : lesson.error().text().c_str());
      ++count;
    }
    QVERIFY(count > 0);
  }
};

}  // namespace spk

using spk::LessonTest;
QTEST_APPLESS_MAIN(LessonTest)
#include "Lesson_test.moc"
