// Compares the kernels for Arm's DSP extension with the portable ones. tests/support/dsp_cases.c
// runs on the host, where the kernels are plain C, and under QEMU, where they are assembly.
#include <string>
#include <vector>

#include "compiler/lower/pack/weights.h"
#include "compiler/support/subprocess.h"
#include "compiler/target/emulator.h"
#include "tests/catch.h"
#include "tests/support/run_c.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

using Command = std::vector<std::string>;

// Builds dsp_cases.c for the emulator's target with `flags`, and runs it.
ProcessResult run_cases(const Emulator& emulator, Command flags) {
  Command files{SPINDLE_SOURCE_DIR "/tests/support/dsp_cases.c"};
  for (const char* kernel : {"pw_s8", "stem_s8", "dw_s8", "quantize_f32_s8", "add_s8", "add_s8_dsp",
                             "pw_s8_dsp", "stem_s8_dsp", "dw3x3_s8_dsp", "dw3x3_s8w_dsp",
                             "dw5x5_s8_dsp", "gemm_s8_dsp", "quantize_f32_s8_dsp"}) {
    files.push_back(kernel_source(kernel));
  }
  flags.emplace_back("-std=c99");
  return run_c(emulator, files, flags);
}

// The output of dsp_cases on the host, where the kernels are plain C: the number of cases, and a
// checksum of all that the kernels wrote.
std::string in_plain_c() {
  const ProcessResult result = run_process({{SPINDLE_TEST_PROGRAMS "/dsp_cases_host"}});
  INFO(result.output);
  REQUIRE(result.ok());
  return result.output;
}

void check(const std::string& target, const Command& extra) {
  const Emulator emulator = *find_emulator(target);
  if (!available(emulator)) return;
  const ProcessResult result = run_cases(emulator, extra);
  INFO(target << ' ' << extra.front() << '\n' << result.output);
  REQUIRE(result.ok());
  REQUIRE(result.output.find(", 0 wrong") != std::string::npos);
  REQUIRE(result.output.find(in_plain_c()) != std::string::npos);
}

}  // namespace

TEST_CASE("DSP kernels agree with the portable ones in plain C") {
  check("host", {"-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"});
}

TEST_CASE("DSP kernels agree with the portable ones on Cortex-M") {
  check("cortex-m4", {"-O2"});
  check("cortex-m7", {"-O2"});
  check("cortex-m7", {"-O3"});
  check("cortex-m7", {"-Os"});
  check("cortex-m7", {"-O0"});
  check("cortex-m7", {"-O2", "-fno-omit-frame-pointer", "-DSPINDLE_DSP_C"});
  check("cortex-m33", {"-O2"});
}

TEST_CASE("a wrong byte is noticed") {
  const Emulator emulator = *find_emulator("host");
  if (!available(emulator)) return;
  REQUIRE(run_cases(emulator, {"-O1", "-DBREAK"}).code == 1);
}

TEST_CASE("packing for SMLAD") {
  const IntWeights weights{{1, 2, 3, 4, 5, 6, 7, 8, 9}, {}};  // 3 outputs of 3 taps each
  constexpr std::int32_t kOne = 1001, kTwo = 1002, kThree = 1003;
  const auto words = dsp_pairs(weights, {10, 20, 30}, {kOne, kTwo, kThree, 0});
  const std::vector<std::int32_t> expected{// outputs 0 and 1: taps (0, 2), (1, -)
                                           10, 20, kOne, kTwo, 0x06030401, 0x00000502, 0, 0,
                                           // output 2 and nothing
                                           30, 0, kThree, 0, 0x00090007, 0x00000008, 0, 0};
  REQUIRE(words == expected);
}

TEST_CASE("a window's whole words come before the rest of its rows") {
  IntWeights weights;
  for (std::int8_t i = 0; i < 10; ++i) weights.values.push_back(i);  // 2 rows of 5 taps
  const IntWeights ordered = words_first(weights, 1, 2, 5);
  REQUIRE(ordered.values == std::vector<std::int8_t>{0, 1, 2, 3, 5, 6, 7, 8, 4, 9});
}

TEST_CASE("packing of depthwise weights") {
  std::vector<std::int8_t> values;  // 5 channels; the second block of 4 overlaps the first
  for (int c = 0; c < 5; ++c) {
    for (int t = 0; t < 9; ++t) values.push_back(static_cast<std::int8_t>(16 * c + t));
  }
  const auto words = dsp_depthwise(values, {100, 101, 102, 103, 104});
  REQUIRE(words.size() == 32);
  REQUIRE(words[0] == 0x04030100);
  REQUIRE(words[1] == 0x07050602);
  REQUIRE(words[2] == 8);
  REQUIRE(words[3] == 100);
  REQUIRE(words[7] == 102);   // channels are in the order 0, 2, 1, 3
  REQUIRE(words[19] == 101);  // the second block holds channels 1 to 4
  REQUIRE(words[31] == 104);
}

TEST_CASE("packing of depthwise weights with zero points") {
  IntWeights weights;
  for (int c = 0; c < 4; ++c) {
    for (int t = 0; t < 25; ++t) weights.values.push_back(static_cast<std::int8_t>(t));
    weights.zero.push_back(-100 * c);
  }
  const auto words = dsp_depthwise_pairs(weights, {100, 101, 102, 103}, 5);
  REQUIRE(words.size() == std::size_t{4} * 14);
  CHECK(words[0] == 0x00050000);
  CHECK(words[1] == 0x000F000A);
  CHECK(words[2] == 0x00060001);
  CHECK(words[10] == 0x00150014);
  CHECK(words[12] == 0x00000018);
  CHECK(words[13] == 100);
  CHECK(words[14] == 0x00CD00C8);  // channel 2, whose zero point is -200
  CHECK(words[55] == 103);
  weights.values.resize(36);
  const auto three = dsp_depthwise_pairs(weights, {100, 101, 102, 103}, 3);
  REQUIRE(three.size() == std::size_t{4} * 6);
  CHECK(three[0] == 0x00030000);
  CHECK(three[3] == 0x00070006);
  CHECK(three[4] == 8);
  CHECK(three[5] == 100);
}
