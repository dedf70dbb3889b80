#include "compiler/target/emulator.h"

#include "compiler/target/target.h"

namespace spindle {
namespace {

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    result.emplace_back(text.substr(0, space));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return result;
}

std::vector<std::string> arguments(const EmulatorUse& emulator) {
  std::string machine(emulator.machine);
  switch (emulator.kind) {
    case EmulatorUse::Kind::kNative:
      return {};
    case EmulatorUse::Kind::kUser:
      return {"-cpu", std::move(machine)};
    case EmulatorUse::Kind::kBoard:
      break;
  }
  std::vector<std::string> result{"-M", std::move(machine)};
  for (const char* device : {"-display", "-serial", "-monitor", "-net"}) {
    result.insert(result.end(), {device, "none"});
  }
  result.insert(result.end(), {"-semihosting-config", "enable=on,target=native"});
  return result;
}

}  // namespace

std::optional<Emulator> find_emulator(std::string_view name) {
  const Target* target = find_target(name);
  if (target == nullptr) return std::nullopt;
  const bool board = target->emulator.kind == EmulatorUse::Kind::kBoard;
  return Emulator{
      .target = std::string(target->name),
      .kind = target->emulator.kind,
      .compiler = std::string(target->compiler.program),
      .compiler_package = std::string(target->compiler.packages),
      .flags = words(target->compiler.flags),
      .link_flags = words(target->compiler.link_flags),
      .emulator = std::string(target->emulator.program),
      .emulator_package = std::string(target->emulator.package),
      .emulator_args = arguments(target->emulator),
      .linker_script = board ? std::string(target->emulator.machine) + ".ld" : std::string(),
  };
}

}  // namespace spindle
