#include "compiler/driver/optimize_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "compiler/options/usage_error.h"

namespace spindle {
namespace {

struct Refusal {
  std::string_view flag;  // flags that begin with this are refused
  std::string_view why;
};

constexpr std::array kRefusals{
    Refusal{"-flto",
            "omit it: verify measures the model's object file, which link-time optimization leaves "
            "empty"},
    Refusal{"-fsanitize",
            "omit it: a sanitizer's runtime writes into memory that verify watches, and targets "
            "have no such runtime"},
    Refusal{"-fprofile", "omit it: targets do not have the runtime that writes profiles"},
    Refusal{"-finstrument", "omit it: it adds calls of functions that targets do not have"},
    Refusal{"-fsplit-stack", "omit it: verify can measure a stack only if it is one piece"},
    Refusal{"-fplugin", "omit it: it does not optimize"},
    Refusal{"-fsyntax-only", "omit it: nothing would be compiled"},
    Refusal{"-fdump", "omit it: the files that it writes are removed"},
    Refusal{"-fcallgraph-info", "omit it: verify gives it itself where the compiler has it"},
};

constexpr std::array<std::string_view, 8> kLevels{"-O",  "-O0", "-O1", "-O2",
                                                  "-O3", "-Os", "-Oz", "-Og"};

bool is_level(std::string_view flag) {
  return flag == "-Ofast" || std::find(kLevels.begin(), kLevels.end(), flag) != kLevels.end();
}

void check(const std::string& flag) {
  if (flag.starts_with("-O")) {
    if (is_level(flag)) return;
    throw UsageError("--optimize", fmt::format("'{}' is not a level of optimization", flag),
                     "give one of -O0, -O1, -O2, -O3, -Os, -Og, -Ofast");
  }
  for (const Refusal& refusal : kRefusals) {
    if (!flag.starts_with(refusal.flag)) continue;
    throw UsageError("--optimize", fmt::format("'{}' cannot be verified", flag),
                     std::string(refusal.why));
  }
  for (const char* family : {"-f", "-m", "-D", "-U", "-W", "-g", "-std="}) {
    // -Wl, -Wa and -Wp pass flags on to the linker, assembler or preprocessor.
    const bool passed_on = flag.starts_with("-W") && flag.find(',') != std::string::npos;
    if (flag.starts_with(family) && flag.size() > 2 && !passed_on) return;
  }
  if (flag == "-g" || flag == "-w") return;
  throw UsageError("--optimize", fmt::format("'{}' is not a flag that changes code", flag),
                   "for example --optimize='-O3 -funroll-loops'");
}

}  // namespace

void check_optimize_flags(const std::string& flags) {
  std::istringstream in(flags);
  for (std::string flag; in >> flag;) check(flag);
}

}  // namespace spindle
