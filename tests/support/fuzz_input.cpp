#include "tests/support/fuzz_input.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/codegen/c_emitter.h"
#include "compiler/codegen/llvm_backend.h"
#include "compiler/compile/compilation.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/ir/verifier.h"
#include "compiler/report/plan_html.h"
#include "compiler/report/plan_json.h"
#include "compiler/report/plan_report.h"
#include "compiler/report/plan_text.h"
#include "frontend/importer.h"

namespace spindle::testing {
namespace {

constexpr std::size_t kKnobs = 4;
constexpr std::int64_t kMostElements = 200'000;  // of all tensors together
constexpr std::int64_t kMostMacs = 3'000'000;

struct Knobs {
  const Target* target;
  CompilationOptions options;
  unsigned budget;   // in 256ths of the RAM that a plan without budget takes; 0: no budget
  bool two_regions;  // plan for two memory regions, not for one arena
  bool llvm;
};

Knobs knobs_of(std::span<const std::byte> bytes) {
  const auto number = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
  Knobs knobs{&targets()[number(0) % targets().size()],
              {},
              number(2),
              number(3) % 2 != 0,
              (number(1) & 0xE0U) == 0xE0U};
  constexpr InputMode kModes[] = {InputMode::kExternal, InputMode::kArena, InputMode::kStreamed,
                                  InputMode::kExternal};
  knobs.options.plan.input = kModes[number(1) % 4];
  knobs.options.output_rows = (number(1) & 4U) != 0;
  knobs.options.output_u8 = (number(1) & 8U) != 0;
  knobs.options.native_io = (number(3) & 2U) != 0;
  if ((number(1) & 16U) != 0) knobs.options.input_u8 = {127.5F, 127.5F};
  knobs.options.pipeline.verify = true;
  return knobs;
}

bool is_small(const Graph& graph) {
  std::int64_t elements = 0, macs = 0;
  for (const Tensor& t : graph.tensors) elements += std::min(t.elements(), kMostElements);
  for (const Node& node : graph.nodes) macs += std::min(macs_of(graph, node), kMostMacs);
  return elements < kMostElements && macs < kMostMacs;
}

void write_everything(const Compilation& c, bool llvm) {
  const CNames names{"model", "model.onnx"};
  (void)emit_c(c.program, names);
  const PlanReport report = make_plan_report(c, c.frontier);
  (void)plan_json(report);
  (void)plan_html(report);
  (void)plan_text(report);
  if (!llvm || !has_llvm()) return;
  Diagnostics diagnostics;
  const auto ir = emit_llvm(c.program, names, *c.target, LlvmForm::kIr, {}, diagnostics);
  check_internal(ir.has_value(), "LLVM refuses the module");
}

std::string compile_all(Graph graph, const Knobs& knobs) {
  Diagnostics diagnostics;
  CompilationOptions options = knobs.options;
  if (!prepare_graph(graph, options, diagnostics)) {
    return diagnostics.has_errors() ? "" : "the passes refuse without a word";
  }
  if (!is_small(graph)) return "";
  options.canonical = true;
  options.self_check = true;
  options.frontier = knobs.budget == 1;
  const auto compile = [&]() -> std::optional<Compilation> {
    std::optional<Compilation> c = compile_graph(graph, *knobs.target, options, diagnostics);
    check_internal(c.has_value() != diagnostics.has_errors(), "neither a program nor an error");
    if (c) write_everything(*c, knobs.llvm);
    return c;
  };
  const std::optional<Compilation> free = compile();
  if (!free) return "";
  if (knobs.budget > 1) options.plan.ram = free->plan.arena_bytes * knobs.budget / 256;
  if (knobs.two_regions) {
    const std::int64_t half = free->plan.arena_bytes / 2;
    options.plan.regions = {Region{}, Region{}};
    options.plan.regions.front().name = "fast";
    options.plan.regions.back().name = "slow";
    options.plan.regions.back().rank = 1;
    for (Region& region : options.plan.regions) region.size = std::max<std::int64_t>(half, 64);
  }
  if (knobs.budget > 1 || knobs.two_regions) (void)compile();
  return "";
}

}  // namespace

std::string fuzz_pipeline(std::span<const std::byte> input) {
  if (input.size() < kKnobs) return "";
  const Knobs knobs = knobs_of(input.first(kKnobs));
  try {
    Diagnostics diagnostics;
    std::optional<Graph> graph =
        import_onnx(input.subspan(kKnobs), "model.onnx", {}, {}, diagnostics);
    if (graph.has_value() == diagnostics.has_errors()) return "neither a graph nor an error";
    if (!graph) return "";
    if (std::string violation = verify(*graph); !violation.empty()) return violation;
    return compile_all(std::move(*graph), knobs);
  } catch (const InternalError& error) {
    return error.what();
  }
}

}  // namespace spindle::testing
