#include "compiler/driver/output_options.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <vector>

#include "compiler/driver/npy.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

template <typename T>
bool read_number(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end;
}

bool in_unit(float value) {
  return value >= 0 && value <= 1;
}

bool read_variances(const std::string& text, std::array<float, 4>& variance) {
  const std::vector<std::string> parts = split(text, ':');
  if (parts.size() != 4) return false;
  for (std::size_t i = 0; i < 4; ++i) {
    if (!read_number(parts[i], variance[i]) || !(variance[i] > 0) || !std::isfinite(variance[i])) {
      return false;
    }
  }
  return true;
}

bool read_choice(const std::string& text, const char* no, const char* yes, bool& value) {
  value = text == yes;
  return value || text == no;
}

bool read_background(const std::string& text, int& value) {
  if (text == "none") {
    value = -1;
    return true;
  }
  return read_number(text, value) && value >= 0;
}

bool read_anchors(const std::string& text, DetectOptions& options) {
  if (read_choice(text, "centers", "corners", options.anchors_corners)) return true;
  options.anchors_corners = true;
  options.anchors = text;
  return options.anchors.extension() == ".npy";
}

bool read_setting(const std::string& name, const std::string& value, DetectOptions& options) {
  if (name == "score") return read_number(value, options.score) && in_unit(options.score);
  if (name == "iou") return read_number(value, options.overlap) && in_unit(options.overlap);
  if (name == "max") {
    return read_number(value, options.most) && options.most > 0 && options.most <= 1000;
  }
  if (name == "background") return read_background(value, options.background);
  if (name == "variances") return read_variances(value, options.variance);
  if (name == "boxes") return read_choice(value, "centers", "corners", options.corners);
  if (name == "order") return read_choice(value, "yx", "xy", options.x_first);
  return name == "anchors" && read_anchors(value, options);
}

// The value of a tensor that does not depend on any input; null otherwise.
ConstantPtr constant_value(const Graph& graph, TensorId id) {
  if (graph.is_constant(id)) return graph.tensor(id).constant;
  const int producer = graph.producer(id);
  if (producer < 0) return nullptr;
  const Node& node = graph.nodes[static_cast<std::size_t>(producer)];
  std::vector<ConstantPtr> inputs;
  for (TensorId in : node.inputs) {
    inputs.push_back(in == kNoTensor ? nullptr : constant_value(graph, in));
    if (in != kNoTensor && inputs.back() == nullptr) return nullptr;
  }
  return evaluate(graph, node, inputs);
}

// Centre and size of each anchor.
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

// The model's outputs by what they are.
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
  if (scores[1] != count) return fmt::format("{} scores for {} boxes", scores[1], count);
  if (heads.anchors->size() != count * 4) {
    return fmt::format("{} anchors for {} boxes", heads.anchors->size() / 4, count);
  }
  if (background >= scores[2]) {
    return fmt::format("class {} is to be the background, there are {}", background, scores[2]);
  }
  return {};
}

// The ArgMax that output `id` is, through casts and reshapes that nothing else reads; -1 if none.
int index_behind(const Graph& graph, const Uses& uses, TensorId id) {
  for (bool last = true;; last = false) {
    const int producer = uses.producer(id);
    if (producer < 0 || (!last && !uses.single_use(id)) || (last && !uses.users(id).empty())) {
      return -1;
    }
    const Node& node = graph.nodes[static_cast<std::size_t>(producer)];
    if (node.as<ArgMax>() != nullptr) return producer;
    if (node.as<Cast>() == nullptr && node.as<Reshape>() == nullptr &&
        node.as<Identity>() == nullptr) {
      return -1;
    }
    id = node.inputs[0];
  }
}

void retype(Graph& graph, TensorId output, int arg_max) {
  for (TensorId id = output;;) {
    Tensor& tensor = graph.tensor(id);
    tensor.type = DType::kU8;
    for (Origin& origin : tensor.origins) origin.type = DType::kU8;
    const int producer = graph.producer(id);
    if (producer == arg_max) return;
    Node& node = graph.nodes[static_cast<std::size_t>(producer)];
    if (auto* cast = node.as<Cast>()) cast->to = DType::kU8;
    id = node.inputs[0];
  }
}

}  // namespace

DetectOptions parse_detect(const std::string& text, std::string& error) {
  DetectOptions options;
  const std::vector<std::string> settings = split(text, ',');
  if (settings[0] != "ssd") {
    error = fmt::format("'{}' is no kind of detector; 'ssd' is one", settings[0]);
    return options;
  }
  bool variances = false;
  for (std::size_t i = 1; i < settings.size(); ++i) {
    const std::size_t equals = settings[i].find('=');
    const std::string name = settings[i].substr(0, equals);
    const std::string value =
        equals == std::string::npos ? std::string() : settings[i].substr(equals + 1);
    variances = variances || name == "variances";
    if (!read_setting(name, value, options)) {
      error = fmt::format("'{}' is no setting of a detector", settings[i]);
      return options;
    }
  }
  // Offsets of corners come in units of the anchor's size unless something else is said.
  if (options.corners && !variances) options.variance = {1, 1, 1, 1};
  return options;
}

bool take_detections(Graph& graph, const DetectOptions& options, Diagnostics& diagnostics) {
  Heads heads = heads_of(graph);
  std::string why;
  if (!options.anchors.empty()) heads.anchors = read_npy(options.anchors, why);
  if (why.empty()) why = missing(graph, heads, options.background);
  if (!why.empty()) {
    diagnostics.error("E0405", "--detect does not fit the model's outputs", graph.name)
        .notes.push_back(why);
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
  graph.tensor(result).origins = {{"detections", graph.tensor(result).shape, {}, DType::kF32, 0}};
  graph.outputs = {result};
  graph.remove_dead();
  return true;
}

bool take_indices_as_u8(Graph& graph, Diagnostics& diagnostics) {
  bool any = false;
  const Uses uses(graph);
  for (TensorId id : graph.outputs) {
    const int index = index_behind(graph, uses, id);
    if (index < 0) continue;
    const Node& node = graph.nodes[static_cast<std::size_t>(index)];
    const auto axis = static_cast<std::size_t>(node.as<ArgMax>()->axis);
    if (graph.tensor(node.inputs[0]).shape[axis] > 256) continue;
    retype(graph, id, index);
    any = true;
  }
  if (any) return true;
  diagnostics
      .error("E0407", "--output-u8 is for models that give the index of one of at most 256 classes",
             graph.name)
      .notes.emplace_back("no output is an ArgMax");
  return false;
}

}  // namespace spindle
