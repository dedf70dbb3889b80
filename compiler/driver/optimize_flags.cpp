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
            "verify measures the model's own object, which link-time optimization leaves "
            "empty"},
    Refusal{"-fsanitize",
            "a sanitizer's runtime writes where verify watches, and targets have none"},
    Refusal{"-fprofile", "profiles are written by a runtime that targets do not have"},
    Refusal{"-finstrument", "the functions it calls do not exist on the target"},
    Refusal{"-fsplit-stack", "the stack would not be one piece that can be measured"},
    Refusal{"-fplugin", "it is no optimization"},
    Refusal{"-fsyntax-only", "nothing would be compiled"},
    Refusal{"-fdump", "nobody would see what it writes"},
    Refusal{"-fcallgraph-info", "verify asks for it where the compiler has it"},
};

constexpr std::array<std::string_view, 8> kLevels{"-O",  "-O0", "-O1", "-O2",
                                                  "-O3", "-Os", "-Oz", "-Og"};

bool is_level(std::string_view flag) {
  return flag == "-Ofast" || std::find(kLevels.begin(), kLevels.end(), flag) != kLevels.end();
}

void check(const std::string& flag) {
  if (flag.starts_with("-O")) {
    if (is_level(flag)) return;
    throw UsageError("--optimize", fmt::format("'{}' is no level of optimization", flag),
                     "one of -O0, -O1, -O2, -O3, -Os, -Og, -Ofast");
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
  throw UsageError("--optimize", fmt::format("'{}' is no flag that optimizes", flag),
                   "for example --optimize='-O3 -funroll-loops'");
}

}  // namespace

void check_optimize_flags(const std::string& flags) {
  std::istringstream in(flags);
  for (std::string flag; in >> flag;) check(flag);
}

}  // namespace spindle
