// Kernels that reduce dimensions. A call reduces all of a tensor, or one row of an image, and is
// not told which row: the row is the pixel of KernelPlace::kPixels then.
#include <functional>
#include <numeric>
#include <vector>

#include "compiler/check/kernel_families.h"
#include "compiler/ir/index.h"

namespace spindle {
namespace {

std::int64_t product(std::span<const std::int64_t> extents) {
  return std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>());
}

KernelAccess reduction(std::int64_t in_bytes, std::int64_t out_bytes) {
  KernelAccess access;
  access.operands = {{1, in_bytes, false}};
  access.output_arg = 2;
  access.output_pixel_bytes = out_bytes;
  return access;
}

}  // namespace

KernelAccess describe_reduce(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::size_t rank = p.count("rank");
  const std::span<const std::int64_t> extent = p.integers("extent").subspan(0, rank);
  const std::span<const std::int64_t> reduced = p.integers("reduced").subspan(0, rank);
  std::vector<std::int64_t> stride(rank, 1);
  for (std::size_t d = rank; d-- > 1;) stride[d - 1] = stride[d] * extent[d];
  std::vector<std::int64_t> kept(extent.begin(), extent.end());
  std::vector<std::int64_t> inside(extent.begin(), extent.end());
  for (std::size_t d = 0; d < rank; ++d) (reduced[d] == 1 ? kept : inside)[d] = 1;
  const std::int64_t element = call.element();
  KernelAccess access =
      reduction(product(kept) * product(inside) * element, product(kept) * element);
  std::int64_t to = 0;
  for_each_index(kept, [&](std::span<const std::int64_t> outer) {
    add_part(access, to, element, 0, to);
    const std::int64_t base = flat_index(outer, stride);
    for_each_index(inside, [&](std::span<const std::int64_t> inner) {
      const std::int64_t from = (base + flat_index(inner, stride)) * element;
      add_read(access, {.at = from, .bytes = element, .offset = from});
    });
    to += element;
  });
  return access;
}

KernelAccess describe_reduce_s8(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const auto kept = p.integers("kept_extent").first(p.count("kept_rank"));
  const auto reduced = p.integers("reduced_extent").first(p.count("reduced_rank"));
  const std::int64_t element = call.element();  // of the output; an input element is one byte
  KernelAccess access = reduction(product(kept) * product(reduced), product(kept) * element);
  std::int64_t to = 0;
  for_each_index(kept, [&](std::span<const std::int64_t> outer) {
    add_part(access, to, element, 0, to);
    const std::int64_t base = flat_index(outer, p.integers("kept_stride"));
    std::int64_t left = p.integer("count", product(reduced));
    for_each_index(reduced, [&](std::span<const std::int64_t> inner) {
      if (left-- <= 0) return;
      const std::int64_t from = base + flat_index(inner, p.integers("reduced_stride"));
      add_read(access, {.at = from, .bytes = 1, .offset = from});
    });
    to += element;
  });
  return access;
}

}  // namespace spindle
