// A page explains how to add a row: docs/adding-a-target.md.
#include "compiler/target/target.h"

#include <algorithm>
#include <array>

namespace spindle {
namespace {

#if defined(__x86_64__)
// Otherwise leaf functions use 128 bytes below the stack pointer that no compiler counts.
constexpr std::string_view kHostFlags = "-mno-red-zone";
#else
constexpr std::string_view kHostFlags = "";
#endif

constexpr CompilerUse bare_metal_gcc(std::string_view flags) {
  return {.program = "arm-none-eabi-gcc",
          .packages = "gcc-arm-none-eabi libnewlib-arm-none-eabi",
          .flags = flags,
          .link_flags = "-nostartfiles --specs=nano.specs --specs=nosys.specs -lm"};
}

constexpr CompilerUse a32_gcc(std::string_view flags) {
  return {.program = "arm-linux-gnueabihf-gcc",
          .packages = "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross",
          .flags = flags,
          .link_flags = "-static -lm"};
}

constexpr CompilerUse a64_gcc(std::string_view flags) {
  return {.program = "aarch64-linux-gnu-gcc",
          .packages = "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
          .flags = flags,
          .link_flags = "-static -lm"};
}

constexpr EmulatorUse board(std::string_view machine) {
  return {.kind = EmulatorUse::Kind::kBoard,
          .program = "qemu-system-arm",
          .package = "qemu-system-arm",
          .machine = machine};
}

constexpr EmulatorUse a32_linux(std::string_view cpu) {
  return {.kind = EmulatorUse::Kind::kUser,
          .program = "qemu-arm",
          .package = "qemu-user",
          .machine = cpu};
}

constexpr EmulatorUse a64_linux(std::string_view cpu) {
  return {.kind = EmulatorUse::Kind::kUser,
          .program = "qemu-aarch64",
          .package = "qemu-user",
          .machine = cpu};
}

constexpr LlvmUse soft_float_core(std::string_view bitcode, std::string_view cpu) {
  return {.bitcode = bitcode, .cpu = cpu, .hard_float = false, .bare_metal = true};
}

constexpr LlvmUse hard_float_core(std::string_view bitcode, std::string_view cpu) {
  return {.bitcode = bitcode, .cpu = cpu, .bare_metal = true};
}

// Derived figures: instructions retired under emulation. Spindle's portable kernels on MobileNetV2
// 0.35 at 128x128; XNNPACK's on 1.0 at 224x224. M7: 1106.6 ms at 400 MHz for 300.8 M MACs. M55:
// pointwise 0.39 to 1.26, depthwise 3.8; depthwise is 7 % of the network's MACs.
constexpr std::string_view kCounted = "counted instructions, one per cycle";
constexpr std::string_view kXnnpack = "XNNPACK's instructions, one per cycle";
constexpr std::string_view kXnnpack2 = "XNNPACK's instructions, two per cycle";

constexpr std::array kTargets{
    Target{.name = "host",
           .description = "this machine, portable C",
           .fpu = true,
           .portable_vectors = true,
           .compiler = {.program = "cc",
                        .packages = "gcc libc6-dev",
                        .flags = kHostFlags,
                        // Lazy binding would run the dynamic linker on the stack that is measured.
                        .link_flags = "-Wl,-z,now -lm"},
           .llvm = {.bitcode = "host"}},
    // QEMU runs M0+ as M3 and M23 as M33: start-up code makes unaligned accesses fault there, too.
    Target{.name = "cortex-m0plus",
           .description = "Armv6-M, no FPU",
           .compiler = bare_metal_gcc("-mcpu=cortex-m0plus -mthumb -mfloat-abi=soft"),
           .emulator = board("mps2-an385"),
           .llvm = soft_float_core("armv6m", "cortex-m0plus"),
           .time = {.megahertz = 48, .s8 = {26, kCounted}, .f32 = {180, kCounted}}},
    Target{.name = "cortex-m3",
           .description = "Armv7-M, no FPU",
           .compiler = bare_metal_gcc("-mcpu=cortex-m3 -mthumb -mfloat-abi=soft"),
           .emulator = board("mps2-an385"),
           .llvm = soft_float_core("armv7m", "cortex-m3"),
           .time = {.megahertz = 72, .s8 = {11, kCounted}, .f32 = {85, kCounted}}},
    Target{.name = "cortex-m23",
           .description = "Armv8-M baseline, no FPU",
           .compiler = bare_metal_gcc("-mcpu=cortex-m23 -mthumb -mfloat-abi=soft"),
           .emulator = board("mps2-an505"),
           .llvm = soft_float_core("armv8m_base", "cortex-m23"),
           .time = {.megahertz = 48, .s8 = {26, kCounted}, .f32 = {180, kCounted}}},
    Target{.name = "cortex-m4",
           .description = "Armv7E-M, DSP, FPU",
           .fpu = true,
           .dsp = true,
           .compiler = bare_metal_gcc("-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16"),
           .emulator = board("mps2-an386"),
           .llvm = hard_float_core("armv7em", "cortex-m4"),
           .time = {.megahertz = 120,
                    .s8 = {1.43, "best measured on an M4, MLPerf Tiny"},
                    .f32 = {3.7, kCounted}}},
    Target{.name = "cortex-m7",
           .description = "Armv7E-M, DSP, FPU",
           .fpu = true,
           .dsp = true,
           .compiler = bare_metal_gcc("-mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-d16"),
           .emulator = board("mps2-an500"),
           .llvm = hard_float_core("armv7em_fpv5", "cortex-m7"),
           .time = {.megahertz = 400,
                    .s8 = {1.47, "ST Edge AI's MobileNetV2, measured"},
                    .f32 = {3.7, kCounted}}},
    Target{
        .name = "cortex-m33",
        .description = "Armv8-M, DSP, FPU",
        .fpu = true,
        .dsp = true,
        .compiler = bare_metal_gcc("-mcpu=cortex-m33 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16"),
        .emulator = board("mps2-an505"),
        .llvm = hard_float_core("armv8m_main", "cortex-m33"),
        .time = {.megahertz = 160,
                 .s8 = {1.27, "best measured on an M33, MLPerf Tiny"},
                 .f32 = {3.7, kCounted}}},
    Target{.name = "cortex-m55",
           .description = "Armv8.1-M, Helium (MVE)",
           .fpu = true,
           .dsp = true,
           .mve = true,
           .compiler = bare_metal_gcc("-mcpu=cortex-m55 -mthumb -mfloat-abi=hard"),
           .emulator = board("mps3-an547"),
           .llvm = hard_float_core("armv81m_main", "cortex-m55"),
           .time = {.megahertz = 400, .s8 = {1.0, "CMSIS-NN measured on an M55"}, .f32 = {}}},
    // GCC 12 and QEMU 7.2 do not know M85, which has the instructions of M55.
    Target{
        .name = "cortex-m85",
        .description = "Armv8.1-M, Helium (MVE)",
        .fpu = true,
        .dsp = true,
        .mve = true,
        .compiler = bare_metal_gcc("-mcpu=cortex-m55 -mthumb -mfloat-abi=hard"),
        .emulator = board("mps3-an547"),
        .llvm = hard_float_core("armv81m_main", "cortex-m85"),
        .time = {.megahertz = 480, .s8 = {0.86, "best measured on an M85, MLPerf Tiny"}, .f32 = {}},
        .stack_of = "cortex-m55"},
    // Debian's LLVM leaves NEON out of what the names of the 32-bit cores mean.
    Target{.name = "cortex-a7",
           .description = "Armv7-A, NEON, FMA",
           .fpu = true,
           .neon = true,
           .fma = true,
           .compiler = a32_gcc("-mcpu=cortex-a7 -mthumb -mfloat-abi=hard -mfpu=neon-vfpv4"),
           .emulator = a32_linux("cortex-a7"),
           .llvm = {.bitcode = "armv7a_vfpv4", .cpu = "cortex-a7", .features = "+neon,+vfp4"}},
    Target{.name = "cortex-a9",
           .description = "Armv7-A, NEON",
           .fpu = true,
           .neon = true,
           .compiler = a32_gcc("-mcpu=cortex-a9 -mthumb -mfloat-abi=hard -mfpu=neon"),
           .emulator = a32_linux("cortex-a9"),
           .llvm = {.bitcode = "armv7a", .cpu = "cortex-a9", .features = "+neon"}},
    // LLVM's models of in-order cores fill the gaps with so many values that accumulators are
    // spilled; its model of a generic core, in order too, does not.
    Target{.name = "cortex-a53",
           .description = "Armv8-A, NEON",
           .fpu = true,
           .neon = true,
           .a64 = true,
           .compiler = a64_gcc("-mcpu=cortex-a53"),
           .emulator = a64_linux("cortex-a53"),
           .llvm = {.bitcode = "aarch64", .cpu = "cortex-a53", .tune = "generic"},
           .time = {.megahertz = 1400, .s8 = {0.44, kXnnpack}, .f32 = {0.65, kXnnpack}}},
    Target{.name = "cortex-a72",
           .description = "Armv8-A, NEON",
           .fpu = true,
           .neon = true,
           .a64 = true,
           .compiler = a64_gcc("-mcpu=cortex-a72"),
           .emulator = a64_linux("cortex-a72"),
           .llvm = {.bitcode = "aarch64", .cpu = "cortex-a72"},
           .time = {.megahertz = 1500, .s8 = {0.19, kXnnpack2}, .f32 = {0.2, kXnnpack2}}},
    // QEMU 7.2 does not know A55, which has the instructions of A76.
    Target{.name = "cortex-a55",
           .description = "Armv8.2-A, NEON, dot product",
           .fpu = true,
           .neon = true,
           .a64 = true,
           .dotprod = true,
           .compiler = a64_gcc("-mcpu=cortex-a55"),
           .emulator = a64_linux("cortex-a76"),
           .llvm = {.bitcode = "aarch64_dotprod", .cpu = "cortex-a55", .tune = "generic"},
           .time = {.megahertz = 1800, .s8 = {0.16, kXnnpack}, .f32 = {0.65, kXnnpack}}},
    Target{.name = "cortex-a76",
           .description = "Armv8.2-A, NEON, dot product",
           .fpu = true,
           .neon = true,
           .a64 = true,
           .dotprod = true,
           .compiler = a64_gcc("-mcpu=cortex-a76"),
           .emulator = a64_linux("cortex-a76"),
           .llvm = {.bitcode = "aarch64_dotprod", .cpu = "cortex-a76"},
           .time = {.megahertz = 2400,
                    .s8 = {0.08, kXnnpack2},
                    .f32 = {0.18, "69 % of peak, the best published"}}},
    Target{.name = "cortex-a76+i8mm",
           .description = "Armv8.2-A, NEON, dot and matrix product",
           .fpu = true,
           .neon = true,
           .a64 = true,
           .dotprod = true,
           .i8mm = true,
           .compiler = a64_gcc("-mcpu=cortex-a76+i8mm"),
           .emulator = a64_linux("max"),
           .llvm = {.bitcode = "aarch64_i8mm", .cpu = "cortex-a76", .features = "+i8mm"}},
};

}  // namespace

std::span<const Target> targets() {
  return kTargets;
}

const Target* find_target(std::string_view name) {
  const auto* found = std::find_if(kTargets.begin(), kTargets.end(),
                                   [&](const Target& target) { return target.name == name; });
  return found == kTargets.end() ? nullptr : found;
}

}  // namespace spindle
