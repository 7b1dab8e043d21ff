#include "plugins/neurons/EquationCode.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "engine/sim/Program.h"

namespace spk::neurons {
namespace {

using Node = Formula::Node;
using Op = Formula::Op;
using program::Code;
using Words = std::vector<std::uint32_t>;

constexpr Node kNone = Formula::kNone;

/// An instruction before its values have places. `number` follows the operands.
struct Instruction {
  Code code = Code::Copy;
  Node to = kNone;
  std::vector<Node> from = {};
  int number = -1;
  int column = -1;  // Copy: where to
};

Code codeOf(Op op) {
  switch (op) {
    case Op::Input:
    case Op::Weight: return Code::LoadInput;
    case Op::Uniform: return Code::Uniform;
    case Op::Normal: return Code::Normal;
    case Op::Time: return Code::Time;
    case Op::Negate: return Code::Negate;
    case Op::Exp: return Code::Exp;
    case Op::Log: return Code::Log;
    case Op::Sqrt: return Code::Sqrt;
    case Op::Abs: return Code::Abs;
    case Op::Sin: return Code::Sin;
    case Op::Cos: return Code::Cos;
    case Op::Tanh: return Code::Tanh;
    case Op::Exprel: return Code::Exprel;
    case Op::Add: return Code::Add;
    case Op::Subtract: return Code::Subtract;
    case Op::Multiply: return Code::Multiply;
    case Op::Divide: return Code::Divide;
    case Op::Min: return Code::Min;
    case Op::Max: return Code::Max;
    case Op::Pow: return Code::Pow;
    case Op::Less: return Code::Less;
    case Op::LessEqual: return Code::LessEqual;
    case Op::Equal: return Code::Equal;
    default: return Code::Select;
  }
}

/// Chooses the instructions of a step, in order: values before the reset, who fires, the rest; then
/// what happens to those that fire.
class Selection {
 public:
  explicit Selection(const EquationStep& step) : s_(step), f_(step.formula) {
    countUses();
    const bool fires = s_.threshold != kNone;
    if (fires) {
      fire();
      emit(fired_.from);
      list_.push_back(fired_);
    }
    emit(s_.before);
    copies(s_.before, [this](std::size_t i) { return leafOf(i); });
    if (!fires) return;
    skip_ = list_.size();
    list_.push_back({Code::SkipUnlessFired});
    emit(s_.after);
    copies(s_.after, [this](std::size_t i) { return s_.before[i]; });
  }

  const std::vector<Instruction>& list() const { return list_; }
  std::size_t skip() const { return skip_; }  ///< where the second part begins; 0: nowhere

 private:
  bool isPlace(Node node) const {  // lies somewhere without an instruction
    const Op op = f_[node].op;
    return f_.isConstant(node) || op == Op::State || op == Op::Fired;
  }
  Node leafOf(std::size_t column) const {
    for (const Node node : all_)
      if (f_[node].op == Op::State && f_[node].index() == static_cast<int>(column)) return node;
    return kNone;
  }

  void countUses() {
    std::vector<Node> roots = s_.before;
    roots.insert(roots.end(), s_.after.begin(), s_.after.end());
    roots.push_back(s_.threshold);
    roots.push_back(s_.rest);
    all_ = f_.reachable(roots);
    for (const Node root : roots) ++uses_[root];
    for (const Node node : all_)
      for (const Node part : {f_[node].a, f_[node].b, f_[node].c}) ++uses_[part];
  }

  /// The comparison of the threshold is made where the spikes are.
  void fire() {
    const Formula::Term& t = f_[s_.threshold];
    const bool above = t.op == Op::Less, atLeast = t.op == Op::LessEqual;
    fired_.code = above ? Code::FireAbove : atLeast ? Code::FireAtLeast : Code::Fire;
    fired_.to = firedLeaf();
    fired_.from = above || atLeast ? std::vector{t.b, t.a} : std::vector{s_.threshold};
    fired_.from.push_back(s_.rest);
  }
  Node firedLeaf() const {
    for (const Node node : all_)
      if (f_[node].op == Op::Fired) return node;
    return kNone;
  }

