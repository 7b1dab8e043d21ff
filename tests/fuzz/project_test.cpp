#include <QTest>
#include <algorithm>

#include "engine/base/Json.h"
#include "engine/base/Rng.h"
#include "engine/graph/History.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/check.h"
#include "tests/kit/corpus.h"
#include "tests/kit/graph.h"

using namespace spk;

namespace {

constexpr int kMutants = 20000;  // of each kind: about two seconds

/// Flips, cuts, copies, and pieces that mean something.
std::string mutant(const std::vector<std::string>& seeds, RandomSequence& random) {
  static const std::string kPieces[] = {"{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        ":",
                                        "\"",
                                        "\\",
                                        "null",
                                        "true",
                                        "-1",
                                        "0",
                                        "1e308",
                                        "9007199254740993",
                                        "\"id\": 2",
                                        "\"parent\": 5",
                                        "\"values\": {}",
                                        "{\"number\": \"nan\"}",
                                        "{\"blob\": \"x\"}",
                                        "\xff",
                                        std::string(1, '\0')};
  const auto pick = [&](std::size_t n) { return random.below(static_cast<std::uint32_t>(n)); };
  std::string text = seeds[pick(seeds.size())];
  for (std::uint32_t i = pick(3); i < 3; ++i) {
    const std::size_t at = pick(text.size() + 1),
                      size = std::min<std::size_t>(pick(20), text.size() - at);
    if (pick(2)) {  // another digit or letter: the form stays whole
      const auto found = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                                      [](unsigned char c) { return std::isalnum(c); });
      if (found != text.end())
        *found = std::isdigit(static_cast<unsigned char>(*found))
                     ? static_cast<char>('0' + pick(10))
                     : static_cast<char>('a' + pick(26));
      continue;
    }
    switch (pick(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << pick(8)));
        break;
      case 1: text.erase(at, size); break;
      case 2: text.insert(at, text.substr(at, size)); break;
      case 3: text.insert(at, kPieces[pick(std::size(kPieces))]); break;
      case 4: text.replace(at, size, kPieces[pick(std::size(kPieces))]); break;
      default: {
        const std::string& other = seeds[pick(seeds.size())];
        const std::size_t from = pick(other.size() + 1);
        text.insert(at, other.substr(from, pick(60)));
      }
    }
  }
  return text;
}

/// The corpus as it is, then mutants of it.
template <class Try>
void fuzz(const char* kind, Try one) {
  const std::vector<std::string> seeds = kit::corpusTexts(kind);
  QVERIFY(seeds.size() >= 4);
  kit::replay(
      seeds, kMutants, RandomSequence(randomKey(1, 7, Purpose::Sample), 0), mutant,
      [&](const std::string& text, int) { one(text); }, [] { return !QTest::currentTestFailed(); });
}

}  // namespace

/// Whatever the bytes: no crash, an error in words, or something that is written and read
/// unchanged.
class ProjectFuzz : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void json() {
    int good = 0;
    fuzz("json", [&](const std::string& text) {
      const auto node = JsonNode::parse(text);
      if (!node) {
        QVERIFY(!node.error().text().empty());
        return;
      }
      ++good;
      const std::string once = node.value().write();
      const auto again = JsonNode::parse(once);
      QVERIFY2(again && again.value().write() == once, once.c_str());
      QVERIFY(JsonNode::parse(node.value().write(true)).value().write() == once);
    });
    QVERIFY(good > kMutants / 20);
  }

  void project() {
    const Registry registry = kit::registry();
    int good = 0;
    fuzz("project", [&](const std::string& text) {
      const auto read = readProject(text, registry);
      if (!read) {
        QVERIFY(!read.error().text().empty());
        return;
      }
      ++good;
      const Project& project = read.value().project;
      const std::string once = projectText(project);
      const auto again = readProject(once, registry);
      QVERIFY2(again && projectText(again.value().project) == once, once.c_str());
      for (const Note& note : check(project, registry)) {
        QVERIFY(!note.text.empty());
        if (!note.fix) continue;
        Document document(project);
        const auto fixed = document.apply(*note.fix);
        QVERIFY2(fixed,
                 (note.text + " → " + (fixed ? "" : fixed.error().text()) + "\n" + text).c_str());
      }
      // Everything can be removed and brought back.
      Document document(project);
      History history(document);
      for (const auto& [id, item] : project.items)
        if (id != Id::settings && document.project().find(id)) {
          const auto removed = history.commit({"Remove", {Remove{item}}});
          QVERIFY2(removed, (removed ? "" : removed.error().text() + "\n" + once).c_str());
        }
      while (history.canUndo()) QVERIFY(history.undo());
      QVERIFY(projectText(document.project()) == once);
    });
    QVERIFY(good > kMutants / 20);
  }

  void edit() {
    const Registry registry = kit::registry();
    Project rich;
    for (const std::string& text : kit::corpusTexts("project"))
      if (const auto read = readProject(text, registry);
          read && read.value().project.items.size() > 9)
        rich = read.value().project;
    QVERIFY(rich.items.size() > 9);
    int good = 0, applied = 0;
    fuzz("edit", [&](const std::string& text) {
      const auto read = readEdit(text);
      if (!read) {
        QVERIFY(!read.error().text().empty());
        return;
      }
      ++good;
      const std::string once = editText(read.value());
      const auto again = readEdit(once);
      QVERIFY2(again && editText(again.value()) == once, once.c_str());
      for (const Project& project : {emptyProject(), rich}) {
        Document document(project);
        const std::string before = projectText(project);
        const std::uint64_t nextId = project.nextId;
        if (!document.apply(read.value())) {
          QVERIFY(projectText(document.project()) == before);
          continue;
        }
        ++applied;
        const auto after = readProject(projectText(document.project()), registry);
        QVERIFY2(after && projectText(after.value().project) == projectText(document.project()),
                 text.c_str());
        QVERIFY(document.apply(inverse(read.value())));
        Project back = document.project();
        back.nextId = nextId;  // numbers are not given back
        QVERIFY2(projectText(back) == before, text.c_str());
      }
    });
    QVERIFY(good > kMutants / 20 && applied > kMutants / 50);
  }
};

QTEST_APPLESS_MAIN(ProjectFuzz)
#include "project_test.moc"
