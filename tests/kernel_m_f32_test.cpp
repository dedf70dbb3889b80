// Compares the float kernels for Cortex-M with the portable ones. tests/support/f32_cases.c is
// cross-compiled and run under QEMU, and runs the kernels' twins on the host.
#include <string>
#include <vector>

#include "compiler/lower/pack/pack_f32.h"
#include "compiler/support/subprocess.h"
#include "compiler/target/emulator.h"
#include "tests/catch.h"
#include "tests/support/run_c.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Builds f32_cases.c for the emulator's target with `flags`, and runs it.
ProcessResult run_cases(const Emulator& emulator, const std::string& isa,
                        std::vector<std::string> flags) {
  std::vector<std::string> files{SPINDLE_SOURCE_DIR "/tests/support/f32_cases.c"};
  for (const char* kernel : {"pw_f32", "dw_f32", "conv_f32"}) {
    files.push_back(kernel_source(kernel));
  }
  for (const std::string kernel : {"pw_f32_", "dw3x3_f32_", "stem_f32_"}) {
    files.push_back(kernel_source(kernel + isa));
  }
  flags.emplace_back("-std=c99");
  return run_c(emulator, files, flags);
}

void check(const std::string& target, const std::string& isa, const std::string& level) {
  const Emulator emulator = *find_emulator(target);
  if (!available(emulator)) return;
  const ProcessResult result = run_cases(emulator, isa, {level});
  INFO(target << ' ' << level << '\n' << result.output);
  REQUIRE(result.ok());
  REQUIRE(result.output.find(" cases, 0 wrong") != std::string::npos);
}

}  // namespace

TEST_CASE("float kernels for a scalar FPU agree with the portable ones") {
  check("cortex-m4", "vfp", "-O2");
  check("cortex-m4", "vfp", "-O0");
  check("cortex-m7", "vfp", "-O2");
  check("cortex-m7", "vfp", "-O0");
  check("cortex-m33", "vfp", "-Os");
}

TEST_CASE("float kernels for MVE agree with the portable ones") {
  check("cortex-m55", "mve", "-O2");
  check("cortex-m55", "mve", "-O3");
  check("cortex-m55", "mve", "-Os");
}

TEST_CASE("twins of float kernels agree with the portable ones") {
  for (const std::string isa : {"vfp", "mve"}) {
    const ProcessResult result =
        run_process({{std::string(SPINDLE_TEST_PROGRAMS "/f32_cases_") + isa + "_twins"}});
    INFO(isa << '\n' << result.output);
    REQUIRE(result.ok());
    REQUIRE(result.output.find(" cases, 0 wrong") != std::string::npos);
  }
}

TEST_CASE("a wrong float is noticed") {
  const Emulator emulator = *find_emulator("cortex-m7");
  if (!available(emulator)) return;
  REQUIRE(run_cases(emulator, "vfp", {"-O2", "-DBREAK"}).code == 1);
}

TEST_CASE("packing of float windows: the last block ends with the last channel") {
  std::vector<float> values;
  for (int i = 0; i < 3 * 9; ++i) values.push_back(static_cast<float>(i));
  const std::vector<float> pairs = pack_dw3x3_f32(values, 3, 2, WindowOrder::kColumns);
  REQUIRE(pairs.size() == 2 * 18);
  CHECK(pairs[0] == 0);
  CHECK(pairs[1] == 9);
  CHECK(pairs[2] == 3);  // second row, first column
  CHECK(pairs[17] == 17);
  CHECK(pairs[18] == 9);  // channels 1 and 2
  CHECK(pairs[35] == 26);
  const std::vector<float> blocks = pack_dw3x3_f32(values, 3, 3, WindowOrder::kRows);
  CHECK(std::vector<float>(blocks.begin(), blocks.begin() + 6) ==
        std::vector<float>{0, 9, 18, 1, 10, 19});
}