  bool isOneUse(Node node, Op op) const {
    return f_[node].op == op && uses_.at(node) == 1 && !isPlace(node);
  }

  Instruction form(Node node) const {
    const Formula::Term& t = f_[node];
    Instruction made{codeOf(t.op), node};
    const int operands = Formula::operands(t.op);
    if (operands == 0) {
      made.number = t.op == Op::Weight ? t.index() + static_cast<int>(s_.firstPort) : t.index();
      if (t.op == Op::Time) made.number = -1;
      return made;
    }
    const auto fused = [&](Code code, Node a, Node b, Node c) {
      return Instruction{code, node, {a, b, c}};
    };
    if (t.op == Op::Add && isOneUse(t.a, Op::Multiply))
      return fused(Code::MultiplyAdd, f_[t.a].a, f_[t.a].b, t.b);
    if (t.op == Op::Add && isOneUse(t.b, Op::Multiply))
      return fused(Code::MultiplyAdd, f_[t.b].a, f_[t.b].b, t.a);
    if (t.op == Op::Subtract && isOneUse(t.a, Op::Multiply))
      return fused(Code::MultiplySubtract, f_[t.a].a, f_[t.a].b, t.b);
    if (t.op == Op::Subtract && isOneUse(t.b, Op::Multiply))
      return fused(Code::SubtractProduct, f_[t.b].a, f_[t.b].b, t.a);
    if (t.op == Op::Select && f_[t.a].op == Op::Less && f_.isLiteral(f_[t.a].a, 0))
      return fused(Code::SelectPositive, f_[t.a].b, t.b, t.c);
    if (t.op == Op::Max && f_.isLiteral(t.b, 0) && isOneUse(t.a, Op::Subtract) &&
        f_.isLiteral(f_[t.a].b, 1))
      return {Code::CountDown, node, {f_[t.a].a}};
    const Node parts[] = {t.a, t.b, t.c};
    made.from.assign(parts, parts + operands);
    return made;
  }

  /// Everything that `roots` need and that is not there yet, in order.
  void emit(const std::vector<Node>& roots) {
    std::map<Node, Instruction> wanted;
    std::set<Node, std::greater<>> open;
    const auto want = [&](Node node) {
      if (node != kNone && !isPlace(node) && !done_.contains(node)) open.insert(node);
    };
    for (const Node root : roots) want(root);
    while (!open.empty()) {
      const Node node = *open.begin();
      open.erase(open.begin());
      const Instruction made = form(node);
      for (const Node part : made.from) want(part);
      wanted.emplace(node, made);
    }
    for (auto& [node, made] : wanted) {
      list_.push_back(std::move(made));
      done_.insert(node);
    }
  }

  template <class Held>
  void copies(const std::vector<Node>& to, Held held) {
    for (std::size_t i = 0; i < to.size(); ++i)
      if (to[i] != held(i)) list_.push_back({Code::Copy, kNone, {to[i]}, -1, static_cast<int>(i)});
  }

  const EquationStep& s_;
  const Formula& f_;
  std::vector<Node> all_;
  std::map<Node, int> uses_;
  std::set<Node> done_;
  Instruction fired_;
  std::vector<Instruction> list_;
  std::size_t skip_ = 0;
};

/// Gives every value its slot: constants in order of use, columns (a value that ends up there is
/// computed there, once the old one is no longer read), registers, used again and again.
class Places {
 public:
  Places(const EquationStep& step, const Selection& selection)
      : s_(step), f_(step.formula), list_(selection.list()), skip_(selection.skip()) {}

