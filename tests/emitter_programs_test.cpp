// Checks that the code from the emitters does what execute() does. Random Programs with every kind
// of statement and expression are run as C built by several compilers, and as LLVM IR.
#include <iostream>
#include <set>
#include <sstream>

#include "compiler/codegen/llvm_backend.h"
#include "tests/catch.h"
#include "tests/support/available.h"
#include "tests/support/emitted_program.h"
#include "tests/support/probe_kernels.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr std::uint64_t kPrograms = 30;

std::vector<RandomProgram> programs_from(std::uint64_t seed, std::uint64_t count = kPrograms) {
  constexpr InputMode kModes[] = {InputMode::kExternal, InputMode::kStreamed, InputMode::kArena};
  std::vector<RandomProgram> programs;
  for (std::uint64_t i = 0; i < count; ++i) {
    programs.push_back(random_program(seed + i, kModes[i % 3]));
  }
  return programs;
}

void check_compiled(const std::vector<RandomProgram>& programs, const ProgramBuild& build) {
  if (!available(build.compiler[0])) return;
  const ProgramRun run = run_programs(programs, build);
  INFO(build.compiler[0] << ": " << run.message);
  REQUIRE(run.built);
  REQUIRE(run.logs.size() == programs.size());
  for (std::size_t i = 0; i < programs.size(); ++i) {
    INFO("program " << i);
    CHECK(log_difference(without_traces(run.logs[i]), log_of_execute(programs[i])) == "");
  }
}

std::vector<std::string> strict(std::vector<std::string> compiler) {
  // -Wno-unused-const-variable: a random program may have parameters that no call uses.
  for (const char* flag : {"-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror",
                           "-Wno-unused-const-variable"}) {
    compiler.emplace_back(flag);
  }
  return compiler;
}

// ---- The kinds of statements and expressions in a program ----

void count(const Expr& expr, std::set<std::string>& seen) {
  seen.insert("expression " + std::to_string(static_cast<int>(expr.kind)));
  for (const Expr& arg : expr.args) count(arg, seen);
}

template <typename Body>
void count_body(const Body& body, std::set<std::string>& seen);

void count(const Trace&, std::set<std::string>& seen) {
  seen.insert("trace");
}
void count(const Advance&, std::set<std::string>& seen) {
  seen.insert("advance");
}
void count(const Run&, std::set<std::string>& seen) {
  seen.insert("run");
}
void count(const Pull& pull, std::set<std::string>& seen) {
  seen.insert("pull");
  count(pull.need, seen);
}
void count(const Await& await, std::set<std::string>& seen) {
  seen.insert("await");
  count(await.need, seen);
}
void count(const Call& call, std::set<std::string>& seen) {
  seen.insert(call.output_row ? "row call" : "call");
  for (const ProgramArg& arg : call.args) {
    if (const auto* address = std::get_if<Address>(&arg)) {
      seen.insert("base " + std::to_string(address->base.index()));
      if (address->outside) seen.insert("outside");
      count(address->offset, seen);
    } else if (const auto* expr = std::get_if<Expr>(&arg)) {
      count(*expr, seen);
    }
  }
}
void count(const MemberRows& loop, std::set<std::string>& seen) {
  seen.insert("member rows");
  for (const Expr* e : {&loop.first, &loop.end, &loop.column, &loop.columns}) count(*e, seen);
  count_body(loop.body, seen);
}
void count(const Tiles& tiles, std::set<std::string>& seen) {
  seen.insert(tiles.by_member ? "tiles by member" : "tiles");
  count_body(tiles.body, seen);
}

template <typename Body>
void count_body(const Body& body, std::set<std::string>& seen) {
  for (const auto& stmt : body) std::visit([&](const auto& s) { count(s, seen); }, stmt);
}

}  // namespace

TEST_CASE("the programs hold every kind of statement and expression, and run") {
  std::set<std::string> seen;
  std::size_t lines = 0;
  for (const RandomProgram& random : programs_from(1)) {
    for (const Function& function : random.program.functions) {
      count_body(function.body, seen);
      if (function.resumable) seen.insert("resumable");
      if (function.band > 1) seen.insert("band");
    }
    const std::string log = log_of_execute(random);
    CHECK(log.find("nowhere") == std::string::npos);
    lines += static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n'));
  }
  // Statements and their variants, the base of each address, and below all kinds of expressions.
  for (const std::string& thing : seen) INFO(thing);
  for (const char* thing :
       {"pull", "await", "trace", "call", "row call", "advance", "run", "tiles", "tiles by member",
        "member rows", "resumable", "band", "outside", "base 0", "base 1", "base 2", "base 3"}) {
    INFO(thing);
    CHECK(seen.count(thing) == 1);
  }
  for (int kind = 0; kind <= static_cast<int>(Expr::Kind::kIfFirst); ++kind) {
    INFO("expression " << kind);
    CHECK(seen.count("expression " + std::to_string(kind)) == 1);
  }
  CHECK(lines > 10'000);
}

TEST_CASE("as C by gcc, and what traces say") {
  const std::vector<RandomProgram> programs = programs_from(1);
  check_compiled(programs, {strict({"gcc", "-std=c99", "-O1"})});
  if (!available("gcc")) return;
  const ProgramRun run = run_programs(programs, {{"gcc", "-O0"}, false, true, {}});
  REQUIRE(run.built);
  int traces = 0;
  for (const ProgramLog& log : run.logs) {
    std::istringstream in(log);
    std::string step;
    for (std::string line; std::getline(in, line);) {
      if (line.rfind("step ", 0) == 0) step = line.substr(5);
      if (line.rfind("ints ", 0) != 0) continue;
      CHECK(line.substr(line.rfind(' ') + 1) == step);
      ++traces;
    }
  }
  CHECK(traces > 100);
}

TEST_CASE("as C by clang, and by gcc under a sanitizer") {
  const std::vector<RandomProgram> programs = programs_from(101);
  check_compiled(programs, {strict({"clang-19", "-std=c99", "-O1"})});
  check_compiled(programs,
                 {strict({"gcc", "-std=c99", "-O1", "-fsanitize=undefined",
                          "-fno-sanitize=alignment", "-fno-sanitize-recover=undefined"})});
}

TEST_CASE("as C++") {
  // The C harness is compiled as C++ too.
  const std::vector<RandomProgram> programs = programs_from(201, 15);
  check_compiled(programs, {strict({"g++", "-x", "c++", "-std=c++17", "-O1"})});
}

TEST_CASE("as IR in this process") {
  if (!has_llvm()) {
    std::cerr << "*** SKIPPED: built without LLVM ***\n";
    return;
  }
  for (const std::uint64_t seed : {1, 301}) {
    for (const RandomProgram& random : programs_from(seed)) {
      CHECK(log_difference(log_of_jit(random), log_of_execute(random)) == "");
    }
  }
}

TEST_CASE("as IR by clang") {
  if (!has_llvm()) return;
  check_compiled(programs_from(401, 15), {{"clang-19", "-O2", "-Wno-override-module"}, true});
}
