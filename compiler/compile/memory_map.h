// Reads the memory regions that --memory=MAP.json describes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/plan/plan.h"

namespace spindle {

constexpr std::size_t kMostRegions = 16;

// Reads {"regions": [{"name", "size", "rank", "attribute", "holds"}, ...]}, as
// docs/memory-regions.md defines it. `size` is a number of bytes, or text such as "96K" or
// "1.5MiB"; `attribute` and `holds` are optional. Reports everything that is wrong as E0404 and
// then returns nothing.
[[nodiscard]] std::optional<Regions> read_memory_map(const std::filesystem::path& file,
                                                     Diagnostics& diagnostics);

// The same for the text of such a file; `place` is the file's name in messages.
[[nodiscard]] std::optional<Regions> parse_memory_map(const std::string& text,
                                                      const std::string& place,
                                                      Diagnostics& diagnostics);

}  // namespace spindle
