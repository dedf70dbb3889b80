// Checks that the runtime compiles without warnings with all compilers that users may have, and
// that no compiler uses fused multiply-adds where the numeric contract demands two roundings.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/available.h"

namespace fs = std::filesystem;
using namespace spindle;
using spindle::testing::available;

namespace {

using Command = std::vector<std::string>;

const Command kStrict{"-Wall",      "-Wextra",  "-Wconversion", "-Wsign-conversion",
                      "-Wpedantic", "-Wshadow", "-Werror"};

Command operator+(Command a, const Command& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// The paths of the runtime's C files whose names contain `part`.
Command sources(const std::string& part = "") {
  Command result;
  for (const auto& entry : fs::directory_iterator(SPINDLE_RUNTIME_FLAT)) {
    const bool c = entry.path().extension() == ".c";
    if (c && entry.path().stem().string().find(part) != std::string::npos) {
      result.push_back(entry.path().string());
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

// Compiles `files` in `folder`. `command` contains -c or -S.
void compile(const Command& command, const Command& files, const fs::path& folder) {
  const ProcessResult result = run_process({command + files, folder});
  INFO(result.output);
  REQUIRE(result.ok());
}

void check_strict(const Command& command, const Command& how = {"-O2", "-c"}) {
  if (!available(command.front())) return;
  const TemporaryDirectory folder;
  INFO(command.front() << ' ' << command.back());
  compile(command + kStrict + how, sources(), folder.path());
}

// Checks syntax and language only, without generating code. Enough for clang and g++: clang has no
// warnings that need more, and g++ has no others than gcc.
void check_strict_language(const Command& command) {
  check_strict(command, {"-fsyntax-only"});
}

// Whether the instruction is a fused multiply-add. VMLA.F32 is not: it rounds the product.
bool is_fused(const std::string& mnemonic) {
  for (const char* fused : {"vfm", "vfnm", "fmadd", "fnmadd", "fmsub", "fnmsub", "fmla", "fmls"}) {
    if (mnemonic.rfind(fused, 0) == 0) return true;
  }
  return false;
}

int count_fused(const fs::path& assembly) {
  std::ifstream file(assembly);
  int count = 0;
  for (std::string line; std::getline(file, line);) {
    std::string first;
    std::istringstream(line) >> first;
    if (is_fused(first)) ++count;
  }
  return count;
}

// The number of fused multiply-adds in the int8 kernels. Additions are left out, because their
// contract demands them.
int count_fused(const Command& command, const std::string& level) {
  const TemporaryDirectory folder;
  const Command files = sources("_s8");
  REQUIRE(files.size() >= 10);
  compile(command + Command{level, "-S"}, files, folder.path());
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder.path()))
    if (entry.path().stem().string().rfind("spindle_add_", 0) != 0) {
      count += count_fused(entry.path());
    }
  return count;
}

void check_not_fused(const Command& command, const std::string& level = "-O3") {
  if (!available(command.front())) return;
  INFO(command.front() << ' ' << command.back() << ' ' << level);
  REQUIRE(count_fused(command, level) == 0);
}

}  // namespace

TEST_CASE("the runtime compiles without warnings on the host") {
  check_strict_language({"gcc", "-std=c99"});
  check_strict({"gcc", "-std=gnu17", "-march=haswell"});
  check_strict_language({"clang-19", "-std=c99"});
  check_strict_language({"g++", "-x", "c++", "-std=c++17"});
  check_strict_language({"clang++-19", "-x", "c++", "-std=c++17"});
}

TEST_CASE("the runtime compiles without warnings for Arm") {
  const std::string gcc = "arm-none-eabi-gcc";
  check_strict({gcc, "-std=c99", "-mthumb", "-mcpu=cortex-m0plus"});
  check_strict({gcc, "-std=c99", "-mthumb", "-mcpu=cortex-m3"});
  check_strict(
      {gcc, "-std=c99", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-mcpu=cortex-m4"});
  check_strict({gcc, "-std=c99", "-mthumb", "-mfloat-abi=hard", "-mcpu=cortex-m55"});
  const std::string a64 = "aarch64-linux-gnu-gcc";
  check_strict({a64, "-std=c99", "-mcpu=cortex-a72"});
  check_strict({a64, "-std=c99", "-mcpu=cortex-a76"});
  check_strict({a64, "-std=c99", "-mcpu=cortex-a76+i8mm"});
  check_strict_language(
      {"clang-19", "--target=aarch64-linux-gnu", "-std=c99", "-mcpu=cortex-a76+i8mm"});
  check_strict_language({"clang++-19", "--target=aarch64-linux-gnu", "-x", "c++", "-nostdinc++",
                         "-mcpu=cortex-a76+i8mm"});
}

TEST_CASE("no fused multiply-add in int8 kernels, whatever the flags") {
  const Command m7{"arm-none-eabi-gcc", "-mthumb", "-mcpu=cortex-m7", "-mfloat-abi=hard",
                   "-mfpu=fpv5-sp-d16"};
  check_not_fused(m7, "-O2");
  check_not_fused(m7);
  check_not_fused(m7 + Command{"-ffast-math"});
  check_not_fused({"aarch64-linux-gnu-gcc"});
  check_not_fused({"gcc", "-march=haswell"});
  check_not_fused({"gcc", "-march=haswell", "-ffast-math"});
  check_not_fused({"clang-19", "-march=haswell"});
  check_not_fused({"clang-19", "--target=aarch64-linux-gnu", "-ffreestanding"});
}

TEST_CASE("the check for fused multiply-adds finds them where they are") {
  if (!available("gcc")) return;
  const TemporaryDirectory folder;
  const Command float_kernel = sources("spindle_dw_f32");
  REQUIRE(float_kernel.size() == 1);
  compile({"gcc", "-march=haswell", "-O2", "-S"}, float_kernel, folder.path());
  REQUIRE(count_fused(folder.path() / "spindle_dw_f32.s") > 0);
}
