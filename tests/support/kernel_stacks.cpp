#include "tests/support/kernel_stacks.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <vector>

#include "compiler/stack/stack_bound.h"
#include "compiler/support/read_file.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/emulator.h"
#include "compiler/target/stack_sizes.h"

namespace fs = std::filesystem;

namespace spindle::testing {
namespace {

// "arm-none-eabi-gcc 12.2.1", as the table names it.
std::string version_of(const Emulator& emulator) {
  const std::string compiler =
      emulator.kind == Emulator::Kind::kNative ? "gcc" : emulator.compiler;  // mostly named cc
  std::string version = run_process({.command = {compiler, "-dumpfullversion"}}).output;
  version.erase(std::remove(version.begin(), version.end(), '\n'), version.end());
  return compiler + ' ' + version + " -O2";
}

}  // namespace

std::vector<std::string> all_kernels() {
  std::vector<std::string> kernels;
  for (const auto& entry : fs::directory_iterator(SPINDLE_RUNTIME_FLAT)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == ".c" && name != "spindle_version") kernels.push_back(name);
  }
  std::sort(kernels.begin(), kernels.end());
  return kernels;
}

std::optional<std::map<std::string, std::int64_t>> measured_kernel_stacks(std::string_view target) {
  const Emulator emulator = *find_emulator(target);
  if (!find_program(emulator.compiler) || version_of(emulator) != stack_compiler(target)) {
    return std::nullopt;
  }
  const std::vector<std::string> kernels = all_kernels();
  const TemporaryDirectory folder;
  std::vector<std::string> command{emulator.compiler};
  command.insert(command.end(), emulator.flags.begin(), emulator.flags.end());
  command.insert(command.end(), {"-O2", "-c", "-fcallgraph-info=su"});
  const fs::path runtime = SPINDLE_RUNTIME_FLAT;
  for (const std::string& kernel : kernels) command.push_back((runtime / (kernel + ".c")).string());
  const ProcessResult compiled = run_process({.command = command, .directory = folder.path()});
  if (!compiled.ok()) throw std::runtime_error(compiled.output);

  CallGraph graph;
  for (const std::string& kernel : kernels) {
    std::string error;
    const auto frames = read_file(folder.path() / (kernel + ".ci"), 1 << 24, error);
    if (!frames) throw std::runtime_error(kernel + ".ci: " + error);
    std::set<fs::path> seen;
    graph.add(*frames, kernel, assembly_stack_bytes(runtime / (kernel + ".c"), seen));
  }
  std::map<std::string, std::int64_t> stacks;
  for (const std::string& kernel : kernels) {
    const auto function = graph.functions.find(kernel);
    if (function == graph.functions.end() || !function->second.frame) continue;  // another ISA's
    const std::vector<std::string> entry{kernel};
    const StackBound bound = stack_bound(graph, entry);
    if (!bound.reason.empty()) throw std::runtime_error(kernel + ": " + bound.reason);
    stacks[kernel] = bound.bytes + (bound.external.empty() ? 0 : kLibraryStackBytes);
  }
  return stacks;
}

}  // namespace spindle::testing
