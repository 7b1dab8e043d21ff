#include "plugins/neurons/EquationStep.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace spk::neurons {
namespace {

using Node = Formula::Node;
using Op = Formula::Op;
using Method = Equations::Method;

class StepMaker {
 public:
  explicit StepMaker(const Equations& equations) : e_(equations), f_(s_.formula) {
    f_ = e_.formula;
    count_ = static_cast<int>(e_.variables.size());
    dt_ = f_.leaf(Op::StepWidth);
    for (int i = 0; i < count_; ++i) now_.push_back(f_.leaf(Op::State, i));
    s_.firstPort = static_cast<std::uint32_t>(e_.inputs.size());
    if (!e_.isRefractory()) return;
    s_.rest = f_.leaf(Op::State, count_);
    resting_ = f_.make(Op::Less, f_.literal(0), s_.rest);
  }

  EquationStep make() && {
    switch (e_.method) {
      case Method::Exact: exact(); break;
      case Method::ExponentialEuler: exponentialEuler(); break;
      case Method::Rk4: rungeKutta4(); break;
      case Method::Rk2: rungeKutta2(); break;
      case Method::Euler: next_ = moved(now_, slopes(now_, f_.literal(0)), dt_); break;
    }
    for (int i = 0; i < count_; ++i) next_[at(i)] = held(i, next_[at(i)]);
    arrivals();
    if (e_.threshold != Formula::kNone) s_.threshold = current(e_.threshold);
    s_.before = next_;
    for (const Equations::Statement& one : e_.reset) next_[at(one.variable)] = current(one.value);
    const Node fired = f_.leaf(Op::Fired);
    for (int i = 0; i < count_; ++i)
      s_.after.push_back(f_.select(fired, next_[at(i)], s_.before[at(i)]));
    if (e_.isRefractory()) countRest(fired);
    return std::move(s_);
  }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  bool isFrozen(int i) const { return e_.variables[at(i)].frozen && resting_ != Formula::kNone; }
  Node derivative(int i) const { return e_.variables[at(i)].derivative; }
  /// A frozen variable's value while it rests, else `value`.
  Node held(int i, Node value) {
    return isFrozen(i) ? f_.select(resting_, now_[at(i)], value) : value;
  }

  // --- methods ---

  std::vector<Node> slopes(const std::vector<Node>& x, Node later) {
    std::vector<Node> all;
    for (int i = 0; i < count_; ++i)
      all.push_back(f_.replaced(derivative(i), [&](const Formula::Term& leaf) {
        if (leaf.op == Op::State) return x[at(leaf.index())];
        return leaf.op == Op::Time ? f_.add(f_.leaf(Op::Time), later) : Formula::kNone;
      }));
    return all;
  }
  std::vector<Node> moved(const std::vector<Node>& x, const std::vector<Node>& slope, Node by) {
    std::vector<Node> all;
    for (int i = 0; i < count_; ++i)
      all.push_back(held(i, f_.add(x[at(i)], f_.multiply(by, slope[at(i)]))));
    return all;
  }
  Node share(double of) { return f_.multiply(f_.literal(of), dt_); }

  void rungeKutta2() {
    const auto k = slopes(now_, f_.literal(0));
    next_ = moved(now_, slopes(moved(now_, k, share(0.5)), share(0.5)), dt_);
  }
  void rungeKutta4() {
    const Node half = share(0.5);
    const auto k1 = slopes(now_, f_.literal(0));
    const auto k2 = slopes(moved(now_, k1, half), half);
    const auto k3 = slopes(moved(now_, k2, half), half);
    const auto k4 = slopes(moved(now_, k3, dt_), dt_);
    std::vector<Node> sum;
    for (int i = 0; i < count_; ++i)
      sum.push_back(f_.add(f_.add(k1[at(i)], k4[at(i)]),
                           f_.multiply(f_.literal(2), f_.add(k2[at(i)], k3[at(i)]))));
    next_ = moved(now_, sum, f_.divide(dt_, f_.literal(6)));
  }

