#include "compiler/ir/sum_order.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/index.h"

namespace spindle {
namespace {

// Neighbouring dimensions of the file's tensor that are all reduced or all kept, with the product
// of their extents.
struct Group {
  bool reduced;
  std::int64_t extent;
};

std::vector<Group> groups_of(const Shape& file_shape, const std::vector<bool>& reduced) {
  std::vector<Group> groups;
  for (std::size_t d = 0; d < file_shape.size(); ++d) {
    if (groups.empty() || groups.back().reduced != reduced[d]) groups.push_back({reduced[d], 1});
    groups.back().extent *= file_shape[d];
  }
  return groups;
}

void set_order(const std::vector<Group>& groups, SumPlan& plan) {
  plan.run = plan.count;
  if (groups.empty()) return;
  const bool ends_reduced = groups.back().reduced;
  const bool around = groups.size() == 3 && ends_reduced;  // reduced, kept, reduced
  if (ends_reduced && (groups.size() <= 2 || around)) {
    plan.order = SumOrder::kLanes;
    plan.run = groups.back().extent;
    if (around) plan.run_file_stride = groups[1].extent * groups[2].extent % 4;
  } else if (groups.size() == 3 && groups[0].extent > 1) {
    plan.order = SumOrder::kFours;  // kept, reduced, kept
  }
}

void append_reduced(SumPlan& plan, std::int64_t extent, std::int64_t stride) {
  if (extent == 1) return;
  const bool goes_on =
      !plan.reduced_stride.empty() && plan.reduced_stride.back() == stride * extent;
  if (goes_on) {
    plan.reduced_extent.back() *= extent;
    plan.reduced_stride.back() = stride;
  } else {
    plan.reduced_extent.push_back(extent);
    plan.reduced_stride.push_back(stride);
  }
}

void append_kept(SumPlan& plan, std::int64_t extent, std::int64_t stride,
                 std::int64_t file_stride) {
  if (extent == 1) return;
  const bool goes_on = !plan.kept_stride.empty() && plan.kept_stride.back() == stride * extent &&
                       plan.kept_file_stride.back() == file_stride * extent;
  if (goes_on) {
    plan.kept_extent.back() *= extent;
    plan.kept_stride.back() = stride;
    plan.kept_file_stride.back() = file_stride;
  } else {
    plan.kept_extent.push_back(extent);
    plan.kept_stride.push_back(stride);
    plan.kept_file_stride.push_back(file_stride);
  }
}

}  // namespace

SumPlan plan_sum(const Reduce& op, const Shape& shape) {
  std::vector<int> dims = op.file_dims;
  if (dims.empty()) {
    dims.resize(shape.size());
    std::iota(dims.begin(), dims.end(), 0);
  }
  check_internal(dims.size() == shape.size(), "the dimensions of a sum are not those of its input");
  const Shape stride = strides_of(shape);
  Shape file_shape;
  std::vector<bool> reduced;
  for (int d : dims) {
    file_shape.push_back(shape[d]);
    reduced.push_back(std::find(op.axes.begin(), op.axes.end(), d) != op.axes.end());
  }
  const Shape file_stride = strides_of(file_shape);
  SumPlan plan;
  Shape stride_in_file(shape.size(), 1);  // index: dimension in the graph's layout
  std::vector<bool> is_reduced(shape.size(), false);
  for (std::size_t j = 0; j < dims.size(); ++j) {
    const std::size_t d = dims[j];
    stride_in_file[d] = file_stride[j];
    is_reduced[d] = reduced[j];
    if (!reduced[j]) continue;
    plan.count *= file_shape[j];
    append_reduced(plan, file_shape[j], stride[d]);
  }
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (is_reduced[d]) continue;
    append_kept(plan, shape[d], stride[d], stride_in_file[d]);
  }
  set_order(groups_of(file_shape, reduced), plan);
  return plan;
}

}  // namespace spindle
