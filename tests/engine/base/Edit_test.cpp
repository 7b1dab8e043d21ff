#include "engine/base/Edit.h"

#include <QTest>

using namespace spk;

class EditTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void inverseTurnsEverythingRound() {
    const Item item{Id{2}, "neuron.lif_delta", {}, {}, {}, {{"n", std::int64_t{5}}}};
    const Edit edit{"Do", {Insert{item}, Set{Id{3}, "x", Setting(), Value(1.0)}, Remove{item}}};
    const Edit back = inverse(edit);
    QCOMPARE(back.title, edit.title);
    QVERIFY(back.ops[0] == Operation(Insert{item}));
    QVERIFY(back.ops[1] == Operation(Set{Id{3}, "x", Value(1.0), Setting()}));
    QVERIFY(back.ops[2] == Operation(Remove{item}));
    QVERIFY(inverse(back) == edit);
  }
};

QTEST_APPLESS_MAIN(EditTest)
#include "Edit_test.moc"
