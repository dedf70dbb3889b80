#include "compiler/quantize/calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <utility>

#include "compiler/quantize/observed_network.h"
#include "compiler/support/parallel.h"
#include "compiler/support/progress.h"

namespace spindle {
namespace {

// The samples are divided among this many lanes, always in the same way: sample i goes to lane
// i % kLanes. A lane takes its samples one after the other, and lanes are added in order, so that
// sums do not depend on which thread was faster.
constexpr std::size_t kLanes = 8;

struct Lane {
  Statistics statistics;
  Diagnostics diagnostics;
};

bool all_finite(std::span<const float> values) {
  float sum = 0;  // of values times 0: NaN if one of them is not finite
  for (const float value : values) sum += value * 0.0F;
  return sum == 0;
}

// The real values of the codes that the values become.
std::vector<float> rounded(std::span<const float> values, const Quant& quant, DType type) {
  const float scale = quant.scale[0];
  const float least = static_cast<float>(min_of(type) - quant.zero_point[0]);
  const float most = static_cast<float>(max_of(type) - quant.zero_point[0]);
  std::vector<float> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
    constexpr float kRound = 0x1.8p23F;
    const float limited = std::clamp(values[i] / scale, least, most);
    result[i] = ((limited + kRound) - kRound) * scale;
  }
  return result;
}

class Calibration {
 public:
  Calibration(const Graph& graph, const CalibrationWish& wish, const CalibrationData& data,
              const ObservedNetwork& network)
      : graph_(graph), wish_(wish), data_(data), network_(network), lanes_(kLanes) {
    for (const NodeId node : wish.nodes) readers_[graph.nodes[node].inputs[0]].push_back(node);
  }

  std::optional<Statistics> run(Diagnostics& diagnostics) {
    {
      const ProgressStage stage("calibrating");
      parallel_for(kLanes, [&](std::size_t lane) {
        for (std::size_t i = lane; i < data_.count && !failed_; i += kLanes) {
          if (!take(i, lanes_[lane])) failed_ = true;
          report_progress(++done_, data_.count);
        }
      });
    }
    Statistics result;
    for (Lane& lane : lanes_) {
      add_messages(lane.diagnostics, diagnostics);
      for (auto& [id, values] : lane.statistics.values) result.values[id].merge(values);
      for (auto& [node, sums] : lane.statistics.windows) result.windows[node].add(sums);
    }
    if (failed_) return std::nullopt;
    return result;
  }

 private:
  bool take(std::size_t index, Lane& lane) {
    const auto inputs = data_.sample(index, lane.diagnostics);
    if (!inputs) return false;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      const TensorId id = graph_.inputs[i];
      if (std::find(wish_.tensors.begin(), wish_.tensors.end(), id) == wish_.tensors.end()) {
        continue;
      }
      if (!collect(id, (*inputs)[i]->as<float>(), index, lane)) return false;
    }
    const auto values = network_.run(*inputs);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!collect(network_.observed()[i], floats_of(values[i]), index, lane)) return false;
    }
    return true;
  }

  bool collect(TensorId id, std::span<const float> values, std::size_t index, Lane& lane) {
    if (!all_finite(values)) {
      Diagnostic& error = lane.diagnostics.error(
          "E0452", fmt::format("tensor '{}' has values that are not finite", name_of_tensor(id)),
          graph_.name);
      error.notes.push_back(fmt::format("sample {} of the calibration data makes them", index + 1));
      error.helps.emplace_back("check --mean and --std, and that the float model itself works");
      return false;
    }
    if (wish_.values) lane.statistics.values[id].add(values);
    const auto readers = readers_.find(id);
    if (readers == readers_.end()) return true;
    std::vector<float> codes;
    if (wish_.rounded != nullptr) {
      codes = rounded(values, wish_.rounded->at(id), wish_.rounded_to);
      values = codes;
    }
    for (const NodeId node : readers->second) {
      add_windows(graph_, graph_.nodes[node], values, lane.statistics.windows[node]);
    }
    return true;
  }

  [[nodiscard]] const std::string& name_of_tensor(TensorId id) const {
    const Tensor& tensor = graph_.tensor(id);
    return tensor.origins.empty() ? tensor.name : tensor.origins.front().name;
  }

  const Graph& graph_;
  const CalibrationWish& wish_;
  const CalibrationData& data_;
  const ObservedNetwork& network_;
  std::map<TensorId, std::vector<NodeId>> readers_;
  std::vector<Lane> lanes_;
  std::atomic<bool> failed_ = false;
  std::atomic<std::size_t> done_ = 0;
};

}  // namespace

void add_messages(const Diagnostics& from, Diagnostics& to) {
  for (const Diagnostic& message : from.all()) {
    Diagnostic& added = message.severity == Severity::kError
                            ? to.error(message.code, message.message, message.place)
                        : message.severity == Severity::kWarning
                            ? to.warning(message.code, message.message, message.place)
                            : to.note(message.message, message.place);
    added.notes = message.notes;
    added.helps = message.helps;
  }
}

std::optional<Statistics> calibrate(const Graph& graph, const CalibrationWish& wish,
                                    const CalibrationData& data, Diagnostics& diagnostics) {
  std::vector<TensorId> computed;
  for (const TensorId id : wish.tensors) {
    if (!graph.is_input(id)) computed.push_back(id);
  }
  const auto network = ObservedNetwork::compile(graph, std::move(computed), diagnostics);
  if (!network) return std::nullopt;
  return Calibration(graph, wish, data, *network).run(diagnostics);
}

}  // namespace spindle
