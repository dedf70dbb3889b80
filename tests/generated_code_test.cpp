// Checks that generated code compiles without warnings as C and as C++ with every installed
// compiler, and that it computes the same as the program does in this process.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "compiler/emulate/run_compiled.h"
#include "compiler/package/generated.h"
#include "compiler/reference/interpreter.h"
#include "compiler/run/results.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"
#include "tests/support/random_model.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;

namespace {

void write_model(const Compilation& compiled, const std::string& name, const fs::path& folder) {
  for (const OutputFile& file : generated_files(compiled, name, "a /* strange */ name.onnx")) {
    std::ofstream(folder / file.name, std::ios::binary) << file.data;
  }
}

bool have(const std::string& compiler) {
  return find_program(compiler).has_value();
}

struct Compiler {
  std::string name;
  std::vector<std::string> flags;
};

const std::vector<Compiler> kCompilers{
    {"gcc", {"-std=c99"}},
    {"gcc", {"-std=gnu17", "-O2"}},
    {"clang-19", {"-std=c99"}},
    {"g++", {"-x", "c++", "-std=c++17"}},
    {"arm-none-eabi-gcc", {"-std=c99", "-mcpu=cortex-m7", "-O2"}},
};

}  // namespace

TEST_CASE("generated code has no warnings") {
  for (DType type : {DType::kI8, DType::kU8, DType::kF32}) {
    const TemporaryDirectory folder;
    const Compilation compiled = compile_graph(random_model(11, type));
    write_model(compiled, "net", folder.path());
    for (const Compiler& compiler : kCompilers) {
      if (!have(compiler.name)) {
        std::cerr << "*** SKIPPED: no " << compiler.name << " ***\n";
        continue;
      }
      for (const std::string& source : generated_sources(compiled, "net")) {
        std::vector<std::string> command{compiler.name};
        command.insert(command.end(), compiler.flags.begin(), compiler.flags.end());
        for (const char* flag : {"-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror", "-c",
                                 "-o", "/dev/null"}) {
          command.emplace_back(flag);
        }
        command.push_back((folder.path() / source).string());
        const ProcessResult result = run_process({.command = command});
        INFO(fmt::format("{} {}: {}", compiler.name, source, result.output));
        CHECK(result.ok());
      }
    }
  }
}

TEST_CASE("compiled by the host's compiler it computes what the program says") {
  for (std::uint64_t seed : {21, 22, 23}) {
    const DType type = seed == 21 ? DType::kI8 : seed == 22 ? DType::kU8 : DType::kF32;
    const Compilation compiled = compile_graph(random_model(seed, type));
    CHECK(check_as_c(compiled, random_inputs(compiled.graph, seed)) == "");
  }
}

namespace {

// A main() that reads the input from a file and calls the generated API of that input mode. A
// streamed input is pushed row by row.
std::string main_of(InputMode mode) {
  std::string text =
      "#include <stdio.h>\n#include \"net.h\"\nNET_ARENA(arena);\n"
      "static int8_t in[NET_INPUT_SIZE], out[NET_OUTPUT_SIZE];\n"
      "int main(int argc, char **argv) {\n"
      "  FILE *file = argc > 1 ? fopen(argv[1], \"rb\") : NULL;\n  if (!file) return 1;\n";
  if (mode == InputMode::kStreamed) {
    text +=
        "  static int8_t row[NET_INPUT_ROW_SIZE];\n  (void)in;\n  net_begin(arena);\n"
        "  while (fread(row, 1, sizeof row, file) == sizeof row) net_push_row(arena, row);\n"
        "  net_push_row(arena, row); /* one too many: ignored */\n"
        "  net_finish(arena, out);\n";
  } else {
    text += "  if (fread(in, 1, sizeof in, file) != sizeof in) return 1;\n";
    text += mode == InputMode::kArena
                ? "  for (unsigned i = 0; i < sizeof in; ++i) NET_INPUT(arena)[i] = in[i];\n"
                  "  net_run(arena, out);\n"
                : "  net_run(arena, in, out);\n";
  }
  return text +
         "  fclose(file);\n"
         "  for (unsigned i = 0; i < NET_OUTPUT_SIZE; ++i) printf(\"%d \", out[i]);\n"
         "  return 0;\n}\n";
}

}  // namespace