  /// x' = x + (a x + b) dt exprel(a dt), a and b as at the beginning of the step.
  void exponentialEuler() {
    for (int i = 0; i < count_; ++i) {
      const auto sum = f_.affine(derivative(i), Formula::States{1} << i);
      const auto own = sum->coefficients.find(i);
      const Node a = own == sum->coefficients.end() ? f_.literal(0) : own->second;
      const Node turn = f_.multiply(a, dt_), gain = f_.multiply(dt_, f_.make(Op::Exprel, turn));
      next_.push_back(f_.isConstant(a) ? f_.add(f_.multiply(f_.make(Op::Exp, turn), now_[at(i)]),
                                                f_.multiply(gain, sum->rest))
                                       : f_.add(now_[at(i)], f_.multiply(gain, derivative(i))));
    }
  }

  /// A sum of constants times what is held over a step, and a constant.
  struct Forcing {
    std::map<Node, Node> coefficients;  // by what is held
    Node constant;
  };
  Forcing forcingOf(Node node) {
    Forcing made{{}, f_.literal(0)};
    std::map<Node, Node, std::greater<>> open{{node, f_.literal(1)}};
    const auto push = [&](Node part, Node k) {
      const auto [found, isNew] = open.emplace(part, k);
      if (!isNew) found->second = f_.add(found->second, k);
    };
    while (!open.empty()) {  // the latest first: all that leads to a term has then been seen
      const auto [n, k] = *open.begin();
      open.erase(open.begin());
      const Formula::Term term = f_[n];
      if (f_.isConstant(n)) {
        made.constant = f_.add(made.constant, f_.multiply(k, n));
      } else if (term.op == Op::Add || term.op == Op::Subtract) {
        push(term.a, k);
        push(term.b, term.op == Op::Add ? k : f_.make(Op::Negate, k));
      } else if (term.op == Op::Negate) {
        push(term.a, f_.make(Op::Negate, k));
      } else if (term.op == Op::Multiply && f_.isConstant(term.a)) {
        push(term.b, f_.multiply(k, term.a));
      } else {
        made.coefficients[n] = k;
      }
    }
    return made;
  }

  void exact() {
    std::vector<std::map<int, Node>> A(at(count_));
    std::vector<Forcing> forcings;
    std::map<Node, int> columns;  // of what is held
    for (int i = 0; i < count_; ++i) {
      auto sum = f_.affine(derivative(i), ~Formula::States{0});
      A[at(i)] = std::move(sum->coefficients);
      forcings.push_back(forcingOf(sum->rest));
      for (const auto& [node, k] : forcings.back().coefficients) columns.emplace(node, 0);
    }
    int column = count_;
    for (auto& [node, number] : columns) number = column++;
    const auto free = rows(A, forcings, columns, false);
    next_ = free;
    bool frozen = false;
    for (int i = 0; i < count_; ++i) frozen |= isFrozen(i);
    if (!frozen) return;
    // What depends on a frozen variable moves otherwise while that one stands still.
    const auto reach = reachOf(A);
    std::vector<char> bound(at(count_));
    for (int i = 0; i < count_; ++i)
      for (int j = 0; j < count_; ++j)
        bound[at(i)] |= !isFrozen(i) && isFrozen(j) && reach[at(i)][at(j)];
    if (std::ranges::find(bound, char{1}) == bound.end()) return;
    const auto resting = rows(A, forcings, columns, true);
    for (int i = 0; i < count_; ++i)
      if (bound[at(i)]) next_[at(i)] = f_.select(resting_, resting[at(i)], free[at(i)]);
  }

  /// Whether variable j (or itself) acts on variable i: [i][j].
  std::vector<std::vector<char>> reachOf(const std::vector<std::map<int, Node>>& A) const {
    std::vector<std::vector<char>> reach(at(count_), std::vector<char>(at(count_)));
    for (int i = 0; i < count_; ++i) {
      reach[at(i)][at(i)] = 1;
      for (const auto& [j, k] : A[at(i)]) reach[at(i)][at(j)] = 1;
    }
    for (int k = 0; k < count_; ++k)
      for (int i = 0; i < count_; ++i)
        for (int j = 0; j < count_; ++j)
          reach[at(i)][at(j)] |= reach[at(i)][at(k)] & reach[at(k)][at(j)];
    return reach;
  }

