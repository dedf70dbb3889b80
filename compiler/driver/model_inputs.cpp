#include "compiler/driver/model_inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "compiler/codegen/c_writer.h"
#include "compiler/driver/generated.h"
#include "compiler/driver/npy.h"
#include "compiler/driver/temporary_directory.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

bool is_npy(const std::filesystem::path& file) {
  return file.extension() == ".npy";
}

Diagnostic& does_not_fit(const ProgramIo& io, const std::filesystem::path& file,
                         Diagnostics& diagnostics) {
  return diagnostics.error(
      "E0421", fmt::format("'{}' does not fit input '{}'", file.string(), io.onnx_name));
}

// Whether `from` has `to`'s extents in another order: how to bring them into it, "0, 3, 1, 2".
std::optional<std::string> order_between(const Shape& from, const Shape& to) {
  if (from.size() != 4 || to.size() != 4) return std::nullopt;
  if (Shape{from[0], from[3], from[1], from[2]} == to) return "0, 3, 1, 2";
  if (Shape{from[0], from[2], from[3], from[1]} == to) return "0, 2, 3, 1";
  return std::nullopt;
}

// What makes `array` fit, in NumPy's words.
std::string remedy(const Constant& array, const ProgramIo& io) {
  const Shape& shape = array.shape();
  if (shape != io.shape) {
    if (const auto order = order_between(shape, io.shape)) {
      return fmt::format("the axes are in another order; save x.transpose({})", *order);
    }
    if (array.size() == element_count(io.shape)) {
      return fmt::format("if the values are in the model's order, save x.reshape({})",
                         fmt::join(io.shape, ", "));
    }
    return "save the array in the model's shape";
  }
  if (io.type == DType::kF32) return "save x.astype('float32'), scaled as the model was trained";
  return fmt::format("save x.astype('{}'){}", io.type == DType::kU8 ? "uint8" : "int8",
                     array.type() == DType::kF32 ? ", quantized as the model says" : "");
}

ConstantPtr read_array(const ProgramIo& io, const std::filesystem::path& file,
                       Diagnostics& diagnostics) {
  std::string error;
  ConstantPtr array = read_npy(file, error);
  if (!array) {
    diagnostics.error("E0420", error).helps.emplace_back("numpy.save writes .npy files");
    return nullptr;
  }
  if (array->type() == io.type && array->shape() == io.shape) return array;
  Diagnostic& diagnostic = does_not_fit(io, file, diagnostics);
  diagnostic.notes.push_back(fmt::format("the file holds {} {}, the model takes {} {}",
                                         name_of(array->type()), to_string(array->shape()),
                                         name_of(io.type), to_string(io.shape)));
  diagnostic.helps.push_back(remedy(*array, io));
  return nullptr;
}

// Means and stds are for floats, one for all channels or one for each.
bool check_scaling(const ProgramIo& io, int channels, const PictureOptions& options,
                   Diagnostics& diagnostics) {
  for (const auto& [name, values] :
       {std::pair{"--mean", &options.mean}, std::pair{"--std", &options.std}}) {
    if (values->empty()) continue;
    if (io.type != DType::kF32) {
      diagnostics
          .error("E0424", fmt::format("{} is for float inputs, '{}' takes {}", name, io.onnx_name,
                                      name_of(io.type)))
          .helps.push_back(fmt::format("omit `{}`: the model takes bytes", name));
      return false;
    }
    if (values->size() == 1 || values->size() == static_cast<std::size_t>(channels)) continue;
    diagnostics
        .error("E0424",
               fmt::format("{} has {} values, input '{}' has {} channel{}", name, values->size(),
                           io.onnx_name, channels, channels == 1 ? "" : "s"))
        .helps.emplace_back("give one value for all channels, or one for each");
    return false;
  }
  return true;
}

}  // namespace

