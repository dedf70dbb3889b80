#include "frontend/importer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "frontend/double_quantization.h"
#include "frontend/file/model_file.h"
#include "frontend/file/tensors.h"
#include "frontend/graph_inputs.h"
#include "frontend/node_order.h"
#include "frontend/op_table.h"
#include "frontend/quant_links.h"

namespace spindle {
namespace frontend {
namespace {

class Importer {
 public:
  Importer(const onnx::ModelProto& model, OpsetVersions opsets, const ImportOptions& options,
           ImportContext& context, Report& report)
      : proto_(model.graph()),
        model_(model),
        opsets_(std::move(opsets)),
        options_(options),
        context_(context),
        report_(report) {}

  void run() {
    order_ = order_nodes(proto_, report_);
    find_output_aliases();
    add_graph_inputs(proto_, options_, context_, report_);
    context_.inline_subgraph = [this](const onnx::GraphProto& graph) {
      return convert_subgraph(graph);
    };
    convert_nodes(proto_);
    if (report_.failed()) return;
    add_outputs();
    if (report_.failed()) return;
    finish();
  }

 private:
  // Finds tensors that are passed on to a graph output unchanged, so that they get the output's
  // name.
  void find_output_aliases() {
    std::unordered_set<std::string> outputs;
    auto& alias = context_.output_alias;
    for (const auto& output : proto_.output()) {
      outputs.insert(output.name());
      alias[output.name()] = output.name();
    }
    for (auto node = order_.nodes.rbegin(); node != order_.nodes.rend(); ++node) {
      const bool passes = (*node)->op_type() == "Identity" || (*node)->op_type() == "Dropout";
      if (!passes || (*node)->input_size() < 1 || (*node)->output_size() < 1) continue;
      const auto name = alias.find((*node)->output(0));
      if (name == alias.end() || outputs.contains((*node)->input(0))) continue;
      alias[(*node)->input(0)] = std::string(name->second);
    }
  }

  // Initializers and nodes of a graph, in the order `order_`.
  void convert_nodes(const onnx::GraphProto& graph) {
    load_initializers(graph);
    for (const onnx::NodeProto* node : order_.nodes) convert(*node);
  }

  // The nodes of a branch become nodes of the graph. Its names are its own: those of another branch
  // may be the same, and those outside are seen again afterwards.
  std::vector<Value> convert_subgraph(const onnx::GraphProto& graph) {
    if (graph.input_size() > 0) malformed("a branch has inputs");
    const int errors_before = report_.errors();
    NodeOrder order = order_nodes(graph, report_, GraphLevel::kSubgraph);
    std::vector<Value> results(graph.output_size());
    if (report_.errors() > errors_before) {
      for (Value& result : results) result.poisoned = true;
      return results;
    }
    const std::vector<std::string> names = names_defined_in(graph);
    const auto shadowed = take_values(names);
    const auto outer_names = context_.branch_names;
    name_tensors_of_branch(names);
    std::swap(order_, order);
    convert_nodes(graph);
    std::swap(order_, order);
    context_.branch_names = outer_names;
    for (int i = 0; i < graph.output_size(); ++i) {
      const auto value = context_.values.find(graph.output(i).name());
      if (value == context_.values.end()) {
        results[i].poisoned = true;  // reported where it is missing
      } else {
        results[i] = value->second;
      }
    }
    for (const auto& [name, value] : shadowed) {
      if (value) {
        context_.values[name] = *value;
      } else {
        context_.values.erase(name);
      }
    }
    return results;
  }

  // Gives those of the branch's names that are taken a number: "sum" becomes "sum_1". Which number
  // depends only on the order of the branches in the file.
  void name_tensors_of_branch(const std::vector<std::string>& names) {
    if (taken_names_.empty()) {
      for (const auto& input : proto_.input()) taken_names_.insert(input.name());
      for (std::string& name : names_defined_in(proto_)) taken_names_.insert(std::move(name));
    }
    for (const std::string& name : names) {
      context_.branch_names.erase(name);
      if (name.empty() || taken_names_.insert(name).second) continue;
      int& number = numbers_[name];
      std::string other;
      do {
        other = fmt::format("{}_{}", name, ++number);
      } while (!taken_names_.insert(other).second);
      context_.branch_names[name] = std::move(other);
    }
  }

  static std::vector<std::string> names_defined_in(const onnx::GraphProto& graph) {
    std::vector<std::string> names;
    for (const auto& tensor : graph.initializer()) names.push_back(tensor.name());
    for (const auto& tensor : graph.sparse_initializer()) names.push_back(tensor.values().name());
    for (const auto& node : graph.node()) {
      names.insert(names.end(), node.output().begin(), node.output().end());
    }
    return names;
  }

  // Removes what the names stand for; nullopt for those that stand for nothing yet.
  std::vector<std::pair<std::string, std::optional<Value>>> take_values(
      const std::vector<std::string>& names) {
    std::vector<std::pair<std::string, std::optional<Value>>> taken;
    for (const std::string& name : names) {
      const auto value = context_.values.find(name);
      if (value == context_.values.end()) {
        taken.emplace_back(name, std::nullopt);
      } else {
        taken.emplace_back(name, value->second);
        context_.values.erase(value);
      }
    }
    return taken;
  }

