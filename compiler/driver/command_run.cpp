#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <numeric>
#include <set>

#include "compiler/check/computed_tensors.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/draw.h"
#include "compiler/driver/execute_native.h"
#include "compiler/driver/file_names.h"
#include "compiler/driver/model_inputs.h"
#include "compiler/driver/npy.h"
#include "compiler/driver/output_folder.h"
#include "compiler/lower/build_program.h"
#include "compiler/reference/interpreter.h"
#include "compiler/support/human.h"

namespace spindle {
namespace {

bool write_array(const std::filesystem::path& file, const Constant& value,
                 Diagnostics& diagnostics) {
  const std::vector<std::byte> bytes = to_npy(value);
  return write_file(file, std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
                    diagnostics);
}

bool dump_layers(const Compilation& compilation, const std::vector<ConstantPtr>& inputs,
                 const std::filesystem::path& folder, Diagnostics& diagnostics) {
  const Graph& graph = compilation.graph;
  bool good = true;
  FileNames names;
  std::set<std::string> written;  // of a tensor that is there twice, equal values
  const std::vector<ConstantPtr> shaped = as_graph_inputs(graph, inputs);
  const std::vector<ConstantPtr> computed = computed_tensors(graph, compilation.program, shaped);
  (void)interpret(graph, shaped, [&](TensorId id, const ConstantPtr& value) {
    const Tensor& t = graph.tensor(id);
    for (const Origin& origin : t.origins) {
      if (!written.insert(origin.name).second) continue;
      const ConstantPtr onnx = to_onnx_form(t, origin, *value);
      good = good && write_array(folder / names(origin.name, ".npy"), *onnx, diagnostics);
      const ConstantPtr& own = computed[static_cast<std::size_t>(id)];
      if (own == nullptr) continue;  // a model input, or folded into another step
      good = good && write_array(folder / names(origin.name, ".compiled.npy"),
                                 *to_onnx_form(t, origin, *own), diagnostics);
    }
  });
  return good;
}

std::vector<std::string> read_labels(const std::filesystem::path& file, Diagnostics& diagnostics) {
  std::vector<std::string> labels;
  std::ifstream in(file);
  if (!in) {
    diagnostics.error("E0420", fmt::format("cannot read labels '{}'", file.string()));
    return labels;
  }
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    labels.push_back(line);
  }
  return labels;
}

void print_top(const Constant& scores, const std::vector<std::string>& labels, int top) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(scores.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return scores.as_double(a) > scores.as_double(b);
  });
  const auto count = std::min<std::size_t>(order.size(), static_cast<std::size_t>(top));
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t index = order[i];
    const double score = scores.as_double(index);
    const std::string text =
        scores.type() == DType::kF32 ? fmt::format("{:>9.4f}", score) : fmt::format("{:>5}", score);
    const bool named = static_cast<std::size_t>(index) < labels.size();
    std::cout << fmt::format("{}  {:>5}  {}\n", text, index,
                             named ? labels[static_cast<std::size_t>(index)] : "");
  }
}

// The detections among the outputs; null without --detect.
ConstantPtr find_detections(const RunOptions& options, const std::vector<ConstantPtr>& outputs) {
  return options.model.compile.detect && outputs.size() == 1 ? outputs[0] : nullptr;
}

std::string name_of_class(const std::vector<std::string>& labels, std::int64_t label) {
  const bool named = label >= 0 && static_cast<std::size_t>(label) < labels.size();
  return named ? labels[static_cast<std::size_t>(label)] : std::string();
}

void print_detections(const std::vector<Detection>& detections,
                      const std::vector<std::string>& labels) {
  if (!detections.empty()) {
    std::cout << "   score  class     top    left  bottom   right\n";
  }
  for (const Detection& d : detections) {
    std::cout << fmt::format("{:>8.4f}  {:>5}  {:>6.3f}  {:>6.3f}  {:>6.3f}  {:>6.3f}  {}\n",
                             d.score, d.label, d.top, d.left, d.bottom, d.right,
                             name_of_class(labels, d.label));
  }
  std::cout << fmt::format("{} detection{}\n", detections.size(),
                           detections.size() == 1 ? "" : "s");
}

// A map of classes: integers over an image.
struct ClassMap {
  ConstantPtr classes;
  int width = 0, height = 0;
};

ClassMap find_classes(const Program& program, const std::vector<ConstantPtr>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ProgramIo& io = program.outputs[i];
    const bool indices = io.type == DType::kI64 || io.type == DType::kI32 || io.type == DType::kU8;
    Shape extents;  // other than 1
    for (std::int64_t extent : io.shape) {
      if (extent != 1) extents.push_back(extent);
    }
    if (!indices || extents.size() != 2) continue;
    return {outputs[i], static_cast<int>(extents[1]), static_cast<int>(extents[0])};
  }
  return {};
}

// Which part of the picture has which class, the largest first.
void print_classes(const Constant& classes, const std::vector<std::string>& labels, int top) {
  std::map<std::int64_t, std::int64_t> counts;
  for (std::int64_t i = 0; i < classes.size(); ++i) ++counts[classes.as_int(i)];
  std::vector<std::pair<std::int64_t, std::int64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (order.size() > static_cast<std::size_t>(top)) order.resize(static_cast<std::size_t>(top));
  for (const auto& [label, count] : order) {
    std::cout << fmt::format(
        "{:>8.2f} %  {:>5}  {}\n",
        100.0 * static_cast<double>(count) / static_cast<double>(classes.size()), label,
        name_of_class(labels, label));
  }
}

