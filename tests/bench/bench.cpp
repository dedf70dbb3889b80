// Prints tables of what an inference costs: instructions in all, per MAC and by kind of step, bytes
// of code and RAM (all from `spindle verify`), and cycles of the inner loops as llvm-mca estimates
// them.
//
//   bench [--format=text|json] [--optimize=FLAGS] [TARGET...]
//
// The models are those of the shared folder that have goldens, and a generated MobileNetV2 with
// width 0.35 and resolution 128.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/files/npy.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/emulator.h"
#include "tests/support/mobilenet.h"
#include "tests/support/shared.h"

namespace fs = std::filesystem;
using namespace spindle;
using spindle::testing::mobilenet_v2_onnx;
using spindle::testing::shared_dir;
using Json = nlohmann::ordered_json;

namespace {

struct Options {
  bool json = false;
  std::string optimize = "-O2";
  std::vector<std::string> targets;
};

struct Model {
  std::string name;
  fs::path file;
  std::vector<std::string> input;  // options of `spindle verify` that name the inputs
};

constexpr std::array kKinds{"stem", "expand", "depthwise",  "project",
                            "add",  "head",   "classifier", "other"};

// The kind of a step: from the ending of its name if it belongs to a block, else from its position.
std::string kind_of(const Json& steps, std::size_t index) {
  const std::string name = steps[index]["name"];
  for (const char* role : {"expand", "depthwise", "project", "add"}) {
    if (name.ends_with(std::string("_") + role)) return role;
  }
  if (steps[index]["macs"] == 0) return "other";
  const auto works = [](const Json& step) { return step["macs"] > 0; };
  const auto begin = steps.begin();
  const auto here = begin + static_cast<std::ptrdiff_t>(index);
  if (std::none_of(begin, here, works)) return "stem";
  return std::none_of(here + 1, steps.end(), works) ? "classifier" : "head";
}

Json measure(const Model& model, const std::string& target, const std::string& optimize) {
  std::vector<std::string> command{
      SPINDLE_TOOL, "verify",   model.file.string(), "--target=" + target,
      "--count",    "--layers", "--format=json",     "--optimize=" + optimize};
  command.insert(command.end(), model.input.begin(), model.input.end());
  const ProcessResult result = run_process({command});
  Json row{{"model", model.name}, {"target", target}, {"optimize", optimize}};
  if (!result.ok()) {
    row["error"] = result.output;
    return row;
  }
  const Json measured = Json::parse(result.output);
  for (const char* key : {"identical", "instructions", "macs", "arena_bytes", "text_bytes",
                          "rodata_bytes", "stack_bytes"}) {
    if (measured.contains(key)) row[key] = measured[key];
  }
  Json kinds = Json::object();
  for (std::size_t i = 0; i < measured["steps"].size(); ++i) {
    Json& kind = kinds[kind_of(measured["steps"], i)];
    if (kind.is_null()) kind = {{"instructions", 0}, {"macs", 0}};
    for (const char* key : {"instructions", "macs"}) {
      kind[key] = kind[key].get<std::int64_t>() + measured["steps"][i][key].get<std::int64_t>();
    }
  }
  row["kinds"] = std::move(kinds);
  return row;
}

// Parses llvm-mca's report. Each region has a line "[0] Code Region - NAME", and below it the lines
// "Instructions:" and "Total Cycles:".
Json parse_mca(const std::string& report) {
  constexpr double kIterations = 100;
  Json regions = Json::array();
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    const auto after = [&](const std::string& label) {
      const std::size_t at = line.find(label);
      return at == std::string::npos ? std::string{} : line.substr(at + label.size());
    };
    if (const std::string name = after("Code Region - "); !name.empty()) {
      regions.push_back({{"loop", name}});
    } else if (regions.empty()) {
      continue;
    } else if (const std::string count = after("Instructions:"); !count.empty()) {
      regions.back()["instructions"] = std::stod(count) / kIterations;
    } else if (const std::string cycles = after("Total Cycles:"); !cycles.empty()) {
      regions.back()["cycles"] = std::stod(cycles) / kIterations;
    }
  }
  return regions;
}

std::string triple_of(const std::string& target) {
  if (target == "cortex-m33") return "thumbv8m.main-none-eabihf";
  if (target == "cortex-m55" || target == "cortex-m85") return "thumbv8.1m.main-none-eabihf";
  return "thumbv7em-none-eabihf";
}

// The cycles of the loops that are marked for llvm-mca in the kernels. Only for microcontrollers.
Json inner_loops(const std::string& target) {
  Json result = Json::array();
  const auto emulator = find_emulator(target);
  const bool board = emulator && emulator->kind == Emulator::Kind::kBoard;
  if (!board || !find_program(emulator->compiler) || !find_program("llvm-mca-19")) return result;
  const TemporaryDirectory folder;
  for (const auto& entry : fs::directory_iterator(SPINDLE_RUNTIME_FLAT)) {
    if (entry.path().extension() != ".c") continue;
    const std::string assembly = (folder.path() / "kernel.s").string();
    std::vector<std::string> compile{emulator->compiler, "-O2", "-S", "-std=c99", "-o", assembly};
    compile.insert(compile.end(), emulator->flags.begin(), emulator->flags.end());
    compile.push_back(entry.path().string());
    if (!run_process({compile}).ok()) continue;
    std::ifstream file(assembly);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.find("LLVM-MCA-BEGIN") == std::string::npos) continue;
    const ProcessResult report =
        run_process({{"llvm-mca-19", "-skip-unsupported-instructions=parse-failure",
                      "-mtriple=" + triple_of(target), "-mcpu=" + target, assembly}});
    for (Json& region : parse_mca(report.output)) {
      region["kernel"] = entry.path().stem().string();
      region["target"] = target;
      result.push_back(region);
    }
  }
  return result;
}

