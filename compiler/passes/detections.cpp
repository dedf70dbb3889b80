#include "compiler/passes/detections.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

// The value of a tensor that does not depend on any input; null otherwise.
ConstantPtr constant_value(const Graph& graph, TensorId id) {
  if (graph.is_constant(id)) return graph.tensor(id).constant;
  const NodeId producer = graph.producer(id);
  if (!producer) return nullptr;
  const Node& node = graph.nodes[producer];
  std::vector<ConstantPtr> inputs;
  for (TensorId in : node.inputs) {
    inputs.push_back(in == kNoTensor ? nullptr : constant_value(graph, in));
    if (in != kNoTensor && inputs.back() == nullptr) return nullptr;
  }
  return evaluate(graph, node, inputs);
}

// The anchors as centre and size.
ConstantPtr centered(const Constant& anchors, bool corners) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < anchors.size(); ++i) {
    values.push_back(static_cast<float>(anchors.as_double(i)));
  }
  for (std::size_t i = 0; corners && i < values.size(); i += 4) {
    for (std::size_t d = i; d < i + 2; ++d) {
      const float low = values[d];
      const float high = values[d + 2];
      values[d] = (low + high) / 2;
      values[d + 2] = high - low;
    }
  }
  return Constant::floats({anchors.size() / 4, 4}, std::move(values));
}

// The model's outputs by their meaning.
struct Heads {
  TensorId scores = kNoTensor, boxes = kNoTensor;
  ConstantPtr anchors;
};

bool is_list(const Tensor& tensor) {
  return tensor.type == DType::kF32 && tensor.shape.size() == 3 && tensor.shape[0] == 1;
}

Heads heads_of(const Graph& graph) {
  Heads heads;
  for (TensorId id : graph.outputs) {
    const Tensor& t = graph.tensor(id);
    if (ConstantPtr value = constant_value(graph, id)) {
      if (!t.shape.empty() && t.shape.back() == 4) heads.anchors = std::move(value);
    } else if (is_list(t) && heads.scores == kNoTensor &&
               (t.shape[2] != 4 || heads.boxes != kNoTensor)) {
      heads.scores = id;
    } else if (is_list(t) && t.shape[2] == 4) {
      heads.boxes = id;
    }
  }
  return heads;
}

std::string missing(const Graph& graph, const Heads& heads, int background) {
  if (heads.boxes == kNoTensor) return "no output has the shape 1xNx4 of boxes";
  if (heads.scores == kNoTensor) return "no output has the shape 1xNxC of scores";
  if (heads.anchors == nullptr) return "no output holds anchors that do not depend on the input";
  const std::int64_t count = graph.tensor(heads.boxes).shape[1];
  const Shape& scores = graph.tensor(heads.scores).shape;
  if (scores[1] != count) return fmt::format("there are {} scores for {} boxes", scores[1], count);
  if (heads.anchors->size() != count * 4) {
    return fmt::format("there are {} anchors for {} boxes", heads.anchors->size() / 4, count);
  }
  if (background >= scores[2]) {
    return fmt::format("class {} is to be the background, but there are only {} classes",
                       background, scores[2]);
  }
  return {};
}

}  // namespace

bool take_detections(Graph& graph, const DetectOptions& options, Diagnostics& diagnostics) {
  Heads heads = heads_of(graph);
  if (options.anchors != nullptr) heads.anchors = options.anchors;
  const std::string why = missing(graph, heads, options.background);
  if (!why.empty()) {
    Diagnostic& error =
        diagnostics.error("E0405", "--detect does not fit the model's outputs", graph.name);
    error.notes.push_back(why);
    error.helps.emplace_back(
        "export the detector's raw outputs: scores 1xNxC and boxes 1xNx4; anchors can be a .npy "
        "file");
    return false;
  }
  Detect op;
  op.score = options.score;
  op.overlap = options.overlap;
  op.most = options.most;
  op.background = options.background;
  op.variance = options.variance;
  op.corners = options.corners;
  const TensorId anchors =
      graph.add_constant("anchors", centered(*heads.anchors, options.anchors_corners));
  const TensorId result = graph.append("detections", op, {heads.scores, heads.boxes, anchors});
  graph.tensor(result).origins = {{.name = "detections", .shape = graph.tensor(result).shape}};
  graph.outputs = {result};
  graph.output_ports = {{.name = "detections", .shape = graph.tensor(result).shape}};
  graph.remove_dead();
  return true;
}

}  // namespace spindle
