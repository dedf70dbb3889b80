#include "frontend/ops_pool.h"

#include "frontend/op_table.h"
#include "frontend/window.h"

namespace spindle::frontend {

Pool read_pool(NodeContext& node, PoolKind kind, bool channels_last) {
  Attributes& attributes = node.attributes();
  if (!attributes.has("kernel_shape")) malformed("attribute 'kernel_shape' is missing");
  const ImageSize size = image_size(node, channels_last);
  const auto kernel = spatial_sizes(node, "kernel_shape", 1, 1);
  const Window window = read_window(node, kernel, size.height, size.width);
  Pool pool;
  pool.kind = kind;
  pool.kernel = window.kernel;
  pool.stride = window.stride;
  pool.dilation = window.dilation;
  pool.pad = window.pad;
  pool.ceil_mode = attributes.flag("ceil_mode", false);
  const std::string mode = attributes.text("auto_pad", "NOTSET");
  // auto_pad fixes the output size
  if (mode == "SAME_UPPER" || mode == "SAME_LOWER") pool.ceil_mode = false;
  if (kind == PoolKind::kAverage) {
    pool.count_include_pad = attributes.flag("count_include_pad", false);
  } else {
    attributes.ignore({"storage_order"});  // concerns the Indices output only
  }
  return pool;
}

namespace {

template <PoolKind kind>
void convert_pool(NodeContext& node) {
  const Pool pool = read_pool(node, kind, false);
  const TensorId y = node.emit(pool, {node.to_nhwc(node.input(0))}, "/pool");
  node.bind(node.from_nhwc(y, node.rank(0)));
}

template <ReduceKind kind>
void convert_global_pool(NodeContext& node) {
  require_image(node);
  const TensorId x = node.to_nhwc(node.input(0));
  const TensorId y = node.emit(Reduce{.kind = kind, .axes = {1, 2}}, {x}, "/pool");
  node.bind(node.from_nhwc(y, node.rank(0)));
}

constexpr OpEntry kPoolOperators[] = {
    {.type = "AveragePool",
     .since = 1,
     .inputs = {1, 1},
     .convert = convert_pool<PoolKind::kAverage>},
    {.type = "MaxPool", .since = 1, .inputs = {1, 1}, .convert = convert_pool<PoolKind::kMax>},
    {.type = "GlobalAveragePool",
     .since = 1,
     .inputs = {1, 1},
     .convert = convert_global_pool<ReduceKind::kMean>},
    {.type = "GlobalMaxPool",
     .since = 1,
     .inputs = {1, 1},
     .convert = convert_global_pool<ReduceKind::kMax>},
};

}  // namespace

std::span<const OpEntry> pool_operators() {
  return kPoolOperators;
}

}  // namespace spindle::frontend
