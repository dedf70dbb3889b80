#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "compiler/driver/commands.h"
#include "compiler/emulate/run_compiled.h"
#include "compiler/ir/op_traits.h"
#include "compiler/plan/occupancy.h"
#include "compiler/plan/planner.h"
#include "compiler/run/input_sets.h"
#include "compiler/run/picture_range.h"
#include "compiler/run/read_input.h"
#include "compiler/run/results.h"
#include "compiler/support/human.h"

namespace spindle {
namespace {

namespace fs = std::filesystem;

// A float model must agree with the reference and with the goldens to kFloatTolerance, relative to
// the largest value of the tensor. An 8-bit model must equal the reference. It may differ from a
// golden in one value of a thousand, by one quantization step (docs/numeric-contract.md says where
// ONNX Runtime itself is not exact).
constexpr double kFloatTolerance = 1e-4;
constexpr double kGoldenIdentical = 0.999;
constexpr double kGoldenStep = 1.0 / 256;

struct Case {
  std::vector<ConstantPtr> inputs;
  std::vector<ConstantPtr> goldens;  // by output; empty without goldens
  std::string name;
};

// Whether the node only moves data, quantizes or dequantizes. Such nodes are exact in float too.
bool computes_nothing(const Node& node) {
  const OpTraits traits = traits_of(node.op);
  return traits.moves() || traits.eight_bit == EightBit::kBoundary;
}

// Whether all arithmetic is in integers. The results must then be identical to the reference.
bool is_integer_model(const Graph& graph) {
  return std::none_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
    return !computes_nothing(node) && graph.tensor(node.output()).type == DType::kF32;
  });
}

ConstantPtr read_golden(const fs::path& folder, const ProgramIo& io, std::size_t index,
                        const std::string& number, Diagnostics& diagnostics) {
  Program single;
  single.inputs = {io};
  return read_input(single, 0, folder / fmt::format("out{}_{}.npy", index, number), {},
                    diagnostics);
}

void add_goldens(const Program& program, const VerifyOptions& options, std::vector<Case>& cases,
                 Diagnostics& diagnostics) {
  if (program.inputs.size() != 1) {
    diagnostics.error("E0421", "--golden is for models of one input", options.golden.string());
    return;
  }
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(options.golden, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("in_") && entry.path().extension() == ".npy") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  if (error) {
    diagnostics.error(
        "E0420", fmt::format("cannot read '{}': {}", options.golden.string(), error.message()));
  } else if (files.empty()) {
    diagnostics.error("E0420", fmt::format("no in_NN.npy in '{}'", options.golden.string()))
        .helps.emplace_back("a folder of goldens holds in_00.npy, out0_00.npy, out1_00.npy, ...");
  }
  if (options.limit > 0 && std::ssize(files) > options.limit) {
    files.resize(options.limit);
  }
  for (const fs::path& file : files) {
    const std::string number = file.stem().string().substr(3);
    Case one;
    one.name = file.filename().string();
    one.inputs = {read_input(program, 0, file, {}, diagnostics)};
    for (std::size_t i = 0; i < program.outputs.size(); ++i) {
      one.goldens.push_back(
          read_golden(options.golden, program.outputs[i], i, number, diagnostics));
    }
    cases.push_back(std::move(one));
  }
}

std::int64_t argmax(const Constant& values) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < values.size(); ++i) {
    if (values.as_double(i) > values.as_double(best)) best = i;
  }
  return best;
}

struct Verdict {
  bool integer = false;
  Difference reference;      // compiled against the reference interpreter
  Difference golden;         // compiled against the goldens
  Difference golden_floats;  // the same for float outputs alone, whose quantization step is smaller
  int goldens = 0;
  int same_top = 0;  // of these, those with the largest value at the same index in every output

  [[nodiscard]] bool matches_reference() const {
    return integer ? reference.different == 0 : reference.largest_relative <= kFloatTolerance;
  }
  [[nodiscard]] bool matches_golden() const {
    if (goldens == 0) return true;
    if (same_top != goldens) return false;
    if (!integer) return golden.largest_relative <= kFloatTolerance;
    const auto different = static_cast<double>(golden.different);
    const bool identical =
        different <= (1.0 - kGoldenIdentical) * static_cast<double>(golden.values);
    return identical && golden.largest <= 1 && golden_floats.largest <= kGoldenStep;
  }
};

Verdict judge(const Compilation& compilation, const std::vector<Case>& cases,
              const EmulationResult& result) {
  Verdict verdict;
  verdict.integer = is_integer_model(compilation.graph);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::vector<ConstantPtr> expected = reference_outputs(compilation.graph, cases[i].inputs);
    bool same_top = true;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const ConstantPtr got = to_tensor(compilation.program.outputs[k], result.outputs[i][k]);
      compare(*expected[k], *got, verdict.reference);
      if (cases[i].goldens.empty()) continue;
      compare(*cases[i].goldens[k], *got, verdict.golden);
      if (got->type() == DType::kF32) compare(*cases[i].goldens[k], *got, verdict.golden_floats);
      same_top = same_top && argmax(*cases[i].goldens[k]) == argmax(*got);
    }
    if (cases[i].goldens.empty()) continue;
    ++verdict.goldens;
    if (same_top) ++verdict.same_top;
  }
  return verdict;
}

