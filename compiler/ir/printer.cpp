#include "compiler/ir/printer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <type_traits>

namespace spindle {
namespace {

std::string quoted_if_needed(const std::string& name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c > ' ' && c != ',' && c != '"' && c != '{' && c != '}' && c < 127;
  });
  if (plain) return name;
  std::string result = "\"";
  for (unsigned char c : name) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += static_cast<char>(c);
    } else if (c < ' ' || c == 127) {
      result += fmt::format("\\x{:02x}", c);
    } else {
      result += static_cast<char>(c);
    }
  }
  return result + '"';
}

std::string value_name(const Graph& graph, TensorId id) {
  return id == kNoTensor ? "none" : fmt::format("%{}", quoted_if_needed(graph.tensor(id).name));
}

std::string quant_text(const Quant& quant) {
  if (quant.per_tensor()) return fmt::format("{{{},{}}}", quant.scale[0], quant.zero_point[0]);
  const auto [lo, hi] = std::minmax_element(quant.scale.begin(), quant.scale.end());
  const auto [zlo, zhi] = std::minmax_element(quant.zero_point.begin(), quant.zero_point.end());
  const std::string zero =
      *zlo == *zhi ? fmt::format("{}", *zlo) : fmt::format("{}..{}", *zlo, *zhi);
  return fmt::format("{{{}..{},{} per axis {}}}", *lo, *hi, zero, quant.axis);
}

std::string type_text(const Tensor& tensor) {
  return fmt::format("{}[{}]{}", name_of(tensor.type),
                     tensor.shape.empty() ? "" : to_string(tensor.shape),
                     tensor.quant ? quant_text(*tensor.quant) : "");
}

using Attributes = std::vector<std::string>;

void add_window(Attributes& list, const std::array<int, 2>& stride,
                const std::array<int, 2>& dilation, const Padding& pad) {
  list.push_back(fmt::format("stride {}x{}", stride[0], stride[1]));
  if (dilation != std::array<int, 2>{1, 1}) {
    list.push_back(fmt::format("dilation {}x{}", dilation[0], dilation[1]));
  }
  if (!pad.none()) {
    list.push_back(fmt::format("pad {},{},{},{}", pad.top, pad.left, pad.bottom, pad.right));
  }
}

void add_activation(Attributes& list, const Activation& act) {
  if (std::isfinite(act.lo)) list.push_back(fmt::format("min {}", act.lo));
  if (std::isfinite(act.hi)) list.push_back(fmt::format("max {}", act.hi));
}

std::string_view name_of(ResizeKind kind) {
  constexpr std::string_view kNames[] = {"nearest", "linear", "linear_on_codes"};
  return kNames[static_cast<int>(kind)];
}

std::string_view name_of(ResizeCoordinates coordinates) {
  constexpr std::string_view kNames[] = {"half_pixel", "pytorch_half_pixel", "align_corners",
                                         "asymmetric"};
  return kNames[static_cast<int>(coordinates)];
}

std::string_view name_of(ResizeNearest nearest) {
  constexpr std::string_view kNames[] = {"round_prefer_floor", "round_prefer_ceil", "floor",
                                         "ceil"};
  return kNames[static_cast<int>(nearest)];
}

// The attributes that follow neither from the operator's name nor from the shapes.
struct AttributeLister {
  Attributes list;

