// Checks that the portable runtime and generated code need nothing but C99: compilers without GCC's
// attributes, builtin functions and pragmas take them, and compute the same as gcc does.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/package/generated.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/available.h"
#include "tests/support/compiled.h"
#include "tests/support/random_model.h"
#include "tests/support/random_network.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;

namespace {

using Command = std::vector<std::string>;

// The macros that say "GCC" are taken back. The headers of the C library come first, because those
// of glibc need them.
const std::string kNotGnu = R"(#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#undef __GNUC__
#undef __clang__
)";

const Command kReference{"gcc", "-std=c99", "-O2"};

// Compilers that know standard C only; gcc and clang act as such.
const std::vector<Command> kCompilers{
    {"tcc", "-std=c99"},
    {"tcc", "-std=c99", "-DSPINDLE_REQUANTIZE_INTEGER=1"},
    {"gcc", "-std=c99", "-pedantic", "-Werror", "-D__attribute__(x)="},
    {"gcc", "-std=c99", "-pedantic", "-Werror", "-D__attribute__(x)=", "-include", "not_gnu.h",
     "-DSPINDLE_REQUANTIZE_INTEGER=1"},
    {"clang-19", "-std=c99", "-pedantic", "-Werror", "-D__attribute__(x)="},
    {"clang-19", "-std=c99", "-pedantic", "-Werror", "-D__attribute__(x)=", "-include",
     "not_gnu.h"},
};

std::string text_of(const Command& command) {
  return fmt::format("{}", fmt::join(command, " "));
}

// Writes the model's files, and returns a function in C that runs the model and prints the bytes of
// all outputs.
std::string write_model(const Compilation& compiled, const std::string& name,
                        const fs::path& folder) {
  for (const OutputFile& file : generated_files(compiled, name, "network.onnx")) {
    write_text(folder / file.name, file.data);
  }
  std::string text = fmt::format("#include \"{}.h\"\nvoid run_{}(void);\nvoid run_{}(void) {{\n",
                                 name, name, name);
  std::string arguments = "arena";
  text +=
      fmt::format("  static uint64_t arena[{}];\n", compiled.program.arenas.front().bytes / 8 + 1);
  const std::vector<ConstantPtr> inputs = random_inputs(compiled.graph, 7);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::string values;
    for (std::byte value : inputs[i]->bytes()) {
      values += fmt::format("{},", std::to_integer<int>(value));
    }
    text += fmt::format(
        "  static union {{ unsigned char bytes[{}]; double align; }} in_{} = {{{{{}}}}};\n",
        inputs[i]->bytes().size(), i, values);
    arguments += fmt::format(", (void*)in_{}.bytes", i);
  }
  std::string prints;
  for (const ProgramIo& io : compiled.program.outputs) {
    if (!has_buffer(io)) continue;
    const std::size_t bytes = static_cast<std::size_t>(element_count(io.shape)) * size_of(io.type);
    text += fmt::format("  static union {{ unsigned char bytes[{}]; double align; }} out_{};\n",
                        bytes, io.name);
    arguments += fmt::format(", (void*)out_{}.bytes", io.name);
    prints += fmt::format("  print_bytes(out_{0}.bytes, sizeof out_{0}.bytes);\n", io.name);
  }
  return text + fmt::format("  {}_run({});\n{}}}\n", name, arguments, prints);
}

std::vector<Graph> networks() {
  std::vector<Graph> graphs;
  for (const DType type : {DType::kI8, DType::kU8, DType::kF32}) {
    for (const std::uint64_t seed : {11, 12, 13}) {
      graphs.push_back(random_model(seed, type, Branches::kMany));
      graphs.push_back(random_network(seed, type));
    }
  }
  return graphs;
}

// A folder with several models, the whole portable runtime, and a program that runs all models.
class Programs {
 public:
  Programs() {
    std::string main =
        "#include <stdio.h>\n"
        "static void print_bytes(const unsigned char* from, size_t count) {\n"
        "  for (size_t i = 0; i < count; ++i) printf(\"%02x\", from[i]);\n"
        "  printf(\"\\n\");\n}\n";
    std::string calls;
    for (const Graph& graph : networks()) {
      const std::string name = fmt::format("net_{}", count_++);
      const Compilation compiled = compile_graph(graph);
      main += write_model(compiled, name, folder_.path());
      calls += fmt::format("  run_{}();\n", name);
      const std::vector<std::string> sources = generated_sources(compiled, name);
      sources_.insert(sources.begin(), sources.end());
    }
    // The kernels that none of the models calls are to compile as well.
    for (const auto& entry : fs::directory_iterator(SPINDLE_RUNTIME_FLAT)) {
      fs::copy_file(entry.path(), folder_.path() / entry.path().filename(),
                    fs::copy_options::overwrite_existing);
    }
    for (const auto& entry : fs::directory_iterator(SPINDLE_SOURCE_DIR "/runtime/portable")) {
      sources_.insert(entry.path().filename().string());
    }
    write_text(folder_.path() / "main.c", main + "int main(void) {\n" + calls + "  return 0;\n}\n");
    write_text(folder_.path() / "not_gnu.h", kNotGnu);
  }

  // What the program prints that this compiler makes; nothing if there is no such compiler.
  [[nodiscard]] std::optional<std::string> outputs(const Command& compiler) const {
    if (!available(compiler.front())) return std::nullopt;
    Command build = compiler;
    build.insert(build.end(), {"-o", "program", "main.c"});
    build.insert(build.end(), sources_.begin(), sources_.end());
    build.emplace_back("-lm");
    const ProcessResult built = run_process({.command = build, .directory = folder_.path()});
    INFO(text_of(compiler) << ":\n" << built.output);
    REQUIRE(built.ok());
    // Some compilers report with success what the standard makes an error.
    CHECK(built.output.empty());
    const ProcessResult run = run_process({.command = {(folder_.path() / "program").string()}});
    INFO(run.output);
    REQUIRE(run.ok());
    return run.output;
  }

  [[nodiscard]] const std::set<std::string>& sources() const { return sources_; }
  [[nodiscard]] int count() const { return count_; }

 private:
  TemporaryDirectory folder_;
  std::set<std::string> sources_;
  int count_ = 0;
};

}  // namespace

TEST_CASE("compilers without GCC's extensions make programs that compute the same") {
  const Programs programs;
  REQUIRE(programs.sources().count("spindle_stem_s8.c") == 1);
  const std::optional<std::string> expected = programs.outputs(kReference);
  if (!expected) return;
  CHECK(std::count(expected->begin(), expected->end(), '\n') >= programs.count());
  for (const Command& compiler : kCompilers) {
    const std::optional<std::string> outputs = programs.outputs(compiler);
    if (!outputs) continue;
    INFO(text_of(compiler));
    CHECK(*outputs == *expected);
  }
}

TEST_CASE("float arithmetic with more digits than a float has is refused") {
  const fs::path kernel = fs::path(SPINDLE_RUNTIME_FLAT) / "spindle_pw_s8.c";
  for (const bool refused : {false, true}) {
    Command command{"gcc", "-std=c99", "-fsyntax-only", kernel.string()};
    if (refused)
      command.insert(command.end(), {"-U__FLT_EVAL_METHOD__", "-D__FLT_EVAL_METHOD__=2"});
    const ProcessResult result = run_process({.command = command});
    INFO(result.output);
    CHECK(result.ok() != refused);
    CHECK((result.output.find("must round to float") != std::string::npos) == refused);
  }
}
