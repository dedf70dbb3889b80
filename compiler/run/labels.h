// --labels: the names of classes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {

// One name a line; empty lines at the end are none. Reports E0420 if the file cannot be read.
[[nodiscard]] std::vector<std::string> read_labels(const std::filesystem::path& file,
                                                   Diagnostics& diagnostics);

// How many classes the model tells apart, by its detections, its map of classes or its longest
// vector of scores; 0 if it gives none of these.
[[nodiscard]] std::int64_t count_classes(const Compilation& compilation);

// E0423 if there are fewer labels than classes, or no classes; W0402 if there are more: whoever has
// one too many, or one too few, sees each class under another's name.
void check_labels(const std::filesystem::path& file, const std::vector<std::string>& labels,
                  const Compilation& compilation, Diagnostics& diagnostics);

// Scores over classes: one vector.
[[nodiscard]] bool is_scores(const Shape& shape);

}  // namespace spindle