  std::vector<Node> rows(std::vector<std::map<int, Node>> A, std::vector<Forcing> forcings,
                         const std::map<Node, int>& columns, bool resting) {
    EquationStep::Linear system;
    const int constant = count_ + static_cast<int>(columns.size());
    system.size = constant + 1;
    for (int i = 0; i < count_; ++i) {
      if (resting && isFrozen(i)) A[at(i)] = {}, forcings[at(i)] = {{}, f_.literal(0)};
      for (const auto& [j, k] : A[at(i)]) system.entries.push_back({i, j, k});
      for (const auto& [node, k] : forcings[at(i)].coefficients)
        system.entries.push_back({i, columns.at(node), k});
      if (!f_.isLiteral(forcings[at(i)].constant, 0))
        system.entries.push_back({i, constant, forcings[at(i)].constant});
    }
    const auto reach = reachOf(A);
    const auto acts = [&](int i, int column) {  // a forcing, on i or on who acts on i
      for (const auto& entry : system.entries)
        if (entry.column == column && reach[at(i)][at(entry.row)]) return true;
      return false;
    };
    std::vector<Node> all;
    const auto solved = [&](int row, int column) {
      system.wanted.push_back({row, column, solved_});
      return f_.leaf(Op::Solved, solved_++);
    };
    for (int i = 0; i < count_; ++i) {
      Node sum = A[at(i)].empty() ? now_[at(i)] : f_.multiply(solved(i, i), now_[at(i)]);
      if (acts(i, constant)) sum = f_.add(sum, solved(i, constant));
      for (const auto& [node, column] : columns)
        if (acts(i, column)) sum = f_.add(sum, f_.multiply(solved(i, column), node));
      for (int j = 0; j < count_; ++j)
        if (j != i && reach[at(i)][at(j)])
          sum = f_.add(sum, f_.multiply(solved(i, j), now_[at(j)]));
      all.push_back(sum);
    }
    s_.systems.push_back(std::move(system));
    return all;
  }

  // --- what comes after the integration ---

  /// A formula of the text with the variables as they stand now, at the end of the step.
  Node current(Node node) {
    return f_.replaced(node, [&](const Formula::Term& leaf) {
      if (leaf.op == Op::State) return next_[at(leaf.index())];
      return leaf.op == Op::Time ? f_.add(f_.leaf(Op::Time), dt_) : Formula::kNone;
    });
  }

  void arrivals() {
    for (std::size_t port = 0; port < e_.ports.size(); ++port) {
      const Node weight = f_.leaf(Op::Weight, static_cast<int>(port));
      const Node silent = f_.make(Op::Equal, weight, f_.literal(0));
      for (const Equations::Statement& one : e_.ports[port].statements) {
        const Node old = next_[at(one.variable)];
        Node value = current(one.value);
        if (!one.always) value = f_.select(silent, old, value);
        if (isFrozen(one.variable))
          value = f_.select(resting_, old, f_.assumed(value, resting_, false));
        next_[at(one.variable)] = value;
      }
    }
  }

  void countRest(Node fired) {
    Node before, start;
    if (e_.refractoryTime != Formula::kNone) {
      before = f_.make(Op::Max, f_.subtract(s_.rest, f_.literal(1)), f_.literal(0));
      start = f_.make(Op::Round, f_.divide(e_.refractoryTime, dt_));
    } else {
      const std::vector<Node> reset = std::exchange(next_, s_.before);
      before = f_.multiply(resting_, current(e_.refractoryWhile));
      start = f_.literal(1);
    }
    s_.before.push_back(before);
    s_.after.push_back(f_.select(fired, start, before));
  }

  const Equations& e_;
  EquationStep s_;
  Formula& f_;
  int count_ = 0, solved_ = 0;
  Node dt_ = Formula::kNone, resting_ = Formula::kNone;
  std::vector<Node> now_, next_;
};

}  // namespace

EquationStep stepOf(const Equations& equations) { return StepMaker(equations).make(); }

}  // namespace spk::neurons
