#pragma once
#include <string_view>

#include "engine/base/Item.h"
#include "engine/graph/NodeType.h"

namespace spk {

/// One neuron's (or synapse's, or source's) parameters as numbers in the coherent unit set
/// (mV ms pA nS pF GΩ kHz): what is written in the item, else the description's initial value.
/// Hz and MΩ are converted here. Names that the description lacks are a mistake of the plug-in
/// (assert), found by the contract tests.
class Given {
 public:
  Given(const Shape& shape, const Values& values) : shape_(shape), values_(values) {}
  /// A distribution or list gives its `index`-th value, drawn by `key` and held inside the
  /// parameter's range; see setNeuron. NaN for what is no number: check() refuses it before a run.
  double operator()(std::string_view parameter) const;
  std::string_view text(std::string_view parameter) const;  ///< Choice, Text
  bool on(std::string_view parameter) const;                ///< Switch
  void setNeuron(std::uint32_t index, RandomKey key) { index_ = index, key_ = key; }

 private:
  const Shape& shape_;
  const Values& values_;
  std::uint32_t index_ = 0;
  RandomKey key_ = {};
};

}  // namespace spk
