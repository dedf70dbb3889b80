#include "compiler/compile/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

// The bytes of a tensor, or the largest int64 if their number does not fit.
std::int64_t bytes_of(const Tensor& tensor) {
  auto bytes = static_cast<std::int64_t>(size_of(tensor.type));
  for (std::int64_t extent : tensor.shape) {
    if (extent > 0 && bytes > std::numeric_limits<std::int64_t>::max() / extent) {
      return std::numeric_limits<std::int64_t>::max();
    }
    bytes *= extent;
  }
  return bytes;
}

// Whether `what` is true for some value of a float constant; false for integers.
bool holds(const Constant& constant, bool (*what)(float)) {
  if (constant.type() != DType::kF32) return false;
  const auto values = constant.as<float>();
  return std::any_of(values.begin(), values.end(), what);
}

bool is_nan(float value) {
  return std::isnan(value);
}
bool is_infinite(float value) {
  return std::isinf(value);
}

// Whether the operator adds products. With infinite weights, its results would depend on which
// terms a kernel leaves out: infinity times zero (padding) is NaN, and so is the sum of plus and
// minus infinity.
bool adds_products(const Node& node) {
  return traits_of(node.op).accumulates == Accumulation::kOfProducts;
}

bool check_values(const Tensor& tensor, bool is_weight, const std::string& place,
                  Diagnostics& diagnostics) {
  const bool nan = holds(*tensor.constant, is_nan);
  if (!nan && !(is_weight && holds(*tensor.constant, is_infinite))) return true;
  Diagnostic& error =
      diagnostics.error("E0204", nan ? "a constant holds NaN" : "a weight is infinite", place);
  error.notes.push_back(
      fmt::format("'{}' is {} in the file, or became so when an operator was folded into it, such "
                  "as BatchNormalization with {} variance",
                  tensor.name, nan ? "NaN" : "infinite", nan ? "a negative" : "no"));
  error.helps.emplace_back("export the model again from weights that are finite numbers");
  return false;
}

constexpr const char* kSmaller =
    "export the model for a smaller input, or set its size with `--dim`";

void report_size(const Tensor& tensor, const std::string& place, const std::string& what,
                 const char* help, Diagnostics& diagnostics) {
  Diagnostic& error = diagnostics.error("E0203", what, place);
  error.notes.push_back(
      fmt::format("'{}' is {} {}", tensor.name, name_of(tensor.type), to_string(tensor.shape)));
  error.helps.emplace_back(help);
}

// Whether an input or output has any elements. Without them there would be nothing to pass.
bool check_elements(const Tensor& tensor, const std::string& place, Diagnostics& diagnostics) {
  if (tensor.elements() > 0) return true;
  report_size(tensor, place, "an input or output has no elements",
              "export the model without it, or set the size of its input with `--dim`",
              diagnostics);
  return false;
}

// Whether generated code can hold the tensor.
bool check_size(const Tensor& tensor, const std::string& place, Diagnostics& diagnostics) {
  if (bytes_of(tensor) > kMostTensorBytes) {
    report_size(tensor, place, "a tensor is larger than 2 GiB, the most that code can address",
                kSmaller, diagnostics);
    return false;
  }
  const bool image = tensor.shape.size() == 4 && tensor.shape[0] == 1;
  if (image && tensor.shape[1] > kMostImageRows) {
    report_size(
        tensor, place,
        fmt::format("an image has {} rows; the limit is {}", tensor.shape[1], kMostImageRows),
        kSmaller, diagnostics);
    return false;
  }
  return true;
}

}  // namespace

bool within_limits(const Graph& graph, Diagnostics& diagnostics) {
  if (graph.nodes.size() > kMostOperators) {
    diagnostics
        .error("E0205",
               fmt::format("the model has {} operators; the limit is {}", graph.nodes.size(),
                           kMostOperators),
               graph.name)
        .helps.emplace_back("split the model into several smaller ones");
    return false;
  }
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    const std::string place = fmt::format("{}: input '{}'", graph.name, graph.input_port(i).name);
    // If an input is too large, so are the tensors that are computed from it; one message is
    // enough.
    const Tensor& input = graph.tensor(graph.inputs[i]);
    if (!check_size(input, place, diagnostics)) return false;
    if (!check_elements(input, place, diagnostics)) return false;
  }
  bool good = true;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const std::string place = fmt::format("{}: output '{}'", graph.name, graph.output_port(i).name);
    const Tensor& output = graph.tensor(graph.outputs[i]);
    good = check_elements(output, place, diagnostics) && good;
    if (output.constant != nullptr) {
      good = check_values(output, false, place, diagnostics) && good;
    }
  }
  for (const Node& node : graph.nodes) {
    const std::string place = place_of(graph, node);
    good = check_size(graph.tensor(node.output()), place, diagnostics) && good;
    for (TensorId id : node.inputs) {
      if (!graph.is_constant(id)) continue;
      good = check_values(graph.tensor(id), adds_products(node), place, diagnostics) && good;
    }
  }
  return good;
}

}  // namespace spindle
