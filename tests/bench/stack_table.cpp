// Prints the table of compiler/target/stack_sizes.cpp, measured with this machine's compilers:
//
//   stack_table [TARGET...]
//
// There is one row for each kernel and one column for each target, in the table's order. Without
// arguments, all targets are measured. -1 means that the kernel is for another instruction set, or
// that the target's compiler is not installed in the version that the table names.
#include <fmt/format.h>

#include <cstdint>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/target/stack_sizes.h"
#include "tests/support/kernel_measures.h"

using namespace spindle;

int main(int argc, char** argv) {
  std::vector<std::string_view> targets(argv + 1, argv + argc);
  if (targets.empty()) targets.assign(stack_targets().begin(), stack_targets().end());
  std::vector<std::map<std::string, testing::KernelMeasures>> columns;
  for (std::string_view target : targets) {
    const auto measured = testing::measure_kernels(target);
    if (!measured) std::cerr << target << ": not " << stack_compiler(target) << " here\n";
    columns.push_back(measured.value_or(std::map<std::string, testing::KernelMeasures>{}));
  }
  for (const std::string& kernel : testing::all_kernels()) {
    std::vector<std::int64_t> row;
    for (const auto& column : columns) {
      const auto at = column.find(kernel);
      row.push_back(at == column.end() ? -1 : at->second.stack_bytes);
    }
    std::cout << fmt::format("    {{\"{}\", {{{}}}}},\n", kernel, fmt::join(row, ", "));
  }
}
