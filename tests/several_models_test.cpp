// Tests several models in one program. Their lists of sources can be built together by Make and by
// CMake, as C and as C++, and the models may share an arena.
#include <filesystem>

#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/available.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;

namespace {

void run(const std::vector<std::string>& command, const fs::path& folder) {
  const ProcessResult result = run_process({.command = command, .directory = folder});
  INFO(result.output);
  REQUIRE(result.ok());
}

void compile(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"compile", "--target=host", "--no-check"});
  const ProcessResult result = run_tool(std::move(arguments));
  INFO(result.output);
  REQUIRE(result.ok());
}

// A program with two models that use the same kernels. One reads floats, the other the bytes of a
// picture.
constexpr const char* kMain =
    "#include \"a.h\"\n#include \"b.h\"\n"
    "#define MOST (A_ARENA_BYTES > B_ARENA_BYTES ? A_ARENA_BYTES : B_ARENA_BYTES)\n"
    "#ifdef SPINDLE_SHARED_ARENA_BYTES\n"
    "typedef char is_larger[SPINDLE_SHARED_ARENA_BYTES == MOST ? 1 : -1];\n"
    "SPINDLE_SHARED_ARENA(arena);\n"
    "#else\nstatic uint64_t arena[MOST / 8 + 1];\n#endif\n"
    "static float picture[A_INPUT_SIZE], scores[A_OUTPUT_SIZE], others[B_OUTPUT_SIZE];\n"
    "static uint8_t bytes[B_INPUT_SIZE];\n"
    "int main(void) {\n"
    "  unsigned i;\n  float sum = 0;\n"
    "  for (i = 0; i < A_INPUT_SIZE; ++i) {\n"
    "    bytes[i] = (uint8_t)(i * 7u);\n"
    "    picture[i] = ((float)bytes[i] - 127.5f) / 127.5f;\n"
    "  }\n"
    "  a_run(arena, picture, scores);\n"
    "  b_run(arena, bytes, others);\n"
    "  for (i = 0; i < A_OUTPUT_SIZE; ++i) {\n"
    "    if (scores[i] != others[i]) return 1;\n    sum += scores[i];\n  }\n"
    "  return sum > 0.5f ? 0 : 2;\n}\n";

void compile_two(const fs::path& folder, const std::string& second) {
  compile({digits_model("int8"), "--name=a", "-o", (folder / "a").string()});
  compile({digits_model("int8"), "--name=b", "--input-u8=127.5,127.5", "-o",
           (folder / second).string()});
}

struct Language {
  const char* compiler;
  const char* flags;
  const char* cmake;
};
constexpr Language kLanguages[] = {{"gcc", "-std=c99 -Wall -Wextra -Werror", "C"},
                                   {"clang-19", "-std=c99 -Wall -Wextra -Werror", "C"},
                                   {"g++", "-x c++ -Wall -Wextra -Werror", "CXX"},
                                   {"clang++-19", "-x c++ -Wall -Wextra -Werror", "CXX"}};

void build_by_make(const fs::path& folder, const std::string& lists, const Language& language) {
  if (!available("make") || !available(language.compiler)) return;
  std::string text;
  for (const char* name : {"a", "b"}) {
    if (lists.find(name) != std::string::npos)
      text += std::string("include ") + name + "/sources.mk\n";
  }
  write_text(folder / "Makefile", text + "program: main.c $(a_sources) $(b_sources)\n\t" +
                                      language.compiler + " " + language.flags +
                                      " -O1 -Ia -Ib -o $@ main.c $(a_sources) $(b_sources) -lm\n");
  fs::remove(folder / "program");
  run({"make", "-s", "program"}, folder);
  run({"./program"}, folder);
}

void build_by_cmake(const fs::path& folder, const std::string& lists, const Language& language) {
  if (!available(language.compiler)) return;
  std::string text = "cmake_minimum_required(VERSION 3.16)\nproject(both LANGUAGES C CXX)\n";
  for (const char* name : {"a", "b"}) {
    if (lists.find(name) != std::string::npos) {
      text += std::string("include(${CMAKE_SOURCE_DIR}/") + name + "/sources.cmake)\n";
    }
  }
  text +=
      "set(all main.c ${a_sources} ${b_sources})\nset_source_files_properties(${all} PROPERTIES "
      "LANGUAGE " +
      std::string(language.cmake) +
      ")\nadd_executable(program ${all})\n"
      "target_include_directories(program PRIVATE a b)\n"
      "target_link_libraries(program PRIVATE m)\n";
  write_text(folder / "CMakeLists.txt", text);
  const fs::path build = folder / (std::string("build_") + language.compiler);
  const bool cxx = std::string(language.cmake) == "CXX";
  run({"cmake", "-S", folder.string(), "-B", build.string(),
       std::string(cxx ? "-DCMAKE_CXX_COMPILER=" : "-DCMAKE_C_COMPILER=") + language.compiler},
      folder);
  run({"cmake", "--build", build.string()}, folder);
  run({(build / "program").string()}, folder);
}

