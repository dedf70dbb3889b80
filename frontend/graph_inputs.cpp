#include "frontend/graph_inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_set>
#include <utility>

#include "frontend/file/element_count.h"

namespace spindle::frontend {
namespace {

[[noreturn]] void unusable(std::string message, std::vector<std::string> helps = {}) {
  throw ImportFailure{.code = "E0107", .message = std::move(message), .helps = std::move(helps)};
}

// How --dim names one dimension of an input by its place: "image:2".
std::string by_place(const std::string& input, int index) {
  return fmt::format("{}:{}", input, index);
}

// The --dim entry for the dimension, or nullptr. An entry by place takes precedence over one by
// name, since several dimensions may share a name.
const std::pair<const std::string, std::int64_t>* given_for(
    const onnx::TensorShapeProto::Dimension& dim, const std::string& input, int index,
    const ImportOptions& options) {
  auto given = options.dims.find(by_place(input, index));
  if (given == options.dims.end() && dim.has_dim_param())
    given = options.dims.find(dim.dim_param());
  return given == options.dims.end() ? nullptr : &*given;
}

// Whether the symbolic name stands for more than one dimension of the input.
bool is_shared(const onnx::ValueInfoProto& input, const std::string& name) {
  const auto& dims = input.type().tensor_type().shape().dim();
  return std::count_if(dims.begin(), dims.end(),
                       [&](const auto& dim) { return dim.dim_param() == name; }) > 1;
}

std::int64_t extent_of(const onnx::ValueInfoProto& input, int index, const ImportOptions& options) {
  const auto& dim = input.type().tensor_type().shape().dim(index);
  std::int64_t extent = dim.has_dim_value() ? dim.dim_value() : 0;
  if (const auto* given = given_for(dim, input.name(), index, options)) {
    if (extent > 0 && given->second != extent) {
      unusable(fmt::format("dimension {} of the input is {} and cannot be set to {}", index, extent,
                           given->second),
               {fmt::format("omit `--dim {}`, or export the model for that size",
                            printable(given->first))});
    }
    extent = given->second;
    if (extent < 1) unusable(fmt::format("dimension '{}' is given as {}", given->first, extent));
  }
  // Exporters also write 0 or -1 for an unknown extent.
  if (extent < 1 && index == 0) return 1;
  if (extent < 1) {
    const std::string name = printable(dim.dim_param());
    const std::string place = printable(by_place(input.name(), index));
    const std::string help = fmt::format("pass `--dim {}=VALUE`", place);
    if (name.empty()) {
      unusable(fmt::format("dimension {} of the input has no value", index), {help});
    }
    unusable(fmt::format("dimension {} of the input is '{}', which has no value", index, name),
             {is_shared(input, dim.dim_param())
                  ? help + fmt::format("; `--dim {}=VALUE` sets all of that name", name)
                  : fmt::format("pass `--dim {}=VALUE`", name)});
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
    tensor.shape.push_back(extent_of(input, i, options));
    if (!multiply_count(count, tensor.shape.back())) {
      unusable("the input has too many elements");
    }
  }
  tensor.origins.push_back({.name = input.name(), .shape = tensor.shape, .type = tensor.type});
  return tensor;
}

void check_dim_names(const onnx::GraphProto& graph, const ImportOptions& options, Report& report) {
  std::set<std::string> known;   // all that --dim may name
  std::set<std::string> listed;  // what the note lists
  for (const auto& input : graph.input()) {
    const auto& dims = input.type().tensor_type().shape().dim();
    for (int i = 0; i < dims.size(); ++i) {
      known.insert(by_place(input.name(), i));
      if (!dims[i].dim_param().empty()) known.insert(dims[i].dim_param());
      if (dims[i].dim_value() > 0) continue;
      listed.insert(
          printable(dims[i].dim_param().empty() ? by_place(input.name(), i) : dims[i].dim_param()));
    }
  }
  for (const auto& [name, value] : options.dims) {
    if (known.contains(name)) continue;
    Diagnostic& warning = report.warning(
        "W0104", fmt::format("no dimension is named '{}'", printable(name)), report.place());
    warning.notes.push_back(listed.empty()
                                ? std::string("the model's inputs leave no dimension open")
                                : fmt::format("the open dimensions of the model's inputs are: {}",
                                              fmt::join(listed, ", ")));
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
      context.graph.input_ports.push_back(
          {.name = input.name(), .shape = context.graph.tensor(value.tensor).shape});
    } catch (const ImportFailure& failure) {
      value.poisoned = true;
      report.failure(failure, report.place("input", input.name()));
    }
    context.values[input.name()] = value;
  }
}

}  // namespace spindle::frontend
