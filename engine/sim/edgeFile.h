#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/Result.h"
#include "engine/graph/ConnectRule.h"

namespace spk {

/// Synapses as a file lists them. Weights and delays [ms] have one value for each, or none.
struct EdgeList {
  std::vector<Pair> pairs;
  std::vector<double> weights, delays;
};

/// What else of a file is read.
struct EdgeOptions {
  std::string name;             ///< which edges (SONATA) or dataset; empty: the only one
  bool rowsAreTargets = false;  ///< of a matrix
  bool weights = false, delays = false;
};

/// Reads who is joined to whom from
///  - text, a line for each synapse: source, target and, if asked for, weight and delay, parted by
///    commas, semicolons or blanks; # begins a comment; a first line of words names the columns;
///  - the edges of SONATA: /edges/NAME with source_node_id, target_node_id, and syn_weight and
///  delay
///    in its groups;
///  - a matrix in HDF5 [source × target]: what is not 0 is a synapse of that weight.
/// Error names file, line or dataset.
Result<EdgeList> readEdges(const std::filesystem::path& path, const EdgeOptions& options);

}  // namespace spk