// --draw: what was found, in the input's picture.
bool draw(const RunOptions& options, const Program& program,
          const std::vector<ConstantPtr>& outputs, Diagnostics& diagnostics) {
  const ConstantPtr detections = find_detections(options, outputs);
  const ClassMap map = find_classes(program, outputs);
  if (detections == nullptr && map.classes == nullptr) {
    diagnostics.error("E0422", "there is nothing to draw", options.model.model.string())
        .notes.emplace_back("the model gives no map of classes, and `--detect` was not given");
    return false;
  }
  std::string error;
  Picture picture = read_picture(options.inputs[0], 3, error);
  if (!error.empty()) {
    diagnostics.error("E0420", error).helps.emplace_back("`--draw` needs a picture as input");
    return false;
  }
  if (detections != nullptr) {
    picture = fit(picture, picture.width, picture.height, options.picture.crop);
    draw_detections(picture, detections_of(*detections, options.model.compile.detect->x_first));
  } else {
    const Picture part = fit(picture, map.width, map.height, options.picture.crop);
    picture = draw_classes(part, *map.classes, map.width, map.height);
  }
  return write_file(options.draw, to_png(picture), diagnostics);
}

// Scores over classes: one vector.
bool is_scores(const Shape& shape) {
  const std::int64_t count = element_count(shape);
  return count >= 1 && std::any_of(shape.begin(), shape.end(),
                                   [&](std::int64_t extent) { return extent == count; });
}

}  // namespace

int run_run(const RunOptions& options, Diagnostics& diagnostics) {
  const std::optional<Compilation> compilation = compile_model(options.model, "host", diagnostics);
  if (!compilation) return kExitRefused;
  const Program& program = compilation->program;
  if (options.inputs.size() != program.inputs.size()) {
    diagnostics
        .error("E0421", fmt::format("{} input files given, the model has {} inputs",
                                    options.inputs.size(), program.inputs.size()))
        .helps.emplace_back("repeat --input once per model input, in the model's order");
    return kExitRefused;
  }
  std::vector<ConstantPtr> inputs;
  for (std::size_t i = 0; i < options.inputs.size(); ++i) {
    inputs.push_back(read_input(program, i, options.inputs[i], options.picture, diagnostics));
  }
  std::vector<std::string> labels;
  if (!options.labels.empty()) labels = read_labels(options.labels, diagnostics);
  if (diagnostics.has_errors()) return kExitRefused;

  std::vector<ConstantPtr> outputs;
  if (options.reference) {
    outputs = reference_outputs(compilation->graph, inputs);
  } else {
    std::vector<std::vector<std::byte>> bytes;
    for (const ConstantPtr& input : inputs) {
      bytes.emplace_back(input->bytes().begin(), input->bytes().end());
    }
    // Functions that take rows are the user's, who is not here: execute() keeps the rows.
    const bool hands_out = std::any_of(program.outputs.begin(), program.outputs.end(),
                                       [](const ProgramIo& io) { return io.rows > 0; });
    const std::optional<Execution> result = options.jit && !hands_out
                                                ? execute_native(program, bytes, diagnostics)
                                                : execute(program, bytes);
    if (!result) return kExitRefused;
    for (std::size_t i = 0; i < program.outputs.size(); ++i) {
      outputs.push_back(to_tensor(program.outputs[i], result->outputs[i]));
    }
  }

  bool good = true;
  if (!options.output_dir.empty()) {
    FileNames names;
    const auto save = [&](const ProgramIo& io, const Constant& value) {
      good =
          good && write_array(options.output_dir / names(io.onnx_name, ".npy"), value, diagnostics);
    };
    for (std::size_t i = 0; i < outputs.size(); ++i) save(program.outputs[i], *outputs[i]);
    for (std::size_t i = 0; options.save_input && i < inputs.size(); ++i) {
      save(program.inputs[i], *inputs[i]);
    }
  }
  if (!options.dump_layers.empty()) {
    good = good && dump_layers(*compilation, inputs, options.dump_layers, diagnostics);
  }
  if (!options.draw.empty()) good = good && draw(options, program, outputs, diagnostics);
  if (!good) return kExitRefused;
  if (const ConstantPtr detections = find_detections(options, outputs)) {
    print_detections(detections_of(*detections, options.model.compile.detect->x_first), labels);
    return kExitDone;
  }
  if (const ClassMap map = find_classes(program, outputs); map.classes != nullptr) {
    print_classes(*map.classes, labels, options.top);
    return kExitDone;
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ProgramIo& io = program.outputs[i];
    if (outputs.size() > 1 || !is_scores(io.shape)) {
      std::cout << fmt::format("{}: {} {}\n", printable_name(io.onnx_name), name_of(io.type),
                               to_string(io.shape));
    }
    if (is_scores(io.shape)) print_top(*outputs[i], labels, options.top);
  }
  return kExitDone;
}

}  // namespace spindle
