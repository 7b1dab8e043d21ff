#include "engine/sim/Isa.h"

#include <QtTest>

using namespace spk;

class IsaTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void wordsAndTheEnvironmentChoose() {
    qunsetenv("SPK_ISA");
    QCOMPARE(chooseIsa("").value(), bestIsa());
    QVERIFY(hasIsa(bestIsa()));
    QCOMPARE(chooseIsa("generic").value(), Isa::Generic);
    qputenv("SPK_ISA", "generic");
    QCOMPARE(chooseIsa("").value(), Isa::Generic);
    QCOMPARE(chooseIsa(isaWord(bestIsa())).value(), bestIsa());  // the word is stronger
    qputenv("SPK_ISA", "fastest");
    QVERIFY(!chooseIsa(""));
    QVERIFY(chooseIsa("").error().text().find("fastest") != std::string::npos);
    qunsetenv("SPK_ISA");
  }
  void missingOnesAreRefused() {
    for (const Isa isa : {Isa::Generic, Isa::Avx2, Isa::Avx512})
      QCOMPARE(bool(chooseIsa(isaWord(isa))), hasIsa(isa));
  }
};

QTEST_APPLESS_MAIN(IsaTest)
#include "Isa_test.moc"