TEST_CASE("all input modes and a tight budget compute the same, without warnings") {
  // The first random network whose smallest plans compute some rows more than once.
  Graph graph;
  std::vector<PlanSettings> tight;
  for (std::uint64_t seed = 31; tight.size() < 2; ++seed) {
    REQUIRE(seed < 200);
    graph = random_model(seed, DType::kI8);
    tight.clear();
    for (InputMode mode : {InputMode::kExternal, InputMode::kStreamed}) {
      PlanSettings settings;
      settings.input = mode;
      const StepGraph steps = compile_graph(graph, "host", settings).selection.steps;
      const PlanPoint least = plan_frontier(steps, settings).back();
      settings.ram = least.arena_bytes;
      if (least.extra_macs > 0) tight.push_back(settings);
    }
  }
  std::vector<std::string> outputs;
  for (const PlanSettings& settings :
       {PlanSettings{}, PlanSettings{std::nullopt, InputMode::kArena},
        PlanSettings{std::nullopt, InputMode::kStreamed}, tight[0], tight[1]}) {
    const TemporaryDirectory folder;
    const Compilation compiled = compile_graph(graph, "host", settings);
    if (settings.ram) CHECK(compiled.plan.extra_macs > 0);
    write_model(compiled, "net", folder.path());
    const std::vector<ConstantPtr> inputs = random_inputs(compiled.graph, 5);
    const std::string data = (folder.path() / "in.bin").string();
    std::ofstream(data, std::ios::binary)
        .write(reinterpret_cast<const char*>(inputs[0]->bytes().data()),
               static_cast<std::streamsize>(inputs[0]->bytes().size()));
    std::ofstream(folder.path() / "main.c") << main_of(settings.input);
    for (const Compiler& compiler : kCompilers) {
      if (!have(compiler.name)) continue;
      std::vector<std::string> command{compiler.name};
      command.insert(command.end(), compiler.flags.begin(), compiler.flags.end());
      for (const char* flag :
           {"-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror", "-c", "-o", "/dev/null"}) {
        command.emplace_back(flag);
      }
      command.push_back((folder.path() / "net.c").string());
      const ProcessResult result = run_process({.command = command});
      INFO(fmt::format("{}: {}", compiler.name, result.output));
      CHECK(result.ok());
    }
    const std::string program = (folder.path() / "net").string();
    std::vector<std::string> command{
        "gcc",   "-fsanitize=undefined,address",     "-fno-sanitize-recover=all", "-g", "-o",
        program, (folder.path() / "main.c").string()};
    for (const std::string& source : generated_sources(compiled, "net")) {
      command.push_back((folder.path() / source).string());
    }
    command.emplace_back("-lm");
    const ProcessResult built = run_process({.command = command});
    INFO(built.output);
    REQUIRE(built.ok());
    const ProcessResult run = run_process({.command = {program, data}});
    INFO(run.output);
    CHECK(run.ok());
    outputs.push_back(run.output);
  }
  for (const std::string& output : outputs) CHECK(output == outputs[0]);
}

TEST_CASE("weights included by assembly are the same model") {
  const Compilation compiled = compile_graph(random_model(21, DType::kI8));
  std::vector<std::string> outputs;
  for (const WeightsForm form : {WeightsForm::kC, WeightsForm::kIncbin}) {
    const TemporaryDirectory folder;
    for (const OutputFile& file : generated_files(compiled, "net", "net.onnx", form)) {
      std::ofstream(folder.path() / file.name, std::ios::binary) << file.data;
    }
    std::ofstream(folder.path() / "main.c")
        << "#include <stdio.h>\n#include \"net.h\"\nNET_ARENA(arena);\n"
           "static int8_t in[NET_INPUT_SIZE], out[NET_OUTPUT_SIZE];\n"
           "int main(void) {\n  net_run(arena, in, out);\n"
           "  for (unsigned i = 0; i < NET_OUTPUT_SIZE; ++i) printf(\"%d \", out[i]);\n"
           "  return 0;\n}\n";
    const std::string program = (folder.path() / "net").string();
    std::vector<std::string> command{"gcc", "-o", program, "-Wa,-I" + folder.path().string()};
    command.push_back((folder.path() / "main.c").string());
    for (const std::string& source : generated_sources(compiled, "net", form)) {
      command.push_back((folder.path() / source).string());
    }
    command.emplace_back("-lm");
    const ProcessResult built = run_process({.command = command});
    INFO(built.output);
    REQUIRE(built.ok());
    outputs.push_back(run_process({.command = {program}}).output);
  }
  CHECK_FALSE(outputs[0].empty());
  CHECK(outputs[0] == outputs[1]);
}

