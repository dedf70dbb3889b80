#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/check/computed_tensors.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/run_results.h"
#include "compiler/files/draw.h"
#include "compiler/files/file_names.h"
#include "compiler/files/npy.h"
#include "compiler/files/output_folder.h"
#include "compiler/lower/program/build_program.h"
#include "compiler/reference/interpreter.h"
#include "compiler/run/input_sets.h"
#include "compiler/run/labels.h"
#include "compiler/run/picture_range.h"
#include "compiler/run/read_input.h"
#include "compiler/run/results.h"
#include "compiler/run/runner.h"

namespace spindle {
namespace {

namespace fs = std::filesystem;

bool write_array(const fs::path& file, const Constant& value, OutputFiles& files) {
  const std::vector<std::byte> bytes = to_npy(value);
  return files.add(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool dump_layers(const Compilation& compilation, const std::vector<ConstantPtr>& inputs,
                 const fs::path& folder, OutputFiles& files) {
  const Graph& graph = compilation.graph;
  bool good = true;
  FileNames names;
  // Two tensors of the graph may come from one tensor of the model. Their values are equal, so only
  // the first is written.
  std::set<std::string> written;
  const std::vector<ConstantPtr> shaped = as_graph_inputs(graph, inputs);
  const IdVector<TensorId, ConstantPtr> computed =
      computed_tensors(graph, compilation.program, shaped);
  (void)interpret(graph, shaped, [&](TensorId id, const ConstantPtr& value) {
    const Tensor& t = graph.tensor(id);
    for (const Origin& origin : t.origins) {
      if (!written.insert(origin.name).second) continue;
      const ConstantPtr onnx = to_onnx_form(t, origin, *value);
      good = good && write_array(folder / names(origin.name, ".npy"), *onnx, files);
      const ConstantPtr& own = computed[id];
      if (own == nullptr) continue;  // a model input, or folded into another step
      good = good && write_array(folder / names(origin.name, ".compiled.npy"),
                                 *to_onnx_form(t, origin, *own), files);
    }
  });
  return good;
}

// --draw: draws the detections or the map of classes into the input picture.
bool draw(const RunOptions& options, const Program& program, const InputSet& set,
          const std::vector<ConstantPtr>& outputs, OutputFiles& files, Diagnostics& diagnostics) {
  const ConstantPtr detections = find_detections(options, outputs);
  const ClassMap map = find_classes(program, outputs);
  if (detections == nullptr && map.classes == nullptr) {
    diagnostics.error("E0422", "there is nothing to draw", options.model.model.string())
        .notes.emplace_back("the model gives no map of classes, and `--detect` was not given");
    return false;
  }
  std::string error;
  Picture picture = read_picture(set.files[0], 3, error);
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
  return files.add(options.draw, to_png(picture));
}

// Writes the outputs, and with --save-input the inputs, as .npy files.
bool save(const RunOptions& options, const Program& program, const std::vector<ConstantPtr>& inputs,
          const std::vector<ConstantPtr>& outputs, const fs::path& folder, OutputFiles& files) {
  bool good = true;
  FileNames names;
  const auto add = [&](const ProgramIo& io, const Constant& value) {
    good = good && write_array(folder / names(io.onnx_name, ".npy"), value, files);
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) add(program.outputs[i], *outputs[i]);
  for (std::size_t i = 0; options.save_input && i < inputs.size(); ++i) {
    add(program.inputs[i], *inputs[i]);
  }
  return good;
}

// Where one run writes its files: a subfolder `run`, or `folder` itself if `run` is empty.
fs::path folder_of(const fs::path& folder, const std::string& run) {
  return run.empty() ? folder : folder / run;
}

// Runs one model on several sets of inputs, one after the other.
class Session {
 public:
  Session(const RunOptions& options, const Compilation& compilation,
          const std::vector<std::string>& labels, Diagnostics& diagnostics)
      : options_(options),
        compilation_(compilation),
        labels_(labels),
        diagnostics_(diagnostics),
        runner_(compilation, options.reference ? RunWay::kReference
                             : options.jit     ? RunWay::kJit
                                               : RunWay::kBuiltIn),
        files_(diagnostics) {}

  // Inputs that cannot be read are reported; the model still runs on the others. Files are written
  // only if there was no error at all.
  bool run_all(const std::vector<InputSet>& sets) {
    // The results for a folder of pictures are in subfolders even if it holds a single picture.
    const bool several = sets.size() > 1 || is_folder();
    FileNames names;
    for (const InputSet& set : sets) {
      const std::string own =
          several ? names(fs::path(set.files[0]).stem().string(), "") : std::string();
      if (!run(set, own, several)) return false;
    }
    if (options_.format == "json") {
      std::cout << nlohmann::ordered_json{{"schema_version", 1},
                                          {"model", compilation_.graph.name},
                                          {"runs", std::move(json_)}}
                       .dump(2)
                << '\n';
    }
    return !diagnostics_.has_errors() && flush_stdout(diagnostics_) && files_.commit();
  }

 private:
  [[nodiscard]] bool is_folder() const {
    std::error_code ignored;
    return std::any_of(options_.inputs.begin(), options_.inputs.end(),
                       [&](const fs::path& path) { return fs::is_directory(path, ignored); });
  }

  // Returns false if the remaining sets should not be run.
  bool run(const InputSet& set, const std::string& own, bool several) {
    std::vector<ConstantPtr> inputs;
    for (std::size_t i = 0; i < set.files.size(); ++i) {
      inputs.push_back(
          read_input(compilation_.program, i, set.files[i], options_.picture, diagnostics_));
      if (inputs.back() == nullptr) return true;
    }
    const auto outputs = runner_.run(inputs, diagnostics_);
    if (!outputs || !write(set, own, inputs, *outputs)) return false;
    const Program& program = compilation_.program;
    if (options_.format == "json") {
      nlohmann::ordered_json json;
      for (const fs::path& file : set.files) json["inputs"].push_back(file.string());
      json.update(result_json(options_, program, *outputs, labels_));
      json_.push_back(std::move(json));
      return true;
    }
    if (several) std::cout << (first_ ? "" : "\n") << set.name << '\n';
    first_ = false;
    print_result(options_, program, *outputs, labels_);
    return true;
  }

  bool write(const InputSet& set, const std::string& own, const std::vector<ConstantPtr>& inputs,
             const std::vector<ConstantPtr>& outputs) {
    const Program& program = compilation_.program;
    if (!options_.output_dir.empty() &&
        !save(options_, program, inputs, outputs, folder_of(options_.output_dir, own), files_)) {
      return false;
    }
    if (!options_.dump_layers.empty() &&
        !dump_layers(compilation_, inputs, folder_of(options_.dump_layers, own), files_)) {
      return false;
    }
    return options_.draw.empty() || draw(options_, program, set, outputs, files_, diagnostics_);
  }

  const RunOptions& options_;
  const Compilation& compilation_;
  const std::vector<std::string>& labels_;
  Diagnostics& diagnostics_;
  Runner runner_;
  OutputFiles files_;
  nlohmann::ordered_json json_ = nlohmann::ordered_json::array();
  bool first_ = true;
};

}  // namespace

int run_run(const RunOptions& options, Diagnostics& diagnostics) {
  const std::optional<Compilation> compilation = compile_model(options.model, "host", diagnostics);
  if (!compilation) return kExitRefused;
  const std::vector<InputSet> sets =
      input_sets(options.inputs, compilation->program.inputs.size(), diagnostics);
  if (!options.draw.empty() && sets.size() > 1) {
    diagnostics
        .error("E0422", fmt::format("--draw draws on one picture, but {} were given", sets.size()))
        .helps.emplace_back("run the model once for each picture");
  }
  std::vector<std::string> labels;
  if (!options.labels.empty()) {
    labels = read_labels(options.labels, diagnostics);
    if (!diagnostics.has_errors()) check_labels(options.labels, labels, *compilation, diagnostics);
  }
  if (diagnostics.has_errors()) return kExitRefused;
  check_picture_ranges(*compilation, sets, options.picture, diagnostics);
  Session session(options, *compilation, labels, diagnostics);
  return session.run_all(sets) ? kExitDone : kExitRefused;
}

}  // namespace spindle
