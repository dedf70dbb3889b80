// Tests names with arbitrary characters in generated code and as file names.
#include "compiler/support/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <span>

#include "compiler/codegen/c_emitter.h"
#include "compiler/codegen/c_writer.h"
#include "compiler/driver/model_options.h"
#include "compiler/files/file_names.h"
#include "compiler/package/generated.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

const std::vector<std::string> kNames{
    // keywords, types and macros
    "class", "int", "state", "restrict", "and", "co_await", "NULL", "uint8_t", "INT32_MAX", "linux",
    "I", "true", "template", "size_t", "INFINITY",
    // names that the generated code uses itself
    "arena", "user", "run", "s", "y", "row", "input", "output", "m_state", "m_run", "M_ARENA_BYTES",
    "ARENA_BYTES", "input_row", "INPUT_ROWS", "h", "weights_h", "done", "kept", "cascade_0",
    "run_cascades", "spindle_min", "SPINDLE_H", "e", "pi", "io_m_state", "m_", "push",
    // names whose C identifiers are equal, or are equal to another name
    "a/b", "a_b", "a_b_1", "A_B", "a b", "a_b_", "a_b__", "a_size", "a", "A", "a_row", "a_offset",
    "a_data", "aSIZE",
    // digits, no letters, other scripts, and bytes that are not UTF-8
    "0", "1st", "_", "__x", "_Bool", "\xC3\xA9", "\xC3\xA8", "\xE5\xB1\x82", "\xFF\xFE",
    // text that could break comments, format strings or lines
    "*/ int x;", "/*", "//\\", "\\", "x\\\ny", "?\?/", "%s%n", "\"'", "{}", "\t", "#define y 1"};

// A graph that uses the names for its inputs, nodes and outputs.
Graph named_graph(const std::vector<std::string>& names) {
  Graph graph;
  const TensorId x = add_input(graph, names[0], {1, 4, 3, 2});
  const TensorId z = add_input(graph, names[1], {1, 4, 3, 2});
  graph.input_ports = {{names[0], {1, 4, 3, 2}}, {names[1], {1, 4, 3, 2}}};
  for (std::size_t i = 2; i < names.size(); ++i) {
    const float bound = static_cast<float>(i);
    const TensorId sum = graph.append(names[i], Binary{BinaryKind::kAdd}, {x, z});
    graph.outputs.push_back(graph.append(names[i], Clip{{-bound, bound}}, {sum}));
    graph.tensor(graph.outputs.back()).origins = {{names[i], {1, 4, 3, 2}, {}, DType::kF32, 0}};
    graph.output_ports.push_back({names[i], {4, 6}});
  }
  return graph;
}

// The compiler's messages for the generated files; empty if there are none.
std::string complaints(const Compilation& compiled, const std::string& model,
                       const std::vector<std::string>& compiler) {
  const TemporaryDirectory folder;
  for (const OutputFile& file : generated_files(compiled, model, "*/ ??/\n\\")) {
    std::ofstream(folder.path() / file.name, std::ios::binary) << file.data;
  }
  std::ofstream(folder.path() / "use.c")
      << fmt::format("#include <math.h>\n#include <string.h>\n#include \"{}.h\"\n", model);
  std::string text;
  for (const std::string& file : {model + ".c", model + "_weights.c", std::string("use.c")}) {
    std::vector<std::string> command = compiler;
    command.insert(command.end(), {"-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Wcomment",
                                   "-Werror", "-c", file, "-o", "out.o"});
    const ProcessResult result = run_process({.command = command, .directory = folder.path()});
    if (!result.ok() || !result.output.empty()) text += result.output + "\n";
  }
  return text;
}

bool is_identifier(const std::string& name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && name[0] != '_' &&
         std::all_of(name.begin(), name.end(), good);
}

}  // namespace

TEST_CASE("identifiers") {
  CHECK(c_identifier("a/b") == "a_b");
  CHECK(c_identifier("1st") == "n1st");
  CHECK(c_identifier("") == "n");
  CHECK(c_identifier("_x") == "n_x");
  CHECK(c_identifier("\xC3\xA9t\xC3\xA9") == "n_t_");
  CHECK(short_identifier("//a//b//") == "a_b");
  CHECK(is_reserved_identifier("Class"));
  CHECK(is_reserved_identifier("uint_fast16_t"));
  CHECK_FALSE(is_reserved_identifier("int_8"));
  CHECK_FALSE(is_reserved_identifier("classes"));
}

