#include "compiler/package/shared_arena.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/support/names.h"

namespace spindle {
namespace {

// By name of the region: each model's name and the bytes it needs there.
using Needs = std::map<std::string, std::vector<std::pair<std::string, std::int64_t>>>;

Needs needs_of(std::span<const ListedModel> models) {
  Needs needs;
  for (const ListedModel& model : models) {
    for (const ListedModel::ArenaSize& arena : model.arenas) {
      needs[arena.name].emplace_back(model.name, arena.bytes);
    }
  }
  return needs;
}

// The header of another folder may have been included before. Then the larger arena serves the
// models of both folders.
std::string arena_text(const std::string& region, const Needs::mapped_type& sizes) {
  const std::string suffix = region.empty() ? "" : "_" + upper_case(region);
  std::int64_t most = 0;
  std::string list;
  for (const auto& [model, bytes] : sizes) {
    most = std::max(most, bytes);
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", model, bytes);
  }
  return fmt::format(
      "\n/* Bytes of arena{1}: {2}. */\n"
      "#if !defined(SPINDLE_SHARED_ARENA{0}_BYTES) || SPINDLE_SHARED_ARENA{0}_BYTES < {3}u\n"
      "#undef SPINDLE_SHARED_ARENA{0}_BYTES\n"
      "#define SPINDLE_SHARED_ARENA{0}_BYTES {3}u\n"
      "#undef SPINDLE_SHARED_ARENA{0}\n"
      "#define SPINDLE_SHARED_ARENA{0}(name) SPINDLE_ARENA{0}_ATTR static uint64_t "
      "name[{4}]\n#endif\n",
      suffix, region.empty() ? "" : " in " + region, list, most,
      std::max<std::int64_t>((most + 7) / 8, 1));
}

}  // namespace

std::string shared_arena_header(std::span<const ListedModel> models) {
  std::string out =
      "/* SPDX-License-Identifier: LicenseRef-Spindle-Output */\n"
      "/* The models of this folder, and one arena for all of them:\n"
      " *   SPINDLE_SHARED_ARENA(arena);\n"
      " * It is as large as the largest needs. Models may share it that do not run at the same "
      "time;\n"
      " * one whose input is streamed runs from its begin to its finish. */\n"
      "#include <stdint.h>\n\n";
  for (const ListedModel& model : models) out += fmt::format("#include \"{}.h\"\n", model.name);
  for (const auto& [region, sizes] : needs_of(models)) out += arena_text(region, sizes);
  return out;
}

}  // namespace spindle
