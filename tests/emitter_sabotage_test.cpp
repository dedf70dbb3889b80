// Checks that emitter_programs_test would catch faults of the emitters. A fault is a replacement in
// all of the printed text. The result is the text that an emitter with that bug would print, so the
// emitters need no code for tests.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <regex>
#include <sstream>

#include "compiler/codegen/llvm_backend.h"
#include "tests/catch.h"
#include "tests/support/available.h"
#include "tests/support/emitted_program.h"
#include "tests/support/probe_kernels.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

struct Fault {
  const char* name;
  const char* pattern;  // a regular expression that matches within one line
  const char* by;
};

const std::vector<Fault> kFaultsInC{
    {"max for min", R"(spindle_min\()", "spindle_max("},
    {"parentheses of a factor lost", R"((\W)\(([^(),]*)\) \*)", "$1$2 *"},
    {"parentheses behind a minus lost", R"( - \(([^()]*)\))", " - $1"},
    {"operands of minus swapped", R"(\b(\w+) - (\w+)\b(?!\())", "$2 - $1"},
    {"quotient for remainder", R"( % )", " / "},
    {"division rounds to zero", R"(spindle_floor_div\()", "(int32_t)truncated("},
    {"condition inverted", R"(i == y)", "i != y"},
    {"loop over a band one row too long", R"(i < end;)", "i <= end;"},
    {"end of a band beyond the rows", R"(spindle_min\((y \+ \d+), \d+\);)", "$1;"},
    {"rows of a member begin one late", R"(int32_t r = (.*); r <)", "int32_t r = ($1) + 1; r <"},
    {"clamp of a tile lost", R"(n = spindle_min\((\d+), \d+ - x\))", "n = $1"},
    {"counter of another function", R"(\(s->(\w+)\.c1 <)", "(s->$1.c0 <"},
    {"advance lost", R"(^  (\+\+s->\w+\.\w+|s->\w+\.\w+ = (y \+ 1|end));)", ""},
    {"wait lost", R"(^  if \(s->.* < .*\) return 0;)", ""},
    {"end of a function says that it waits", R"(^  return 1;)", "  return 0;"},
    {"arguments swapped", R"(spindle_probe_ints\((.*), (\d+)\);)", "spindle_probe_ints($2, $1);"},
    {"parameters of another call", R"(&(p\d+)_params_1)", "&$1_params_0"},
    {"another constant", R"(\)(p\d+)_constant_1\b)", ")$1_constant_0"},
    {"offset in an arena one off", R"(s->(arena\w*) \+ )", "s->$1 + 1 + "},
    {"members of parameters swapped", R"( (\S+), /\* scale \*/ (\S+), /\* zero \*/)", " $2, $1,"},
};

const std::vector<Fault> kFaultsInIr{
    {"max for min", R"((%min\d* = select i1 \S+), (i32 \S+), (i32 [^,]+))", "$1, $3, $2"},
    {"min for max", R"((%max\d* = select i1 \S+), (i32 \S+), (i32 [^,]+))", "$1, $3, $2"},
    {"sum for difference", R"(mul nsw i32 (\S+), -1)", "mul nsw i32 $1, 1"},
    {"quotient for remainder", R"( = srem )", " = sdiv "},
    {"division rounds to zero", R"((%quotient\d* = add nsw i32 \S+), [^,]+)", "$1, 0"},
    {"condition inverted", R"((%first\d*) = icmp eq)", "$1 = icmp ne"},
    {"loop over a band one row too long", R"(icmp slt i32 (%i\d*),)", "icmp sle i32 $1,"},
    {"end of a band beyond the rows", R"(%end = select i1 \S+, i32 (\S+), i32 \d+)",
     "%end = add i32 $1, 0"},
    {"rows of a member end one late", R"(icmp slt i32 (%r\d*),)", "icmp sle i32 $1,"},
    {"clamp of a tile lost", R"((%n\d*) = select i1 \S+, i32 \S+, i32 (\d+))",
     "$1 = add i32 0, $2"},
    {"counter of another function", R"((%done\.c1\S* = getelementptr .*), i32 \d+(, !.*)?$)",
     "$1, i32 0$2"},
    {"advance lost", R"(^  store i32 (%next\d*|%end), ptr %done.*)", ""},
    {"wait lost", R"(br i1 \S+, (label %ready\d*, label %wait))", "br i1 true, $1"},
    {"end of a function says that it waits", R"(ret i1 true)", "ret i1 false"},
    {"arguments swapped", R"(@spindle_probe_ints\((i32 \S+), (i32 [^)]+)\))",
     "@spindle_probe_ints($2, $1)"},
    {"parameters of another call", R"((@spindle_probe\(ptr @p\d+)_params_1)", "$1_params_0"},
    {"another constant", R"(ptr (@p\d+)_constant_1\b)", "ptr $1_constant_0"},
    {"another arena", R"((%arena_m1\S* = getelementptr .*), i32 1(, !.*)?$)", "$1, i32 0$2"},
    {"offset in a buffer lost", R"((getelementptr inbounds i8, ptr %arena\S*), i32 %\w+)",
     "$1, i32 0"},
};

