// The report of `quantize`, as text and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "compiler/quantize/quantize.h"

namespace spindle {

struct QuantizeReport {
  std::string model, output;  // files
  std::string calibration;    // "100 samples", "random"
  std::size_t samples = 0;
};

// A table of the layers with their scales and errors, the layers that lose most, and the errors of
// the outputs.
[[nodiscard]] std::string quantize_text(const QuantizeReport& report, const QuantizedModel& model);
[[nodiscard]] nlohmann::ordered_json quantize_json(const QuantizeReport& report,
                                                   const QuantizedModel& model);

}  // namespace spindle
