// Shows the outputs of a run: the best classes, detections, or a map of classes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "compiler/driver/commands.h"

namespace spindle {

// A map of classes, the result of a segmentation model: the class of each pixel, as integers.
struct ClassMap {
  ConstantPtr classes;  // height x width values; null: no output is such a map
  int width = 0, height = 0;
};
[[nodiscard]] ClassMap find_classes(const Program& program,
                                    const std::vector<ConstantPtr>& outputs);

// The output that holds the detections; null without --detect.
[[nodiscard]] ConstantPtr find_detections(const RunOptions& options,
                                          const std::vector<ConstantPtr>& outputs);

// Prints the outputs to stdout as text for people. `labels` are the names of classes, by index; may
// be empty.
void print_result(const RunOptions& options, const Program& program,
                  const std::vector<ConstantPtr>& outputs, const std::vector<std::string>& labels);

// The same result for programs: an object with one member, which is `detections`, `classes` (the
// parts of a map of classes) or `outputs`.
[[nodiscard]] nlohmann::ordered_json result_json(const RunOptions& options, const Program& program,
                                                 const std::vector<ConstantPtr>& outputs,
                                                 const std::vector<std::string>& labels);

}  // namespace spindle
