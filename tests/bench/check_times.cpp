// Measures how long the checks of `spindle compile` take on this machine, in milliseconds. The
// variants take turns, and the median of each is printed.
//
//   check_times MODEL.onnx [TARGET [RUNS]]
//
// `program` is the time of the Program checker alone. `self-check` is the time of the whole check:
// the Program checker, the reference interpreter and the run of the program.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "compiler/check/program_checker.h"
#include "compiler/check/self_check.h"
#include "compiler/compile/compilation.h"
#include "frontend/importer.h"
#include "tests/support/compiled.h"

using namespace spindle;

namespace {

template <typename Work>
double milliseconds(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "check_times MODEL.onnx [TARGET [RUNS]]\n";
    return 2;
  }
  const std::string target = argc > 2 ? argv[2] : "cortex-m7";
  const int runs = argc > 3 ? std::max(1, std::atoi(argv[3])) : 9;
  Diagnostics diagnostics;
  std::optional<Graph> graph = import_onnx(argv[1], {}, diagnostics);
  if (!graph) {
    std::cerr << "cannot read " << argv[1] << '\n';
    return 2;
  }
  const Graph canonical = testing::canonical(std::move(*graph));
  std::vector<double> compile, program, self;
  for (int run = 0; run < runs; ++run) {
    std::optional<Compilation> c;
    compile.push_back(milliseconds([&] { c = testing::compile_graph(canonical, target.c_str()); }));
    std::string fault;
    program.push_back(milliseconds([&] { fault = check_program(c->graph, c->program); }));
    self.push_back(milliseconds([&] { fault += self_check(c->graph, c->program); }));
    if (!fault.empty()) {
      std::cerr << fault << '\n';
      return 3;
    }
  }
  std::cout << fmt::format(
      "compile with the Program checker {:.0f} ms, program {:.0f} ms, "
      "self-check {:.0f} ms (medians of {})\n",
      median(compile), median(program), median(self), runs);
}