TEST_CASE("two models link into one program") {
  const TemporaryDirectory folder;
  const Compilation first = compile_graph(random_model(31, DType::kI8));
  const Compilation second = compile_graph(random_model(32, DType::kI8));
  write_model(first, "first", folder.path());
  write_model(second, "second", folder.path());
  std::ofstream(folder.path() / "main.c")
      << "#include \"first.h\"\n#include \"second.h\"\n"
         "FIRST_ARENA(arena);\nSECOND_ARENA(other);\n"
         "static int8_t a[FIRST_INPUT_SIZE], b[FIRST_OUTPUT_SIZE];\n"
         "static int8_t c[SECOND_INPUT_SIZE], d[SECOND_OUTPUT_SIZE];\n"
         "int main(void) { first_run(arena, a, b); second_run(other, c, d); return 0; }\n";
  std::vector<std::string> sources = generated_sources(first, "first");
  for (const std::string& source : generated_sources(second, "second")) {
    if (std::find(sources.begin(), sources.end(), source) == sources.end()) {
      sources.push_back(source);
    }
  }
  std::vector<std::string> command{"gcc", "-std=c99", "-o", (folder.path() / "both").string()};
  command.push_back((folder.path() / "main.c").string());
  for (const std::string& source : sources) command.push_back((folder.path() / source).string());
  command.emplace_back("-lm");
  const ProcessResult built = run_process({.command = command});
  INFO(built.output);
  REQUIRE(built.ok());
  CHECK(run_process({.command = {(folder.path() / "both").string()}}).ok());
}

namespace {

// A graph with an image as input and every kind of pooling of it as an output.
Graph poolings(DType type) {
  Graph graph;
  const bool integer = type != DType::kF32;
  const auto q = [&](float scale, std::int32_t zero) {
    return integer ? std::optional(quant(scale, zero)) : std::nullopt;
  };
  const TensorId image = add_input(graph, "image", {1, 11, 8, 3}, type, q(0.05F, 17));
  for (const PoolKind kind : {PoolKind::kMax, PoolKind::kAverage}) {
    for (const bool ceil_mode : {false, true}) {
      for (const bool count_include_pad : {false, true}) {
        for (const int stride : {1, 2, 3}) {
          Pool pool;
          pool.kind = kind;
          pool.kernel = {3, 2};
          pool.stride = {stride, 2};
          pool.dilation = {1, kind == PoolKind::kMax ? 2 : 1};
          pool.pad = {1, 0, 1, 1};
          pool.ceil_mode = ceil_mode;
          pool.count_include_pad = count_include_pad;
          const TensorId out =
              graph.append(fmt::format("out_{}", graph.outputs.size()), pool, {image});
          graph.tensor(out).quant =
              kind == PoolKind::kMax ? graph.tensor(image).quant : q(0.031F, -9);
          graph.outputs.push_back(out);
        }
      }
    }
  }
  return graph;
}

}  // namespace

TEST_CASE("every pooling as C is what the reference computes") {
  for (const DType type : {DType::kI8, DType::kF32}) {
    const Compilation compiled = compile_graph(poolings(type));
    const std::vector<ConstantPtr> inputs = random_inputs(compiled.graph, 3);
    CHECK(check_against_reference(compiled, inputs) == "");
    Diagnostics diagnostics;
    EmulationJob job;
    job.count = false;
    const auto result = run_compiled(compiled, "host", {inputs}, job, diagnostics);
    REQUIRE(result);
    const std::vector<ConstantPtr> expected = interpret(compiled.graph, inputs);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const ConstantPtr got = to_tensor(compiled.program.outputs[i], result->outputs[0][i]);
      Difference difference;
      compare(*expected[i], *got, difference);
      INFO("output " << i);
      CHECK(difference.largest_relative <= (type == DType::kF32 ? 1e-6 : 0.0));
    }
  }
}
