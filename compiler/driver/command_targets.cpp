#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "compiler/driver/commands.h"
#include "compiler/target/target.h"

namespace spindle {
namespace {

constexpr const char* kRow = "{:<15} {:<39} {:<15} {}\n";

}  // namespace

int run_targets(const std::string& format) {
  if (format == "json") {
    nlohmann::ordered_json json{{"schema_version", 1}};
    json["targets"] = nlohmann::ordered_json::array();
    for (const Target& target : targets()) {
      json["targets"].push_back({{"name", target.name},
                                 {"description", target.description},
                                 {"fpu", target.fpu},
                                 {"dsp", target.dsp},
                                 {"mve", target.mve},
                                 {"neon", target.neon},
                                 {"dotprod", target.dotprod},
                                 {"i8mm", target.i8mm},
                                 {"compiler", target.compiler.program},
                                 {"flags", target.compiler.flags},
                                 {"emulator", target.emulator.program},
                                 {"megahertz", target.time.megahertz}});
    }
    std::cout << json.dump(2) << '\n';
    return kExitDone;
  }
  std::cout << fmt::format(kRow, "TARGET", "CORE", "EMULATOR", "COMPILED WITH");
  for (const Target& target : targets()) {
    const std::string_view emulator = target.emulator.program;
    std::cout << fmt::format(kRow, target.name, target.description,
                             emulator.empty() ? "none" : emulator,
                             fmt::format("{} {}", target.compiler.program, target.compiler.flags));
  }
  return kExitDone;
}

}  // namespace spindle