  void operator()(const Conv& op) {
    add_window(list, op.stride, op.dilation, op.pad);
    if (op.groups != 1) list.push_back(fmt::format("groups {}", op.groups));
    add_activation(list, op.act);
  }
  void operator()(const Dense& op) { add_activation(list, op.act); }
  void operator()(const Pool& op) {
    list.push_back(fmt::format("kernel {}x{}", op.kernel[0], op.kernel[1]));
    add_window(list, op.stride, op.dilation, op.pad);
    if (op.ceil_mode) list.emplace_back("ceil");
    if (op.count_include_pad) list.emplace_back("count_include_pad");
  }
  void operator()(const Reduce& op) {
    list.push_back(fmt::format("axes {}", fmt::join(op.axes, ",")));
    if (!op.keep_dims) list.emplace_back("drop_dims");
    if (op.float_sum) list.emplace_back("float_sum");
    if (op.to_float) list.emplace_back("to_float");
    if (!op.file_dims.empty()) {
      list.push_back(fmt::format("file_dims {}", fmt::join(op.file_dims, ",")));
    }
    add_activation(list, op.act);
  }
  void operator()(const BatchNorm& op) {
    list.push_back(fmt::format("epsilon {}", op.epsilon));
    list.push_back(fmt::format("axis {}", op.axis));
  }
  void operator()(const Binary& op) { add_activation(list, op.act); }
  void operator()(const Unary& op) {
    const bool both = op.kind == UnaryKind::kHardSigmoid || op.kind == UnaryKind::kSelu ||
                      op.kind == UnaryKind::kAffine;
    if (both || op.kind == UnaryKind::kLeakyRelu || op.kind == UnaryKind::kElu) {
      list.push_back(fmt::format("alpha {}", op.alpha));
    }
    if (both) list.push_back(fmt::format("beta {}", op.beta));
  }
  void operator()(const Clip& op) { add_activation(list, op.act); }
  void operator()(const RequantizeSum& op) { add_activation(list, op.act); }
  void operator()(const Softmax& op) { list.push_back(fmt::format("axis {}", op.axis)); }
  void operator()(const Table& op) {
    if (op.axis >= 0) list.push_back(fmt::format("axis {}", op.axis));
  }
  void operator()(const Transpose& op) {
    list.push_back(fmt::format("perm {}", fmt::join(op.perm, ",")));
  }
  void operator()(const Pad& op) {
    list.push_back(fmt::format("before {}", fmt::join(op.before, ",")));
    list.push_back(fmt::format("after {}", fmt::join(op.after, ",")));
    if (op.value != 0) list.push_back(fmt::format("value {}", op.value));
  }
  void operator()(const Concat& op) { list.push_back(fmt::format("axis {}", op.axis)); }
  void operator()(const Slice& op) {
    list.push_back(fmt::format("start {}", fmt::join(op.start, ",")));
    list.push_back(fmt::format("step {}", fmt::join(op.step, ",")));
  }
  void operator()(const Gather& op) {
    list.push_back(fmt::format("axis {}", op.axis));
    list.push_back(fmt::format("indices {}", fmt::join(op.indices, ",")));
  }
  void operator()(const Resize& op) {
    list.emplace_back(name_of(op.kind));
    list.emplace_back(name_of(op.coordinates));
    if (op.kind == ResizeKind::kNearest) list.emplace_back(name_of(op.nearest));
    if (op.scale[0] != 0 || op.scale[1] != 0) {
      list.push_back(fmt::format("scale {}x{}", op.scale[0], op.scale[1]));
    }
  }
  void operator()(const DepthToSpace& op) {
    list.push_back(fmt::format("block {}x{}", op.block[0], op.block[1]));
    list.push_back(fmt::format("run {}", op.run));
    if (op.crop[0] != 0 || op.crop[1] != 0) {
      list.push_back(fmt::format("crop {},{}", op.crop[0], op.crop[1]));
    }
  }
  void operator()(const ArgMax& op) {
    list.push_back(fmt::format("axis {}", op.axis));
    if (!op.keep_dims) list.emplace_back("drop_dims");
    if (op.last_index) list.emplace_back("last_index");
  }
  void operator()(const NonMaxSuppression& op) {
    list.push_back(fmt::format("most {}", op.most));
    list.push_back(fmt::format("overlap {}", op.overlap));
    if (std::isfinite(op.score)) list.push_back(fmt::format("score {}", op.score));
    if (op.centered) list.emplace_back("centered");
  }
  void operator()(const TopK& op) {
    list.push_back(fmt::format("axis {}", op.axis));
    list.push_back(fmt::format("k {}", op.k));
    if (op.smallest) list.emplace_back("smallest");
  }
  void operator()(const Detect& op) {
    list.push_back(fmt::format("score {}", op.score));
    list.push_back(fmt::format("overlap {}", op.overlap));
    list.push_back(fmt::format("most {}", op.most));
    list.push_back(fmt::format("background {}", op.background));
    list.push_back(fmt::format("variance {}", fmt::join(op.variance, ",")));
    if (op.corners) list.emplace_back("corners");
  }
  void operator()(const Reshape&) {}  // the output shows the shape
  void operator()(const Cast&) {}     // the output shows the type
  // This overload is for operators without attributes. An operator that has some needs an overload
  // above, which says what to print.
  template <typename T>
  void operator()(const T&) {
    static_assert(std::is_empty_v<T>);
  }
};

std::string_view name_of(Role role) {
  constexpr std::string_view kNames[] = {"", "expand", "depthwise", "project", "add"};
  return kNames[static_cast<int>(role)];
}

// The comment behind a node, "# name, block_3/expand". The name is left out if it is that of the
// output.
std::string comment(const Graph& graph, const Node& node) {
  Attributes parts;
  if (!node.name.empty() && node.name != graph.tensor(node.output()).name) {
    parts.push_back(quoted_if_needed(node.name));
  }
  if (graph.blocks.contains(node.block)) {
    const Block& block = graph.blocks[node.block];
    parts.push_back(node.role == Role::kNone
                        ? block.name
                        : fmt::format("{}/{}", block.name, name_of(node.role)));
    if (node.group >= 0) parts.push_back(fmt::format("group {}", node.group));
  }
  return parts.empty() ? "" : fmt::format("  # {}", fmt::join(parts, ", "));
}

std::string declaration(const Graph& graph, TensorId id) {
  return fmt::format("{}: {}", value_name(graph, id), type_text(graph.tensor(id)));
}

}  // namespace

std::string print(const Graph& graph, const Node& node) {
  AttributeLister lister;
  std::visit(lister, node.op);
  Attributes inputs;
  for (TensorId id : node.inputs) inputs.push_back(value_name(graph, id));
  return fmt::format(
      "{} = {} {}{}{}", declaration(graph, node.output()), spindle::name_of(node.op),
      fmt::join(inputs, ", "),
      lister.list.empty() ? "" : fmt::format(" {{{}}}", fmt::join(lister.list, ", ")),
      comment(graph, node));
}

std::string print(const Graph& graph) {
  std::string text = fmt::format("graph {} {{\n", quoted_if_needed(graph.name));
  for (TensorId id : graph.inputs) {
    text += fmt::format("  {} = input\n", declaration(graph, id));
  }
  IdVector<TensorId, bool> listed(graph.tensors.size(), false);
  const auto list_constant = [&](TensorId id) {
    if (!graph.is_constant(id) || listed[id]) return;
    listed[id] = true;
    text += fmt::format("  {} = constant\n", declaration(graph, id));
  };
  for (const Node& node : graph.nodes) {
    for (TensorId id : node.inputs) list_constant(id);
    text += fmt::format("  {}\n", print(graph, node));
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const TensorId id = graph.outputs[i];
    list_constant(id);
    text += fmt::format("  output {}", value_name(graph, id));
    // The port in the file, if its name or shape is not that of the tensor.
    const Port port = graph.output_port(i);
    const Tensor& tensor = graph.tensor(id);
    if (port.name != tensor.name || port.shape != tensor.shape) {
      text += fmt::format(" as '{}' {}", port.name, to_string(port.shape));
    }
    text += '\n';
  }
  return text + "}\n";
}

}  // namespace spindle
