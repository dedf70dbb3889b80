// The order of the additions in a float sum over dimensions of a tensor.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"

namespace spindle {

// See "Sums in float" in docs/numeric-contract.md. The order is that of ONNX Runtime. It depends on
// which dimensions of the tensor in the model file are reduced, where neighbouring dimensions that
// are both reduced or both kept count as one.
enum class SumOrder : std::uint8_t {
  kInTurn,  // one element after the other
  kFours,   // sums of groups of four (at the end of two, then of one), added one after the other
  // runs of elements that are contiguous in the file's tensor: each in four lanes, then the runs'
  // sums one after the other
  kLanes,
};

// Order and addresses of the elements of a Reduce. Strides count elements of the input in its
// layout in the graph, which may differ from that in the file.
struct SumPlan {
  SumOrder order = SumOrder::kInTurn;
  std::int64_t count = 1;  // elements that one sum adds
  std::int64_t run = 1;    // elements of one run, for kLanes
  // The reduced dimensions, outermost first in the file's order. Neighbours that can be walked with
  // a single stride are merged; those of extent 1 are left out.
  std::vector<std::int64_t> reduced_extent, reduced_stride;
  // The kept dimensions in the order of the output, merged likewise. Strides are given in the input
  // and in the file's tensor.
  std::vector<std::int64_t> kept_extent, kept_stride, kept_file_stride;
  // Distance between the first elements of two consecutive runs in the file's tensor, modulo 4.
  std::int64_t run_file_stride = 0;
};

// `shape` is that of the input.
[[nodiscard]] SumPlan plan_sum(const Reduce& op, const Shape& shape);

}  // namespace spindle
