// What a run's outputs say: classes, detections, a map of classes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "compiler/driver/commands.h"

namespace spindle {

// A map of classes: integers over an image.
struct ClassMap {
  ConstantPtr classes;  // null: there is none
  int width = 0, height = 0;
};
[[nodiscard]] ClassMap find_classes(const Program& program,
                                    const std::vector<ConstantPtr>& outputs);

// The detections among the outputs; null without --detect.
[[nodiscard]] ConstantPtr find_detections(const RunOptions& options,
                                          const std::vector<ConstantPtr>& outputs);

// For people, on stdout.
void print_result(const RunOptions& options, const Program& program,
                  const std::vector<ConstantPtr>& outputs, const std::vector<std::string>& labels);

// The same for programs: `detections`, `classes` of a map, or `outputs`.
[[nodiscard]] nlohmann::ordered_json result_json(const RunOptions& options, const Program& program,
                                                 const std::vector<ConstantPtr>& outputs,
                                                 const std::vector<std::string>& labels);

}  // namespace spindle
