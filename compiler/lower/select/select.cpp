#include "compiler/lower/select/select.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/ir/op_traits.h"
#include "compiler/lower/select/selector.h"

namespace spindle {

const std::vector<KernelFamily>& kernel_families() {
  static const std::vector<KernelFamily> kFamilies{
      {"pointwise s8, NEON", Isa::kNeon, lower_pointwise_s8_neon},
      {"depthwise 3x3 s8, NEON", Isa::kNeon, lower_dw3x3_s8_neon},
      {"depthwise 3x3 s8 with zero points, NEON", Isa::kNeon, lower_dw3x3_s8w_neon},
      {"first convolution s8, NEON", Isa::kNeon, lower_stem_s8_neon},
      {"depthwise 3x3 f32, NEON", Isa::kNeon, lower_dw3x3_f32_neon},
      {"first convolution f32, NEON", Isa::kNeon, lower_stem_f32_neon},
      {"pointwise s8, DSP", Isa::kDsp, lower_pointwise_s8_dsp},
      {"depthwise s8, DSP", Isa::kDsp, lower_depthwise_s8_dsp},
      {"stem s8, DSP", Isa::kDsp, lower_stem_s8_dsp},
      {"pointwise s8, MVE", Isa::kMve, lower_pointwise_s8_mve},
      {"depthwise 3x3 s8, MVE", Isa::kMve, lower_dw3x3_s8_mve},
      {"depthwise s8, MVE", Isa::kMve, lower_dw_s8_mve},
      {"first convolution s8, MVE", Isa::kMve, lower_stem_s8_mve},
      {"depthwise 3x3 f32, MVE", Isa::kMve, lower_dw3x3_f32_mve},
      {"depthwise 3x3 f32, VFP", Isa::kVfp, lower_dw3x3_f32_vfp},
      {"first convolution f32, MVE", Isa::kMve, lower_stem_f32_mve},
      {"first convolution f32, VFP", Isa::kVfp, lower_stem_f32_vfp},
      {"pointwise s8", Isa::kPortable, lower_pointwise_s8},
      {"window s8", Isa::kPortable, lower_window_s8},
      {"partial sum s8", Isa::kPortable, lower_partial_sum_s8},
      {"requantization of sums", Isa::kPortable, lower_requantize_sum_s8},
      {"add s8", Isa::kPortable, lower_add_s8},
      {"mean s8", Isa::kPortable, lower_mean_s8},
      {"reduce s8", Isa::kPortable, lower_reduce_s8},
      {"table s8", Isa::kPortable, lower_table_s8},
      {"table by channel", Isa::kPortable, lower_table},
      {"softmax s8", Isa::kPortable, lower_softmax_s8},
      {"elementwise of two s8", Isa::kPortable, lower_binary_s8},
      {"quantize", Isa::kPortable, lower_quantize},
      {"pointwise f32", Isa::kPortable, lower_pointwise_f32},
      {"window f32", Isa::kPortable, lower_window_f32},
      {"mean f32", Isa::kPortable, lower_mean_f32},
      {"elementwise f32", Isa::kPortable, lower_elementwise_f32},
      {"reduce f32", Isa::kPortable, lower_reduce_f32},
      {"softmax f32", Isa::kPortable, lower_softmax_f32},
      {"pool", Isa::kPortable, lower_pool},
      {"resize", Isa::kPortable, lower_resize},
      {"blocks of pixels", Isa::kPortable, lower_depth_to_space},
      {"arg max", Isa::kPortable, lower_arg_max},
      {"detections", Isa::kPortable, lower_detect},
      {"selection of boxes", Isa::kPortable, lower_non_max_suppression},
      {"largest values", Isa::kPortable, lower_top_k},
      {"matrix product f32", Isa::kPortable, lower_matmul_f32},
      {"channel slice", Isa::kPortable, lower_channel_slice},
      {"move", Isa::kPortable, lower_move},
  };
  return kFamilies;
}

namespace {

bool gives_indices(const Node& node) {
  return traits_of(node.op).result == ResultKind::kPositions;
}

// Whether the node gives indices, or only moves indices that an earlier node gives.
bool moves_indices(const Graph& graph, const Node* node) {
  while (node != nullptr && !node->inputs.empty()) {
    if (gives_indices(*node)) return true;
    const NodeId before =
        traits_of(node->op).permutes() ? graph.producer(node->inputs[0]) : NodeId();
    node = before ? &graph.nodes[before] : nullptr;
  }
  return false;
}

void report_type(const Graph& graph, TensorId id, const char* what, Diagnostics& diagnostics) {
  const Tensor& t = graph.tensor(id);
  Diagnostic& error = diagnostics.error(
      "E0202", fmt::format("{} '{}' has type {}", what, t.name, name_of(t.type)), graph.name);
  const NodeId producer = graph.producer(id);
  if (!producer) {
    error.notes.emplace_back("inputs are float32, int8 or uint8");
    error.helps.emplace_back("export the model without the operators that convert its inputs");
    return;
  }
  const Node& node = graph.nodes[producer];
  error.notes.emplace_back(
      "outputs are float32, int8 or uint8; an output of int32 or int64 must be a constant, or come "
      "directly from ArgMax, TopK or NonMaxSuppression");
  if (!moves_indices(graph, &node)) {
    error.helps.emplace_back("let the model end before the operators that compute these integers");
    return;
  }
  error.notes.push_back(
      fmt::format("operator '{}' stands between these and the output", layer_name(graph, node)));
  error.helps.emplace_back("export ArgMax with keepdims=0 as the last operator");
}

bool check_io(const Graph& graph, Diagnostics& diagnostics) {
  bool good = true;
  const auto check = [&](TensorId id, const char* what, bool index) {
    const Tensor& t = graph.tensor(id);
    if (t.type == DType::kF32 || is_quantized_type(t.type)) return;
    if (index && (t.type == DType::kI64 || t.type == DType::kI32)) return;
    report_type(graph, id, what, diagnostics);
    good = false;
  };
  for (TensorId id : graph.inputs) check(id, "input", false);
  for (TensorId id : graph.outputs) {
    const NodeId producer = graph.producer(id);
    const bool index = producer && gives_indices(graph.nodes[producer]);
    check(id, "output", graph.is_constant(id) || index);
  }
  return good;
}

// Adds to `error` why no kernel takes the node.
void explain(const Graph& graph, const Node& node, const Target& target, Diagnostic& error) {
  const Tensor& in = graph.tensor(node.inputs[0]);
  if (traits_of(node.op).image && in.shape[0] != 1) {
    error.notes.push_back(fmt::format(
        "the batch has {} images, but generated code takes one image at a time", in.shape[0]));
    error.helps.emplace_back("export the model with batch 1, or with a symbolic batch and `--dim`");
    return;
  }
  error.notes.push_back(fmt::format("no kernel computes '{}' on {} {} for {}", name_of(node.op),
                                    name_of(in.type), to_string(in.shape), target.name));
}

// Replaces portable kernels by those of the target's instruction sets that have the same
// parameters.
void use_better_kernels(Selection& selection, const Target& target) {
  for (std::vector<KernelCall>& calls : selection.calls) {
    for (KernelCall& call : calls) {
      const KernelInfo* better = better_kernel(call, target);
      if (better != nullptr) call = kernel(better->symbol, std::move(call.fields), call.args);
    }
  }
}

}  // namespace

std::optional<Selection> select_kernels(const Graph& graph, const Target& target,
                                        Diagnostics& diagnostics) {
  if (!check_io(graph, diagnostics)) return std::nullopt;
  Selector selector(graph, target);
  selector.assign_outputs();
  bool good = true;
  for (const Node& node : graph.nodes) {
    if (selector.is_assembled(node.output())) continue;
    bool ready = true;  // false if an input comes from a node that failed and was reported already
    bool done = false;
    for (TensorId id : node.inputs) {
      if (id != kNoTensor && !selector.has_value(id)) ready = false;
    }
    for (const KernelFamily& family : kernel_families()) {
      if (!ready || done) break;
      done = uses(target, family.isa) && family.lower(selector, node);
    }
    if (done || !ready) continue;
    good = false;
    Diagnostic& error =
        diagnostics.error("E0102", "operator is not supported", place_of(graph, node));
    explain(graph, node, target, error);
    if (error.helps.empty()) {
      error.helps.emplace_back(
          "docs/operators.md says what can be compiled; change the model, or "
          "let it end before this operator");
    }
  }
  if (!good) return std::nullopt;
  selector.write_remaining_outputs();
  use_better_kernels(selector.selection, target);
  return std::move(selector.selection);
}

}  // namespace spindle
