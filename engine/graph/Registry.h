#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/data/FileFormat.h"
#include "engine/graph/NodeType.h"

namespace spk {

/// All node types and file formats; filled in main, read-only afterwards.
class Registry {
 public:
  void add(NodeType type);  ///< a second one of the same id is a mistake (assert)
  void add(FileFormat format);
  const NodeType* nodeType(std::string_view id) const;
  const FileFormat* fileFormat(std::string_view id) const;
  /// Ports, parameters and columns of an item, those that every item has among them (name, muted,
  /// x, y …, after its own) and a Trace output for each column of a population; the only reader of
  /// NodeType::shape and describe. Empty for an unknown type.
  Shape describe(const Item& item) const;
  std::span<const NodeType> nodeTypes() const { return types_; }
  std::span<const FileFormat> fileFormats() const { return formats_; }

 private:
  std::vector<NodeType> types_;
  std::vector<FileFormat> formats_;
};

}  // namespace spk
