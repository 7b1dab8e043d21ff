#include "engine/graph/Given.h"

#include <QTest>
#include <cmath>

#include "tests/kit/graph.h"

using namespace spk;

class GivenTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void writtenElseInitialInCoherentUnits() {
    const Shape shape = kit::neuron().shape;
    const Values values = {
        {"tau_m", std::int64_t{10}}, {"mode", std::string("b")}, {"plastic", true}};
    const Values nothing;
    const Given given(shape, values), plain(shape, nothing);
    QCOMPARE(given("tau_m"), 10.0);
    QCOMPARE(plain("tau_m"), 20.0);
    QCOMPARE(given("rate"), 0.005);  // Hz → kHz
    QCOMPARE(given("R"), 0.08);      // MΩ → GΩ
    QCOMPARE(given("order"), 2.0);
    QCOMPARE(given.text("mode"), std::string_view("b"));
    QCOMPARE(plain.text("mode"), std::string_view("a"));
    QVERIFY(given.on("plastic") && !plain.on("plastic"));
  }

  void perNeuron() {
    const Shape shape = kit::neuron().shape;
    const Values values = {{"tau_m", Json{"[1, 2, 3]"}}, {"tau_m[1]", 50.0}};
    Given given(shape, values);
    given.setNeuron(0, {1, 2});
    QCOMPARE(given("tau_m"), 1.0);
    given.setNeuron(1, {1, 2});
    QCOMPARE(given("tau_m"), 50.0);
    given.setNeuron(2, {1, 2});
    QCOMPARE(given("tau_m"), 3.0);
    given.setNeuron(3, {1, 2});
    QVERIFY(std::isnan(given("tau_m")));  // the list is too short: check() says so
  }

  void drawsAreCountedAndHeldInRange() {
    const Shape shape = kit::neuron().shape;
    const Values values = {{"tau_m", Json{R"({"normal": {"mean": 20, "sd": 100}})"}}};
    Given given(shape, values), again(shape, values);
    const RandomKey key = randomKey(1, 2, Purpose::Initial);
    double sum = 0;
    for (std::uint32_t i = 0; i < 1000; ++i) {
      given.setNeuron(i, key);
      const double tau = given("tau_m");
      QVERIFY(tau >= 0.1 && tau <= 1000);
      again.setNeuron(999 - i, key);  // in any order
      sum += tau - again("tau_m");
    }
    QVERIFY(std::fabs(sum) < 1e-9);
  }

  /// A long list is read once, not once for each neuron.
  void longLists() {
    const Shape shape = kit::neuron().shape;
    std::string list = "[0.5";
    for (int i = 1; i < 20000; ++i) list += ", " + std::to_string(i % 100 + 1);
    const Values values = {{"tau_m", Json{list + "]"}}};
    Given given(shape, values);
    for (std::uint32_t i = 0; i < 20000; ++i) {
      given.setNeuron(i, {1, 2});
      QCOMPARE(given("tau_m"), i == 0 ? 0.5 : i % 100 + 1.0);
    }
  }

  void whatIsNoNumberIsNan() {
    const Shape shape = kit::neuron().shape;
    QVERIFY(std::isnan(Given(shape, {{"tau_m", std::string("20 ms")}})("tau_m")));
  }
};

QTEST_APPLESS_MAIN(GivenTest)
#include "Given_test.moc"