void replace_all(const fs::path& folder, const std::string& from, const std::string& to) {
  for (const std::string& name : files_in(folder)) {
    std::string text = read_text(folder / name);
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
    write_text(folder / name, text);
  }
}

}  // namespace

TEST_CASE("two folders, a list each, link into one program") {
  const TemporaryDirectory folder;
  compile_two(folder.path(), "b");
  write_text(folder.path() / "main.c", kMain);
  for (const Language& language : kLanguages) build_by_make(folder.path(), "a b", language);
  for (const Language& language : kLanguages) build_by_cmake(folder.path(), "a b", language);
}

TEST_CASE("two models in one folder, compiled one after the other, have one list and one arena") {
  const TemporaryDirectory folder;
  compile_two(folder.path(), "a");
  write_text(folder.path() / "main.c", std::string("#include \"spindle_models.h\"\n") + kMain);
  for (const Language& language : kLanguages) build_by_make(folder.path(), "a", language);
  for (const Language& language : kLanguages) build_by_cmake(folder.path(), "a", language);
}

TEST_CASE("several models of one command are one folder") {
  const TemporaryDirectory folder;
  compile({digits_model("int8"), digits_model("float"), "--name=a,b", "-o",
           (folder.path() / "a").string()});
  const std::string header = read_text(folder.path() / "a/spindle_models.h");
  CHECK_THAT(header, contains_text("#include \"a.h\"") && contains_text("#include \"b.h\""));
  write_text(folder.path() / "main.c",
             "#include \"spindle_models.h\"\n"
             "typedef char larger[SPINDLE_SHARED_ARENA_BYTES >= A_ARENA_BYTES &&\n"
             "  SPINDLE_SHARED_ARENA_BYTES == B_ARENA_BYTES ? 1 : -1];\n"
             "SPINDLE_SHARED_ARENA(arena);\nstatic float in[A_INPUT_SIZE], out[A_OUTPUT_SIZE];\n"
             "int main(void) { a_run(arena, in, out); b_run(arena, in, out); return 0; }\n");
  build_by_make(folder.path(), "a", kLanguages[0]);
}

TEST_CASE("models of two versions of Spindle are an error, with lists and without") {
  const TemporaryDirectory folder;
  compile_two(folder.path(), "b");
  replace_all(folder.path() / "b", "0.1.0", "0.2.0");
  replace_all(folder.path() / "b", "0_1_0", "0_2_0");
  replace_all(folder.path() / "b", "RUNTIME_VERSION 100", "RUNTIME_VERSION 200");
  replace_all(folder.path() / "b", "RUNTIME_VERSION != 100", "RUNTIME_VERSION != 200");
  write_text(folder.path() / "main.c", kMain);
  const auto output = [&](const std::string& shell) {
    const ProcessResult result =
        run_process({.command = {"sh", "-c", shell}, .directory = folder.path()});
    CHECK_FALSE(result.ok());
    return result.output;
  };
  write_text(folder.path() / "Makefile", "include a/sources.mk\ninclude b/sources.mk\nall:\n");
  if (available("make"))
    CHECK_THAT(output("make"), contains_text("compile all models with one version"));
  write_text(folder.path() / "CMakeLists.txt",
             "cmake_minimum_required(VERSION 3.16)\nproject(both C)\n"
             "include(a/sources.cmake)\ninclude(b/sources.cmake)\n");
  CHECK_THAT(output("cmake -B build ."), contains_text("compile all models"));
  CHECK_THAT(output("gcc -Ia -Ib -c main.c"), contains_text("two versions of Spindle"));
  // No source file includes both headers, and only the kernels of `a` are linked. The linker must
  // report it.
  CHECK_THAT(output("gcc -w -Ia -Ib -Wl,--gc-sections -ffunction-sections -DMAIN='int main(void)' "
                    "-x c a/a.c a/a_weights.c a/spindle_*.c b/b.c b/b_weights.c - <<'END'\n"
                    "void a_run(); void b_run();\n"
                    "int main(void) { a_run(); b_run(); return 0; }\nEND\n"),
             contains_text("spindle_runtime_0_2_0"));
  // A folder with a model and a spindle.h of another version.
  fs::copy_file(folder.path() / "b/spindle.h", folder.path() / "a/spindle.h",
                fs::copy_options::overwrite_existing);
  CHECK_THAT(output("gcc -c a/a.c"), contains_text("two versions of Spindle"));
}
