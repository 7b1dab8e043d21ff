// User equations: one instruction after the other, each over the whole block
// (engine/sim/Program.h). Only arithmetic: slots and inputs were counted when the program was made.
#include "engine/sim/Step.h"

namespace spk::neurons::equations::SPK_ISA {

using namespace spk::SPK_ISA;
using program::Code;

namespace {

/// Where a value lies: `step` doubles further for each lane group, 0 for a constant of all neurons.
struct Slot {
  double* at;
  std::size_t step;
};
SPK_INLINE Reals load(const double* at) { return *reinterpret_cast<const RawReals*>(at); }
SPK_INLINE void store(double* at, Reals x) { *reinterpret_cast<RawReals*>(at) = x.v; }
SPK_INLINE Reals truth(Mask m) { return select(m, Reals(1.0), Reals(0.0)); }

template <class F>
SPK_INLINE void each(std::uint32_t groups, const Slot& to, F f) {
  for (std::uint32_t i = 0; i < groups; ++i) store(to.at + i * kWidth, f(i));
}
template <class F>
SPK_INLINE void one(std::uint32_t groups, const Slot& to, const Slot& x, F f) {
  const double* a = x.at;
  for (std::uint32_t i = 0; i < groups; ++i, a += x.step) store(to.at + i * kWidth, f(load(a)));
}
// Two lane groups at a time halve the counting; arrays are padded to 64 values, so an odd last
// group may be followed by one that is nobody's.
template <class F>
SPK_INLINE void two(std::uint32_t groups, const Slot& to, const Slot& x, const Slot& y, F f) {
  const double *a = x.at, *b = y.at;
  for (std::uint32_t i = 0; i < groups; i += 2, a += 2 * x.step, b += 2 * y.step) {
    const Reals first = f(load(a), load(b)), second = f(load(a + x.step), load(b + y.step));
    store(to.at + i * kWidth, first);
    store(to.at + (i + 1) * kWidth, second);
  }
}
template <class F>
SPK_INLINE void three(std::uint32_t groups, const Slot& to, const Slot& x, const Slot& y,
                      const Slot& z, F f) {
  const double *a = x.at, *b = y.at, *c = z.at;
  for (std::uint32_t i = 0; i < groups; i += 2, a += 2 * x.step, b += 2 * y.step, c += 2 * z.step) {
    const Reals first = f(load(a), load(b), load(c));
    const Reals second = f(load(a + x.step), load(b + y.step), load(c + z.step));
    store(to.at + i * kWidth, first);
    store(to.at + (i + 1) * kWidth, second);
  }
}

/// `who` gives the mask of a lane group from two values; those that rest do not fire.
template <class F>
SPK_INLINE void fire(Step& s, std::uint32_t groups, const Slot& to, const Slot& x, const Slot& y,
                     const Slot& rest, F who) {
  const double *a = x.at, *b = y.at, *r = rest.at;
  for (std::uint32_t i = 0; i < groups; ++i, a += x.step, b += y.step, r += rest.step) {
    const Mask fires = who(load(a), load(b)) & !(load(r) > Reals(0.0));
    store(to.at + i * kWidth, truth(fires));
    s.fire(Lane{std::size_t{i} * kWidth, 0}, fires);
  }
}

/// Fills the table of slots: constants, columns, registers.
SPK_INLINE void lay(const Step& s, const std::uint32_t* header, double* registers, Slot* slots) {
  for (std::uint32_t i = 0; i < header[program::kConstants]; ++i)
    *slots++ = {const_cast<double*>(s.constant(i)), s.constantStride};
  for (std::uint32_t i = 0; i < header[program::kColumns]; ++i) *slots++ = {s.column(i), kWidth};
  for (std::uint32_t i = 0; i < header[program::kRegisters]; ++i)
    *slots++ = {registers + std::size_t{i} * kBlock, kWidth};
}

}  // namespace

void step(Step& s);
void step(Step& s) {
  alignas(64) double registers[std::size_t{program::kMostRegisters} * kBlock];
  Slot slots[program::kMostSlots];
  const std::uint32_t* const words = s.programAt;
  lay(s, words, registers, slots);
  const std::uint32_t groups = (s.count + kWidth - 1) / kWidth;
  const std::uint32_t* w = words + words[program::kCodeAt];
  const std::uint32_t* const end = words + words[program::kCodeEnd];
  while (w < end) {
    const Slot& to = slots[w[1]];
    const auto at = [&](int k) -> const Slot& { return slots[w[k]]; };
    switch (static_cast<Code>(w[0])) {
      case Code::LoadInput: {
        const Input input{s.input(w[2])};
        each(groups, to, [&](std::uint32_t i) { return input[Lane{std::size_t{i} * kWidth, 0}]; });
        w += 3;
        break;
      }
      case Code::Uniform: {
        const Uniforms drawn = s.uniform(w[2]);
        each(groups, to, [&](std::uint32_t i) { return drawn[Lane{std::size_t{i} * kWidth, 0}]; });
        w += 3;
        break;
      }
      case Code::Normal: {
        const Normals drawn = s.normal(w[2]);
        each(groups, to, [&](std::uint32_t i) { return drawn[Lane{std::size_t{i} * kWidth, 0}]; });
        w += 3;
        break;
      }
      case Code::Time: {
        const Reals now = static_cast<double>(s.step) * s.dt_ms;
        each(groups, to, [&](std::uint32_t) { return now; });
        w += 2;
        break;
      }
#define SPK_ONE(name, formula)                               \
  case Code::name:                                           \
    one(groups, to, at(2), [](Reals a) { return formula; }); \
    w += 3;                                                  \
    break;
        SPK_ONE(Copy, a)
        SPK_ONE(Negate, -a)
        SPK_ONE(Exp, exp(a))
        SPK_ONE(Log, log(a))
        SPK_ONE(Sqrt, sqrt(a))
        SPK_ONE(Abs, max(a, -a))
        SPK_ONE(Sin, sin(a))
        SPK_ONE(Cos, cos(a))
        SPK_ONE(Tanh, tanh(a))
        SPK_ONE(Exprel, exprel(a))
        SPK_ONE(CountDown, max(a - Reals(1.0), Reals(0.0)))
#undef SPK_ONE
#define SPK_TWO(name, formula)                                               \
  case Code::name:                                                           \
    two(groups, to, at(2), at(3), [](Reals a, Reals b) { return formula; }); \
    w += 4;                                                                  \
    break;
        SPK_TWO(Add, a + b)
        SPK_TWO(Subtract, a - b)
        SPK_TWO(Multiply, a * b)
        SPK_TWO(Divide, a / b)
        SPK_TWO(Min, min(a, b))
        SPK_TWO(Max, max(a, b))
        SPK_TWO(Pow, pow(a, b))
        SPK_TWO(Less, truth(a < b))
        SPK_TWO(LessEqual, truth(a <= b))
        SPK_TWO(Equal, truth(a == b))
#undef SPK_TWO
#define SPK_THREE(name, formula)                                                               \
  case Code::name:                                                                             \
    three(groups, to, at(2), at(3), at(4), [](Reals a, Reals b, Reals c) { return formula; }); \
    w += 5;                                                                                    \
    break;
        SPK_THREE(Select, select(a != Reals(0.0), b, c))
        SPK_THREE(SelectPositive, select(a > Reals(0.0), b, c))
        SPK_THREE(MultiplyAdd, a * b + c)
        SPK_THREE(MultiplySubtract, a * b - c)
        SPK_THREE(SubtractProduct, c - a * b)
#undef SPK_THREE
      case Code::Fire:
        fire(s, groups, to, at(2), at(2), at(3), [](Reals a, Reals) { return a != Reals(0.0); });
        w += 4;
        break;
      case Code::FireAbove:
        fire(s, groups, to, at(2), at(3), at(4), [](Reals a, Reals b) { return a > b; });
        w += 5;
        break;
      case Code::FireAtLeast:
        fire(s, groups, to, at(2), at(3), at(4), [](Reals a, Reals b) { return a >= b; });
        w += 5;
        break;
      case Code::SkipUnlessFired: w += s.firedCount ? 2 : 2 + w[1]; break;
    }
  }
}

}  // namespace spk::neurons::equations::SPK_ISA
