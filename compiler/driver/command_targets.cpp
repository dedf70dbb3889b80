#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "compiler/driver/commands.h"
#include "compiler/target/emulator.h"
#include "compiler/target/target.h"

namespace spindle {

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
                                 {"dotprod", target.dotprod}});
    }
    std::cout << json.dump(2) << '\n';
    return kExitDone;
  }
  for (const Target& target : targets()) {
    const std::optional<Emulator> emulator = find_emulator(target.name);
    const std::string with = !emulator || emulator->emulator.empty() ? "" : emulator->emulator;
    std::cout << fmt::format("{:<14} {:<32}{}\n", target.name, target.description,
                             with.empty() ? "" : " verified with " + with);
  }
  return kExitDone;
}

}  // namespace spindle
