#include "tests/support/kernel_measures.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "compiler/lower/kernel/kernel_table.h"
#include "compiler/stack/stack_bound.h"
#include "compiler/support/read_file.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/emulator.h"
#include "compiler/target/stack_sizes.h"

namespace fs = std::filesystem;

namespace spindle::testing {
namespace {

// The compiler as the table of stack sizes names it: "arm-none-eabi-gcc 12.2.1 -O2".
std::string version_of(const Emulator& emulator) {
  const std::string compiler = emulator.kind == Emulator::Kind::kNative
                                   ? "gcc"
                                   : emulator.compiler;  // for kNative often "cc"
  std::string version = run_process({.command = {compiler, "-dumpfullversion"}}).output;
  version.erase(std::remove(version.begin(), version.end(), '\n'), version.end());
  return compiler + ' ' + version + " -O2";
}

// The size of .text in bytes of NAME.o in `folder`, by name.
std::map<std::string, std::int64_t> text_sizes(const Emulator& emulator,
                                               const std::vector<std::string>& names,
                                               const fs::path& folder) {
  const std::size_t tool = emulator.compiler.rfind("gcc");
  std::vector<std::string> command{
      tool == std::string::npos ? "size" : emulator.compiler.substr(0, tool) + "size", "-A"};
  for (const std::string& name : names) command.push_back(name + ".o");
  const ProcessResult result = run_process({.command = command, .directory = folder});
  if (!result.ok()) throw std::runtime_error(result.output);
  std::map<std::string, std::int64_t> sizes;
  std::istringstream lines(result.output);
  std::string name;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    std::int64_t bytes = 0;
    words >> word;
    if (word.ends_with(".o")) {
      name = word.substr(0, word.size() - 2);
      sizes[name] = 0;
    } else if (word.starts_with(".text") && words >> bytes) {
      sizes[name] += bytes;
    }
  }
  return sizes;
}

}  // namespace

std::vector<std::string> all_kernels() {
  std::vector<std::string> names;
  for (const KernelInfo& info : kernels()) names.emplace_back(info.symbol);
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::map<std::string, KernelMeasures>> measure_kernels(std::string_view target) {
  const Emulator emulator = *find_emulator(target);
  if (!find_program(emulator.compiler) || version_of(emulator) != stack_compiler(target)) {
    return std::nullopt;
  }
  const std::vector<std::string> names = all_kernels();
  const TemporaryDirectory folder;
  std::vector<std::string> command{emulator.compiler};
  command.insert(command.end(), emulator.flags.begin(), emulator.flags.end());
  command.insert(command.end(), {"-O2", "-c", "-fcallgraph-info=su"});
  const fs::path runtime = SPINDLE_RUNTIME_FLAT;
  for (const std::string& kernel : names) command.push_back((runtime / (kernel + ".c")).string());
  const ProcessResult compiled = run_process({.command = command, .directory = folder.path()});
  if (!compiled.ok()) throw std::runtime_error(compiled.output);

  CallGraph graph;
  for (const std::string& kernel : names) {
    std::string error;
    const auto frames = read_file(folder.path() / (kernel + ".ci"), 1 << 24, error);
    if (!frames) throw std::runtime_error(kernel + ".ci: " + error);
    std::set<fs::path> seen;
    graph.add(*frames, kernel, assembly_stack_bytes(runtime / (kernel + ".c"), seen));
  }
  std::map<std::string, KernelMeasures> measures;
  const std::map<std::string, std::int64_t> code = text_sizes(emulator, names, folder.path());
  for (const std::string& kernel : names) {
    const auto function = graph.functions.find(kernel);
    // Kernels for another instruction set are not in this build.
    if (function == graph.functions.end() || !function->second.frame) continue;
    const std::vector<std::string> entry{kernel};
    const StackBound bound = stack_bound(graph, entry);
    if (!bound.reason.empty()) throw std::runtime_error(kernel + ": " + bound.reason);
    measures[kernel] = {
        .stack_bytes = bound.bytes + (bound.external.empty() ? 0 : kLibraryStackBytes),
        .code_bytes = code.at(kernel)};
  }
  return measures;
}

}  // namespace spindle::testing
