// Compares the MVE kernels with the portable ones on an emulated Cortex-M55, and with their twins
// on the host.
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/lower/pack/pack_mve.h"
#include "compiler/support/subprocess.h"
#include "compiler/target/emulator.h"
#include "tests/catch.h"
#include "tests/support/run_c.h"

namespace fs = std::filesystem;
using namespace spindle;
using namespace spindle::testing;

namespace {

// The files of the MVE kernels and of the portable kernels that they are compared with.
std::vector<std::string> kernel_files() {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(SPINDLE_RUNTIME_FLAT)) {
    const std::string name = entry.path().stem().string();
    const bool mve = name.ends_with("_mve") && !name.ends_with("_f32_mve");
    if (mve && entry.path().extension() == ".c") files.push_back(entry.path().string());
  }
  for (const char* name :
       {"pw_s8", "dw_s8", "conv_s8", "add_s8", "mean_add_s8", "quantize_f32_s8", "interleave"}) {
    files.push_back(kernel_source(name));
  }
  return files;
}

// Builds mve_cases.c with `flags`, and runs it.
ProcessResult run_cases(const Emulator& emulator, std::vector<std::string> flags) {
  std::vector<std::string> files = kernel_files();
  files.emplace_back(SPINDLE_SOURCE_DIR "/tests/support/mve_cases.c");
  flags.emplace_back("-std=gnu11");
  return run_c(emulator, files, flags);
}

}  // namespace

TEST_CASE("MVE kernels agree with the portable ones and with their twins") {
  const ProcessResult twins = run_process({{SPINDLE_TEST_PROGRAMS "/mve_cases_twins"}});
  INFO("twins\n" << twins.output);
  REQUIRE(twins.ok());
  REQUIRE(twins.output.find("cases, wrong: 1899 0") != std::string::npos);
  const auto emulator = find_emulator("cortex-m55");
  REQUIRE(emulator);
  if (!available(*emulator)) return;
  for (const std::string level : {"-O2", "-O3", "-Os"}) {
    const ProcessResult result = run_cases(*emulator, {level});
    INFO(level << '\n' << result.output);
    REQUIRE(result.ok());
    // Both programs print the number of cases and a checksum of all that the kernels wrote.
    REQUIRE(result.output.find(twins.output) != std::string::npos);
  }
}

TEST_CASE("MVE kernels with wrong results are found") {
  const auto emulator = find_emulator("cortex-m55");
  REQUIRE(emulator);
  if (!available(*emulator)) return;
  REQUIRE(run_cases(*emulator, {"-O2", "-DMVE_CASES_BREAK"}).code == 1);
}

TEST_CASE("matrix products for MVE: blocks end with the last input, panels with the last channel") {
  std::vector<std::int8_t> weights;
  for (int i = 0; i < 5 * 18; ++i) weights.push_back(static_cast<std::int8_t>(i));
  const std::vector<std::int32_t> bias{10, 11, 12, 13, 14};
  const std::vector<float> multiplier(5, 1.0F);
  const std::vector<std::int32_t> words = pack_mve_gemm({weights, bias, multiplier});
  constexpr std::size_t kPanelWords = 4 + 4 + 2 * 16;
  REQUIRE(words.size() == 2 * kPanelWords);
  CHECK(words[0] == 0x0100);  // channel 0: inputs 0 and 1, then zeros
  CHECK(words[1] == 0);
  CHECK(words[4] == 0x1312);       // channel 1: inputs 0 and 1
  CHECK(words[16] == 0x05040302);  // the second block begins with input 2
  CHECK(words[32] == 10);
  CHECK(words[36] == 0x3F800000);
  CHECK(words[kPanelWords] == 0x1312);  // the second panel holds channels 1 to 4
  CHECK(words[kPanelWords + 32] == 11);
}

TEST_CASE("depthwise windows for MVE: columns of three rows, between zeros") {
  std::vector<std::int8_t> weights;
  for (int i = 0; i < 17 * 9; ++i) weights.push_back(static_cast<std::int8_t>(i % 100));
  std::vector<std::int32_t> bias(17, 7);
  bias[16] = 8;
  const std::vector<float> multiplier(17, 1.0F);
  const std::vector<std::int32_t> words = pack_mve_dw3x3({weights, bias, multiplier});
  REQUIRE(words.size() == 2 * 4 * 25);
  CHECK(words[0] == 7);
  CHECK(words[1] == 0x3F800000);
  CHECK(words[8] == 0);
  CHECK(words[9] == 0x00060300);
  CHECK(words[11] == 0x00080502);
  CHECK(words[12] == 0);
  CHECK(words[13] == 0x000F0C09);
  CHECK(words[100 + 3 * 25 + 6] == 8);  // the last block ends with channel 16
}

TEST_CASE("depthwise windows of any shape for MVE: even channels first, weights of 16 bits") {
  std::vector<std::int8_t> weights;
  for (int i = 0; i < 9 * 2; ++i) weights.push_back(static_cast<std::int8_t>(i));
  std::vector<std::int32_t> bias, zero;
  for (int c = 0; c < 9; ++c) {
    bias.push_back(10 + c);
    zero.push_back(c == 1 ? 100 : 0);
  }
  const std::vector<float> multiplier(9, 1.0F);
  const auto words = pack_mve_depthwise({weights, bias, multiplier, zero});
  REQUIRE(words.size() == std::size_t{2} * (16 + 2 * 4));
  CHECK(words[1] == 12);
  CHECK(words[4] == 11);
  CHECK(words[8] == 0x3F800000);
  // The first taps of channels 0 and 1, whose weight is 2 and whose zero point is 100.
  CHECK(static_cast<std::uint32_t>(words[16]) == 0xFF9E0000U);
  CHECK(words[20 + 1] == 0x00070005);  // the second taps of channels 2 and 3
  CHECK(words[24] == 11);              // the second block holds channels 1 to 8
}
