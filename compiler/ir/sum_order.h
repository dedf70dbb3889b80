// The order in which a float sum over dimensions is taken.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"

namespace spindle {

// docs/numeric-contract.md, Sums in float. ONNX Runtime sums in another order depending on which
// dimensions of the file's tensor are reduced, neighbours that are both reduced or both kept taken
// together.
enum class SumOrder : std::uint8_t {
  kInTurn,  // one after the other
  kFours,   // groups of four in turn (at the end a pair and a single one), added in turn
  kLanes,   // runs of contiguous elements, each in lanes of four; run after run
};

// Where the elements of a Reduce lie, in elements of its input as it is laid out here.
struct SumPlan {
  SumOrder order = SumOrder::kInTurn;
  std::int64_t count = 1;  // elements of one sum
  std::int64_t run = 1;    // elements of one run (kLanes)
  // The dimensions that are reduced, outermost first, in the file's order; neighbours that can be
  // walked as one are one.
  std::vector<std::int64_t> reduced_extent, reduced_stride;
  // The dimensions that are kept, in the order of the output, and how far apart their elements are
  // in the input and in the file's tensor.
  std::vector<std::int64_t> kept_extent, kept_stride, kept_file_stride;
  // How far apart the first elements of two runs are in the file's tensor, modulo 4.
  std::int64_t run_file_stride = 0;
};

// `shape`: of the input.
[[nodiscard]] SumPlan plan_sum(const Reduce& op, const Shape& shape);

}  // namespace spindle