std::string difference_text(const Difference& d, bool integer) {
  if (d.different == 0) return fmt::format("all {} values identical", d.values);
  std::string text = fmt::format("{} of {} values differ, the largest difference is {:.3g}",
                                 d.different, d.values, d.largest);
  if (!integer) text += fmt::format(" ({:.2g} relative)", d.largest_relative);
  return text;
}

// Whether the run touched as many bytes of each arena as the plan uses.
bool touches_as_planned(const Plan& plan, const EmulationResult& result) {
  std::size_t arena = 0;
  const auto good = [&](RegionId region) {
    return result.touched_bytes[arena++] == occupied_bytes(plan, region);
  };
  if (plan.regions.empty()) return good({});
  bool all = true;
  for (const RegionId id : plan.regions.ids()) {
    if (plan.regions[id].arena_bytes > 0) all = good(id) && all;
  }
  return all;
}

// One line for each memory region with an arena: bytes touched and bytes planned.
std::string region_text(const Plan& plan, const EmulationResult& result) {
  std::string text;
  std::size_t arena = 0;
  for (const RegionId id : plan.regions.ids()) {
    const Region& region = plan.regions[id];
    if (region.arena_bytes == 0) continue;
    text += fmt::format(
        "        {:<10} {} bytes touched, {} planned, {} in all, {} in the region\n", region.name,
        result.touched_bytes[arena++], occupied_bytes(plan, id), region.arena_bytes, region.size);
  }
  return text;
}

bool stack_is_bounded(const EmulationResult& result) {
  return !result.stack_bound.reason.empty() ||
         result.stack_bytes <= result.stack_bound.allowed_bytes;
}

std::string stack_text(const EmulationResult& result) {
  const StackBound& bound = result.stack_bound;
  std::string text = fmt::format("{} bytes, ", result.stack_bytes);
  if (!bound.reason.empty()) return text + fmt::format("no bound: {}", bound.reason);
  text += fmt::format("bound {}", bound.bytes);
  if (bound.external.empty()) return text;
  return text + fmt::format(" and what {} take{}", fmt::join(bound.external, ", "),
                            bound.external.size() == 1 ? "s" : "");
}

void print_text(const Compilation& c, const VerifyOptions& options, const Verdict& verdict,
                const EmulationResult& result, std::size_t runs) {
  const auto mark = [](bool good) { return good ? "ok  " : "FAIL"; };
  std::cout << fmt::format("{} on {}, {} run{}\n\n", c.graph.name, options.target, runs,
                           runs == 1 ? "" : "s");
  std::cout << fmt::format("{}  reference  {}\n", mark(verdict.matches_reference()),
                           difference_text(verdict.reference, verdict.integer));
  if (verdict.goldens > 0) {
    std::cout << fmt::format(
        "{}  golden     {}; top class equal in {} of {}\n", mark(verdict.matches_golden()),
        difference_text(verdict.golden, verdict.integer), verdict.same_top, verdict.goldens);
  }
  std::cout << fmt::format("{}  arena      {} bytes touched, {} planned, {} in all\n",
                           mark(touches_as_planned(c.plan, result)), result.arena_touched_bytes,
                           occupied_bytes(c.plan), c.plan.arena_bytes)
            << region_text(c.plan, result);
  std::cout << fmt::format(
      "{}  stack      {}\n",
      result.stack_bound.reason.empty() ? mark(stack_is_bounded(result)) : "    ",
      stack_text(result));
  std::cout << fmt::format("      code       {} of text, {} of constants\n",
                           human_bytes(result.text_bytes), human_bytes(result.rodata_bytes));
  if (result.instructions > 0) {
    std::cout << fmt::format("      work       {:.1f} M instructions, {:.2f} per MAC\n",
                             static_cast<double>(result.instructions) / 1e6,
                             static_cast<double>(result.instructions) /
                                 static_cast<double>(std::max<std::int64_t>(c.plan.macs, 1)));
  }
  if (!result.why_not_counted.empty()) std::cout << "      work       not counted\n";
  if (result.step_instructions.empty()) return;
  std::cout << fmt::format("\n{:>13} {:>9} {:>8}  step\n", "instructions", "MACs", "per MAC");
  for (std::size_t i = 0; i < result.step_instructions.size(); ++i) {
    const TracedStep& step = c.program.steps[StepId(i)];
    const auto count = static_cast<double>(result.step_instructions[i]);
    std::cout << fmt::format(
        "{:>13} {:>9} {:>8}  {}\n", result.step_instructions[i], human_count(step.macs),
        step.macs > 0 ? fmt::format("{:.2f}", count / static_cast<double>(step.macs)) : "",
        step.name);
  }
}

