#include "compiler/check/seeded_input.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include "compiler/check/split_mix.h"
#include "compiler/ir/op_traits.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

struct Wave {
  double rows, columns, phase;  // periods over the whole extent
};

// Values from 0 to 1, in row-major order. This works for NHWC and NCHW images alike, because the
// values vary along each of the last three dimensions.
std::vector<double> pattern(const Shape& shape, SplitMix& random) {
  constexpr int kWaves = 5;
  constexpr double kNoise = 0.35;
  const std::size_t rank = shape.size();
  const std::int64_t a = rank > 2 ? shape[rank - 3] : 1;
  const std::int64_t b = rank > 1 ? shape[rank - 2] : 1;
  const std::int64_t c = rank > 0 ? shape[rank - 1] : 1;
  std::array<Wave, kWaves> waves{};
  for (Wave& wave : waves) {
    wave = {1 + random.unit() * 7, 1 + random.unit() * 7, random.unit()};
  }
  std::vector<double> values;
  const std::size_t count = element_count(shape);
  values.reserve(count);
  for (std::size_t e = 0; e < count; ++e) {
    const auto at = static_cast<std::int64_t>(e);
    const double x = static_cast<double>(at / (b * c) % a) / static_cast<double>(a);
    const double y = static_cast<double>(at / c % b) / static_cast<double>(b);
    const double z = static_cast<double>(at % c) / static_cast<double>(c);
    double sum = 0;
    for (const Wave& wave : waves) {
      const double turns = wave.rows * x + wave.columns * y + 3 * wave.phase * z + wave.phase;
      sum += std::sin(2 * std::numbers::pi * turns);
    }
    // Most of the range is used, and values beyond it saturate as in a picture.
    const double smooth = 0.5 + sum / kWaves * 1.2;
    values.push_back(std::clamp(smooth + kNoise * (random.unit() - 0.5), 0.0, 1.0));
  }
  return values;
}

struct Range {
  double low, high;
};

ConstantPtr scaled(const Shape& shape, const std::vector<double>& unit, Range range) {
  std::vector<float> values;
  values.reserve(unit.size());
  for (double u : unit) {
    values.push_back(static_cast<float>(range.low + u * (range.high - range.low)));
  }
  return Constant::floats(shape, std::move(values));
}

// Computes from `value` of tensor `id` through operators with one run-time input each, up to the
// first one with an 8-bit result. Returns how many different codes that has; nullopt if there is
// none.
std::optional<std::size_t> codes_behind(const Graph& graph, TensorId id, ConstantPtr value) {
  const Uses uses(graph);
  for (;;) {
    if (is_quantized_type(value->type())) {
      std::array<bool, 256> seen{};
      for (std::byte code : value->bytes()) seen[std::to_integer<std::size_t>(code)] = true;
      return std::count(seen.begin(), seen.end(), true);
    }
    const std::vector<NodeId>& users = uses.users(id);
    if (users.empty()) return std::nullopt;
    const Node& node = graph.nodes[users[0]];
    const OpTraits traits = traits_of(node.op);
    if (!traits.moves() && !traits.elementwise) return std::nullopt;
    std::vector<ConstantPtr> operands;
    for (TensorId input : node.inputs) {
      if (input != id && !graph.is_constant(input)) return std::nullopt;
      operands.push_back(input == id ? value : graph.tensor(input).constant);
    }
    value = evaluate(graph, node, operands);
    id = node.output();
  }
}

Range range_of(const Graph& graph, TensorId id, const std::vector<double>& unit) {
  constexpr Range kUsual[] = {{-1, 1}, {0, 1}, {0, 255}, {-2.2, 2.7}, {-128, 127}};
  Range best = kUsual[0];
  std::size_t most = 0;
  for (const Range& range : kUsual) {
    const auto codes = codes_behind(graph, id, scaled(graph.tensor(id).shape, unit, range));
    if (codes && *codes > most) {
      most = *codes;
      best = range;
    }
  }
  return best;
}

}  // namespace

std::vector<ConstantPtr> seeded_inputs(const Graph& graph, std::uint64_t seed) {
  SplitMix random(seed);
  std::vector<ConstantPtr> inputs;
  for (TensorId id : graph.inputs) {
    const Tensor& t = graph.tensor(id);
    const std::vector<double> unit = pattern(t.shape, random);
    if (t.type == DType::kF32) {
      inputs.push_back(scaled(t.shape, unit, range_of(graph, id, unit)));
      continue;
    }
    std::vector<std::int64_t> values;
    values.reserve(unit.size());
    for (double u : unit) {
      values.push_back(min_of(t.type) + std::min<std::int64_t>(std::int64_t(u * 256), 255));
    }
    inputs.push_back(Constant::ints(t.type, t.shape, values));
  }
  return inputs;
}

}  // namespace spindle