  void load_initializers(const onnx::GraphProto& graph) {
    for (const auto& tensor : graph.initializer()) {
      if (!order_.used.contains(tensor.name())) continue;
      Value value;
      try {
        value.constant = load_tensor(tensor, context_.external, context_.budget);
        context_.other_floats = context_.other_floats || is_other_float(tensor.data_type());
      } catch (const ImportFailure& failure) {
        value.poisoned = true;
        report_.failure(failure, report_.place("constant", tensor.name()));
      }
      context_.values[tensor.name()] = std::move(value);
    }
    for (const auto& tensor : graph.sparse_initializer()) {
      const std::string& name = tensor.values().name();
      if (!order_.used.contains(name)) continue;
      context_.values[name].poisoned = true;
      report_.error("E0106", "sparse constants are not supported", report_.place("constant", name));
    }
  }

  void poison_outputs(const onnx::NodeProto& node) {
    for (const std::string& output : node.output()) {
      if (!output.empty()) context_.values[output].poisoned = true;
    }
  }

  void convert(const onnx::NodeProto& node) {
    try {
      const OpEntry& entry = entry_of(node);
      // The problem with such an input was reported where it arose.
      if (reads_poison(node)) {
        poison_outputs(node);
        return;
      }
      check_input_count(node, entry);
      NodeContext context(context_, node, version_of(node));
      entry.convert(context);
      check_all_used(node, context.attributes());
    } catch (const ImportFailure& failure) {
      report_.failure(failure, report_.place(node));
      poison_outputs(node);
    }
  }

  int version_of(const onnx::NodeProto& node) const {
    const auto version = opsets_.find(node.domain() == "ai.onnx" ? "" : node.domain());
    return version == opsets_.end() ? 0 : version->second;
  }

  const OpEntry& entry_of(const onnx::NodeProto& node) const {
    const std::string domain = node.domain().empty() ? "ai.onnx" : printable(node.domain());
    const auto& functions = model_.functions();
    const bool local = std::any_of(functions.begin(), functions.end(), [&](const auto& function) {
      return function.domain() == node.domain() && function.name() == node.op_type();
    });
    if (local) refuse("functions that the model defines itself are not supported");
    const OpEntry* entry = find_operator(node.domain(), node.op_type());
    if (entry == nullptr) {
      refuse(fmt::format("operator {} of domain {} is not supported", printable(node.op_type()),
                         domain));
    }
    if (!entry->refusal.empty()) refuse(std::string(entry->refusal));
    const int version = version_of(node);
    if (version == 0) malformed(fmt::format("the model declares no opset of domain {}", domain));
    if (version < entry->since) {
      malformed(fmt::format("{} exists from opset {} on, but the model declares opset {}",
                            entry->type, entry->since, version));
    }
    return *entry;
  }

  bool reads_poison(const onnx::NodeProto& node) const {
    return std::any_of(node.input().begin(), node.input().end(), [&](const std::string& input) {
      if (input.empty()) return false;
      const auto value = context_.values.find(input);
      return value == context_.values.end() || value->second.poisoned;
    });
  }

  static void check_input_count(const onnx::NodeProto& node, const OpEntry& entry) {
    for (int i = 0; i < entry.inputs.least; ++i) {
      if (i >= node.input_size() || node.input(i).empty()) {
        malformed(fmt::format("input {} is missing", i));
      }
    }
    if (node.input_size() > entry.inputs.most) {
      malformed(fmt::format("it has {} inputs, at most {} are allowed", node.input_size(),
                            entry.inputs.most));
    }
  }

  // Attributes and outputs that the converter did not look at could change what the node means.
  void check_all_used(const onnx::NodeProto& node, const Attributes& attributes) const {
    if (const auto unknown = attributes.unread()) {
      malformed(fmt::format("attribute '{}' is not known", printable(*unknown)));
    }
    for (int i = 0; i < node.output_size(); ++i) {
      const std::string& name = node.output(i);
      if (name.empty() || context_.values.contains(name)) continue;
      if (order_.used.contains(name)) {
        refuse(fmt::format("its output {} ('{}') is used", i, printable(name)));
      }
    }
  }

  // Gives every graph output a tensor of its own. The output's name comes first among its origins.
  void add_outputs() {
    if (proto_.output_size() == 0) {
      report_.error("E0105", "the graph has no outputs", report_.place());
    }
    for (const auto& output : proto_.output()) {
      const std::string& name = output.name();
      Value& value = context_.values.at(name);
      TensorId id = context_.tensor_of(name, value);
      if (context_.graph.is_output(id) || context_.graph.is_input(id)) id = copy_of(id, name);
      Tensor& tensor = context_.graph.tensor(id);
      const auto own = std::find_if(tensor.origins.begin(), tensor.origins.end(),
                                    [&](const Origin& origin) { return origin.name == name; });
      if (own != tensor.origins.end()) std::rotate(tensor.origins.begin(), own, own + 1);
      context_.graph.outputs.push_back(id);
      context_.graph.output_ports.push_back({.name = name, .shape = tensor.shape});
      compare_declared(output, tensor.shape);
    }
  }

