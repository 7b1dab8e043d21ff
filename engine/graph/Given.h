#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Item.h"
#include "engine/graph/Distribution.h"
#include "engine/graph/NodeType.h"

namespace spk {

/// One neuron's (or synapse's, or source's) parameters as numbers in the coherent unit set
/// (mV ms pA nS pF GΩ kHz): what is written in the item, else the description's initial value.
/// Hz and MΩ are converted here. Names that the description lacks are a mistake of the plug-in
/// (assert), found by the contract tests. Each parameter is read once: shape and values must
/// outlive this object and not change meanwhile. One thread.
class Given {
 public:
  Given(const Shape& shape, const Values& values) : shape_(shape), values_(values) {}
  /// A distribution or list gives its `index`-th value, drawn by `key` and held inside the
  /// parameter's range; see setNeuron. NaN for what is no number: check() refuses it before a run.
  double operator()(std::string_view parameter) const;
  std::string_view text(std::string_view parameter) const;  ///< Choice, Text
  bool on(std::string_view parameter) const;                ///< Switch
  void setNeuron(std::uint32_t index, RandomKey key) { index_ = index, key_ = key; }
  /// What NodeType::compile made of the item, so that prepare need not do it for each neuron; empty
  /// where nobody compiled. Must outlive this object.
  void setProgram(std::span<const std::uint32_t> program) { program_ = program; }
  std::span<const std::uint32_t> program() const { return program_; }
  const Shape& shape() const { return shape_; }

 private:
  /// One parameter as far as it does not depend on the neuron.
  struct Known {
    std::string name;
    Distribution value;
    double factor = 1, min = 0, max = 0;
    std::uint64_t stream = 0;  // of its draws: two parameters are never drawn alike
    bool isNumber = false, overridden = false;
  };
  const Known& known(std::string_view parameter) const;

  const Shape& shape_;
  const Values& values_;
  std::uint32_t index_ = 0;
  RandomKey key_ = {};
  std::span<const std::uint32_t> program_ = {};
  mutable std::vector<Known> known_;
};

}  // namespace spk
