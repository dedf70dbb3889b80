// Uses objects from LLVM as users do: this machine's C compiler links them into programs.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <span>

#include "compiler/codegen/c_emitter.h"
#include "compiler/codegen/llvm_backend.h"
#include "compiler/emulate/elf_file.h"
#include "compiler/execute/execute.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"
#include "tests/support/random_model.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

bool skipped() {
  if (has_llvm() && find_program("gcc")) return false;
  std::cerr << "*** SKIPPED: " << (has_llvm() ? "no gcc" : "built without LLVM") << " ***\n";
  return true;
}

std::string object_of(const Compilation& compiled, const LlvmOptions& options = {}) {
  Diagnostics diagnostics;
  const auto output = emit_llvm(compiled.program, {"net", "net.onnx"}, *compiled.target,
                                LlvmForm::kObject, options, diagnostics);
  REQUIRE(output);
  return output->data;
}

// The output of a program that is built from the object and the C source `main`, which may include
// `net.h`.
std::string output_of(const Compilation& compiled, const std::string& main) {
  const TemporaryDirectory folder;
  const auto write = [&](const char* name, const std::string& data) {
    std::ofstream(folder.path() / name, std::ios::binary) << data;
  };
  write("net.o", object_of(compiled));
  write("net.h", emit_header(compiled.program, {"net", "net.onnx"}));
  write("main.c", "#include <stdio.h>\n#include \"net.h\"\n" + main);
  const ProcessResult built =
      run_process({.command = {"gcc", "-Wall", "-Werror", "main.c", "net.o", "-o", "program"},
                   .directory = folder.path()});
  INFO(built.output);
  REQUIRE(built.ok());
  return run_process({.command = {"./program"}, .directory = folder.path()}).output;
}

// A graph that clamps four rows of 6 floats.
Graph clamp_graph() {
  Graph graph;
  const TensorId image = add_input(graph, "image", {1, 4, 3, 2});
  graph.outputs.push_back(graph.append("limited", Clip{{0.0F, 6.0F}}, {image}));
  set_origins(graph);
  return graph;
}

// Compiles the graph for the host with --output-rows.
Compilation compile_rows(Graph graph, InputMode mode) {
  CompilationOptions options;
  options.canonical = true;
  options.output_rows = true;
  options.plan.input = mode;
  return compile_graph(std::move(graph), "host", options);
}

}  // namespace

TEST_CASE("an object links into a program as this machine's compiler makes it") {
  if (skipped()) return;
  CHECK(output_of(compile_graph(clamp_graph()),
                  "NET_ARENA(arena);\n"
                  "static float in[NET_INPUT_SIZE], out[NET_OUTPUT_SIZE];\n"
                  "int main(void) {\n"
                  "  for (int i = 0; i < 24; ++i) in[i] = (float)(i - 8);\n"
                  "  net_run(arena, in, out);\n"
                  "  printf(\"%g %g %g %g\", out[0], out[9], out[13], out[23]);\n"
                  "  return 0;\n}\n") == "0 1 5 6");
}

TEST_CASE("outputs by rows go to the user's function, with the user's pointer") {
  if (skipped()) return;
  const std::string row =
      "NET_ARENA(arena);\nstatic float in[24];\n"
      "void net_output_row(void *user, int32_t y, const float row[6]) {\n"
      "  printf(\"%s%d:%g,%g \", (const char *)user, (int)y, row[0], row[5]);\n}\n"
      "int main(void) {\n  static char user[] = \"r\";\n"
      "  for (int i = 0; i < 24; ++i) in[i] = (float)(i - 8);\n";
  CHECK(output_of(compile_rows(clamp_graph(), InputMode::kExternal),
                  row + "  net_run(arena, in, user);\n  return 0;\n}\n") ==
        "r0:0,0 r1:0,3 r2:4,6 r3:6,6 ");
  CHECK(output_of(compile_rows(clamp_graph(), InputMode::kStreamed),
                  row + "  net_begin(arena);\n"
                        "  for (int y = 0; y < 4; ++y) net_push_row(arena, in + 6 * y);\n"
                        "  net_finish(arena, user);\n  return 0;\n}\n") ==
        "r0:0,0 r1:0,3 r2:4,6 r3:6,6 ");
}

TEST_CASE("constants are in the sections of a memory map's regions, and results are the same") {
  if (skipped()) return;
  const Graph graph = random_model(31, DType::kI8);
  const Compilation free = compile_graph(graph);
  PlanSettings settings;
  const std::int64_t part = free.program.weight_bytes / 3;
  settings.regions = {{"dtcm", free.plan.arena_bytes * 2 / 3 + part, 0,
                       "__attribute__((section(\".spindle_dtcm\")))"},
                      {"sram", free.plan.arena_bytes + part, 1, ""}};
  const Compilation compiled = compile_graph(graph, "host", settings);
  REQUIRE(compiled.program.weight_regions.size() == 2);
  LlvmOptions options;
  options.level = LlvmLevel::kOz;  // other levels replace some weights by immediate values
  options.weights_section = ".rest";
  const std::string object = object_of(compiled, options);
  const auto file = parse_elf(std::as_bytes(std::span(object)));
  REQUIRE(file);
  for (const char* name : {".spindle_dtcm", ".rodata.net_weights_sram", ".rest"}) {
    INFO(name);
    CHECK(std::any_of(file->sections.begin(), file->sections.end(),
                      [&](const ElfSection& s) { return s.name == name && s.size > 0; }));
  }

  std::string main;
  std::string arguments;
  for (const Arena& arena : compiled.program.arenas) {
    const std::string suffix = arena.name == "dtcm" ? "_DTCM" : arena.name == "sram" ? "_SRAM" : "";
    main += fmt::format("NET_ARENA{}(arena_{});\n", suffix, arena.name);
    arguments += fmt::format("arena_{}, ", arena.name);
  }
  main += fmt::format(
      "static int8_t in[NET_INPUT_SIZE], out[NET_OUTPUT_SIZE];\n"
      "int main(void) {{\n  net_run({}in, out);\n"
      "  for (unsigned i = 0; i < NET_OUTPUT_SIZE; ++i) printf(\"%d \", out[i]);\n"
      "  return 0;\n}}\n",
      arguments);
  const auto count = static_cast<std::size_t>(element_count(compiled.program.inputs[0].shape));
  const std::vector<std::vector<std::byte>> zeros{std::vector<std::byte>(count)};
  std::string expected;
  const Execution run = execute(free.program, zeros);
  for (std::byte value : run.outputs[0]) {
    expected += fmt::format("{} ", static_cast<int>(static_cast<std::int8_t>(value)));
  }
  CHECK(output_of(compiled, main) == expected);
}