  TensorId copy_of(TensorId id, const std::string& name) {
    const TensorId copy = context_.append(name, name, "Identity", Identity{}, {id});
    Tensor& tensor = context_.graph.tensor(copy);
    tensor.quant = context_.graph.tensor(id).quant;
    tensor.origins.push_back({.name = name, .shape = tensor.shape, .type = tensor.type});
    return copy;
  }

  void compare_declared(const onnx::ValueInfoProto& output, const Shape& shape) {
    const auto& type = output.type().tensor_type();
    if (!output.type().has_tensor_type() || !type.has_shape()) return;
    bool same = type.shape().dim_size() == std::ssize(shape);
    for (int i = 0; same && i < type.shape().dim_size(); ++i) {
      const std::int64_t declared = type.shape().dim(i).dim_value();
      same = declared < 1 || declared == shape[i];
    }
    if (same) return;
    report_
        .warning("W0103", "the output's shape is not the declared one",
                 report_.place("output", output.name()))
        .notes.push_back(fmt::format("the shape that the operators give is {}", to_string(shape)));
  }

  void finish() {
    try {
      complete_quants(context_);
      merge_double_quantization(context_);
    } catch (const ImportFailure& failure) {
      report_.failure(failure, report_.place());
      return;
    }
    context_.graph.sort();
    context_.graph.remove_dead();
    context_.graph.compact();
    for (const onnx::NodeProto* node : context_.fixed_counts) {
      report_
          .warning("W0105", "the number of results depends on the input in ONNX; here it is fixed",
                   report_.place(*node))
          .notes.emplace_back(
              "the output has the largest possible number of rows; unused rows hold -1");
    }
    if (context_.other_floats) {
      report_.warning("W0102", "float16, bfloat16 and double are computed in float32",
                      report_.place());
    }
  }

  const onnx::GraphProto& proto_;
  const onnx::ModelProto& model_;
  OpsetVersions opsets_;
  const ImportOptions& options_;
  ImportContext& context_;
  Report& report_;
  NodeOrder order_;
  // Names of the file's tensors; filled when the first branch is converted.
  std::unordered_set<std::string> taken_names_;
  std::unordered_map<std::string, int> numbers_;  // the last one that a name has been given
};

// A parsed model file and its size in bytes.
struct Parsed {
  onnx::ModelProto model;
  OpsetVersions opsets;
  std::size_t bytes = 0;
};

bool parse(std::span<const std::byte> bytes, Parsed& parsed, Report& report) {
  parsed.bytes = bytes.size();
  return parse_model(bytes, parsed.model, parsed.opsets, report);
}

// Warns (W0106) of a model whose scales come from random data: `quantize --calibration=random`.
void warn_of_random_scales(const onnx::ModelProto& model, Report& report) {
  for (const auto& entry : model.metadata_props()) {
    if (entry.key() != "spindle.quantize.calibration" || entry.value() != "random") continue;
    Diagnostic& warning =
        report.warning("W0106", "the model was quantized with random data", report.place());
    warning.notes.emplace_back("its size and speed are right, but its results are worth nothing");
    warning.helps.emplace_back("quantize it again with --calibration=FOLDER of real pictures");
  }
}

std::optional<Graph> import_parsed(Parsed& parsed, const std::string& name,
                                   const std::filesystem::path& folder,
                                   const ImportOptions& options, Report& report) {
  ImportContext context(name, folder, static_cast<std::int64_t>(parsed.bytes));
  warn_of_random_scales(parsed.model, report);
  Importer(parsed.model, std::move(parsed.opsets), options, context, report).run();
  if (report.failed()) return std::nullopt;
  return std::move(context.graph);
}

}  // namespace
}  // namespace frontend

std::optional<Graph> import_onnx(std::span<const std::byte> bytes, const std::string& name,
                                 const std::filesystem::path& folder, const ImportOptions& options,
                                 Diagnostics& diagnostics) {
  frontend::Report report(diagnostics, name);
  frontend::Parsed parsed;
  if (!frontend::parse(bytes, parsed, report)) return std::nullopt;
  return frontend::import_parsed(parsed, name, folder, options, report);
}

std::optional<Graph> import_onnx(const std::filesystem::path& file, const ImportOptions& options,
                                 Diagnostics& diagnostics) {
  frontend::Report report(diagnostics, file.string());
  frontend::Parsed parsed;
  // The file's bytes are freed at the end of this block. From then on the weights are in memory
  // twice, in the messages and in the graph, and not three times.
  {
    const auto bytes = frontend::read_file(file, report);
    if (!bytes || !frontend::parse(*bytes, parsed, report)) return std::nullopt;
  }
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  return frontend::import_parsed(parsed, file.string(), folder, options, report);
}

}  // namespace spindle