TEST_CASE("names are unique in any case, with all that is made of them") {
  UniqueNames names;
  CHECK(names("a", {"_size"}) == "a");
  CHECK(names("A") == "A_1");
  CHECK(names("a_1") == "a_1_1");
  CHECK(names("a_size") == "a_size_1");
  CHECK(names("b_size") == "b_size");
  CHECK(names("b", {"_size"}) == "b_1");
  CHECK(names("int") == "int_1");
  names.reserve("Run");
  CHECK(names("run") == "run_1");
  UniqueNames all;
  std::set<std::string> given;
  for (int round = 0; round < 3; ++round) {
    for (const std::string& name : kNames) {
      const std::string identifier = all(name);
      INFO(name);
      CHECK(is_identifier(identifier));
      CHECK(given.insert(lower_case(identifier)).second);
    }
  }
}

TEST_CASE("a model is not called like a standard header or what its macros begin with") {
  CHECK(model_name("dir/math.onnx", "") == "model_math");
  CHECK(model_name("Spindle_net.onnx", "") == "model_Spindle_net");
  CHECK(model_name("int8.onnx", "") == "model_int8");
  CHECK(model_name("net.v2.onnx", "") == "net_v2");
  CHECK(model_name("\xC3\xA9.onnx", "") == "n_");
}

TEST_CASE("comments hold any text") {
  CHECK(c_comment("*/") == "* /");
  CHECK(c_comment("/*") == "/ *");
  CHECK(c_comment("**//") == "** / /");
  CHECK(c_comment("a\nb") == "a\\x0ab");
  CHECK(c_comment("?\?/") == "? ?/");
  CHECK(c_comment("end\\") == "end\\ ");
  CHECK(c_comment("\xC3\xA9\xFF\xF0\x9F\x98\x80") == "\\u00e9\\xff\\U0001f600");
}

TEST_CASE("generated code compiles as C99 and C++17 whatever things are called") {
  for (const char* model : {"m", "M", "a"}) {
    for (InputMode mode : {InputMode::kExternal, InputMode::kArena}) {
      PlanSettings settings;
      settings.input = mode;
      const Compilation compiled = compile_graph(named_graph(kNames), "host", settings);
      INFO(model << " " << static_cast<int>(mode));
      CHECK(complaints(compiled, model, {"gcc", "-std=c99"}) == "");
      CHECK(complaints(compiled, model, {"g++", "-std=c++17", "-x", "c++"}) == "");
    }
  }
}

TEST_CASE("and so with rows handed out, streamed input and regions") {
  std::vector<std::string> names = kNames;
  names.erase(names.begin() + 1);
  Graph graph;
  const TensorId x = add_input(graph, names[0], {1, 4, 3, 2});
  for (std::size_t i = 1; i < names.size(); ++i) {
    const float bound = static_cast<float>(i);
    graph.outputs.push_back(graph.append(names[i], Clip{{-bound, bound}}, {x}));
    graph.output_ports.push_back({names[i], {1, 4, 3, 2}});
  }
  graph.input_ports = {{names[0], {1, 4, 3, 2}}};
  CompilationOptions options;
  options.canonical = true;
  options.output_rows = true;
  options.plan.input = InputMode::kStreamed;
  for (const char* region : {"state", "class", "bytes_x"}) {
    Region arena;
    arena.name = region;
    arena.size = 1 << 20;
    options.plan.regions.push_back(arena);
  }
  const Compilation compiled = compile_graph(graph, "host", options);
  CHECK(complaints(compiled, "m", {"gcc", "-std=c99"}) == "");
  CHECK(complaints(compiled, "m", {"g++", "-std=c++17", "-x", "c++"}) == "");
}

TEST_CASE("files of one folder have names of their own, in any case") {
  FileNames names;
  CHECK(names("a/b", ".npy") == "a_b.npy");
  CHECK(names("a_b", ".npy") == "a_b_1.npy");
  CHECK(names("A_B", ".npy") == "A_B_2.npy");
  CHECK(names("a_b_1", ".npy") == "a_b_1_1.npy");
  CHECK(names("\xC3\xA9", ".npy") == "_.npy");
  CHECK(names("\xC3\xA8", ".npy") == "__1.npy");
  CHECK(names("", ".npy") == "tensor.npy");
  CHECK(names("..", ".npy") == "...npy");
  CHECK(names(std::string(1000, 'x'), ".npy").size() == 204);
  CHECK(names(std::string(1001, 'x'), ".npy").size() == 206);
}
