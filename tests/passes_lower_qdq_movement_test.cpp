// lower_qdq: conversions that meet or disappear, and operators that move bytes.
#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/passes/lower_qdq.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"
#include "tests/support/qdq_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("dequantize - quantize") {
  QdqBuilder b;
  const TensorId x = b.real_image("x", quant(0.05F, 3));
  SECTION("without change is an identity") {
    b.lower(b.quantized("y", x, quant(0.05F, 3)));
    CHECK(only<Identity>(b.graph) != nullptr);
  }
  SECTION("to another scale is a requantize") {
    b.lower(b.quantized("y", x, quant(0.04F, 3)));
    CHECK(only<Requantize>(b.graph) != nullptr);
  }
  SECTION("to another type is a requantize") {
    b.lower(b.quantized("y", x, quant(0.05F, 131), DType::kU8));
    CHECK(only<Requantize>(b.graph) != nullptr);
  }
  CHECK(b.graph.nodes.size() == 1);
}

TEST_CASE("a dequantize with several users is handled for each") {
  QdqBuilder b;
  const TensorId x = b.real_image("x");
  const TensorId q = b.quantized("q", b.op("tanh", Unary{UnaryKind::kTanh}, {x}), quant(0.01F, 0));
  const TensorId f = b.op("exp", Unary{UnaryKind::kExp}, {x});
  b.graph.outputs = {q, f};
  Diagnostics d;
  REQUIRE(apply([&](Graph& g) { lower_qdq(g, d); }, b.graph, 0) == "");
  CHECK(count_of<Quantize>(b.graph) == 0);
  CHECK(count_of<Dequantize>(b.graph) == 1);
}

TEST_CASE("a change between int8 and uint8 disappears at the borders") {
  QdqBuilder b;
  const TensorId x = add_input(b.graph, "x", {1, 6, 6, 8});
  const TensorId u = b.quantized("u", x, quant(0.02F, 130), DType::kU8);
  const TensorId s = b.quantized("s", b.real(u), quant(0.02F, 2));
  const TensorId y = b.quantized("y", b.op("tanh", Unary{}, {b.real(s)}), quant(0.01F, -1));
  const TensorId v = b.quantized("v", b.real(y), quant(0.01F, 127), DType::kU8);
  SECTION("origins stay, as uint8 tensors held in int8") {
    set_origins(b.graph);
    b.lower(b.real(v));
    CHECK(b.graph.nodes.size() == 3);
    CHECK(count_of<Requantize>(b.graph) == 0);
    for (const Tensor& tensor : b.graph.tensors) {
      if (tensor.name == "s" || tensor.name == "y") CHECK(tensor.origins.size() == 2);
    }
  }
  SECTION("but not inside, and not where the result is an output") {
    b.lower(v);
    CHECK(b.graph.nodes.size() == 3);
    CHECK(count_of<Requantize>(b.graph) == 1);
  }
  SECTION("nor with a change of scale") {
    const TensorId w = b.quantized("w", b.real(y), quant(0.02F, 127), DType::kU8);
    b.lower(b.real(w));
    CHECK(count_of<Requantize>(b.graph) == 1);
  }
}

TEST_CASE("equal quantizes of one tensor are one") {
  QdqBuilder b;
  const TensorId y = b.op("tanh", Unary{UnaryKind::kTanh}, {b.real_image("x")});
  const TensorId a =
      b.op("neg_a", Unary{UnaryKind::kNeg}, {b.real(b.quantized("a", y, quant(0.01F, 0)))});
  const TensorId c =
      b.op("neg_c", Unary{UnaryKind::kAbs}, {b.real(b.quantized("c", y, quant(0.01F, 0)))});
  b.graph.outputs = {b.quantized("p", a, quant(0.01F, 0)), b.quantized("q", c, quant(0.01F, 0))};
  set_origins(b.graph);
  Diagnostics d;
  REQUIRE(apply([&](Graph& g) { lower_qdq(g, d); }, b.graph, 0) == "");
  CHECK(b.graph.nodes.size() == 3);
  CHECK(all_8bit(b.graph));
}

