// Typed access to a node's attributes. Every getter returns the default when the attribute is
// absent and throws an ImportFailure (E0103) when it has another type or leaves its range.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/file/onnx_proto.h"

namespace spindle::frontend {

// The largest magnitude accepted for windows, strides, pads and axes; no real model has larger
// ones.
constexpr std::int64_t kAttributeLimit = std::int64_t{1} << 20;

class Attributes {
 public:
  // Refuses an attribute that is given twice.
  explicit Attributes(const onnx::NodeProto& node);

  [[nodiscard]] bool has(std::string_view name);
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise,
                                     std::int64_t least = -kAttributeLimit,
                                     std::int64_t most = kAttributeLimit);
  [[nodiscard]] bool flag(std::string_view name, bool otherwise);
  [[nodiscard]] float real(std::string_view name, float otherwise);  // E0103 for NaN
  [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise);
  // Any 64-bit values; nullopt when absent.
  [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(std::string_view name);
  // Exactly `count` values within [least, kAttributeLimit]; `otherwise` when absent.
  [[nodiscard]] std::vector<int> sizes(std::string_view name, std::size_t count, int otherwise,
                                       std::int64_t least);
  [[nodiscard]] std::optional<std::vector<float>> reals(std::string_view name);
  [[nodiscard]] const onnx::TensorProto* tensor(std::string_view name);  // nullptr when absent
  [[nodiscard]] const onnx::GraphProto* graph(std::string_view name);    // nullptr when absent

  // Counts these attributes as read, because they do not change what inference computes.
  void ignore(std::initializer_list<std::string_view> names);

  // The name of an attribute that no getter was asked for, if there is one. The converter does not
  // know it, so the node may mean something else than what was built.
  [[nodiscard]] std::optional<std::string> unread() const;

 private:
  const onnx::AttributeProto* find(std::string_view name, onnx::AttributeProto::AttributeType type,
                                   std::string_view kind);

  const onnx::NodeProto* node_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace spindle::frontend
