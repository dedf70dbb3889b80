#include "tests/fuzz/model_mutator.h"

#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace spindle::fuzz {
namespace {

using Random = std::minstd_rand;

std::size_t below(Random& random, std::size_t count) {
  return count == 0 ? 0 : static_cast<std::size_t>(random()) % count;
}

template <typename List>
auto& any_of(List& list, Random& random) {
  return *list.Mutable(static_cast<int>(below(random, static_cast<std::size_t>(list.size()))));
}

constexpr std::array<const char*, 48> kOperators = {"Relu",
                                                    "Clip",
                                                    "Sigmoid",
                                                    "HardSwish",
                                                    "HardSigmoid",
                                                    "Tanh",
                                                    "LeakyRelu",
                                                    "Exp",
                                                    "Abs",
                                                    "Neg",
                                                    "Identity",
                                                    "Add",
                                                    "Sub",
                                                    "Mul",
                                                    "Div",
                                                    "Max",
                                                    "Min",
                                                    "Pow",
                                                    "Concat",
                                                    "Split",
                                                    "Slice",
                                                    "Gather",
                                                    "Reshape",
                                                    "Flatten",
                                                    "Transpose",
                                                    "Squeeze",
                                                    "Unsqueeze",
                                                    "Pad",
                                                    "Resize",
                                                    "MaxPool",
                                                    "AveragePool",
                                                    "GlobalMaxPool",
                                                    "GlobalAveragePool",
                                                    "ReduceMean",
                                                    "ReduceSum",
                                                    "ReduceMax",
                                                    "ArgMax",
                                                    "Softmax",
                                                    "LogSoftmax",
                                                    "Conv",
                                                    "Gemm",
                                                    "MatMul",
                                                    "BatchNormalization",
                                                    "QuantizeLinear",
                                                    "DequantizeLinear",
                                                    "Cast",
                                                    "TopK",
                                                    "NonMaxSuppression"};

constexpr std::array<const char*, 14> kWords = {
    "nearest",           "linear",        "half_pixel",
    "asymmetric",        "align_corners", "SAME_UPPER",
    "SAME_LOWER",        "VALID",         "NOTSET",
    "constant",          "edge",          "pytorch_half_pixel",
    "round_prefer_ceil", "floor"};

std::int64_t number(Random& random) {
  switch (below(random, 8)) {
    case 0:
      return -static_cast<std::int64_t>(below(random, 6));
    case 1:
      return static_cast<std::int64_t>(below(random, 300));
    case 2: {
      constexpr std::array<std::int64_t, 5> kEdges = {
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min(),
          std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::min(),
          65536};
      return kEdges[below(random, kEdges.size())];
    }
    default:
      return static_cast<std::int64_t>(below(random, 9));
  }
}

float real(Random& random) {
  constexpr std::array<float, 12> kValues = {0.0F,
                                             -0.0F,
                                             1.0F,
                                             -1.0F,
                                             0.5F,
                                             6.0F,
                                             1e-30F,
                                             1e30F,
                                             1.0F / 255,
                                             std::numeric_limits<float>::infinity(),
                                             std::numeric_limits<float>::quiet_NaN(),
                                             std::numeric_limits<float>::denorm_min()};
  const std::size_t i = below(random, kValues.size() * 2);
  return i < kValues.size() ? kValues[i] : static_cast<float>(below(random, 2000)) / 500 - 2;
}

// The name of a random tensor of the graph; empty if the graph has none.
std::string any_tensor(const onnx::GraphProto& graph, Random& random) {
  std::vector<std::string> names;
  for (const auto& input : graph.input()) names.push_back(input.name());
  for (const auto& constant : graph.initializer()) names.push_back(constant.name());
  for (const auto& node : graph.node()) {
    for (const auto& output : node.output()) names.push_back(output);
  }
  return names.empty() ? "" : names[below(random, names.size())];
}

void change_attribute(onnx::AttributeProto& a, Random& random) {
  switch (a.type()) {
    case onnx::AttributeProto::INT:
      a.set_i(number(random));
      break;
    case onnx::AttributeProto::FLOAT:
      a.set_f(real(random));
      break;
    case onnx::AttributeProto::INTS:
      if (a.ints_size() == 0 || below(random, 8) == 0) {
        a.add_ints(number(random));
      } else if (below(random, 8) == 0) {
        a.mutable_ints()->RemoveLast();
      } else {
        a.set_ints(static_cast<int>(below(random, static_cast<std::size_t>(a.ints_size()))),
                   number(random));
      }
      break;
    case onnx::AttributeProto::STRING:
      a.set_s(kWords[below(random, kWords.size())]);
      break;
    default:
      break;
  }
}

void add_attribute(onnx::NodeProto& node, Random& random) {
  constexpr std::array<const char*, 8> kInts = {
      "axis",          "keepdims", "group", "ceil_mode", "count_include_pad",
      "align_corners", "transA",   "transB"};
  constexpr std::array<const char*, 6> kLists = {"axes",      "pads", "strides",
                                                 "dilations", "perm", "kernel_shape"};
  onnx::AttributeProto& a = *node.add_attribute();
  if (random() % 2 == 0) {
    a.set_name(kInts[below(random, kInts.size())]);
    a.set_type(onnx::AttributeProto::INT);
    a.set_i(number(random));
    return;
  }
  a.set_name(kLists[below(random, kLists.size())]);
  a.set_type(onnx::AttributeProto::INTS);
  const std::size_t count = 1 + below(random, 4);
  for (std::size_t i = 0; i < count; ++i) a.add_ints(number(random));
}

void change_node(onnx::GraphProto& graph, Random& random) {
  if (graph.node_size() == 0) return;
  onnx::NodeProto& node = any_of(*graph.mutable_node(), random);
  switch (below(random, 6)) {
    case 0:
      node.set_op_type(kOperators[below(random, kOperators.size())]);
      break;
    case 1:
      if (node.input_size() > 0) any_of(*node.mutable_input(), random) = any_tensor(graph, random);
      break;
    case 2:
      if (random() % 2 == 0) {
        node.add_input(any_tensor(graph, random));
      } else if (node.input_size() > 0) {
        node.mutable_input()->RemoveLast();
      }
      break;
    case 3:
      add_attribute(node, random);
      break;
    default:
      if (node.attribute_size() > 0)
        change_attribute(any_of(*node.mutable_attribute(), random), random);
      break;
  }
}

// Inserts a node in front of an operand of another node, which then reads the new node's output.
void add_node(onnx::GraphProto& graph, Random& random) {
  if (graph.node_size() == 0) return;
  const int at = static_cast<int>(below(random, static_cast<std::size_t>(graph.node_size())));
  onnx::NodeProto node;
  if (random() % 2 == 0)
    node = graph.node(at);  // a copy of an existing node
  else
    node.set_op_type(kOperators[below(random, kOperators.size())]);
  onnx::NodeProto& reader = *graph.mutable_node(at);
  if (reader.input_size() == 0) return;
  std::string& read = any_of(*reader.mutable_input(), random);
  if (node.input_size() == 0)
    node.add_input(read);
  else
    node.set_input(0, read);
  node.set_name("added" + std::to_string(random()));
  node.clear_output();
  node.add_output(node.name());
  read = node.output(0);
  *graph.add_node() = node;
  for (int i = graph.node_size() - 1; i > at; --i) graph.mutable_node()->SwapElements(i, i - 1);
}

// Removes a node. The nodes that read its first output then read its first input.
void remove_node(onnx::GraphProto& graph, Random& random) {
  if (graph.node_size() < 2) return;
  const int at = static_cast<int>(below(random, static_cast<std::size_t>(graph.node_size())));
  const onnx::NodeProto node = graph.node(at);
  graph.mutable_node()->DeleteSubrange(at, 1);
  if (node.input_size() == 0 || node.output_size() == 0) return;
  for (auto& other : *graph.mutable_node()) {
    for (auto& input : *other.mutable_input()) {
      if (input == node.output(0)) input = node.input(0);
    }
  }
}

void change_values(onnx::TensorProto& t, Random& random) {
  if (t.float_data_size() > 0) {
    const auto count = static_cast<std::size_t>(t.float_data_size());
    t.set_float_data(static_cast<int>(below(random, count)), real(random));
  } else if (t.int64_data_size() > 0) {
    const auto count = static_cast<std::size_t>(t.int64_data_size());
    t.set_int64_data(static_cast<int>(below(random, count)), number(random));
  } else if (t.int32_data_size() > 0) {
    const auto count = static_cast<std::size_t>(t.int32_data_size());
    t.set_int32_data(static_cast<int>(below(random, count)),
                     static_cast<std::int32_t>(number(random)));
  } else if (!t.raw_data().empty()) {
    std::string& raw = *t.mutable_raw_data();
    const float value = real(random);
    const std::int64_t integer = number(random);
    const bool floats = t.data_type() == onnx::TensorProto::FLOAT;
    const std::size_t width = floats || t.data_type() == onnx::TensorProto::INT32 ? 4
                              : t.data_type() == onnx::TensorProto::INT64         ? 8
                                                                                  : 1;
    if (raw.size() < width) return;
    char* to = raw.data() + below(random, raw.size() / width) * width;
    if (floats)
      std::memcpy(to, &value, width);
    else
      std::memcpy(to, &integer, width);
  }
}

void change_constant(onnx::GraphProto& graph, Random& random) {
  if (graph.initializer_size() == 0) return;
  onnx::TensorProto& t = any_of(*graph.mutable_initializer(), random);
  switch (below(random, 6)) {
    case 0:
      if (t.dims_size() > 0) {
        const auto count = static_cast<std::size_t>(t.dims_size());
        t.set_dims(static_cast<int>(below(random, count)), number(random));
      }
      break;
    case 1:  // the same bytes with the other signedness
      if (t.data_type() == onnx::TensorProto::INT8)
        t.set_data_type(onnx::TensorProto::UINT8);
      else if (t.data_type() == onnx::TensorProto::UINT8)
        t.set_data_type(onnx::TensorProto::INT8);
      break;
    case 2:
      if (t.dims_size() > 1) t.mutable_dims()->SwapElements(0, t.dims_size() - 1);
      break;
    default:
      change_values(t, random);
      break;
  }
}

void change_shape(onnx::GraphProto& graph, Random& random) {
  if (graph.input_size() == 0) return;
  auto& shape = *any_of(*graph.mutable_input(), random)
                     .mutable_type()
                     ->mutable_tensor_type()
                     ->mutable_shape();
  if (shape.dim_size() == 0) return;
  any_of(*shape.mutable_dim(), random).set_dim_value(1 + static_cast<int>(below(random, 14)));
}

void change_outputs(onnx::GraphProto& graph, Random& random) {
  if (random() % 2 == 0 || graph.output_size() < 2) {
    graph.add_output()->set_name(any_tensor(graph, random));
  } else {
    graph.mutable_output()->RemoveLast();
  }
}

}  // namespace

void mutate(onnx::ModelProto& model, std::minstd_rand& random) {
  onnx::GraphProto& graph = *model.mutable_graph();
  constexpr std::array kChanges = {change_node,     change_node,  change_node,
                                   add_node,        remove_node,  change_constant,
                                   change_constant, change_shape, change_outputs};
  kChanges[below(random, kChanges.size())](graph, random);
}

}  // namespace spindle::fuzz