// Few and small programs, because they are compiled again for each fault.
std::vector<RandomProgram> programs() {
  std::vector<RandomProgram> list;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    constexpr InputMode kModes[] = {InputMode::kExternal, InputMode::kStreamed, InputMode::kArena};
    list.push_back(random_program(seed, kModes[seed % 3]));
  }
  return list;
}

// The text with the fault in every line. Adds the number of changed lines to `changes`.
std::string with_fault(const std::string& text, const Fault& fault, int& changes) {
  const std::regex pattern(fault.pattern);
  std::istringstream in(text);
  std::string result;
  bool after_includes = false;
  for (std::string line; std::getline(in, line);) {
    const std::string changed = std::regex_replace(line, pattern, fault.by);
    if (changed != line) ++changes;
    result += changed + "\n";
    // Defines a macro that some faults use.
    if (!after_includes && line.find("_weights.h\"") != std::string::npos) {
      result += "#define truncated(a, b) ((a) / (b))\n";
      after_includes = true;
    }
  }
  return result;
}

std::string difference(const ProgramRun& run, const std::vector<ProgramLog>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::string difference = log_difference(run.logs[i], expected[i]);
    if (!difference.empty()) return fmt::format("program {}, {}", i, difference);
  }
  return {};
}

void check_caught(const std::vector<Fault>& faults, ProgramBuild build) {
  if (!available(build.compiler[0])) return;
  const std::vector<RandomProgram> all = programs();
  std::vector<ProgramLog> expected;
  for (const RandomProgram& random : all) expected.push_back(log_of_execute(random));
  const ProgramRun sound = run_programs(all, build);
  INFO(sound.message);
  REQUIRE(sound.built);
  REQUIRE(difference(sound, expected) == "");
  for (const Fault& fault : faults) {
    int changes = 0;
    build.change = [&](const std::string& text) { return with_fault(text, fault, changes); };
    const ProgramRun run = run_programs(all, build);
    INFO(fault.name << ": " << run.message.substr(0, 2000));
    CHECK(changes > 0);
    CHECK(run.built);  // otherwise the compiler has caught the fault, not the comparison
    if (run.built) CHECK(difference(run, expected) != "");
  }
}

}  // namespace

TEST_CASE("faults in the C emitter are caught") {
  REQUIRE(kFaultsInC.size() >= 10);
  check_caught(kFaultsInC, {{"gcc", "-std=c99", "-O0", "-w"}});
}

TEST_CASE("faults in the IR emitter are caught") {
  if (!has_llvm()) {
    std::cerr << "*** SKIPPED: built without LLVM ***\n";
    return;
  }
  REQUIRE(kFaultsInIr.size() >= 10);
  check_caught(kFaultsInIr, {{"clang-19", "-O1", "-w"}, true});
}
