#include "tests/support/graph_testing.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

#include "compiler/ir/printer.h"
#include "compiler/ir/verifier.h"
#include "compiler/reference/interpreter.h"
#include "tests/support/random_tensor.h"

namespace spindle::testing {
namespace {

std::uint64_t seed_of(const std::string& name) {
  std::uint64_t seed = 1469598103934665603U;
  for (char c : name) seed = (seed ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return seed;
}

struct Run {
  std::vector<ConstantPtr> outputs;
  std::map<std::string, ConstantPtr> by_origin;
};

Run run(const Graph& graph, std::uint64_t seed) {
  Random random(seed);
  std::vector<ConstantPtr> inputs;
  for (TensorId id : graph.inputs) {
    inputs.push_back(random_values(random, graph.tensor(id).type, graph.tensor(id).shape));
  }
  Run result;
  result.outputs = interpret(graph, inputs, [&](TensorId id, const ConstantPtr& value) {
    for (const Origin& origin : graph.tensor(id).origins) {
      result.by_origin[origin.name] = to_onnx_form(graph.tensor(id), origin, *value);
    }
  });
  return result;
}

std::string compare(const Constant& a, const Constant& b, float tolerance) {
  if (a.type() != b.type() || a.shape() != b.shape()) {
    return fmt::format("{}[{}] became {}[{}]", name_of(a.type()), to_string(a.shape()),
                       name_of(b.type()), to_string(b.shape()));
  }
  double largest = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a.as_double(i)));
  }
  const double allowed = a.type() == DType::kF32 ? tolerance * largest : 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    if (!(std::abs(a.as_double(i) - b.as_double(i)) <= allowed)) {
      return fmt::format("element {}: {} became {}", i, a.as_double(i), b.as_double(i));
    }
  }
  return {};
}

}  // namespace

TensorId add_input(Graph& graph, std::string name, Shape shape, DType type,
                   std::optional<Quant> quant) {
  Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = type;
  tensor.shape = std::move(shape);
  tensor.quant = std::move(quant);
  const TensorId id = graph.add_tensor(std::move(tensor));
  graph.inputs.push_back(id);
  return id;
}

TensorId add_floats(Graph& graph, const std::string& name, Shape shape, float lo, float hi) {
  Random random(seed_of(name));
  return graph.add_constant(name, random_floats(random, std::move(shape), lo, hi));
}

TensorId add_weights_s8(Graph& graph, const std::string& name, Shape shape, int axis) {
  Random random(seed_of(name));
  Quant weights;
  const std::int64_t scales = axis < 0 ? 1 : shape.at(static_cast<std::size_t>(axis));
  for (std::int64_t i = 0; i < scales; ++i) {
    weights.scale.push_back(random.real(0.001F, 0.02F));
    weights.zero_point.push_back(0);
  }
  weights.axis = axis;
  return graph.add_constant(name, random_values(random, DType::kI8, shape), std::move(weights));
}

Quant quant(float scale, std::int32_t zero_point) {
  return {{scale}, {zero_point}, -1};
}

TensorId quantize(Graph& graph, const std::string& name, TensorId x, float scale,
                  std::int32_t zero_point, DType type) {
  const TensorId id = graph.append(name, Quantize{}, {x});
  graph.tensor(id).type = type;
  graph.tensor(id).quant = quant(scale, zero_point);
  return id;
}

TensorId dequantize(Graph& graph, const std::string& name, TensorId x) {
  return graph.append(name, Dequantize{}, {x});
}

TensorId to_nhwc(Graph& graph, const std::string& name, TensorId x) {
  const TensorId id = graph.append(name, Transpose{{0, 2, 3, 1}}, {x});
  graph.tensor(id).quant = graph.tensor(x).quant;
  return id;
}

TensorId to_nchw(Graph& graph, const std::string& name, TensorId x) {
  const TensorId id = graph.append(name, Transpose{{0, 3, 1, 2}}, {x});
  graph.tensor(id).quant = graph.tensor(x).quant;
  return id;
}

void set_origins(Graph& graph) {
  for (Tensor& tensor : graph.tensors) {
    if (tensor.constant != nullptr) continue;
    tensor.origins = {{tensor.name, tensor.shape, {}, tensor.type, 0}};
  }
}

std::string difference(const Graph& before, const Graph& after, float tolerance,
                       std::uint64_t seed) {
  const Run a = run(before, seed);
  const Run b = run(after, seed);
  if (a.outputs.size() != b.outputs.size()) return "another number of outputs";
  for (std::size_t i = 0; i < a.outputs.size(); ++i) {
    const std::string& name = before.tensor(before.outputs[i]).name;
    const std::string& new_name = after.tensor(after.outputs[i]).name;
    if (name != new_name) return fmt::format("output '{}' became '{}'", name, new_name);
    const std::string error = compare(*a.outputs[i], *b.outputs[i], tolerance);
    if (!error.empty()) return fmt::format("output '{}': {}", name, error);
  }
  for (const auto& [name, value] : b.by_origin) {
    const auto old = a.by_origin.find(name);
    if (old == a.by_origin.end()) return fmt::format("origin '{}' is new", name);
    const std::string error = compare(*old->second, *value, tolerance);
    if (!error.empty()) return fmt::format("origin '{}': {}", name, error);
  }
  return {};
}

std::int64_t total_macs(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Node& node : graph.nodes) sum += macs_of(graph, node);
  return sum;
}

std::string apply(const std::function<void(Graph&)>& pass, Graph& graph, float tolerance) {
  if (std::string error = verify(graph); !error.empty()) return "before: " + error;
  const Graph before = graph;
  pass(graph);
  if (std::string error = verify(graph); !error.empty()) {
    return fmt::format("after: {}\n{}", error, print(graph));
  }
  if (std::string error = difference(before, graph, tolerance); !error.empty()) {
    return fmt::format("{}\n{}{}", error, print(before), print(graph));
  }
  Graph again = graph;
  pass(again);
  if (print(again) != print(graph)) {
    return fmt::format("not a fixed point\n{}{}", print(graph), print(again));
  }
  return {};
}

}  // namespace spindle::testing
