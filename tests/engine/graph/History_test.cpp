#include "engine/graph/History.h"

#include <QTest>

#include "tests/kit/graph.h"

using namespace spk;
using kit::node;
using kit::wire;

namespace {

/// 2 and 3 populations, 4 the wire between, 5 a reward wire onto it, 6 frame around 7, which is a
/// frame around 8.
Project example() {
  Item inner = node(7, "layout.frame", "inner"), deep = node(8, "neuron.test", "deep");
  inner.parent = Ref{Id{6}, ""};
  deep.parent = Ref{Id{7}, ""};
  return kit::projectOf({node(2, "neuron.test", "E"), node(3, "neuron.test", "I"),
                         wire(4, "synapse.reward", {Id{2}, "out"}, {Id{3}, "in"}),
                         wire(5, "wire.signal", {Id{8}, "out"}, {Id{4}, "reward"}),
                         node(6, "layout.frame", "outer"), inner, deep});
}
Edit set(const Document& document, std::uint64_t id, std::string key, Setting after) {
  return {"Set " + key, {setting(document.project(), Id{id}, std::move(key), std::move(after))}};
}

}  // namespace

class HistoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void undoAndRedo() {
    Document document(example());
    History history(document);
    const Project before = document.project();
    QVERIFY(!history.canUndo() && !history.undo());
    QVERIFY(history.commit(set(document, 2, "n", Value(std::int64_t{7}))));
    const Project after = document.project();
    QVERIFY(history.canUndo() && !history.canRedo());
    QVERIFY(history.undo());
    QVERIFY(document.project() == before);
    QVERIFY(history.redo());
    QVERIFY(document.project() == after);
    QVERIFY(!history.redo());
    QVERIFY(!history.commit(set(document, 99, "n", Value(1.0))));
    QVERIFY(document.project() == after && history.done().size() == 1);
  }

  void wiresGoWithTheirNodes() {
    Document document(example());
    History history(document);
    const Project before = document.project();
    QVERIFY(history.commit({"Remove E", {Remove{*document.project().find(Id{2})}}}));
    QVERIFY(!document.project().find(Id{2}) && !document.project().find(Id{4}) &&
            !document.project().find(Id{5}));
    QVERIFY(history.undo());
    QVERIFY(document.project() == before);
    QVERIFY(history.redo());
    QVERIFY(!document.project().find(Id{4}));
  }

  void anIdIsEnoughToRemove() {
    Document document(example());
    History history(document);
    const Project before = document.project();
    QVERIFY(history.commit({"Remove", {Remove{node(2, "")}}}));
    QVERIFY(history.undo());
    QVERIFY(document.project() == before);
  }

  void membersOfAFrameStay() {
    Document document(example());
    History history(document);
    const Project before = document.project();
    QVERIFY(history.commit({"Ungroup", {Remove{*document.project().find(Id{7})}}}));
    QCOMPARE(document.project().find(Id{8})->parent.item, Id{6});
    QVERIFY(history.undo());
    QVERIFY(history.commit(
        {"Ungroup both",
         {Remove{*document.project().find(Id{6})}, Remove{*document.project().find(Id{7})}}}));
    QCOMPARE(document.project().find(Id{8})->parent.item, Id::none);
    QVERIFY(history.undo());
    QVERIFY(document.project() == before);
  }

  void aWireThatTheEditChangedGoesAsItThenIs() {
    Document document(example());
    History history(document);
    const Project before = document.project();
    Edit edit{"Change and remove",
              {setting(document.project(), Id{4}, "weight", Value(3.0)),
               Remove{*document.project().find(Id{2})}}};
    QVERIFY(history.commit(edit));
    QVERIFY(!document.project().find(Id{4}));
    QVERIFY(history.undo());
    QVERIFY(document.project() == before);
  }

  void aWireThatTheEditLeadsElsewhereStays() {
    Document document(example());
    History history(document);
    const Project before = document.project();
    const Edit edit{"Replace E by a new one",
                    {Insert{node(30, "neuron.test", "new")},
                     setting(document.project(), Id{4}, "from", Ref{Id{30}, "out"}),
                     Remove{*document.project().find(Id{2})}}};
    QVERIFY(history.commit(edit));
    QVERIFY(document.project().find(Id{4}) && document.project().find(Id{5}));
    QVERIFY(history.undo());
    QVERIFY(document.project().items == before.items);
  }

  void aWireOfTheSameEditGoesWithItsNode() {
    Document document(example());
    History history(document);
    const Project before = document.project();
    const Edit edit{
        "Wire and remove",
        {Insert{wire(31, "wire.signal", {Id{2}, "V"}, {Id{3}, "I"})}, Remove{node(2, "")}}};
    QVERIFY(history.commit(edit));
    QVERIFY(!document.project().find(Id{31}));
    QVERIFY(history.undo());
    QVERIFY(document.project().items == before.items);
  }

  void replacingKeepsTheWires() {
    Document document(example());
    History history(document);
    Item other = *document.project().find(Id{2});
    other.values["n"] = std::int64_t{3};
    QVERIFY(history.commit({"Replace", {Remove{*document.project().find(Id{2})}, Insert{other}}}));
    QVERIFY(document.project().find(Id{4}) && document.project().find(Id{5}));
  }

  void aDragIsOneStep() {
    Document document(example());
    History history(document);
    std::vector<Edit> steps;
    history.onStep = [&](const Edit& edit) { steps.push_back(edit); };
    for (int i = 1; i <= 20; ++i)
      QVERIFY(history.commit(set(document, 2, "x", Value(i * 1.0)), "drag 2.x"));
    QVERIFY(steps.empty());
    QCOMPARE(history.done().size(), std::size_t{1});
    history.closeMerge();
    QCOMPARE(steps.size(), std::size_t{1});
    QCOMPARE(steps[0].ops.size(), std::size_t{1});
    QVERIFY(steps[0].ops[0] == Operation(Set{Id{2}, "x", Setting(), Value(20.0)}));
    QVERIFY(history.commit(set(document, 2, "x", Value(30.0)), "drag 2.x"));  // a new drag
    QCOMPARE(history.done().size(), std::size_t{2});
    QVERIFY(
        history.commit(set(document, 2, "y", Value(1.0)), "drag 2.y"));  // another key closes it
    QCOMPARE(steps.size(), std::size_t{2});
    QVERIFY(history.undo());  // closes, then undoes
    QCOMPARE(steps.size(), std::size_t{4});
    QVERIFY(!document.project().find(Id{2})->values.contains("y"));
  }

  void aDragBackToItsBeginningIsNoStep() {
    Document document(example());
    History history(document);
    history.markSaved();
    int steps = 0;
    history.onStep = [&](const Edit&) { ++steps; };
    QVERIFY(history.commit(set(document, 2, "x", Value(1.0)), "drag"));
    QVERIFY(history.commit(set(document, 2, "x", Setting()), "drag"));
    history.closeMerge();
    QVERIFY(!history.canUndo() && history.isSaved());
    QCOMPARE(steps, 0);
  }

  void editsWithoutTitleAreNoStep() {
    Document document(example());
    History history(document);
    std::vector<std::string> steps;
    history.onStep = [&](const Edit& edit) { steps.push_back(edit.title); };
    QVERIFY(history.commit({"", {Set{Id{2}, "step", {}, Value(std::int64_t{1})}}}));
    QVERIFY(!history.canUndo() && history.isSaved());
    QCOMPARE(steps.size(), std::size_t{1});
    QVERIFY(history.commit(set(document, 2, "x", Value(1.0)), "drag"));
    QVERIFY(
        history.commit({"", {Set{Id{2}, "step", Value(std::int64_t{1}), Value(std::int64_t{2})}}}));
    QVERIFY(history.commit(set(document, 2, "x", Value(2.0)), "drag"));  // the drag goes on
    history.closeMerge();
    QCOMPARE(history.done().size(), std::size_t{1});
    QCOMPARE(steps, (std::vector<std::string>{"", "Set x", ""}));
    QVERIFY(history.undo());
    QCOMPARE(integerOr(document.project().find(Id{2})->values, "step", 0), std::int64_t{2});
  }

  void savedIsAPlaceInHistory() {
    Document document(example());
    History history(document);
    QVERIFY(history.isSaved());
    QVERIFY(history.commit(set(document, 2, "x", Value(1.0))));
    QVERIFY(!history.isSaved());
    history.markSaved();
    QVERIFY(history.undo());
    QVERIFY(!history.isSaved());
    QVERIFY(history.redo());
    QVERIFY(history.isSaved());
    QVERIFY(history.undo());
    QVERIFY(history.commit(set(document, 2, "x", Value(1.0))));  // the same content, another way
    QVERIFY(!history.isSaved());
    QVERIFY(history.undo());
    QVERIFY(!history.isSaved());
  }

  void forgetsWhatNoStepRemembers() {
    Document document(example());
    History history(document);
    std::vector<Id> forgotten;
    history.onForget = [&](std::span<const Id> ids) {
      forgotten.insert(forgotten.end(), ids.begin(), ids.end());
    };
    QVERIFY(history.commit({"Add", {Insert{node(20, "neuron.test")}}}));
    QVERIFY(history.undo());
    QVERIFY(forgotten.empty());                                  // redo may bring it back
    QVERIFY(history.commit(set(document, 2, "x", Value(1.0))));  // now nothing can
    QCOMPARE(forgotten, std::vector<Id>{Id{20}});
    forgotten.clear();
    QVERIFY(history.commit({"Remove", {Remove{*document.project().find(Id{3})}}}));
    for (int i = 0; i < 998; ++i) QVERIFY(history.commit(set(document, 2, "x", Value(i + 2.0))));
    QVERIFY(forgotten.empty());
    QVERIFY(history.commit(set(document, 2, "x", Value(-1.0))));
    QVERIFY(history.commit(set(document, 2, "x", Value(-2.0))));  // the removal falls off
    QCOMPARE(forgotten, (std::vector<Id>{Id{3}, Id{4}, Id{5}}));
    QCOMPARE(history.done().size(), std::size_t{1000});
  }

  void removingWhatIsNotThereIsAnError() {
    Document document(example());
    History history(document);
    QVERIFY(!history.commit({"Remove", {Remove{node(99, "x")}}}));
  }

  /// Undo of the largest step at 500 nodes and 1500 wires.
  void undoSpeed() {
    Document document;
    Edit all{"Build", {}};
    for (std::uint64_t id = 2; id < 502; ++id)
      all.ops.push_back(
          Insert{node(id, "neuron.test", "n" + std::to_string(id),
                      {{"x", 1.0}, {"y", 2.0}, {"tau_m", 20.0}, {"n", std::int64_t{5}}})});
    for (std::uint64_t id = 502; id < 2002; ++id)
      all.ops.push_back(
          Insert{wire(id, "synapse.static", {Id{2 + id % 500}, "out"}, {Id{2 + id * 7 % 500}, "in"},
                      {{"weight", 0.1}, {"delay", 1.5}})});
    History history(document);
    QVERIFY(history.commit(all));
    Edit remove{"Remove all", {}};
    for (std::uint64_t id = 2; id < 502; ++id) remove.ops.push_back(Remove{node(id, "")});
    QVERIFY(history.commit(remove));
    QCOMPARE(document.project().items.size(), std::size_t{1});
    QBENCHMARK {
      QVERIFY(history.undo());
      QVERIFY(history.redo());
    }
  }
};

QTEST_APPLESS_MAIN(HistoryTest)
#include "History_test.moc"
