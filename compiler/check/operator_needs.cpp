// More than 400 lines: one rule for each operator.
#include "compiler/check/operator_needs.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/index.h"
#include "compiler/reference/resize_axis.h"

namespace spindle {

void normalize(ElementRanges& ranges) {
  std::erase_if(ranges, [](const ElementRange& r) { return r.begin >= r.end; });
  std::sort(ranges.begin(), ranges.end(), [](const ElementRange& a, const ElementRange& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  std::size_t kept = 0;
  for (const ElementRange& range : ranges) {
    if (kept > 0 && range.begin <= ranges[kept - 1].end) {
      ranges[kept - 1].end = std::max(ranges[kept - 1].end, range.end);
    } else {
      ranges[kept++] = range;
    }
  }
  ranges.resize(kept);
}

namespace {

// The arguments of needed_elements(), which every rule gets.
struct Question {
  const Graph& graph;
  const Node& node;
  std::size_t input;
  ElementRange out;

  [[nodiscard]] const Shape& in_shape() const { return graph.tensor(node.inputs[input]).shape; }
  [[nodiscard]] const Shape& out_shape() const { return graph.tensor(node.output()).shape; }
  [[nodiscard]] std::int64_t in_elements() const { return element_count(in_shape()); }
  [[nodiscard]] ElementRanges all() const {
    ElementRanges ranges{{0, in_elements()}};
    normalize(ranges);
    return ranges;
  }
};

// For operators that make each block of `out_block` output elements from the block of `in_block`
// input elements with the same index.
ElementRanges by_blocks(const Question& q, std::int64_t in_block, std::int64_t out_block) {
  if (out_block == 0 || q.out.begin >= q.out.end) return {};
  const std::int64_t first = q.out.begin / out_block;
  const std::int64_t end = (q.out.end - 1) / out_block + 1;
  ElementRanges ranges{{first * in_block, end * in_block}};
  normalize(ranges);
  return ranges;
}

// Calls `body(index)` for each element of q.out, its index by dimension.
template <typename Body>
void for_each_output(const Question& q, Body&& body) {
  const Shape& shape = q.out_shape();
  const std::vector<std::int64_t> strides = strides_of(shape);
  std::vector<std::int64_t> index(shape.size(), 0);
  for (std::int64_t e = q.out.begin; e < q.out.end; ++e) {
    if (e == q.out.begin) {
      std::int64_t rest = e;
      for (std::size_t d = 0; d < shape.size(); ++d) {
        index[d] = rest / strides[d];
        rest %= strides[d];
      }
    } else {
      std::size_t d = shape.size();
      while (d > 0 && ++index[d - 1] == shape[d - 1]) index[--d] = 0;
    }
    body(index);
  }
}

// For operators that make each output element from one input element, source(index of the output),
// or from none (a negative number).
template <typename Source>
ElementRanges by_elements(const Question& q, Source&& source) {
  ElementRanges ranges;
  for_each_output(q, [&](const std::vector<std::int64_t>& index) {
    const std::int64_t from = source(index);
    if (from < 0) return;
    if (!ranges.empty() && ranges.back().end == from) {
      ++ranges.back().end;
    } else if (ranges.empty() || ranges.back().begin > from || ranges.back().end <= from) {
      ranges.push_back({from, from + 1});
    }
  });
  normalize(ranges);
  return ranges;
}

struct WindowAxis {
  std::int64_t taps, stride, dilation, before;
};

// For windows over images [N,H,W,C] with an output [N,OH,OW,OC]. Needs all channels of a pixel.
ElementRanges by_windows(const Question& q, const WindowAxis& down, const WindowAxis& across) {
  const Shape& in = q.in_shape();
  const Shape& out = q.out_shape();
  ElementRanges ranges;
  if (q.out.begin >= q.out.end) return ranges;
  const std::int64_t last = (q.out.end - 1) / out[3];
  for (std::int64_t p = q.out.begin / out[3]; p <= last;) {
    const std::int64_t image = p / (out[1] * out[2]);
    const std::int64_t y = p / out[2] % out[1];
    const std::int64_t x = p % out[2];
    const std::int64_t n = std::min(out[2] - x, last + 1 - p);
    for (std::int64_t ky = 0; ky < down.taps; ++ky) {
      const std::int64_t r = y * down.stride - down.before + ky * down.dilation;
      if (r < 0 || r >= in[1]) continue;
      const std::int64_t row = (image * in[1] + r) * in[2];
      for (std::int64_t kx = 0; kx < across.taps; ++kx) {
        for (std::int64_t i = x; i < x + n; ++i) {
          const std::int64_t c = i * across.stride - across.before + kx * across.dilation;
          if (c < 0 || c >= in[2]) continue;
          if (across.stride == 1) {  // neighbouring outputs read neighbouring pixels
            const std::int64_t count = std::min(x + n - i, in[2] - c);
            ranges.push_back({(row + c) * in[3], (row + c + count) * in[3]});
            break;
          }
          ranges.push_back({(row + c) * in[3], (row + c + 1) * in[3]});
        }
      }
    }
    p += n;
  }
  normalize(ranges);
  return ranges;
}

ElementRanges rule(const Question& q, const Conv& op) {
  const Shape& w = q.graph.tensor(q.node.inputs[1]).shape;
  return by_windows(q, {w[1], op.stride[0], op.dilation[0], op.pad.top},
                    {w[2], op.stride[1], op.dilation[1], op.pad.left});
}

ElementRanges rule(const Question& q, const Pool& op) {
  return by_windows(q, {op.kernel[0], op.stride[0], op.dilation[0], op.pad.top},
                    {op.kernel[1], op.stride[1], op.dilation[1], op.pad.left});
}

ElementRanges rule(const Question& q, const Dense&) {
  return by_blocks(q, q.in_shape().back(), q.out_shape().back());
}
ElementRanges rule(const Question& q, const PartialSum&) {
  return by_blocks(q, q.in_shape().back(), q.out_shape().back());
}

ElementRanges same_elements(const Question& q) {
  ElementRanges ranges{q.out};
  normalize(ranges);
  return ranges;
}
ElementRanges rule(const Question& q, const RequantizeSum&) {
  return same_elements(q);
}
ElementRanges rule(const Question& q, const Unary&) {
  return same_elements(q);
}
ElementRanges rule(const Question& q, const Clip&) {
  return same_elements(q);
}
ElementRanges rule(const Question& q, const Quantize&) {
  return same_elements(q);
}
ElementRanges rule(const Question& q, const Dequantize&) {
  return same_elements(q);
}
ElementRanges rule(const Question& q, const Requantize&) {
  return same_elements(q);
}
ElementRanges rule(const Question& q, const Table&) {
  return same_elements(q);
}
ElementRanges rule(const Question& q, const Cast&) {
  return same_elements(q);
}
ElementRanges rule(const Question& q, const Identity&) {
  return same_elements(q);
}
ElementRanges rule(const Question& q, const Reshape&) {
  return same_elements(q);
}

// The product of the extents from `axis` + 1 on.
std::int64_t inner_of(const Shape& shape, int axis) {
  return std::accumulate(shape.begin() + axis + 1, shape.end(), std::int64_t{1},
                         std::multiplies<>());
}

ElementRanges rule(const Question& q, const Softmax& op) {
  const std::int64_t block = q.in_shape()[op.axis] * inner_of(q.in_shape(), op.axis);
  return by_blocks(q, block, block);
}

ElementRanges rule(const Question& q, const ArgMax& op) {
  const std::int64_t inner = inner_of(q.in_shape(), op.axis);
  return by_blocks(q, q.in_shape()[op.axis] * inner, inner);
}

ElementRanges rule(const Question& q, const TopK& op) {
  const std::int64_t inner = inner_of(q.in_shape(), op.axis);
  return by_blocks(q, q.in_shape()[op.axis] * inner, op.k * inner);
}

ElementRanges rule(const Question& q, const BatchNorm&) {
  return q.input == 0 ? same_elements(q) : q.all();
}
ElementRanges rule(const Question& q, const Detect&) {
  return q.all();
}
ElementRanges rule(const Question& q, const NonMaxSuppression&) {
  return q.all();
}

ElementRanges rule(const Question& q, const Binary&) {
  const Shape& in = q.in_shape();
  const Shape& out = q.out_shape();
  if (in == out) return same_elements(q);
  if (q.in_elements() == 1) return q.all();
  const std::vector<std::int64_t> strides = strides_of(in);
  const std::size_t missing = out.size() - in.size();
  return by_elements(q, [&](const std::vector<std::int64_t>& index) {
    std::int64_t from = 0;
    for (std::size_t d = 0; d < in.size(); ++d) {
      if (in[d] != 1) from += index[missing + d] * strides[d];
    }
    return from;
  });
}

// For a [...,M,K] and b [...,K,N]: rows of a, and whole matrices of b.
ElementRanges rule(const Question& q, const MatMul&) {
  const Shape& in = q.in_shape();
  const Shape& out = q.out_shape();
  const std::int64_t rows = out[out.size() - 2];
  const std::int64_t columns = out.back();
  const std::vector<std::int64_t> strides = strides_of(in);
  const std::vector<std::int64_t> out_strides = strides_of(out);
  ElementRanges ranges;
  if (q.out.begin >= q.out.end) return ranges;
  for (std::int64_t row = q.out.begin / columns; row <= (q.out.end - 1) / columns; ++row) {
    std::int64_t from = 0;
    for (std::size_t d = 0; d + 2 < in.size(); ++d) {
      const std::size_t to = out.size() - in.size() + d;
      const std::int64_t index = row * columns / out_strides[to] % out[to];
      if (in[d] != 1) from += index * strides[d];
    }
    const std::int64_t depth = in.back();
    if (q.input == 0) {
      from += row % rows * depth;
      ranges.push_back({from, from + depth});
    } else {
      ranges.push_back({from, from + in[in.size() - 2] * in.back()});
    }
  }
  normalize(ranges);
  return ranges;
}

ElementRanges rule(const Question& q, const Reduce& op) {
  const Shape& in = q.in_shape();
  const std::vector<std::int64_t> strides = strides_of(in);
  const auto reduces = [&](std::size_t d) {
    return std::find(op.axes.begin(), op.axes.end(), static_cast<int>(d)) != op.axes.end();
  };
  Shape inside(in.size(), 1);
  for (std::size_t d = 0; d < in.size(); ++d) {
    if (reduces(d)) inside[d] = in[d];
  }
  ElementRanges ranges;
  for_each_output(q, [&](const std::vector<std::int64_t>& index) {
    std::int64_t base = 0;
    std::size_t kept = 0;
    for (std::size_t d = 0; d < in.size(); ++d) {
      if (!reduces(d)) {
        base += index[kept++] * strides[d];
      } else if (op.keep_dims) {
        ++kept;
      }
    }
    for (std::int64_t e = 0; e < element_count(inside); ++e) {
      std::int64_t from = base;
      std::int64_t rest = e;
      for (std::size_t d = in.size(); d-- > 0;) {
        from += rest % inside[d] * strides[d];
        rest /= inside[d];
      }
      ranges.push_back({from, from + 1});
    }
  });
  normalize(ranges);
  return ranges;
}

ElementRanges rule(const Question& q, const Transpose& op) {
  const std::vector<std::int64_t> strides = strides_of(q.in_shape());
  return by_elements(q, [&](const std::vector<std::int64_t>& index) {
    std::int64_t from = 0;
    for (std::size_t d = 0; d < index.size(); ++d) {
      from += index[d] * strides[op.perm[d]];
    }
    return from;
  });
}

ElementRanges rule(const Question& q, const Pad& op) {
  const Shape& in = q.in_shape();
  return by_elements(q, [&](const std::vector<std::int64_t>& index) -> std::int64_t {
    std::int64_t from = 0;
    for (std::size_t d = 0; d < index.size(); ++d) {
      const std::int64_t i = index[d] - op.before[d];
      if (i < 0 || i >= in[d]) return -1;
      from = from * in[d] + i;
    }
    return from;
  });
}

ElementRanges rule(const Question& q, const Slice& op) {
  const std::vector<std::int64_t> strides = strides_of(q.in_shape());
  return by_elements(q, [&](const std::vector<std::int64_t>& index) {
    std::int64_t from = 0;
    for (std::size_t d = 0; d < index.size(); ++d) {
      from += (op.start[d] + index[d] * op.step[d]) * strides[d];
    }
    return from;
  });
}

ElementRanges rule(const Question& q, const Gather& op) {
  const Shape& in = q.in_shape();
  const std::size_t axis = op.axis;
  const std::int64_t inner = inner_of(in, op.axis);
  const auto count = static_cast<std::int64_t>(op.indices.size());
  ElementRanges ranges;
  for (std::int64_t e = q.out.begin; e < q.out.end;) {
    const std::int64_t block = e / inner;
    const std::int64_t from = op.indices[block % count];
    const std::int64_t n = std::min(q.out.end - e, inner - e % inner);
    const std::int64_t at = (block / count * in[axis] + from) * inner + e % inner;
    ranges.push_back({at, at + n});
    e += n;
  }
  normalize(ranges);
  return ranges;
}

ElementRanges rule(const Question& q, const Concat& op) {
  const std::size_t axis = op.axis;
  const std::int64_t inner = inner_of(q.out_shape(), op.axis);
  std::int64_t before = 0;
  for (std::size_t i = 0; i < q.input; ++i) {
    before += q.graph.tensor(q.node.inputs[i]).shape[axis];
  }
  const std::int64_t first = before * inner;
  const std::int64_t chunk = q.in_shape()[axis] * inner;
  const std::int64_t block = q.out_shape()[axis] * inner;
  ElementRanges ranges;
  if (block == 0 || q.out.begin >= q.out.end) return ranges;
  for (std::int64_t b = q.out.begin / block; b <= (q.out.end - 1) / block; ++b) {
    const std::int64_t begin = std::max(q.out.begin - b * block - first, std::int64_t{0});
    const std::int64_t end = std::min(q.out.end - b * block - first, chunk);
    if (begin < end) ranges.push_back({b * chunk + begin, b * chunk + end});
  }
  normalize(ranges);
  return ranges;
}

ElementRanges rule(const Question& q, const DepthToSpace& op) {
  const Shape& in = q.in_shape();
  const Shape& out = q.out_shape();
  const std::int64_t rows = op.block[0];
  const std::int64_t columns = op.block[1];
  ElementRanges ranges;
  for (std::int64_t i = q.out.begin; i < q.out.end;) {
    const std::int64_t channel = i % out[3];
    const std::int64_t x = i / out[3] % out[2] + op.crop[1];
    const std::int64_t y = i / (out[3] * out[2]) % out[1] + op.crop[0];
    const std::int64_t image = i / (out[3] * out[2] * out[1]);
    const std::int64_t pixel = y % rows * columns + x % columns;
    const std::int64_t first = (channel / op.run * rows * columns + pixel) * op.run;
    const std::int64_t at = ((image * in[1] + y / rows) * in[2] + x / columns) * in[3] + first;
    const std::int64_t end = std::min(i + op.run - channel % op.run, q.out.end);
    ranges.push_back({at + channel % op.run, at + channel % op.run + end - i});
    i = end;
  }
  normalize(ranges);
  return ranges;
}

ElementRanges rule(const Question& q, const Resize& op) {
  const Shape& in = q.in_shape();
  const Shape& out = q.out_shape();
  const reference::ResizeAxis down(op, 0, in[1]);
  const reference::ResizeAxis across(op, 1, in[2]);
  const auto add = [&](const reference::ResizeAxis& axis, std::int64_t at, std::int64_t extent,
                       std::vector<std::int64_t>& to) {
    if (op.kind == ResizeKind::kNearest) {
      to.push_back(axis.nearest(at));
      return;
    }
    const auto first =
        std::min(static_cast<std::int64_t>(std::floor(axis.coordinate(at))), extent - 1);
    to.push_back(first);
    to.push_back(std::min(first + 1, extent - 1));
  };
  ElementRanges ranges;
  if (q.out.begin >= q.out.end) return ranges;
  std::vector<std::int64_t> rows;
  std::vector<std::int64_t> columns;
  for (std::int64_t p = q.out.begin / out[3]; p <= (q.out.end - 1) / out[3]; ++p) {
    const std::int64_t image = p / (out[1] * out[2]);
    rows.clear();
    columns.clear();
    add(down, p / out[2] % out[1], in[1], rows);
    add(across, p % out[2], in[2], columns);
    for (std::int64_t r : rows) {
      for (std::int64_t c : columns) {
        const std::int64_t at = ((image * in[1] + r) * in[2] + c) * in[3];
        ranges.push_back({at, at + in[3]});
      }
    }
  }
  normalize(ranges);
  return ranges;
}

}  // namespace

ElementRanges needed_elements(const Graph& graph, const Node& node, std::size_t input,
                              ElementRange out) {
  const Question question{graph, node, input, out};
  return std::visit([&](const auto& op) { return rule(question, op); }, node.op);
}

}  // namespace spindle
