// Evaluates a single operator with the reference interpreter, on values written by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle::testing {

struct Value {
  ConstantPtr data;  // null: an absent optional input
  std::optional<Quant> quant;
  bool constant = false;  // a constant of the graph, not an input; some operators require it
};

[[nodiscard]] Value f32(Shape shape, std::vector<float> values);
[[nodiscard]] Value s8(Shape shape, const std::vector<std::int64_t>& values, float scale,
                       std::int32_t zero_point);
[[nodiscard]] Value u8(Shape shape, const std::vector<std::int64_t>& values, float scale,
                       std::int32_t zero_point);
[[nodiscard]] Value s32(Shape shape, const std::vector<std::int64_t>& values);
[[nodiscard]] Value s64(Shape shape, const std::vector<std::int64_t>& values);

// Type and quantization of the operator's output. Where none is given, inference decides.
struct Output {
  DType type = DType::kF32;
  std::optional<Quant> quant;
};
[[nodiscard]] Output as_s8(float scale, std::int32_t zero_point);
[[nodiscard]] Output as_u8(float scale, std::int32_t zero_point);

// The graph that consists of that operator. Values that are not constants are the graph's inputs.
[[nodiscard]] Graph graph_of_op(const Op& op, const std::vector<Value>& inputs,
                                const std::optional<Output>& output = {});

[[nodiscard]] ConstantPtr evaluate_op(const Op& op, const std::vector<Value>& inputs,
                                      const std::optional<Output>& output = {});

[[nodiscard]] std::vector<float> floats_of(const ConstantPtr& value);

}  // namespace spindle::testing
