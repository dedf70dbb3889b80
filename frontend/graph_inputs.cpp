#include "frontend/graph_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_set>

#include "frontend/element_count.h"

namespace spindle::frontend {
namespace {

[[noreturn]] void unusable(std::string message, std::vector<std::string> helps = {}) {
  throw ImportFailure{"E0107", std::move(message), {}, std::move(helps)};
}

std::int64_t extent_of(const onnx::TensorShapeProto::Dimension& dim, int index,
                       const ImportOptions& options) {
  std::int64_t extent = 0;
  if (dim.has_dim_value()) extent = dim.dim_value();
  if (const auto given = options.dims.find(dim.dim_param());
      dim.has_dim_param() && given != options.dims.end()) {
    extent = given->second;
    if (extent < 1) unusable(fmt::format("dimension '{}' is given as {}", given->first, extent));
  }
  // Exporters write 0 or -1, too, for what they do not know.
  if (extent < 1 && index == 0) return 1;
  if (extent < 1) {
    const std::string name = printable(dim.dim_param());
    if (name.empty()) unusable(fmt::format("dimension {} of the input has no value", index));
    unusable(fmt::format("dimension {} of the input is '{}', which has no value", index, name),
             {fmt::format("pass `--dim {}=VALUE`", name)});
  }
  if (extent > std::numeric_limits<std::int32_t>::max()) {
    unusable(fmt::format("dimension {} of the input is {}, which is too large", index, extent));
  }
  return extent;
}

Tensor tensor_of(const onnx::ValueInfoProto& input, const ImportOptions& options,
                 ImportContext& context) {
  if (!input.type().has_tensor_type()) unusable("the input is not a tensor");
  const auto& type = input.type().tensor_type();
  const auto held = held_as(type.elem_type());
  if (!held) {
    unusable(fmt::format("the input's element type '{}' is not supported",
                         name_of_element(type.elem_type())));
  }
  context.other_floats = context.other_floats || is_other_float(type.elem_type());
  if (!type.has_shape()) unusable("the input has no shape");
  Tensor tensor;
  tensor.name = input.name();
  tensor.type = *held;
  std::int64_t count = 1;
  for (int i = 0; i < type.shape().dim_size(); ++i) {
    tensor.shape.push_back(extent_of(type.shape().dim(i), i, options));
    if (!multiply_count(count, tensor.shape.back())) {
      unusable("the input has too many elements");
    }
  }
  tensor.origins.push_back({input.name(), tensor.shape, {}, tensor.type});
  return tensor;
}

void check_dim_names(const onnx::GraphProto& graph, const ImportOptions& options, Report& report) {
  std::set<std::string> known;
  for (const auto& input : graph.input()) {
    for (const auto& dim : input.type().tensor_type().shape().dim()) known.insert(dim.dim_param());
  }
  for (const auto& [name, value] : options.dims) {
    if (known.contains(name)) continue;
    report.warning("W0104", fmt::format("no dimension is named '{}'", name), report.place());
  }
}

}  // namespace

void add_graph_inputs(const onnx::GraphProto& graph, const ImportOptions& options,
                      ImportContext& context, Report& report) {
  check_dim_names(graph, options, report);
  std::unordered_set<std::string> constants;
  for (const auto& tensor : graph.initializer()) constants.insert(tensor.name());
  for (const auto& input : graph.input()) {
    if (constants.contains(input.name())) continue;
    Value value;
    try {
      value.tensor = context.graph.add_tensor(tensor_of(input, options, context));
      context.graph.inputs.push_back(value.tensor);
      context.graph.input_ports.push_back({input.name(), context.graph.tensor(value.tensor).shape});
    } catch (const ImportFailure& failure) {
      value.poisoned = true;
      report.failure(failure, report.place("input", input.name()));
    }
    context.values[input.name()] = value;
  }
}

}  // namespace spindle::frontend
