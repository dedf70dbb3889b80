// Runs the pass on random graphs of layout-agnostic operators, Transposes and convolutions. The
// names, values and origins must not change.
#include <algorithm>

#include "compiler/passes/eliminate_transposes.h"
#include "compiler/passes/remove_identities.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"
#include "tests/support/random_tensor.h"

namespace spindle {
namespace {

using namespace testing;

class RandomGraph {
 public:
  explicit RandomGraph(std::uint64_t seed) : random_(seed) {}

  Graph build() {
    for (int i = 0; i < 2; ++i) values_.push_back(add_input(graph_, name(), {1, 2, 3, 4}));
    const std::int64_t count = random_.integer(4, 16);
    for (std::int64_t i = 0; i < count; ++i) values_.push_back(next());
    graph_.outputs = {values_.back()};
    const TensorId other = pick();
    if (!graph_.is_input(other) && !graph_.is_output(other)) graph_.outputs.push_back(other);
    graph_.remove_dead();
    set_origins(graph_);
    return std::move(graph_);
  }

 private:
  std::string name() { return "t" + std::to_string(names_++); }
  int below(std::size_t count) {
    return static_cast<int>(random_.integer(0, static_cast<std::int64_t>(count) - 1));
  }
  TensorId pick() { return values_[static_cast<std::size_t>(below(values_.size()))]; }
  // A value for the next node, often the newest, so that there are long chains.
  TensorId recent() { return random_.flip() ? values_.back() : pick(); }

  [[nodiscard]] const Shape& shape(TensorId id) const { return graph_.tensor(id).shape; }
  int axis(TensorId id) { return below(shape(id).size()); }

  TensorId next() {
    const TensorId x = recent();
    if (shape(x).size() < 2) return graph_.append(name(), Reshape{{1, 1, shape(x)[0], 1}}, {x});
    switch (below(13)) {
      case 0:
      case 1:
      case 2:
        return transpose(x);
      case 3:
        return graph_.append(name(), Softmax{axis(x)}, {x});
      case 4:
        return graph_.append(name(), Concat{axis(x)}, {x, x});
      case 5:
        return pad(x);
      case 6:
        return slice(x);
      case 7:
        return reduce(x);
      case 8:
        return with_constant(x);
      case 9:
        return sum(x);
      case 10:
        return dequantize(graph_, name(), quantize(graph_, name(), x, 0.25F, 4));
      case 11:
        return convolution(x);
      default:
        return dense(x);
    }
  }

  TensorId transpose(TensorId x) {
    if (shape(x).size() == 4) {
      return random_.flip() ? to_nchw(graph_, name(), x) : to_nhwc(graph_, name(), x);
    }
    std::vector<int> perm(shape(x).size());
    for (std::size_t i = 0; i < perm.size(); ++i) perm[i] = static_cast<int>(i);
    for (std::size_t i = perm.size(); i > 1; --i) {
      std::swap(perm[i - 1], perm[static_cast<std::size_t>(below(i))]);
    }
    return graph_.append(name(), Transpose{perm}, {x});
  }

  TensorId pad(TensorId x) {
    Pad op{Shape(shape(x).size(), 0), Shape(shape(x).size(), 0), 0.5F};
    op.before[static_cast<std::size_t>(axis(x))] = 1;
    return graph_.append(name(), op, {x});
  }

  TensorId slice(TensorId x) {
    Slice op{Shape(shape(x).size(), 0), Shape(shape(x).size(), 1), shape(x)};
    const auto i = static_cast<std::size_t>(axis(x));
    op.start[i] = op.count[i] - 1;
    op.step[i] = -1;
    op.count[i] = (op.count[i] + 1) / 2;
    return graph_.append(name(), op, {x});
  }

  TensorId reduce(TensorId x) {
    Reduce op;
    op.kind = ReduceKind::kMax;
    op.axes = {axis(x)};
    op.keep_dims = random_.flip();
    return graph_.append(name(), op, {x});
  }

  TensorId with_constant(TensorId x) {
    Shape constant = shape(x);
    for (std::int64_t& extent : constant) {
      if (random_.flip()) extent = 1;
    }
    constant.erase(constant.begin(), constant.begin() + below(constant.size() + 1));
    return graph_.append(name(), Binary{BinaryKind::kMul, {}},
                         {x, add_floats(graph_, name(), constant)});
  }

  // The sum of `x` and a value of the same shape, which may be `x` itself.
  TensorId sum(TensorId x) {
    std::vector<TensorId> fitting;
    std::copy_if(values_.begin(), values_.end(), std::back_inserter(fitting),
                 [&](TensorId id) { return shape(id) == shape(x); });
    return graph_.append(name(), Binary{},
                         {x, fitting[static_cast<std::size_t>(below(fitting.size()))]});
  }

  TensorId convolution(TensorId x) {
    if (shape(x).size() != 4) return graph_.append(name(), Unary{UnaryKind::kAbs}, {x});
    const TensorId image = to_nhwc(graph_, name(), x);
    const TensorId w = add_floats(graph_, name(), {3, 1, 1, shape(image)[3]});
    return to_nchw(graph_, name(), graph_.append(name(), Conv{}, {image, w}));
  }

  TensorId dense(TensorId x) {
    const std::int64_t rows = random_.flip() ? 1 : shape(x)[0];
    const std::int64_t inner = graph_.tensor(x).elements() / rows;
    const TensorId flat = graph_.append(name(), Reshape{{rows, inner}}, {x});
    return graph_.append(name(), Dense{}, {flat, add_floats(graph_, name(), {6, inner})});
  }

  Random random_;
  Graph graph_;
  std::vector<TensorId> values_;
  int names_ = 0;
};

std::int64_t transposed_elements(const Graph& graph) {
  std::int64_t total = 0;
  for (const Node& node : graph.nodes) {
    if (node.as<Transpose>() != nullptr) total += graph.tensor(node.output()).elements();
  }
  return total;
}

}  // namespace

TEST_CASE("random graphs keep their meaning") {
  std::int64_t before = 0;
  std::int64_t after = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    Graph graph = RandomGraph(seed).build();
    const std::int64_t was = transposed_elements(graph);
    REQUIRE(apply(eliminate_transposes, graph) == "");
    REQUIRE(transposed_elements(graph) <= was);
    before += was;
    after += transposed_elements(graph);
    REQUIRE(apply(remove_identities, graph) == "");
  }
  // More than half of the Transposes must disappear. The share hardly depends on the seeds.
  CHECK(after < before / 2);
}

}  // namespace spindle
