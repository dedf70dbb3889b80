#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <numeric>

#include "compiler/driver/commands.h"
#include "compiler/driver/execute_native.h"
#include "compiler/driver/model_inputs.h"
#include "compiler/driver/npy.h"
#include "compiler/driver/output_folder.h"
#include "compiler/lower/build_program.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

// ONNX names may hold any character; file names should not.
std::string file_name(const std::string& name) {
  std::string result;
  for (char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    result += plain ? c : '_';
  }
  return (result.empty() ? "tensor" : result) + ".npy";
}

bool write_array(const std::filesystem::path& folder, const std::string& name,
                 const Constant& value, Diagnostics& diagnostics) {
  const std::vector<std::byte> bytes = to_npy(value);
  return write_file(folder / file_name(name),
                    std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
                    diagnostics);
}

bool dump_layers(const Graph& graph, const std::vector<ConstantPtr>& inputs,
                 const std::filesystem::path& folder, Diagnostics& diagnostics) {
  bool good = true;
  const std::vector<ConstantPtr> shaped = as_graph_inputs(graph, inputs);
  (void)interpret(graph, shaped, [&](TensorId id, const ConstantPtr& value) {
    const Tensor& t = graph.tensor(id);
    for (const Origin& origin : t.origins) {
      const ConstantPtr onnx = to_onnx_form(t, origin, *value);
      good = good && write_array(folder, origin.name, *onnx, diagnostics);
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
    const std::optional<Execution> result =
        options.jit ? execute_native(program, bytes, diagnostics) : execute(program, bytes);
    if (!result) return kExitRefused;
    for (std::size_t i = 0; i < program.outputs.size(); ++i) {
      outputs.push_back(to_tensor(program.outputs[i], result->outputs[i]));
    }
  }

  bool good = true;
  if (!options.output_dir.empty()) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      good = good && write_array(options.output_dir, program.outputs[i].onnx_name, *outputs[i],
                                 diagnostics);
    }
    for (std::size_t i = 0; options.save_input && i < inputs.size(); ++i) {
      good = good &&
             write_array(options.output_dir, program.inputs[i].onnx_name, *inputs[i], diagnostics);
    }
  }
  if (!options.dump_layers.empty()) {
    good = good && dump_layers(compilation->graph, inputs, options.dump_layers, diagnostics);
  }
  if (!good) return kExitRefused;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ProgramIo& io = program.outputs[i];
    if (outputs.size() > 1 || !is_scores(io.shape)) {
      std::cout << fmt::format("{}: {} {}\n", io.onnx_name, name_of(io.type), to_string(io.shape));
    }
    if (is_scores(io.shape)) print_top(*outputs[i], labels, options.top);
  }
  return kExitDone;
}

}  // namespace spindle
