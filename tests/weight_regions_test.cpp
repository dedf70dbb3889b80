// Tests the placement of constants in the regions of a memory map, and the code that places them.
#include <fmt/format.h>

#include <fstream>
#include <map>

#include "compiler/codegen/c_writer.h"
#include "compiler/lower/program/region_use.h"
#include "compiler/package/generated.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/random_model.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

Region region(const std::string& name, std::int64_t size, int rank) {
  return {.name = name, .size = size, .rank = rank, .attribute = ""};
}

Compilation compile_in(std::uint64_t seed, const Regions& regions) {
  PlanSettings settings;
  settings.regions = regions;
  return compile_graph(random_model(seed, DType::kI8), "host", settings);
}

std::int64_t bytes_of(const ConstArray& array) {
  return static_cast<std::int64_t>(array.bytes.size());
}

// Writes the generated files and a main() that runs the model on zeros and prints its outputs.
void write_model(const Compilation& compiled, WeightsForm form,
                 const std::filesystem::path& folder) {
  for (const OutputFile& file : generated_files(compiled, "net", "net.onnx", form)) {
    std::ofstream(folder / file.name, std::ios::binary) << file.data;
  }
  std::string arenas;
  std::string arguments;
  for (const Arena& arena : compiled.program.arenas) {
    const bool map = !arena.name.empty();
    arenas +=
        fmt::format("NET_ARENA{}(arena_{});\n", map ? "_" + upper(arena.name) : "", arena.name);
    arguments += fmt::format("arena_{}, ", arena.name);
  }
  std::ofstream(folder / "main.c")
      << "#include <stdio.h>\n#include \"net.h\"\n"
      << arenas
      << "static int8_t in[NET_INPUT_SIZE], out[NET_OUTPUT_SIZE];\n"
         "int main(void) {\n  net_run("
      << arguments
      << "in, out);\n  for (unsigned i = 0; i < NET_OUTPUT_SIZE; ++i) printf(\"%d \", out[i]);\n"
         "  return 0;\n}\n";
}

std::string build_and_run(const Compilation& compiled, WeightsForm form) {
  const TemporaryDirectory folder;
  write_model(compiled, form, folder.path());
  const std::string program = (folder.path() / "net").string();
  std::vector<std::string> command{"gcc",
                                   "-std=c99",
                                   "-Wall",
                                   "-Wextra",
                                   "-Werror",
                                   "-Wpedantic",
                                   "-o",
                                   program,
                                   "-Wa,-I" + folder.path().string(),
                                   (folder.path() / "main.c").string()};
  for (const std::string& source : generated_sources(compiled, "net", form)) {
    command.push_back((folder.path() / source).string());
  }
  command.emplace_back("-lm");
  const ProcessResult built = run_process({.command = command});
  INFO(built.output);
  REQUIRE(built.ok());
  return run_process({.command = {program}}).output;
}

}  // namespace

TEST_CASE("without a map constants stay where they are") {
  const Compilation compiled = compile_graph(random_model(31, DType::kI8));
  CHECK(compiled.program.weight_regions.empty());
  for (const WeightRegionId place : compiled.program.weight_region_of) CHECK_FALSE(place);
}

TEST_CASE("constants fill what activations leave, the most read first") {
  int partly = 0;
  for (std::uint64_t seed = 30; seed < 60; ++seed) {
    const Compilation free = compile_graph(random_model(seed, DType::kI8));
    const std::int64_t half = free.program.weight_bytes / 2;
    Regions regions{region("fast", free.plan.arena_bytes + half, 0), region("slow", half, 1)};
    regions.back().activations = false;
    CAPTURE(seed);
    const Compilation compiled = compile_in(seed, regions);
    const IdVector<ConstantId, std::int64_t> reads =
        constant_reads(compiled.selection, compiled.plan);
    const Program& program = compiled.program;
    IdVector<WeightRegionId, std::int64_t> used(program.weight_regions.size(), 0);
    for (const ConstantId i : program.constants.ids()) {
      CHECK(reads[i] > 0);  // every generated constant is read
      const WeightRegionId place = program.weight_region_of[i];
      if (place) used[place] += bytes_of(program.constants[i]);
    }
    for (const WeightRegionId k : used.ids()) {
      CHECK(used[k] == program.weight_regions[k].bytes);
      const bool fast = program.weight_regions[k].name == "fast";
      const Region& home = compiled.plan.regions[RegionId(fast ? 0 : 1)];
      CHECK(used[k] + home.arena_bytes <= home.size);
    }
    // A constant that is not in the fast region would not fit there, beside the constants that are
    // read at least as often.
    for (const ConstantId i : program.constants.ids()) {
      const WeightRegionId place = program.weight_region_of[i];
      if (place && program.weight_regions[place].name == "fast") continue;
      ++partly;
      std::int64_t before =
          compiled.plan.regions.front().arena_bytes + bytes_of(program.constants[i]);
      for (const ConstantId k : program.constants.ids()) {
        if (k != i && reads[k] >= reads[i]) before += bytes_of(program.constants[k]);
      }
      const auto padding = static_cast<std::int64_t>(16 * (program.constants.size() + 1));
      CHECK(before + padding > compiled.plan.regions.front().size);
    }
  }
  CHECK(partly > 30);
}

TEST_CASE("regions that hold activations only get no constants") {
  Regions regions{region("only", 1 << 20, 0)};
  regions.front().weights = false;
  CHECK(compile_in(31, regions).program.weight_regions.empty());
}

TEST_CASE("generated code places constants, and computes the same") {
  const Compilation free = compile_graph(random_model(31, DType::kI8));
  const std::string expected = build_and_run(free, WeightsForm::kC);
  REQUIRE_FALSE(expected.empty());
  Regions regions{region("dtcm", free.plan.arena_bytes * 2 / 3 + free.program.weight_bytes / 3, 0),
                  region("sram", free.plan.arena_bytes + free.program.weight_bytes / 3, 1)};
  regions.front().attribute = "__attribute__((section(\".spindle_dtcm\")))";
  const Compilation compiled = compile_in(31, regions);
  REQUIRE(compiled.program.weight_regions.size() == 2);
  CHECK(build_and_run(compiled, WeightsForm::kC) == expected);
  CHECK(build_and_run(compiled, WeightsForm::kIncbin) == expected);

  std::map<std::string, std::string> files;
  for (const WeightsForm form : {WeightsForm::kC, WeightsForm::kIncbin}) {
    for (const OutputFile& file : generated_files(compiled, "net", "net.onnx", form)) {
      files[file.name] = file.data;
    }
  }
  CHECK_THAT(files["net_weights.c"], contains_text("#define SPINDLE_WEIGHTS_DTCM_ATTR "
                                                   "__attribute__((section(\".spindle_dtcm\")))"));
  CHECK_THAT(files["net_weights.c"], contains_text("\nSPINDLE_WEIGHTS_DTCM_ATTR const "));
  CHECK_THAT(files["net_weights.S"],
             contains_text("#define SPINDLE_WEIGHTS_DTCM_SECTION .spindle_dtcm\n"));
  CHECK_THAT(files["net_weights.S"],
             contains_text("#define SPINDLE_WEIGHTS_SRAM_SECTION .rodata.net_weights_sram\n"));
  for (const WeightRegion& r : compiled.program.weight_regions) {
    CHECK(files["net_weights_" + r.name + ".bin"].size() == static_cast<std::size_t>(r.bytes));
  }
}