void print_row(const Json& row) {
  std::cout << fmt::format("\n{} on {}, {}\n", row["model"].get<std::string>(),
                           row["target"].get<std::string>(), row["optimize"].get<std::string>());
  if (row.contains("error")) {
    std::cout << "  failed: " << row["error"].get<std::string>() << '\n';
    return;
  }
  const auto line = [](const std::string& name, double instructions, double macs) {
    const std::string ratio = macs > 0 ? fmt::format("{:8.2f}", instructions / macs) : "        ";
    std::cout << fmt::format("  {:<11} {:>10.2f} M {:>9.2f} M {}\n", name, instructions / 1e6,
                             macs / 1e6, ratio);
  };
  std::cout << "              instructions        MACs  per MAC\n";
  for (const char* kind : kKinds) {
    if (!row["kinds"].contains(kind)) continue;
    line(kind, row["kinds"][kind]["instructions"], row["kinds"][kind]["macs"]);
  }
  line("all", row["instructions"], row["macs"]);
  std::cout << fmt::format(
                   "  RAM {} bytes, stack {}, code {}, constants {}{}\n",
                   row["arena_bytes"].get<std::int64_t>(), row["stack_bytes"].get<std::int64_t>(),
                   row["text_bytes"].get<std::int64_t>(), row["rodata_bytes"].get<std::int64_t>(),
                   row["identical"].get<bool>() ? ""
                                                : "; results equal within the tolerance of floats")
            << std::flush;
}

void print_loops(const Json& loops) {
  if (loops.empty()) return;
  std::cout << "\nInner loops (llvm-mca)                                   instructions   cycles\n";
  for (const Json& loop : loops) {
    const std::string name =
        loop["kernel"].get<std::string>() + ": " + loop["loop"].get<std::string>();
    std::cout << fmt::format("  {:<11} {:<42} {:>11.1f} {:>8.1f}\n",
                             loop["target"].get<std::string>(), name,
                             loop.value("instructions", 0.0), loop.value("cycles", 0.0));
  }
}

std::vector<Model> find_models(const fs::path& folder) {
  std::vector<Model> models;
  const fs::path generated = folder / "mobilenet_v2_0.35_128.onnx";
  const std::string bytes = mobilenet_v2_onnx(0.35, 128, 1000, 1);
  std::ofstream(generated, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  std::vector<std::int64_t> pixels;
  for (std::int64_t i = 0; i < 128 * 128 * 3; ++i) pixels.push_back(i * 37 % 251);
  std::string error;
  const fs::path picture = folder / "picture.npy";
  if (write_npy(picture, *Constant::ints(DType::kU8, {1, 128, 128, 3}, pixels), error)) {
    models.push_back(
        {"mobilenet_v2_0.35_128, generated", generated, {"--input=" + picture.string()}});
  }
  const auto shared = shared_dir();
  if (!shared) return models;
  for (const auto& entry : fs::directory_iterator(*shared / "models")) {
    const fs::path golden = *shared / "golden" / entry.path().stem();
    if (entry.path().extension() != ".onnx" || !fs::is_directory(golden)) continue;
    models.push_back(
        {entry.path().stem().string(), entry.path(), {"--golden=" + golden.string(), "--limit=1"}});
  }
  std::sort(models.begin(), models.end(),
            [](const Model& a, const Model& b) { return a.name < b.name; });
  return models;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--format=json") {
      options.json = true;
    } else if (argument.starts_with("--optimize=")) {
      options.optimize = argument.substr(11);
    } else if (argument != "--format=text") {
      options.targets.push_back(argument);
    }
  }
  if (options.targets.empty()) options.targets = {"cortex-m4", "cortex-m7"};
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  const TemporaryDirectory folder;
  Json document{{"schema_version", 1}, {"rows", Json::array()}, {"loops", Json::array()}};
  for (const Model& model : find_models(folder.path())) {
    for (const std::string& target : options.targets) {
      document["rows"].push_back(measure(model, target, options.optimize));
      if (!options.json) print_row(document["rows"].back());
    }
  }
  for (const std::string& target : options.targets) {
    for (Json& loop : inner_loops(target)) document["loops"].push_back(loop);
  }
  if (options.json) {
    std::cout << document.dump(2) << '\n';
  } else {
    print_loops(document["loops"]);
  }
  const auto failed = [](const Json& row) { return row.contains("error"); };
  return std::any_of(document["rows"].begin(), document["rows"].end(), failed) ? 1 : 0;
}
