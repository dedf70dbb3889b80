// Kernels that make all of their output in one call.
#include <algorithm>
#include <vector>

#include "compiler/check/kernel_families.h"
#include "compiler/ir/index.h"

namespace spindle {
namespace {

constexpr std::int64_t kIndexBytes = 8;  // indices are int64

KernelAccess whole(std::size_t operands) {
  KernelAccess access;
  access.place = KernelPlace::kWhole;
  for (std::size_t i = 0; i < operands; ++i) access.operands.push_back({1 + i, 0, false});
  access.output_arg = 1 + operands;
  return access;
}

void write_all(KernelAccess& access, std::int64_t at, std::int64_t bytes) {
  add_part(access, at, bytes, 0, at);
}

void read_at(KernelAccess& access, std::size_t operand, std::int64_t at, std::int64_t bytes) {
  add_read(access, {.operand = operand, .at = at, .bytes = bytes, .offset = at});
}

}  // namespace

KernelAccess describe_mean_end(const KernelCallView& call) {
  const std::int64_t channels = call.params.integer("channels");
  KernelAccess access = whole(1);
  access.ends_sums = true;
  write_all(access, 0, channels * call.element());
  read_at(access, 0, 0, channels * 4);
  return access;
}

KernelAccess describe_strided_copy(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::size_t rank = p.count("rank");
  const std::span<const std::int64_t> extent = p.integers("extent").subspan(0, rank);
  const std::span<const std::int64_t> stride = p.integers("stride").subspan(0, rank);
  const std::int64_t element = p.integer("element_bytes");
  KernelAccess access = whole(1);
  // If the elements of the last dimension lie side by side, they form one part.
  const bool runs = rank > 0 && stride.back() == 1;
  const std::int64_t bytes = (runs ? extent.back() : 1) * element;
  std::int64_t to = 0;
  for_each_index(runs ? extent.first(rank - 1) : extent, [&](std::span<const std::int64_t> index) {
    write_all(access, to, bytes);
    read_at(access, 0, (p.integer("offset") + flat_index(index, stride)) * element, bytes);
    to += bytes;
  });
  return access;
}

KernelAccess describe_pad(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::size_t rank = p.count("rank");
  const std::span<const std::int64_t> in = p.integers("in_extent").subspan(0, rank);
  const std::span<const std::int64_t> out = p.integers("out_extent").subspan(0, rank);
  const std::span<const std::int64_t> before = p.integers("before").subspan(0, rank);
  const std::int64_t element = p.integer("element_bytes");
  KernelAccess access = whole(1);
  std::int64_t to = 0;
  for_each_index(out, [&](std::span<const std::int64_t> index) {
    std::int64_t from = 0;
    bool inside = true;
    for (std::size_t d = 0; d < rank; ++d) {
      const std::int64_t i = index[d] - before[d];
      inside = inside && i >= 0 && i < in[d];
      from = from * in[d] + i;
    }
    write_all(access, to, element);
    if (inside) read_at(access, 0, from * element, element);
    to += element;
  });
  return access;
}

KernelAccess describe_gather(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::int64_t inner = p.integer("inner_bytes");
  const std::int64_t count = p.integer("count");
  const ConstArray* indices = p.constant("index");
  std::vector<std::int32_t> index(count);
  if (indices != nullptr) {
    const std::size_t bytes = std::min(indices->bytes.size(), index.size() * sizeof(index[0]));
    std::copy_n(indices->bytes.begin(), bytes, reinterpret_cast<std::byte*>(index.data()));
  }
  KernelAccess access = whole(1);
  for (std::int64_t o = 0; o < p.integer("outer"); ++o) {
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t from = o * p.integer("extent") + index[i];
      write_all(access, (o * count + i) * inner, inner);
      read_at(access, 0, from * inner, inner);
    }
  }
  return access;
}

KernelAccess describe_softmax_f32(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::int64_t block = p.integer("classes") * p.integer("inner") * call.element();
  KernelAccess access = whole(1);
  for (std::int64_t o = 0; o < p.integer("outer"); ++o) {
    write_all(access, o * block, block);
    read_at(access, 0, o * block, block);
  }
  return access;
}

KernelAccess describe_top_k(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::int64_t inner = p.integer("inner");
  const std::int64_t out_bytes = p.integer("indices") != 0 ? kIndexBytes : call.element();
  const std::int64_t in_block = p.integer("extent") * inner * call.element();
  const std::int64_t out_block = p.integer("k") * inner * out_bytes;
  KernelAccess access = whole(1);
  for (std::int64_t o = 0; o < p.integer("outer"); ++o) {
    write_all(access, o * out_block, out_block);
    read_at(access, 0, o * in_block, in_block);
  }
  return access;
}

KernelAccess describe_broadcast(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::size_t rank = p.count("rank");
  const std::span<const std::int64_t> extent = p.integers("extent").subspan(0, rank);
  const std::int64_t element = call.element();
  KernelAccess access = whole(2);
  std::int64_t to = 0;
  for_each_index(extent, [&](std::span<const std::int64_t> index) {
    write_all(access, to, element);
    read_at(access, 0, flat_index(index, p.integers("a_stride")) * element, element);
    read_at(access, 1, flat_index(index, p.integers("b_stride")) * element, element);
    to += element;
  });
  return access;
}

KernelAccess describe_matmul(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::size_t rank = p.count("rank");
  const std::int64_t element = call.element();
  const std::int64_t depth = p.integer("depth") * element;
  const std::int64_t columns = p.integer("columns") * element;
  KernelAccess access = whole(2);
  std::int64_t to = 0;
  for_each_index(p.integers("extent").subspan(0, rank), [&](std::span<const std::int64_t> index) {
    const std::int64_t a = flat_index(index, p.integers("a_stride")) * element;
    const std::int64_t b = flat_index(index, p.integers("b_stride")) * element;
    for (std::int64_t row = 0; row < p.integer("rows"); ++row, to += columns) {
      write_all(access, to, columns);
      read_at(access, 0, a + row * depth, depth);
      read_at(access, 1, b, p.integer("depth") * columns);
    }
  });
  return access;
}

KernelAccess describe_detections(const KernelCallView& call) {
  const KernelParams& p = call.params;
  const std::int64_t anchors = p.integer("anchor_count");
  KernelAccess access = whole(2);
  write_all(access, 0, p.integer("most") * 6 * 4);
  read_at(access, 0, 0, anchors * p.integer("classes") * call.element());
  read_at(access, 1, 0, anchors * 4 * call.element());
  return access;
}

KernelAccess describe_boxes(const KernelCallView& call) {
  const KernelParams& p = call.params;
  KernelAccess access = whole(2);
  write_all(access, 0, p.integer("classes") * p.integer("most") * 3 * kIndexBytes);
  read_at(access, 0, 0, p.integer("boxes") * 4 * call.element());
  read_at(access, 1, 0, p.integer("classes") * p.integer("boxes") * call.element());
  return access;
}

}  // namespace spindle
