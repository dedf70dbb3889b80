#include "compiler/quantize/measure.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "compiler/quantize/observed_network.h"
#include "compiler/support/parallel.h"
#include "compiler/support/progress.h"

namespace spindle {
namespace {

struct Powers {
  double signal = 0, noise = 0;
};

Powers powers_of(std::span<const float> exact, std::span<const float> other) {
  Powers sums;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const double x = static_cast<double>(exact[i]);
    const double error = x - static_cast<double>(other[i]);
    sums.signal += x * x;
    sums.noise += error * error;
  }
  return sums;
}

double decibels(const Powers& powers) {
  if (powers.noise == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(powers.signal / powers.noise);
}

}  // namespace

std::optional<std::vector<double>> measure_sqnr(const GraphPair& graphs,
                                                const std::vector<TensorPair>& pairs,
                                                const CalibrationData& data, std::size_t samples,
                                                Diagnostics& diagnostics) {
  std::vector<TensorId> in_float;
  std::vector<TensorId> in_quantized;
  for (const TensorPair& pair : pairs) {
    in_float.push_back(pair.in_float);
    in_quantized.push_back(pair.in_quantized);
  }
  const auto exact = ObservedNetwork::compile(graphs.in_float, in_float, diagnostics);
  if (!exact) return std::nullopt;
  const auto quantized = ObservedNetwork::compile(graphs.in_quantized, in_quantized, diagnostics);
  if (!quantized) return std::nullopt;
  const std::size_t count = std::min(samples, data.count);
  std::vector<std::vector<Powers>> all(count);
  std::vector<Diagnostics> messages(count);
  std::atomic<std::size_t> done = 0;
  {
    const ProgressStage stage("measuring errors");
    parallel_for(count, [&](std::size_t i) {
      const auto inputs = data.sample(i * data.count / count, messages[i]);
      if (!inputs) return;
      const auto one = exact->run(*inputs);
      const auto other = quantized->run(*inputs);
      for (std::size_t k = 0; k < pairs.size(); ++k) {
        all[i].push_back(powers_of(floats_of(one[k]), floats_of(other[k])));
      }
      report_progress(++done, count);
    });
  }
  for (const Diagnostics& some : messages) add_messages(some, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  std::vector<double> result;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    Powers sum;
    for (const std::vector<Powers>& powers : all) {
      sum.signal += powers[k].signal;
      sum.noise += powers[k].noise;
    }
    result.push_back(decibels(sum));
  }
  return result;
}

}  // namespace spindle
