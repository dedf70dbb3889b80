#include "compiler/target/emulator.h"

#include <array>

namespace spindle {
namespace {

// One row per target. `cpu` is the compiler's -mcpu. It may name a relative with the same
// instruction set if GCC 12 or QEMU 7.2 do not know the core: both lack Cortex-M85 (Armv8.1-M with
// MVE, like M55), and QEMU lacks Cortex-A55 (Armv8.2-A with dot product, like A76).
struct BoardRow {
  const char* target;
  const char* cpu;
  const char* float_flags;  // value of -mfpu; empty: -mcpu implies it (MVE cores); null: no FPU
  const char* machine;
};

// Cortex-M0+ and M23 run on the next larger core of the same architecture. The start-up code makes
// unaligned accesses fault, as they do on the real cores.
constexpr std::array kBoards = {
    BoardRow{"cortex-m0plus", "cortex-m0plus", nullptr, "mps2-an385"},
    BoardRow{"cortex-m3", "cortex-m3", nullptr, "mps2-an385"},
    BoardRow{"cortex-m23", "cortex-m23", nullptr, "mps2-an505"},
    BoardRow{"cortex-m4", "cortex-m4", "fpv4-sp-d16", "mps2-an386"},
    BoardRow{"cortex-m7", "cortex-m7", "fpv5-d16", "mps2-an500"},
    BoardRow{"cortex-m33", "cortex-m33", "fpv5-sp-d16", "mps2-an505"},
    BoardRow{"cortex-m55", "cortex-m55", "", "mps3-an547"},
    BoardRow{"cortex-m85", "cortex-m55", "", "mps3-an547"},
};

struct UserRow {
  const char* target;
  const char* fpu;  // value of -mfpu for 32-bit cores; null: 64-bit core
  const char* qemu_cpu;
};

constexpr std::array kUsers = {
    UserRow{"cortex-a7", "neon-vfpv4", "cortex-a7"}, UserRow{"cortex-a9", "neon", "cortex-a9"},
    UserRow{"cortex-a53", nullptr, "cortex-a53"},    UserRow{"cortex-a72", nullptr, "cortex-a72"},
    UserRow{"cortex-a55", nullptr, "cortex-a76"},    UserRow{"cortex-a76", nullptr, "cortex-a76"},
};

Emulator board(const BoardRow& row) {
  Emulator e;
  e.target = row.target;
  e.kind = Emulator::Kind::board;
  e.compiler = "arm-none-eabi-gcc";
  e.compiler_package = "gcc-arm-none-eabi libnewlib-arm-none-eabi";
  e.flags = {std::string("-mcpu=") + row.cpu, "-mthumb"};
  if (row.float_flags == nullptr) {
    e.flags.emplace_back("-mfloat-abi=soft");
  } else {
    e.flags.emplace_back("-mfloat-abi=hard");
    if (*row.float_flags != '\0') e.flags.push_back(std::string("-mfpu=") + row.float_flags);
  }
  e.link_flags = {"-nostartfiles", "--specs=nano.specs", "--specs=nosys.specs", "-lm"};
  e.emulator = "qemu-system-arm";
  e.emulator_package = "qemu-system-arm";
  e.emulator_args = {"-M",
                     row.machine,
                     "-display",
                     "none",
                     "-serial",
                     "none",
                     "-monitor",
                     "none",
                     "-net",
                     "none",
                     "-semihosting-config",
                     "enable=on,target=native"};
  e.linker_script = std::string(row.machine) + ".ld";
  return e;
}

Emulator user(const UserRow& row, std::string_view extensions) {
  Emulator e;
  e.target = row.target;
  e.target += extensions;
  e.kind = Emulator::Kind::user;
  e.flags = {"-mcpu=" + e.target};
  e.emulator_package = "qemu-user";
  if (row.fpu != nullptr) {
    e.compiler = "arm-linux-gnueabihf-gcc";
    e.compiler_package = "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross";
    e.flags.insert(e.flags.end(), {"-mthumb", "-mfloat-abi=hard", std::string("-mfpu=") + row.fpu});
    e.emulator = "qemu-arm";
  } else {
    e.compiler = "aarch64-linux-gnu-gcc";
    e.compiler_package = "gcc-aarch64-linux-gnu libc6-dev-arm64-cross";
    e.emulator = "qemu-aarch64";
  }
  e.link_flags = {"-static", "-lm"};
  e.emulator_args = {"-cpu", extensions.empty() ? row.qemu_cpu : "max"};
  return e;
}

Emulator native() {
  Emulator e;
  e.target = "host";
  e.compiler = "cc";
  e.compiler_package = "gcc libc6-dev";
#if defined(__x86_64__)
  // Otherwise leaf functions may use 128 bytes below the stack pointer, which compilers do not
  // report.
  e.flags = {"-mno-red-zone"};
#endif
  // With lazy binding, the dynamic linker would run on the stack that is being measured.
  e.link_flags = {"-Wl,-z,now", "-lm"};
  return e;
}

}  // namespace

std::optional<Emulator> find_emulator(std::string_view target) {
  if (target == "host") return native();
  for (const BoardRow& row : kBoards) {
    if (target == row.target) return board(row);
  }
  const std::size_t plus = target.find('+');
  const std::string_view core = target.substr(0, plus);
  const std::string_view extensions =
      plus == std::string_view::npos ? std::string_view{} : target.substr(plus);
  for (const UserRow& row : kUsers) {
    if (core == row.target && (extensions.empty() || row.fpu == nullptr)) {
      return user(row, extensions);
    }
  }
  return std::nullopt;
}

std::vector<std::string> emulator_targets() {
  std::vector<std::string> names;
  for (const BoardRow& row : kBoards) names.emplace_back(row.target);
  for (const UserRow& row : kUsers) names.emplace_back(row.target);
  names.emplace_back("host");
  return names;
}

}  // namespace spindle