  Words code() {
    for (std::size_t k = 0; k < list_.size(); ++k)
      for (const Node node : list_[k].from) {
        if (node == kNone || f_.isConstant(node)) (void)constant(node);
        last_[node] = k;
      }
    for (std::size_t i = 0; i < s_.before.size(); ++i) content_.push_back(kNone);
    for (const auto& [node, use] : last_)
      if (node != kNone && f_[node].op == Op::State)
        content_[index(f_[node].index())] = node, place_[node] = column(index(f_[node].index()));
    target_ = &s_.before;
    for (now_ = 0; now_ < list_.size(); ++now_) one(list_[now_]);
    if (skip_) words_[skipWord_] = static_cast<std::uint32_t>(words_.size() - skipWord_ - 1);
    return std::move(words_);
  }
  const std::vector<Node>& constants() const { return constants_; }
  std::uint32_t registers() const { return registers_; }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  // Slots are counted from the columns on until the number of constants is known: here it is, as
  // code() gathers them first.
  std::uint32_t column(std::size_t i) const {
    return static_cast<std::uint32_t>(constants_.size() + i);
  }
  std::uint32_t constant(Node node) {
    const auto [found, isNew] =
        constantSlots_.emplace(node, static_cast<std::uint32_t>(constants_.size()));
    if (isNew) constants_.push_back(node);
    return found->second;
  }
  std::uint32_t slot(Node node) {
    if (node == kNone || f_.isConstant(node)) return constant(node);
    return place_.at(node);
  }
  bool isRead(Node node, std::size_t from) const {
    const auto found = last_.find(node);
    return found != last_.end() && found->second >= from;
  }

  std::uint32_t newRegister() {
    if (!free_.empty()) {
      const std::uint32_t lowest = *free_.begin();
      free_.erase(free_.begin());
      return lowest;
    }
    return column(s_.before.size()) + registers_++;
  }
  void release(Node node) {
    const auto found = place_.find(node);
    if (found == place_.end() || found->second < column(s_.before.size())) return;
    if (last_.at(node) == now_) free_.insert(found->second), place_.erase(found);
  }

  void put(std::uint32_t word) { words_.push_back(word); }
  void put(Code code) { put(static_cast<std::uint32_t>(code)); }

  void one(const Instruction& made) {
    if (made.code == Code::SkipUnlessFired) {
      put(made.code);
      skipWord_ = words_.size();
      put(0u);
      target_ = &s_.after;
      return;
    }
    if (made.column >= 0) return copy(made);
    std::vector<std::uint32_t> slots;
    for (const Node node : made.from) slots.push_back(slot(node));
    for (const Node node : made.from)
      if (node != kNone) release(node);
    const std::uint32_t to = destination(made.to);
    put(made.code);
    put(to);
    for (const std::uint32_t from : slots) put(from);
    if (made.number >= 0) put(static_cast<std::uint32_t>(made.number));
  }

  /// Into the column where it belongs, if nobody reads the old value any more.
  std::uint32_t destination(Node node) {
    for (std::size_t i = 0; i < target_->size(); ++i)
      if ((*target_)[i] == node && content_[i] != node && !isRead(content_[i], now_ + 1)) {
        content_[i] = node;
        return place_[node] = column(i);
      }
    const std::uint32_t to = newRegister();
    if (node == kNone) {  // who fires, where nobody asks
      free_.insert(to);
      return to;
    }
    return place_[node] = to;
  }

  void copy(const Instruction& made) {
    const auto i = index(made.column);
    const Node node = made.from[0], old = content_[i];
    if (old != node) {
      if (isRead(old, now_ + 1) && place_.contains(old) && place_.at(old) == column(i)) {
        const std::uint32_t aside = newRegister();  // another copy wants it
        put(Code::Copy), put(aside), put(column(i));
        place_[old] = aside;
      }
      put(Code::Copy), put(column(i)), put(slot(node));
      content_[i] = node;
    }
    release(node);
  }

  const EquationStep& s_;
  const Formula& f_;
  const std::vector<Instruction>& list_;
  std::size_t skip_ = 0, now_ = 0, skipWord_ = 0;
  std::map<Node, std::size_t> last_;
  std::map<Node, std::uint32_t> place_, constantSlots_;
  std::vector<Node> constants_, content_;
  const std::vector<Node>* target_ = nullptr;
  std::set<std::uint32_t> free_;
  std::uint32_t registers_ = 0;
  Words words_;
};

/// The part that prepare reads: terms of constants in order, the linear systems between those that
/// they are made of and those that use their solution.
class SetupWriter {
 public:
  SetupWriter(const EquationStep& step, const std::vector<Node>& outputs)
      : s_(step), f_(step.formula), outputs_(outputs) {}

