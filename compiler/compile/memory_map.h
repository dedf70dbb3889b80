// The memories that --memory=MAP.json describes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/plan/plan.h"

namespace spindle {

constexpr std::size_t kMostRegions = 16;

// Reads {"regions": [{"name", "size", "rank", "attribute", "holds"}, ...]} as
// docs/memory-regions.md defines it: `size` in bytes, or as text such as "96K" or
// "1.5MiB"; `attribute` and `holds` are optional. Nothing if the file cannot be read or says
// something else: all that is wrong is reported as E0404.
[[nodiscard]] std::optional<std::vector<Region>> read_memory_map(const std::filesystem::path& file,
                                                                 Diagnostics& diagnostics);

// The same from the file's text; `place` is what messages call the file.
[[nodiscard]] std::optional<std::vector<Region>> parse_memory_map(const std::string& text,
                                                                  const std::string& place,
                                                                  Diagnostics& diagnostics);

}  // namespace spindle
