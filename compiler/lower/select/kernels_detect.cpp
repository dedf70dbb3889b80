// Kernels for the detections of a single-shot detector, and for the operators of graphs that
// compute them.
#include <algorithm>
#include <cmath>

#include "compiler/lower/select/selector.h"

namespace spindle {
namespace {

// The real value of a stored one.
float real_of(const Tensor& tensor, int stored) {
  return static_cast<float>(stored - stored_zero(tensor)) * tensor.quant->scale[0];
}

// For each 8-bit offset, what the decoder needs of it: the offset times its variance or, for sizes,
// the exp of that, a factor.
std::vector<float> offset_table(const Detect& op, const Tensor& offsets) {
  std::vector<float> table;
  for (std::size_t k = 0; k < 4; ++k) {
    for (int stored = -128; stored < 128; ++stored) {
      const float scaled = real_of(offsets, stored) * op.variance[k];
      table.push_back(k < 2 || op.corners ? scaled : std::exp(scaled));
    }
  }
  return table;
}

// The smallest stored score whose real value is at least `least`; 128 if there is none.
int least_stored(const Tensor& scores, float least) {
  int stored = -128;
  while (stored < 128 && !(real_of(scores, stored) >= least)) ++stored;
  return stored;
}

}  // namespace

bool lower_detect(Selector& s, const Node& node) {
  const auto* op = node.as<Detect>();
  if (op == nullptr || !s.graph.is_constant(node.inputs[2])) return false;
  const Tensor& scores = s.tensor(node.inputs[0]);
  const Tensor& offsets = s.tensor(node.inputs[1]);
  const bool integer = is_per_tensor_8bit(scores) && is_per_tensor_8bit(offsets);
  if (!integer && (scores.type != DType::kF32 || offsets.type != DType::kF32)) return false;
  const std::string& name = s.tensor(node.output()).name;
  const auto anchor_values = s.tensor(node.inputs[2]).constant->as<float>();
  const ConstantId anchors =
      s.add_constant(name + "_anchors", DType::kF32,
                     std::vector<float>(anchor_values.begin(), anchor_values.end()),
                     "centre and size of each anchor");
  ConstantId table, variance;
  if (integer) {
    table = s.add_constant(name + "_offsets", DType::kF32, offset_table(*op, offsets),
                           "[kind of offset][value], from -128 on: the decoded offset");
  } else {
    variance = s.add_constant(name + "_variance", DType::kF32,
                              std::vector<float>(op->variance.begin(), op->variance.end()),
                              "of the four offsets");
  }
  const StepInput first = s.whole(node.inputs[0]);
  const StepInput second = s.whole(node.inputs[1]);
  s.add_step(
      node, {first, second}, node.output(), {},
      {kernel(integer ? "spindle_detect_ssd_s8" : "spindle_detect_ssd_f32",
              {pointer_field("anchors", anchors), pointer_field("offset_table", table),
               pointer_field("variance", variance), int_field("anchor_count", scores.shape[1]),
               int_field("classes", scores.shape[2]), int_field("background", op->background),
               int_field("most", op->most), int_field("corners", op->corners ? 1 : 0),
               float_field("overlap", op->overlap), float_field("least", op->score),
               int_field("least_s8", integer ? least_stored(scores, op->score) : 0),
               float_field("score_scale", integer ? scores.quant->scale[0] : 1.0F),
               int_field("score_zero", integer ? stored_zero(scores) : 0)},
              {params_arg(), input_arg(0), input_arg(1), out_base_arg()})});
  return true;
}

bool lower_non_max_suppression(Selector& s, const Node& node) {
  const auto* op = node.as<NonMaxSuppression>();
  if (op == nullptr) return false;
  const Tensor& boxes = s.tensor(node.inputs[0]);
  const Tensor& scores = s.tensor(node.inputs[1]);
  if (boxes.type != DType::kF32 || scores.type != DType::kF32) return false;
  const StepInput first = s.whole(node.inputs[0]);
  const StepInput second = s.whole(node.inputs[1]);
  s.add_step(node, {first, second}, node.output(), {},
             {kernel("spindle_nms_f32",
                     {int_field("boxes", boxes.shape[1]), int_field("classes", scores.shape[1]),
                      int_field("most", std::min(op->most, boxes.shape[1])),
                      int_field("centered", op->centered ? 1 : 0),
                      float_field("overlap", op->overlap), float_field("least", op->score)},
                     {params_arg(), input_arg(0), input_arg(1), out_base_arg()})});
  return true;
}

bool lower_top_k(Selector& s, const Node& node) {
  const auto* op = node.as<TopK>();
  const Tensor& x = s.tensor(node.inputs[0]);
  if (op == nullptr || x.type != DType::kF32) return false;
  const std::size_t axis = op->axis;
  std::int64_t outer = 1;
  std::int64_t inner = 1;
  for (std::size_t i = 0; i < x.shape.size(); ++i) {
    if (i < axis) outer *= x.shape[i];
    if (i > axis) inner *= x.shape[i];
  }
  const StepInput input = s.whole(node.inputs[0]);
  s.add_step(node, {input}, node.output(), {},
             {kernel("spindle_top_k_f32",
                     {int_field("outer", outer), int_field("extent", x.shape[axis]),
                      int_field("inner", inner), int_field("k", op->k),
                      int_field("smallest", op->smallest ? 1 : 0),
                      int_field("indices", op->indices ? 1 : 0)},
                     {params_arg(), input_arg(0), out_base_arg()})});
  return true;
}

}  // namespace spindle
