#include "compiler/run/picture_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

struct Range {
  double low = 0, high = 0;
  [[nodiscard]] double width() const { return high - low; }
};

// The range of real values that the quantized tensor can represent. Returns nothing if it is not
// 8-bit with one scale.
std::optional<Range> range_of(const Tensor& tensor) {
  if (!tensor.quant || !tensor.quant->per_tensor()) return std::nullopt;
  const bool is_signed = tensor.type == DType::kI8;
  if (!is_signed && tensor.type != DType::kU8) return std::nullopt;
  const double scale = tensor.quant->scale[0];
  const double zero = tensor.quant->zero_point[0];
  return Range{((is_signed ? -128 : 0) - zero) * scale, ((is_signed ? 127 : 255) - zero) * scale};
}

// The range of the first Quantize behind the input, looking through operators that only move
// elements.
std::optional<Range> quantized_range(const Graph& graph, TensorId input) {
  const Uses uses(graph);
  for (TensorId id = input; uses.users(id).size() == 1;) {
    const Node& node = graph.nodes[uses.users(id)[0]];
    if (node.as<Quantize>() != nullptr) return range_of(graph.tensor(node.output()));
    if (!traits_of(node.op).permutes()) return std::nullopt;
    id = node.output();
  }
  return std::nullopt;
}

Range picture_range(const PictureOptions& options) {
  Range range{HUGE_VAL, -HUGE_VAL};
  const std::size_t channels = std::max({options.mean.size(), options.std.size(), std::size_t{1}});
  const auto at = [](const std::vector<float>& values, std::size_t c, float otherwise) {
    return values.empty() ? otherwise : values[std::min(c, values.size() - 1)];
  };
  for (std::size_t c = 0; c < channels; ++c) {
    const double mean = at(options.mean, c, 0);
    const double std = at(options.std, c, 1);
    range.low = std::min(range.low, (0 - mean) / std);
    range.high = std::max(range.high, (255 - mean) / std);
  }
  return range;
}

// True if `values` fit the range `held`. Calibration makes ranges a little smaller or larger than
// those of pictures, so some slack is allowed. Without means and stds (not `scaled`) the values are
// the bytes, whose range is known exactly, so there is little slack.
bool fits(const Range& values, const Range& held, bool scaled) {
  const double slack = held.width() * (scaled ? 0.5 : 0.02);
  constexpr double kLeastPart = 1.0 / 16;
  return values.low >= held.low - slack && values.high <= held.high + slack &&
         values.width() >= held.width() * kLeastPart;
}

bool near(double a, double b) {
  return std::abs(a - b) <= 0.02 * std::max(1.0, std::abs(b));
}

std::string suggestion(const Range& held) {
  if (near(held.low, -1) && near(held.high, 1)) return "--mean=127.5 --std=127.5";
  if (near(held.low, 0) && near(held.high, 1)) return "--mean=0 --std=255";
  if (near(held.low, 0) && near(held.high, 255)) return "--mean=0 --std=1";
  if (near(held.low, -128) && near(held.high, 127)) return "--mean=128 --std=1";
  return "--mean=123.675,116.28,103.53 --std=58.395,57.12,57.375";
}

void check_picture_range(const Graph& graph, std::size_t input, const PictureOptions& options,
                         Diagnostics& diagnostics) {
  const TensorId id = graph.inputs[input];
  const bool codes = graph.input_port(input).codes;
  if (graph.tensor(id).type != DType::kF32 && !codes) return;
  const std::optional<Range> held = codes ? range_of(graph.tensor(id)) : quantized_range(graph, id);
  if (!held) return;
  const bool scaled = !options.mean.empty() || !options.std.empty();
  const Range values = picture_range(options);
  if (fits(values, *held, scaled)) return;
  Diagnostic& warning = diagnostics.warning(
      "W0401",
      fmt::format(
          "pictures give values from {:.3g} to {:.3g}, but the model is made for {:.3g} to {:.3g}",
          values.low, values.high, held->low, held->high),
      fmt::format("{}: input '{}'", graph.name, graph.input_port(input).name));
  warning.notes.emplace_back(
      "the scale and zero point of the model's first QuantizeLinear have that range");
  warning.helps.push_back(
      fmt::format("say how training turned bytes into values: (byte - mean) / std, for example {}",
                  suggestion(*held)));
}

}  // namespace

void check_picture_ranges(const Compilation& compilation, const std::vector<InputSet>& sets,
                          const PictureOptions& options, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < compilation.graph.inputs.size(); ++i) {
    const bool pictures = std::any_of(sets.begin(), sets.end(), [&](const InputSet& set) {
      return set.files[i].extension() != ".npy";
    });
    if (pictures) check_picture_range(compilation.graph, i, options, diagnostics);
  }
}

}  // namespace spindle