void print_json(const Compilation& c, const VerifyOptions& options, const Verdict& verdict,
                const EmulationResult& result, std::size_t runs) {
  nlohmann::ordered_json json;
  json["schema_version"] = 1;
  json["model"] = c.graph.name;
  json["target"] = options.target;
  json["runs"] = runs;
  json["identical"] = verdict.reference.different == 0;
  json["matches_reference"] = verdict.matches_reference();
  const auto difference = [](const Difference& d) {
    return nlohmann::ordered_json{{"values", d.values},
                                  {"different", d.different},
                                  {"largest", d.largest},
                                  {"largest_relative", d.largest_relative}};
  };
  json["reference"] = difference(verdict.reference);
  if (verdict.goldens > 0) {
    json["golden"] = difference(verdict.golden);
    json["golden"]["runs"] = verdict.goldens;
    json["golden"]["same_top"] = verdict.same_top;
    json["matches_golden"] = verdict.matches_golden();
  }
  json["instructions"] = result.instructions;
  if (!result.why_not_counted.empty()) json["why_not_counted"] = result.why_not_counted;
  json["macs"] = c.plan.macs;
  json["arena_bytes"] = c.plan.arena_bytes;
  json["arena_planned_bytes"] = occupied_bytes(c.plan);
  json["arena_touched_bytes"] = result.arena_touched_bytes;
  std::size_t arena = 0;
  for (const RegionId id : c.plan.regions.ids()) {
    const Region& region = c.plan.regions[id];
    const bool used = region.arena_bytes > 0;
    json["regions"].push_back({{"name", region.name},
                               {"size", region.size},
                               {"arena_bytes", region.arena_bytes},
                               {"planned_bytes", occupied_bytes(c.plan, id)},
                               {"touched_bytes", used ? result.touched_bytes[arena++] : 0}});
  }
  json["stack_bytes"] = result.stack_bytes;
  if (result.stack_bound.reason.empty()) {
    json["stack_bound_bytes"] = result.stack_bound.bytes;
    json["stack_external"] = result.stack_bound.external;
  }
  json["text_bytes"] = result.text_bytes;
  json["rodata_bytes"] = result.rodata_bytes;
  if (!result.step_instructions.empty()) {
    json["steps"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < result.step_instructions.size(); ++i) {
      const TracedStep& step = c.program.steps[StepId(i)];
      json["steps"].push_back({{"name", step.name},
                               {"macs", step.macs},
                               {"instructions", result.step_instructions[i]}});
    }
  }
  std::cout << json.dump(2) << '\n';
}

}  // namespace

int run_verify(const VerifyOptions& options, Diagnostics& diagnostics) {
  const std::optional<Compilation> compilation =
      compile_model(options.model, options.target, diagnostics);
  if (!compilation) return kExitRefused;
  std::vector<Case> cases;
  if (!options.inputs.empty()) {
    const std::vector<InputSet> sets =
        input_sets(options.inputs, compilation->program.inputs.size(), diagnostics);
    check_picture_ranges(*compilation, sets, options.picture, diagnostics);
    for (const InputSet& set : sets) {
      Case one;
      one.name = set.name;
      for (std::size_t i = 0; i < set.files.size(); ++i) {
        one.inputs.push_back(
            read_input(compilation->program, i, set.files[i], options.picture, diagnostics));
      }
      cases.push_back(std::move(one));
    }
  }
  if (!options.golden.empty()) {
    add_goldens(compilation->program, options, cases, diagnostics);
  }
  if (diagnostics.has_errors()) return kExitRefused;
  if (cases.empty()) {
    diagnostics.error("E0420", "there is nothing to run the model on")
        .helps.emplace_back("give --input=FILE or --golden=DIR");
    return kExitRefused;
  }

  if (isatty(STDERR_FILENO) != 0) {
    std::cerr << fmt::format("building and running for {} ...\n", options.target);
  }
  RunInputs runs;
  for (const Case& one : cases) runs.push_back(one.inputs);
  EmulationJob job;
  job.count = options.count || options.layers;
  job.optimize = options.optimize;
  if (options.layers) job.steps = static_cast<int>(compilation->program.steps.size());
  const bool objects = options.emit == "obj";
  const auto result =
      run_compiled(*compilation, options.target, runs, std::move(job), diagnostics, objects);
  if (!result) return kExitRefused;
  if (!result->why_not_counted.empty()) {
    Diagnostic& warning = diagnostics.warning("W0403", "instructions were not counted");
    warning.notes.push_back(result->why_not_counted);
    warning.helps.emplace_back(
        "everything else was verified; counting needs a QEMU that is built with plugins");
  }
  const Verdict verdict = judge(*compilation, cases, *result);
  if (options.format == "json") {
    print_json(*compilation, options, verdict, *result, runs.size());
  } else {
    print_text(*compilation, options, verdict, *result, runs.size());
  }
  const bool good = verdict.matches_reference() && verdict.matches_golden() &&
                    touches_as_planned(compilation->plan, *result) && stack_is_bounded(*result);
  return good ? kExitDone : kExitMismatch;
}

}  // namespace spindle
