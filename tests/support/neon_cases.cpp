#include "tests/support/neon_cases.h"

#include <algorithm>

#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/available.h"

namespace fs = std::filesystem;

namespace spindle::testing {
namespace {

std::string compiler_of(const NeonCore& core) {
  return core.a64 ? "aarch64-linux-gnu-gcc" : "arm-linux-gnueabihf-gcc";
}

std::string emulator_of(const NeonCore& core) {
  return core.a64 ? "qemu-aarch64" : "qemu-arm";
}

}  // namespace

bool neon_tools_available(const NeonCore& core) {
  return available(compiler_of(core)) && available(emulator_of(core));
}

int pick(Random& random, int lo, int hi) {
  return static_cast<int>(random.integer(lo, hi));
}

std::vector<std::int8_t> random_bytes(Random& random, std::size_t count, bool extreme, int lo) {
  std::vector<std::int8_t> result(count);
  for (auto& value : result) {
    value = static_cast<std::int8_t>(extreme ? (random.flip() ? lo : 127) : pick(random, lo, 127));
  }
  return result;
}

Window random_window(Random& random, int kernel_h, int kernel_w, int channels, int outputs,
                     int most_pad) {
  Window w;
  spindle_conv_s8_params& p = w.p;
  p.kernel_h = kernel_h;
  p.kernel_w = kernel_w;
  p.in_channels = channels;
  p.out_channels = outputs;
  p.stride_h = pick(random, 1, 2);
  p.stride_w = pick(random, 1, 2);
  p.dilation_h = p.dilation_w = 1;
  p.pad_top = pick(random, 0, std::min(most_pad, kernel_h - 1));
  p.pad_left = pick(random, 0, std::min(most_pad, kernel_w - 1));
  p.in.rows = pick(random, 1, 6);
  p.in_width = pick(random, 1, 40);
  p.in.ring = std::min(p.in.rows, kernel_h + pick(random, 0, 1));
  // One output for each window that begins inside the image or its padding.
  const int out_rows = (p.in.rows - 1 + p.pad_top) / p.stride_h + 1;
  p.out_width = (p.in_width - 1 + p.pad_left) / p.stride_w + 1;
  w.y = pick(random, 0, out_rows - 1);
  w.x = pick(random, 0, p.out_width - 1);
  w.n = pick(random, 1, p.out_width - w.x);
  if (random.flip()) {
    w.x = 0;
    w.n = p.out_width;
  }
  w.first_column = std::max(0, w.x * p.stride_w - p.pad_left);
  const int last =
      std::min(p.in_width - 1, (w.x + w.n - 1) * p.stride_w - p.pad_left + kernel_w - 1);
  const int columns = std::max(0, last - w.first_column + 1);
  p.in.row_bytes = columns * channels;
  w.image = random_bytes(random, static_cast<std::size_t>(p.in.ring * p.in.row_bytes),
                         pick(random, 0, 4) == 0, -128);
  return w;
}

void build_neon_cases(const NeonCore& core, const std::string& level, const fs::path& program) {
  std::vector<std::string> command{compiler_of(core),   "-std=c99",          level,
                                   "-static",           "-mcpu=" + core.cpu, "-I",
                                   SPINDLE_RUNTIME_FLAT};
  if (!core.a64) {
    command.insert(command.end(), {"-mthumb", "-mfloat-abi=hard", "-mfpu=" + core.fpu});
  }
  command.emplace_back(SPINDLE_SOURCE_DIR "/tests/support/neon_cases.c");
  for (const auto& entry : fs::directory_iterator(SPINDLE_RUNTIME_FLAT)) {
    const std::string stem = entry.path().stem().string();
    const bool wanted =
        stem.ends_with("_neon") || stem.ends_with("_dot") || stem.ends_with("_i8mm");
    if (entry.path().extension() == ".c" && wanted) command.push_back(entry.path().string());
  }
  command.insert(command.end(), {"-lm", "-o", program.string()});
  const ProcessResult result = run_process({command});
  INFO(result.output);
  REQUIRE(result.ok());
}

std::vector<std::string> neon_command(const NeonCore& core, const fs::path& program,
                                      const fs::path& cases) {
  return {emulator_of(core), "-cpu", core.a64 ? "max" : core.cpu, program.string(), cases.string()};
}

void check_neon_cases(const NeonCore& core, const std::function<void(CaseFile&, Random&)>& make) {
  const TemporaryDirectory folder;
  const fs::path path = folder.path() / "cases";
  int count = 0;
  {
    CaseFile file(path);
    Random random(1);
    make(file, random);
    count = file.count();
  }
  const std::string all_right = std::to_string(count) + " cases, 0 wrong";
  const ProcessResult twins =
      run_process({{SPINDLE_TEST_PROGRAMS "/neon_cases_twins", path.string()}});
  INFO("twins\n" << twins.output);
  REQUIRE(twins.ok());
  REQUIRE(twins.output.find(all_right) != std::string::npos);
  if (!neon_tools_available(core)) return;
  for (const std::string level : {"-O2", "-O3"}) {
    const fs::path program = folder.path() / ("program" + level);
    build_neon_cases(core, level, program);
    const ProcessResult result = run_process({neon_command(core, program, path)});
    INFO(core.cpu << ' ' << level << '\n' << result.output);
    REQUIRE(result.ok());
    REQUIRE(result.output.find(all_right) != std::string::npos);
  }
}

}  // namespace spindle::testing
