// --labels: the names of classes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {

// Reads one name per line; empty lines at the end are ignored. Reports E0420 and returns an empty
// list if the file cannot be read.
[[nodiscard]] std::vector<std::string> read_labels(const std::filesystem::path& file,
                                                   Diagnostics& diagnostics);

// Number of classes of the model, from its detections, its map of classes (ArgMax) or its longest
// vector of scores; 0 if it has none of these.
[[nodiscard]] std::int64_t count_classes(const Compilation& compilation);

// Reports E0423 if there are fewer labels than classes, or if the model has no classes, and W0402
// if there are more. With one label too many or too few, all classes could be shown under wrong
// names.
void check_labels(const std::filesystem::path& file, const std::vector<std::string>& labels,
                  const Compilation& compilation, Diagnostics& diagnostics);

// True if the shape is a single vector of scores: all extents but one are 1.
[[nodiscard]] bool is_scores(const Shape& shape);

}  // namespace spindle
