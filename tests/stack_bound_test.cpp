// Tests the static bound of the stack: on call graphs in GCC's format, and against measurements
// under emulation.
#include "compiler/stack/stack_bound.h"

#include <algorithm>
#include <iostream>
#include <sstream>
#include <string_view>

#include "compiler/emulate/run_compiled.h"
#include "compiler/lower/kernel/kernel_table.h"
#include "compiler/stack/stack_need.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/emulator.h"
#include "compiler/target/stack_sizes.h"
#include "compiler/target/target.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/kernel_measures.h"
#include "tests/support/random_model.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// A call graph in the format of arm-none-eabi-gcc 12.
constexpr const char* kModel =
    "graph: { title: \"m.c\"\n"
    "node: { title: \"m.c:step\" label: \"step\\nm.c:4:38\\n96 bytes (static)\" }\n"
    "node: { title: \"kernel\" label: \"kernel\\nk.h:3:13\" shape : ellipse }\n"
    "edge: { sourcename: \"m.c:step\" targetname: \"kernel\" label: \"m.c:4:74\" }\n"
    "node: { title: \"m_run\" label: \"m_run\\nm.c:6:7\\n32 bytes (static)\\n0 dynamic objects\" "
    "}\n"
    "edge: { sourcename: \"m_run\" targetname: \"m.c:step\" label: \"m.c:6:70\" }\n"
    "}\n";
constexpr const char* kKernel =
    "graph: { title: \"k.c\"\n"
    "node: { title: \"k.c:step\" label: \"step\\nk.c:1:1\\n1000 bytes (static)\" }\n"
    "node: { title: \"kernel\" label: \"kernel\\nk.c:3:13\\n40 bytes (dynamic,bounded)\" }\n"
    "}\n";

CallGraph graph_of(std::initializer_list<const char*> files) {
  CallGraph graph;
  int unit = 0;
  for (const char* file : files) graph.add(file, std::to_string(unit++));
  return graph;
}

StackBound bound_of(std::initializer_list<const char*> files) {
  const std::vector<std::string> entries{"m_run"};
  return stack_bound(graph_of(files), entries);
}

}  // namespace

TEST_CASE("the deepest chain is the bound, static functions of one name are two") {
  const StackBound bound = bound_of({kModel, kKernel});
  CHECK(bound.reason.empty());
  CHECK(bound.bytes == 32 + 96 + 40);  // without the kernel's own function `step`
  CHECK(bound.allowed_bytes == bound.bytes);
  CHECK(bound.external.empty());
}

TEST_CASE("calls that leave the graph are named") {
  const StackBound bound = bound_of({kModel});
  CHECK(bound.reason.empty());
  CHECK(bound.bytes == 32 + 96);
  CHECK(bound.allowed_bytes == 32 + 96 + kExternalStackBytes);
  CHECK(bound.external == std::vector<std::string>{"kernel"});
}

// The bound of kModel with a kernel that has this kind of frame and calls `callee`.
StackBound bound_with(const std::string& frame, const std::string& callee) {
  std::string kernel =
      R"(node: { title: "kernel" label: "kernel\nk.c:1:1\n8 bytes ()" + frame + ")\" }\n";
  if (!callee.empty()) {
    kernel += R"(edge: { sourcename: "kernel" targetname: ")" + callee + "\" }\n";
  }
  return bound_of({kModel, kernel.c_str()});
}

TEST_CASE("there is no bound where the stack cannot be known") {
  CHECK(bound_with("static", "").reason.empty());
  CHECK_THAT(bound_of({kKernel}).reason, contains_text("'m_run' is not in the call graph"));
  CHECK_THAT(bound_with("static", "m_run").reason, contains_text("calls itself"));
  CHECK_THAT(bound_with("dynamic", "").reason, contains_text("frame of 'kernel' grows"));
  CHECK_THAT(bound_with("static", "__indirect_call").reason, contains_text("through a pointer"));
}

TEST_CASE("several entries: the deepest of them") {
  const std::vector<std::string> entries{"kernel", "m_run"};
  CHECK(stack_bound(graph_of({kModel, kKernel}), entries).bytes == 168);
}

TEST_CASE("what assembly pushes is counted") {
  CHECK(assembly_stack_bytes("  \"push {r6, r7}\\n\"\n  \"sub  sp, sp, #56\\n\"\n") == 64);
  CHECK(assembly_stack_bytes("\"vpush {d8-d15}\\n\" \\\n\"push {r4-r7, lr}\\n\"") == 64 + 20);
  CHECK(assembly_stack_bytes("\"stp x0, x1, [sp, #-16]!\"\n\"stmdb sp!, {r0-r3}\"") == 32);
  CHECK(assembly_stack_bytes("\"sub.w sp, sp, #256\\n\"\n\"subw\\tsp, sp, #1028\"") == 1284);
  CHECK(assembly_stack_bytes("\"sub r0, r0, #4\"\n\"str r0, [sp, #-4]\"\n\"pop {r6}\"\n") == 0);
  CHECK(assembly_stack_bytes("/* push {r4} */\nint sub = sp; f(\"sp\");\n") == 0);
  CallGraph graph;
  graph.add(kModel, "m");
  graph.add(kKernel, "k", 64);
  const std::vector<std::string> entries{"m_run"};
  CHECK(stack_bound(graph, entries).bytes == 32 + 96 + 40 + 64);
}