  Words words() {
    std::vector<Node> roots = outputs_;
    for (const auto& system : s_.systems)
      for (const auto& entry : system.entries) roots.push_back(entry.value);
    std::erase(roots, kNone);
    const std::vector<Node> all = f_.reachable(roots);
    std::set<Node> late;
    for (const Node node : all) {
      const Formula::Term& t = f_[node];
      if (t.op == Op::Solved || late.contains(t.a) || late.contains(t.b) || late.contains(t.c))
        late.insert(node);
    }
    for (const Node node : all)
      if (!late.contains(node)) term(node);
    for (const auto& system : s_.systems) solve(system);
    for (const Node node : all)
      if (late.contains(node)) term(node);
    put(static_cast<std::uint32_t>(Setup::Outputs));
    for (const Node node : outputs_) put(node == kNone ? ~0u : values_.at(node));
    return std::move(words_);
  }

 private:
  void put(std::uint32_t word) { words_.push_back(word); }

  void term(Node node) {
    const Formula::Term& t = f_[node];
    put(static_cast<std::uint32_t>(t.op));
    if (t.op == Op::Literal) {
      const auto bits = std::bit_cast<std::uint64_t>(t.value);
      put(static_cast<std::uint32_t>(bits));
      put(static_cast<std::uint32_t>(bits >> 32));
    } else if (t.op == Op::Parameter || t.op == Op::Solved) {
      put(static_cast<std::uint32_t>(t.index()));
    }
    for (const Node part : {t.a, t.b, t.c})
      if (part != kNone) put(values_.at(part));
    values_.emplace(node, static_cast<std::uint32_t>(values_.size()));
  }

  void solve(const EquationStep::Linear& system) {
    put(static_cast<std::uint32_t>(Setup::Solve));
    put(static_cast<std::uint32_t>(system.size));
    put(static_cast<std::uint32_t>(system.entries.size()));
    for (const auto& entry : system.entries) {
      put(static_cast<std::uint32_t>(entry.row));
      put(static_cast<std::uint32_t>(entry.column));
      put(values_.at(entry.value));
    }
    put(static_cast<std::uint32_t>(system.wanted.size()));
    for (const auto& wanted : system.wanted) {
      put(static_cast<std::uint32_t>(wanted.row));
      put(static_cast<std::uint32_t>(wanted.column));
      put(static_cast<std::uint32_t>(wanted.solved));
    }
  }

  const EquationStep& s_;
  const Formula& f_;
  const std::vector<Node>& outputs_;
  std::map<Node, std::uint32_t> values_;
  Words words_;
};

}  // namespace

Result<EquationCode> encode(const EquationStep& step) {
  const Selection selection(step);
  Places places(step, selection);
  const Words code = places.code();
  const Words setup = SetupWriter(step, places.constants()).words();
  const std::size_t slots = places.constants().size() + step.before.size() + places.registers();
  const std::size_t size = program::kHeaderSize + setup.size() + code.size();
  if (places.registers() > program::kMostRegisters || slots > program::kMostSlots ||
      size > program::kMostWords)
    return Error{"are too long: a step needs " + std::to_string(places.registers()) +
                     " values at once and " + std::to_string(size) +
                     " words; 96 and 60000 are "
                     "possible",
                 "equations"};
  Words all(program::kHeaderSize);
  all[program::kConstants] = static_cast<std::uint32_t>(places.constants().size());
  all[program::kColumns] = static_cast<std::uint32_t>(step.before.size());
  all[program::kRegisters] = places.registers();
  all[program::kSetup] = program::kHeaderSize;
  all[program::kCodeAt] = static_cast<std::uint32_t>(program::kHeaderSize + setup.size());
  all[program::kCodeEnd] = static_cast<std::uint32_t>(size);
  all.insert(all.end(), setup.begin(), setup.end());
  all.insert(all.end(), code.begin(), code.end());
  return EquationCode{std::move(all), places.constants()};
}

}  // namespace spk::neurons
