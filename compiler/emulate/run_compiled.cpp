#include "compiler/emulate/run_compiled.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "compiler/codegen/c_writer.h"
#include "compiler/codegen/llvm_backend.h"
#include "compiler/package/generated.h"
#include "compiler/support/temporary_directory.h"

namespace spindle {
namespace {

std::int64_t tensor_bytes(const ProgramIo& io) {
  return element_count(io.shape) * static_cast<std::int64_t>(size_of(io.type));
}

HarnessJob harness_job(const Program& program, const std::string& name, std::size_t runs) {
  HarnessJob job;
  job.model = name;
  for (const Arena& arena : program.arenas) job.arenas.push_back(arena.bytes);
  for (const ProgramIo& io : program.inputs) job.inputs.push_back(tensor_bytes(io));
  for (const ProgramIo& io : program.outputs) {
    if (io.constant) continue;
    if (io.rows > 0) {
      job.row_outputs.push_back({job.outputs.size(), io.name, tensor_bytes(io) / io.rows});
    }
    job.outputs.push_back(tensor_bytes(io));
  }
  job.input_mode = program.input_mode;
  job.input_places = program.input_places;
  job.input_rows = program.streaming.rows;
  job.runs = static_cast<int>(runs);
  return job;
}

// Compiles the model and the program that runs it; both again with trace hooks if steps are
// counted.
std::optional<EmulationObjectPair> compile_objects(const Compilation& compilation,
                                                   const EmulationJob& job, std::size_t runs,
                                                   Diagnostics& diagnostics) {
  LlvmOptions options;
  options.own_regions = false;  // the emulated board does not have the regions of the memory map
  const std::optional<LlvmLevel> level = llvm_level(job.optimize);
  check_internal(level.has_value(), "objects are verified at one of LLVM's levels");
  options.level = *level;
  const auto compile = [&](const HarnessJob& harness, EmulationObjects& into) {
    options.traced = harness.traced;
    auto model = emit_llvm(compilation.program, {job.model_name, compilation.graph.name},
                           *compilation.target, LlvmForm::kObject, options, diagnostics);
    if (!model) return false;
    auto around = emit_harness(harness, *compilation.target, diagnostics);
    if (!around) return false;
    into = {std::move(*model), std::move(*around)};
    return true;
  };
  EmulationObjectPair pair;
  HarnessJob harness = harness_job(compilation.program, job.model_name, runs);
  if (!compile(harness, pair.plain)) return std::nullopt;
  if (job.steps == 0) return pair;
  harness.traced = true;
  harness.mark = job.steps + 1;  // step number for instructions outside of all steps
  if (!compile(harness, pair.traced)) return std::nullopt;
  return pair;
}

// Adds constant outputs to the results, because the model's functions do not write them.
void add_constant_outputs(const Program& program, EmulationResult& result) {
  for (std::size_t i = 0; i < program.outputs.size(); ++i) {
    const ConstantId constant = program.outputs[i].constant;
    if (!constant) continue;
    const std::vector<std::byte>& bytes = program.constants[constant].bytes;
    for (std::vector<TensorBytes>& run : result.outputs) {
      run.insert(run.begin() + static_cast<std::ptrdiff_t>(i), bytes);
    }
  }
}

// Whether a tool failed because of lack of space or memory, not because of its input.
bool lacked_resources(const EmulationError& error) {
  constexpr std::array kReasons{"No space left on device", "Disk quota exceeded", "File too large",
                                "Cannot allocate memory", "Killed signal"};
  return std::any_of(error.notes.begin(), error.notes.end(), [&](const std::string& note) {
    return std::any_of(kReasons.begin(), kReasons.end(),
                       [&](const char* reason) { return note.find(reason) != std::string::npos; });
  });
}

}  // namespace

std::optional<EmulationResult> run_compiled(const Compilation& compilation,
                                            const std::string& target, const RunInputs& runs,
                                            EmulationJob job, Diagnostics& diagnostics,
                                            bool objects) {
  const std::string name = "model";
  const TemporaryDirectory folder;
  job.model_name = name;
  job.target = target;
  if (objects) {
    job.objects = compile_objects(compilation, job, runs.size(), diagnostics);
    if (!job.objects) return std::nullopt;
  } else {
    for (const OutputFile& file : generated_files(compilation, name, compilation.graph.name)) {
      if (!write_file(folder.path() / file.name, file.data, diagnostics)) return std::nullopt;
    }
    job.generated = folder.path();
    job.sources = generated_sources(compilation, name);
    job.strict = true;
  }
  // The emulated board does not have the regions of the memory map, so sections are not placed.
  for (const Region& region : compilation.plan.regions) {
    job.compile_flags.push_back(fmt::format("-DSPINDLE_WEIGHTS_{}_ATTR=", upper(region.name)));
  }
  job.input_mode = compilation.program.input_mode;
  job.arenas.clear();
  for (const Arena& arena : compilation.program.arenas) job.arenas.push_back(arena.name);
  job.input_places = compilation.program.input_places;
  job.input_rows = compilation.program.streaming.rows;
  const auto describe = [](const std::vector<ProgramIo>& list, std::vector<EmulatedTensor>& into) {
    for (const ProgramIo& io : list) {
      if (io.constant) continue;
      into.push_back({.c_type = std::string(c_type_of(io.type)),
                      .bytes = tensor_bytes(io),
                      .rows = io.rows,
                      .row_name = io.name});
    }
  };
  describe(compilation.program.inputs, job.inputs);
  describe(compilation.program.outputs, job.outputs);
  for (const std::vector<ConstantPtr>& inputs : runs) {
    std::vector<TensorBytes> bytes;
    for (const ConstantPtr& input : inputs) {
      bytes.emplace_back(input->bytes().begin(), input->bytes().end());
    }
    job.runs.push_back(std::move(bytes));
  }
  // The user's flags may be wrong for the target; the default flags are not.
  const std::string flags = job.optimize;
  const bool own_flags = !objects && flags != EmulationJob{}.optimize;
  EmulationOutcome outcome = emulate(job);
  if (auto* result = std::get_if<EmulationResult>(&outcome)) {
    add_constant_outputs(compilation.program, *result);
    return std::move(*result);
  }
  const auto& error = std::get<EmulationError>(outcome);
  if (error.kind == EmulationError::Kind::build && lacked_resources(error)) {
    Diagnostic& lacking =
        diagnostics.error("E0412", "there is not enough space to build the program");
    lacking.notes = error.notes;
    lacking.helps.emplace_back("set TMPDIR to a folder with more space, or free memory");
    return std::nullopt;
  }
  if (error.kind == EmulationError::Kind::build && own_flags) {
    Diagnostic& refused = diagnostics.error("E0432", error.message);
    refused.notes = error.notes;
    refused.helps.push_back(fmt::format("omit `--optimize`, or give other flags than '{}'", flags));
    return std::nullopt;
  }
  if (error.kind == EmulationError::Kind::build) {
    std::string text = "the generated code does not compile: " + error.message;
    for (const std::string& note : error.notes) text += "\n" + note;
    throw InternalError(text);
  }
  const bool setup = error.kind == EmulationError::Kind::setup;
  diagnostics.error(setup ? "E0430" : "E0431", error.message).notes = error.notes;
  return std::nullopt;
}

}  // namespace spindle