TEST_CASE("measured stacks are within their bounds on every kind of core, however input arrives") {
  for (const char* target : {"cortex-m3", "cortex-m7", "cortex-m55", "cortex-a9", "cortex-a72"}) {
    for (const InputMode mode : {InputMode::kExternal, InputMode::kStreamed}) {
      const Compilation compiled =
          compile_graph(random_model(41, DType::kI8), target, {std::nullopt, mode, {}});
      Diagnostics diagnostics;
      const auto result =
          run_compiled(compiled, target, {random_inputs(compiled.graph, 1)}, {}, diagnostics);
      CAPTURE(target);
      REQUIRE(result);
      CHECK(result->stack_bound.reason.empty());
      CHECK(result->stack_bytes > 0);
      CHECK(result->stack_bytes <= result->stack_bound.allowed_bytes);
      if (result->stack_bound.external.empty()) {
        CHECK(result->stack_bytes <= result->stack_bound.bytes);
      }
      // The bound in the plan and the header, made without a compiler, must be at least as large,
      // but not much larger.
      const StackNeed need = c_stack_need(compiled.program, *compiled.target);
      REQUIRE(need.bytes);
      CHECK(*need.bytes >= result->stack_bound.bytes);
      CHECK(*need.bytes >= result->stack_bytes);
      CHECK(*need.bytes <= 3 * result->stack_bound.bytes);
      // The measurement misses bytes that are never written, but most of a frame is written.
      CHECK(result->stack_bytes * 2 > result->stack_bound.bytes);
    }
  }
}

TEST_CASE("kernels take what the table says") {
  for (const char* target : {"cortex-m7", "cortex-a76"}) {
    const auto measured = measure_kernels(target);
    if (!measured) {
      std::cerr << "*** SKIPPED: no " << stack_compiler(target) << " ***\n";
      continue;
    }
    for (const std::string& kernel : all_kernels()) {
      INFO(kernel << " on " << target << "; tests/bench/stack_table prints the table");
      const auto here = measured->find(kernel);
      const auto table = kernel_stack_bytes(kernel, target);
      CHECK(table.has_value() == (here != measured->end()));
      if (table && here != measured->end()) CHECK(*table == here->second.stack_bytes);
    }
    // The table's code sizes are those for cortex-m7, or for a core that can run the kernel.
    for (const KernelInfo& info : kernels()) {
      const bool other = info.isa != Isa::kPortable && !uses(*find_target(target), info.isa);
      if (std::string(target) != "cortex-m7" || other) continue;
      INFO(info.symbol);
      CHECK(info.code_bytes == measured->at(std::string(info.symbol)).code_bytes);
    }
  }
}

TEST_CASE("every target has measures") {
  for (const Target& target : targets()) {
    INFO(target.name);
    CHECK(kernel_stack_bytes("spindle_copy", target.name));
  }
}

namespace {

// Makes a call graph from the output of objdump: the bytes that each function pushes, and its
// calls.
CallGraph disassembled(const std::string& text) {
  CallGraph graph;
  std::string function;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::replace(line.begin(), line.end(), '\t', ' ');
    const std::size_t open = line.find('<');
    const std::size_t close = line.find_first_of(">+", std::min(open, line.size()));
    const std::string name =
        open == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
    if (line.ends_with(">:")) {
      function = name;
      graph.functions[function].frame = 0;
    } else if (!function.empty()) {
      CallGraph::Function& here = graph.functions[function];
      here.frame = *here.frame + assembly_stack_bytes('"' + line + '"');
      const bool branch = line.find(" b") != std::string::npos && name != function;
      if (branch && !name.empty()) here.calls.insert(name);
    }
  }
  return graph;
}

}  // namespace

TEST_CASE("the library's functions take no more than is allowed for them") {
  if (!find_program("arm-none-eabi-gcc") || !find_program("arm-none-eabi-objdump")) {
    std::cerr << "*** SKIPPED: no arm-none-eabi-gcc ***\n";
    return;
  }
  const std::vector<std::string> general{"memcpy", "memset"};
  const std::vector<std::string> soft{
      "__aeabi_d2f",    "__aeabi_dadd",   "__aeabi_dmul",   "__aeabi_f2d",    "__aeabi_f2iz",
      "__aeabi_fadd",   "__aeabi_fcmpeq", "__aeabi_fcmpge", "__aeabi_fcmpgt", "__aeabi_fcmple",
      "__aeabi_fcmplt", "__aeabi_fdiv",   "__aeabi_fmul",   "__aeabi_fsub",   "__aeabi_i2f"};
  for (const char* target : {"cortex-m0plus", "cortex-m3", "cortex-m23", "cortex-m7"}) {
    const bool fpu = find_target(target)->fpu;
    std::vector<std::string> wanted = general;
    if (!fpu) wanted.insert(wanted.end(), soft.begin(), soft.end());
    const TemporaryDirectory folder;
    std::vector<std::string> link{"arm-none-eabi-gcc"};
    const Emulator emulator = *find_emulator(target);
    link.insert(link.end(), emulator.flags.begin(), emulator.flags.end());
    link.insert(link.end(), {"--specs=nano.specs", "-nostartfiles", "-Wl,-e,0", "-o", "library",
                             "-x", "c", "/dev/null"});
    for (const std::string& name : wanted) link.push_back("-Wl,-u," + name);
    const ProcessResult linked = run_process({.command = link, .directory = folder.path()});
    INFO(target << linked.output);
    REQUIRE(linked.ok());
    const ProcessResult code = run_process(
        {.command = {"arm-none-eabi-objdump", "-d", "library"}, .directory = folder.path()});
    const CallGraph graph = disassembled(code.output);
    for (const std::string& name : wanted) {
      const std::vector<std::string> entry{name};
      const StackBound bound = stack_bound(graph, entry);
      INFO(name);
      CHECK(bound.bytes <= kLibraryStackBytes);
    }
  }
}
