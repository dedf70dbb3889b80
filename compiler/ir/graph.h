// The graph that frontend and passes work on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "compiler/ir/ids.h"
#include "compiler/ir/ops.h"
#include "compiler/ir/stable_vector.h"
#include "compiler/ir/tensor.h"

namespace spindle {

// What a node is within an inverted residual (Sandler et al. 2018, table 1).
enum class Role : std::uint8_t { kNone, kExpand, kDepthwise, kProject, kAdd };

struct Node {
  std::string name;       // ONNX node name, or derived from its output; not unique
  std::string onnx_type;  // "Conv", for messages; empty for nodes that passes made
  Op op;
  std::vector<TensorId> inputs;   // kNoTensor for an absent optional input
  std::vector<TensorId> outputs;  // every operator so far has exactly one
  BlockId block{};                // none outside of inverted residuals
  Role role = Role::kNone;
  int group = -1;  // group of expanded channels, in a block that split_channels has split; else -1

  [[nodiscard]] TensorId output() const { return outputs.front(); }
  // kNoTensor where it is absent, or not even listed.
  [[nodiscard]] TensorId optional_input(std::size_t i) const {
    return i < inputs.size() ? inputs[i] : kNoTensor;
  }
  template <typename T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&op);
  }
  template <typename T>
  [[nodiscard]] T* as() {
    return std::get_if<T>(&op);
  }
};

// An inverted residual found by recognize_blocks: its nodes are those that carry its index.
struct Block {
  std::string name;  // "block_1"... in graph order
  int expand = 1;    // expanded channels / input channels, 1 when there is no expand
  int stride = 1;
  bool residual = false;
};

// One input or output of the model as its caller sees it: name and shape from the ONNX file. The
// element type is that of the tensor.
struct Port {
  std::string name;
  Shape shape;
  // The file has floats there, and the tensor holds their codes (--io=native).
  bool codes = false;

  bool operator==(const Port&) const = default;
};

struct Graph {
  std::string name;  // model name as the user gave it (for places in messages)
  StableVector<TensorId, Tensor> tensors;  // unused entries may remain
  StableVector<NodeId, Node> nodes;        // in topological order
  std::vector<TensorId> inputs;            // run-time inputs, in the file's order
  std::vector<TensorId> outputs;           // may be constants
  // The interface in the file: one port for each element of `inputs` and of `outputs`. Both lists
  // are empty if the graph comes from no file. A pass may put another tensor at a place of `inputs`
  // or `outputs`, but the port of that place stays. So name and shape of that tensor say nothing
  // about the interface.
  std::vector<Port> input_ports;
  std::vector<Port> output_ports;
  StableVector<BlockId, Block> blocks;

  [[nodiscard]] Tensor& tensor(TensorId id) { return tensors[id]; }
  [[nodiscard]] const Tensor& tensor(TensorId id) const { return tensors[id]; }
  [[nodiscard]] bool is_constant(TensorId id) const {
    return id != kNoTensor && tensor(id).constant != nullptr;
  }
  // The port at `index` of `inputs` or `outputs`. If the graph comes from no file, it is made from
  // the tensor: from its first origin, or else from its own name and shape.
  [[nodiscard]] Port input_port(std::size_t index) const;
  [[nodiscard]] Port output_port(std::size_t index) const;
  [[nodiscard]] bool is_output(TensorId id) const;
  [[nodiscard]] bool is_input(TensorId id) const;

  // The tensor gets a unique name: `tensor.name`, with a number appended if it is taken.
  TensorId add_tensor(Tensor tensor);
  TensorId add_constant(std::string name, ConstantPtr data, std::optional<Quant> quant = {});

  // Appends `op` with its inferred output tensor (name `name`); returns that tensor. The inputs
  // must be valid for the operator (infer.h): a violation is an internal error, so callers that
  // handle user data ask infer() first.
  TensorId append(std::string name, Op op, std::vector<TensorId> inputs);

  // The node that writes `id`; none for inputs and constants. Takes time linear in the number of
  // nodes; use Uses for repeated queries.
  [[nodiscard]] NodeId producer(TensorId id) const;

  // Makes every use of `from`, as a node input or a graph output, a use of `to`.
  void replace_uses(TensorId from, TensorId to);

  // Restores topological order after nodes were appended or rewired. A cycle is an internal error.
  void sort();
  // Drops nodes whose outputs are not used, directly or through other nodes, by any graph output.
  // The others keep their order, which must be topological. Returns how many were dropped.
  int remove_dead();
  // Drops tensors that no node, graph input or graph output refers to. Tensor ids change.
  void compact();

 private:
  std::unordered_set<std::string> names_;  // of all tensors
};

// Producers and users of every tensor at the time of construction.
class Uses {
 public:
  explicit Uses(const Graph& graph);
  // None for inputs and constants.
  [[nodiscard]] NodeId producer(TensorId id) const { return producer_[id]; }
  // The reading nodes, ascending, one entry per reading input. Graph outputs do not count.
  [[nodiscard]] const std::vector<NodeId>& users(TensorId id) const { return users_[id]; }
  // True if exactly one node input reads `id` and it is no graph output.
  [[nodiscard]] bool single_use(TensorId id) const;

 private:
  const Graph* graph_;
  IdVector<TensorId, NodeId> producer_;
  IdVector<TensorId, std::vector<NodeId>> users_;
};

// The name of the node's layer in all reports and messages: the ONNX name of its output if the file
// has that tensor, else the node's name.
[[nodiscard]] const std::string& layer_name(const Graph& graph, const Node& node);

// "model.onnx: node 'x' (Conv)" for messages.
[[nodiscard]] std::string place_of(const Graph& graph, const Node& node);

// Multiply-accumulates (MACs) of one node, counted as in the MobileNet papers: those of
// convolutions, dense layers and matrix products; 0 for everything else.
[[nodiscard]] std::int64_t macs_of(const Graph& graph, const Node& node);

// The positions of the inputs that carry data (InputRole::kData) and are present. Kernels read
// these as tensors; weights, biases and other parameters are packed into constants.
[[nodiscard]] std::vector<std::size_t> data_inputs(const Node& node);

// A Conv with as many groups as input channels, and more than one.
[[nodiscard]] bool is_depthwise(const Graph& graph, const Node& node);
// A Conv 1x1 with stride 1, one group and no padding, or a Dense.
[[nodiscard]] bool is_pointwise(const Graph& graph, const Node& node);

// The activation's limits as codes of an 8-bit tensor with one scale: its bounds quantized and
// clamped to the range of `type`. Both ends belong to the range.
struct QuantLimits {
  int lo, hi;
};
[[nodiscard]] QuantLimits quantized_limits(const Activation& act, DType type, const Quant& quant);

}  // namespace spindle