ConstantPtr read_input(const Program& program, std::size_t index, const std::filesystem::path& file,
                       const PictureOptions& options, Diagnostics& diagnostics) {
  const ProgramIo& io = program.inputs[index];
  if (is_npy(file)) return read_array(io, file, diagnostics);
  const ImageShape image = image_shape(io.shape);
  if (image.channels == 0) {
    Diagnostic& diagnostic = does_not_fit(io, file, diagnostics);
    diagnostic.notes.push_back(fmt::format("the model takes {} {}, which is no picture",
                                           name_of(io.type), to_string(io.shape)));
    diagnostic.helps.emplace_back("give a .npy file of that type and shape");
    return nullptr;
  }
  if (!check_scaling(io, image.channels, options, diagnostics)) return nullptr;
  std::string error;
  const Picture picture = read_picture(file, image.channels, error);
  if (picture.pixels.empty()) {
    diagnostics.error("E0420", error)
        .helps.emplace_back("inputs are .png, .jpg and .bmp pictures and .npy arrays");
    return nullptr;
  }
  return to_input(fit(picture, image.width, image.height, options.crop), io.shape, io.type,
                  options);
}

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
    if (io.constant >= 0) continue;
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

// The model and what runs it, and both again with hooks if steps are to be counted.
std::optional<EmulationObjectPair> compile_objects(const Compilation& compilation,
                                                   const EmulationJob& job, std::size_t runs,
                                                   Diagnostics& diagnostics) {
  LlvmOptions options;
  options.own_regions = false;  // the board's memory is not the map's
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
  harness.mark = job.steps + 1;  // what no hook claims
  if (!compile(harness, pair.traced)) return std::nullopt;
  return pair;
}

// The model's functions do not write them.
void add_constant_outputs(const Program& program, EmulationResult& result) {
  for (std::size_t i = 0; i < program.outputs.size(); ++i) {
    const int constant = program.outputs[i].constant;
    if (constant < 0) continue;
    const std::vector<std::byte>& bytes =
        program.constants[static_cast<std::size_t>(constant)].bytes;
    for (std::vector<TensorBytes>& run : result.outputs) {
      run.insert(run.begin() + static_cast<std::ptrdiff_t>(i), bytes);
    }
  }
}

// Whether a tool failed for want of space or memory, not for what it was given.
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
  // The board's memory is not the map's.
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
      if (io.constant >= 0) continue;
      into.push_back({std::string(c_type_of(io.type)), tensor_bytes(io), io.rows, io.name});
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
  // What the user adds may be wrong for the target; our own flags are not.
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
        diagnostics.error("E0412", "there is no room to build what is to be verified");
    lacking.notes = error.notes;
    lacking.helps.emplace_back("set TMPDIR to a folder with more space, or free memory");
    return std::nullopt;
  }
  if (error.kind == EmulationError::Kind::build && own_flags) {
    Diagnostic& refused = diagnostics.error("E0432", error.message);
    refused.notes = error.notes;
    refused.helps.push_back(
        fmt::format("omit `--optimize`, or give other flags than '{}'", flags));
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

ConstantPtr to_tensor(const ProgramIo& io, const std::vector<std::byte>& bytes) {
  return std::make_shared<const Constant>(io.type, io.shape, bytes);
}

std::vector<ConstantPtr> as_graph_inputs(const Graph& graph,
                                         const std::vector<ConstantPtr>& inputs) {
  std::vector<ConstantPtr> shaped;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& t = graph.tensor(graph.inputs[i]);
    const auto bytes = inputs[i]->bytes();
    shaped.push_back(std::make_shared<const Constant>(
        t.type, t.shape, std::vector<std::byte>(bytes.begin(), bytes.end())));
  }
  return shaped;
}

std::vector<ConstantPtr> reference_outputs(const Graph& graph,
                                           const std::vector<ConstantPtr>& inputs) {
  std::vector<ConstantPtr> outputs = interpret(graph, as_graph_inputs(graph, inputs));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto bytes = outputs[i]->bytes();
    outputs[i] =
        std::make_shared<const Constant>(outputs[i]->type(), graph.output_port(i).shape,
                                         std::vector<std::byte>(bytes.begin(), bytes.end()));
  }
  return outputs;
}

void compare(const Constant& a, const Constant& b, Difference& difference) {
  check_internal(a.size() == b.size(), "compared tensors differ in size");
  double magnitude = 0;
  double largest = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const double x = a.as_double(i);
    const double y = b.as_double(i);
    magnitude = std::max({magnitude, std::abs(x), std::abs(y)});
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    ++difference.different;
    largest = std::max(largest, std::isnan(x - y) ? HUGE_VAL : std::abs(x - y));
  }
  difference.values += a.size();
  difference.largest = std::max(difference.largest, largest);
  if (magnitude > 0) {
    difference.largest_relative = std::max(difference.largest_relative, largest / magnitude);
  }
}

}  // namespace spindle