TEST_CASE("data movement moves bytes") {
  QdqBuilder b;
  const TensorId x = b.real_image("x", quant(0.05F, 3));
  Pool pool;
  pool.kernel = {3, 3};
  pool.pad = {1, 1, 1, 1};
  SECTION("from a dequantize into an operator without Q/DQ of its own") {
    const TensorId t = b.op("t", Transpose{{0, 2, 1, 3}}, {x});
    const TensorId r = b.op("r", Reshape{{36, 8}}, {t});
    const TensorId y = b.op("dense", Dense{}, {r, b.real_weights("w", {5, 8}, 0)});
    b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep);
    CHECK(b.graph.nodes.size() == 4);
  }
  SECTION("between weights and their operator") {
    const TensorId w = b.op("t", Transpose{{0, 2, 3, 1}}, {b.real_weights("w", {4, 8, 3, 3}, 0)});
    const TensorId y = b.op("conv", Conv{}, {x, w});
    b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep);
    CHECK(b.graph.nodes.size() == 2);
    CHECK(only<Conv>(b.graph) != nullptr);
  }
  SECTION("from an operator to its quantize") {
    const TensorId c = b.op("conv", Conv{}, {x, b.real_weights("w", {4, 1, 1, 8}, 0)});
    const TensorId t = b.op("t", Transpose{{0, 3, 1, 2}}, {c});
    const TensorId r = b.op("r", Reshape{{1, 144}}, {t});
    b.lower(b.quantized("y", r, quant(0.02F, 0)), kStep);
    CHECK(b.graph.nodes.size() == 4);
    CHECK(count_of<Quantize>(b.graph) == 0);
  }
  SECTION("with a change of scale") {
    b.lower(b.quantized("y", b.op("pool", pool, {x}), quant(0.02F, 0)));
    CHECK(only<Pool>(b.graph) != nullptr);
    CHECK(only<Requantize>(b.graph) != nullptr);
  }
  SECTION("without one") {
    b.lower(b.quantized("y", b.op("pool", pool, {x}), quant(0.05F, 3)));
    CHECK(only<Pool>(b.graph) != nullptr);
    CHECK(count_of<Requantize>(b.graph) == 0);
  }
  SECTION("argmax needs no real values") {
    b.lower(b.op("argmax", ArgMax{3}, {x}));
    CHECK(b.graph.nodes.size() == 1);
  }
  CHECK(all_8bit(b.graph));
}

TEST_CASE("padding") {
  QdqBuilder b;
  const TensorId x = b.real_image("x", quant(0.05F, 3));
  const auto pad = [&](float value) {
    return b.op("pad", Pad{{0, 1, 1, 0}, {0, 0, 1, 0}, value}, {x});
  };
  SECTION("with zero, into an operator") {
    const TensorId y = b.op("conv", Conv{}, {pad(0), b.real_weights("w", {4, 3, 3, 8}, 0)});
    b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep);
    CHECK(all_8bit(b.graph));
    CHECK(b.graph.nodes.size() == 3);
  }
  SECTION("with zero, to another scale") {
    b.lower(b.quantized("y", pad(0), quant(0.02F, -11)));
    CHECK(all_8bit(b.graph));
  }
  SECTION("a value the 8-bit tensor does not have is not rounded twice") {
    // 0.07 is 3.5 steps of 0.02, which rounds to 4. Rounded to a step of 0.05 first, it would
    // become 2.5 steps of 0.02, and 3 or less.
    b.lower(b.quantized("y", pad(0.07F), quant(0.02F, -11)));
    CHECK(b.graph.nodes.size() == 1);
  }
  SECTION("minus infinity saturates") {
    b.lower(b.quantized("y", pad(-kInfinity), quant(0.02F, -11)));
    CHECK(b.graph.nodes.size() == 1);
  }
}

TEST_CASE("concatenation") {
  QdqBuilder b;
  const TensorId x = b.real_image("x", quant(0.05F, 3));
  const TensorId z = b.real_image("z", quant(0.02F, -3));
  SECTION("of different scales") {
    b.lower(b.quantized("y", b.op("concat", Concat{3}, {x, z}), quant(0.03F, 1)));
    CHECK(b.graph.nodes.size() == 1);
  }
  SECTION("of different types") {
    const TensorId u = b.real(b.s8_image("u", quant(0.02F, 200), DType::kU8));
    b.lower(b.quantized("y", b.op("concat", Concat{3}, {u, x, z}), quant(0.03F, 1)));
    CHECK(b.graph.nodes.size() == 2);
  }
  SECTION("with a float constant") {
    const TensorId c = add_floats(b.graph, "c", {1, 6, 6, 2});
    b.lower(b.quantized("y", b.op("concat", Concat{3}, {x, c, z}), quant(0.03F, 1)));
    CHECK(b.graph.nodes.size() == 1);
  }
  SECTION("of equal scales, without a quantize of its own") {
    const TensorId e = b.real_image("e", quant(0.05F, 3));
    const TensorId c = b.op("concat", Concat{3}, {x, e});
    const TensorId y = b.op("conv", Conv{}, {c, b.real_weights("w", {4, 1, 1, 16}, 0)});
    b.lower(b.quantized("y", y, quant(0.02F, 0)), kStep);
    CHECK(count_of<Concat>(b.graph) == 1);
  }
  CHECK(all_8bit(b.graph));
}
