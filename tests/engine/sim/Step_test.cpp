#include "engine/sim/Step.h"

#include <QtTest>
#include <bit>
#include <cmath>

#include "engine/base/Math.h"
#include "engine/base/Rng.h"
#include "engine/sim/Array.h"
#include "engine/sim/Isa.h"

namespace spk {
SPK_KERNEL(lanestest, step)
}

using namespace spk;

class StepTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// Each build gives the bits of the plain functions, neuron by neuron.
  void lanesHaveTheBitsOfOne() {
    void (*const builds[3])(Step&) = SPK_BUILDS(lanestest, step);
    for (int isa = 0; isa < 3; ++isa) {
      if (!hasIsa(static_cast<Isa>(isa))) continue;
      for (const std::uint32_t count : {256u, 77u}) {
        constexpr std::size_t kColumns = 13;
        std::vector<Array<double>> columns;
        double* pointers[kColumns];
        for (std::size_t c = 0; c < kColumns; ++c) {
          columns.emplace_back(kBlock, 0.0);
          pointers[c] = columns.back().data();
        }
        Array<float> in(kBlock, 0.f);
        RandomSequence random({1, 2}, 3);
        for (std::uint32_t i = 0; i < kBlock; ++i) {
          columns[0][i] = 40 * random.normal();
          columns[1][i] = spk::exp(8 * random.normal());
          in[i] = static_cast<float>(random.below(5));
        }
        const int width = kLaneWidths[isa];
        Array<double> constants(std::size_t{kBlock} * 2);
        const auto k = [](std::uint32_t i, int which) { return which ? 1 + 0.25 * i : 3.0 * i; };
        for (std::uint32_t i = 0; i < kBlock; ++i)
          for (int which = 0; which < 2; ++which)
            constants[i / width * 2 * width + which * width + i % width] = k(i, which);
        std::uint32_t fired[kBlock];
        const float* inputs[1] = {in.data()};
        Step s;
        s.step = 0x1234567890ull;
        s.first = 64;
        s.count = count;
        s.columnsAt = pointers;
        s.inputsAt = inputs;
        s.constantsAt = constants.data();
        s.constantStride = 2 * static_cast<std::size_t>(width);
        s.keyLow = 8;
        s.keyHigh = 9;
        s.fired = fired;
        builds[isa](s);
        std::vector<std::uint32_t> expectedFired;
        const auto same = [&](std::size_t column, std::uint32_t i, double expected) {
          return std::bit_cast<std::uint64_t>(columns[column][i]) ==
                 std::bit_cast<std::uint64_t>(expected);
        };
        for (std::uint32_t i = 0; i < count; ++i) {
          const double x = columns[0][i], y = columns[1][i], a = in[i];
          const auto uniform = [&](std::uint32_t draw) {
            return uniformOf(randomWord({8, 9}, s.step, 64 + i, draw));
          };
          QVERIFY(same(2, i, uniform(3)));
          QVERIFY(same(
              3, i,
              std::sqrt(spk::log(uniform(4)) * -2.0) * spk::cos(uniform(4 + 0x10000) * (2 * kPi))));
          QVERIFY(same(4, i, spk::exp(x)));
          QVERIFY(same(5, i, spk::log(y)));
          QVERIFY(same(6, i, spk::sin(x)));
          QVERIFY(same(7, i, spk::cos(x)));
          QVERIFY(same(8, i, spk::pow(y, x * 0.1)));
          QVERIFY(same(10, i, spk::exprel(x * 0.01)));
          QVERIFY(same(11, i, spk::tanh(x * 0.1)));
          QVERIFY(same(12, i, std::floor(x)));
          const bool which = (x > 0 && !(y >= 2)) || a == 3;
          QVERIFY(same(
              9, i, which ? std::min(x, y) + k(i, 0) : std::max(-x, a) / k(i, 1) - std::sqrt(y)));
          if (a > 1) expectedFired.push_back(64 + i);
        }
        QCOMPARE(std::vector(fired, fired + s.firedCount), expectedFired);
      }
    }
  }
};

QTEST_APPLESS_MAIN(StepTest)
#include "Step_test.moc"
