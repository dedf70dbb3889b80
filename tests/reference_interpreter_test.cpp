// Tests how the interpreter runs a graph, and the conversion of values to and from the types and
// layouts of the ONNX file.
#include <map>

#include "compiler/ir/diagnostics.h"
#include "compiler/reference/interpreter.h"
#include "tests/catch.h"

using namespace spindle;
using Ints = std::vector<std::int64_t>;

namespace {

TensorId add_input(Graph& graph, Shape shape) {
  const TensorId id = graph.add_tensor({"x", DType::kF32, std::move(shape), {}, nullptr, {}});
  graph.inputs.push_back(id);
  return id;
}

}  // namespace

TEST_CASE("interpret: outputs, fan out, constants and pass-through outputs") {
  Graph graph;
  const TensorId x = add_input(graph, {2});
  const TensorId two = graph.add_constant("two", Constant::floats({1}, {2}));
  const TensorId doubled = graph.append("doubled", Binary{BinaryKind::kMul, {}}, {x, two});
  const TensorId sum = graph.append("sum", Binary{BinaryKind::kAdd, {}}, {doubled, x});
  graph.outputs = {sum, doubled, two, x, sum};

  std::map<TensorId, float> seen;
  const std::vector<ConstantPtr> inputs{Constant::floats({2}, {1, 5})};
  const auto outputs = interpret(graph, inputs, [&](TensorId id, const ConstantPtr& value) {
    seen[id] = value->as<float>()[1];
  });
  REQUIRE(outputs.size() == 5);
  CHECK(outputs[0]->as<float>()[0] == 3);
  CHECK(outputs[1]->as<float>()[1] == 10);
  CHECK(outputs[2]->as<float>()[0] == 2);
  CHECK(outputs[3]->as<float>()[1] == 5);
  CHECK(outputs[4]->as<float>()[1] == 15);
  CHECK(seen == std::map<TensorId, float>{{x, 5}, {doubled, 10}, {sum, 15}});
}

TEST_CASE("interpret refuses inputs of another type, shape or number") {
  Graph graph;
  graph.outputs = {add_input(graph, {2})};
  const auto run = [&](std::vector<ConstantPtr> inputs) { return interpret(graph, inputs); };
  CHECK_THROWS_AS(run({}), InternalError);
  CHECK_THROWS_AS(run({Constant::floats({1, 2}, {1, 2})}), InternalError);
  CHECK_THROWS_AS(run({Constant::ints(DType::kI8, {2}, {1, 2})}), InternalError);
  CHECK_NOTHROW(run({Constant::floats({2}, {1, 2})}));
}

TEST_CASE("ONNX form: permuted to NCHW, reshaped, retyped with an offset, and back") {
  Tensor tensor{"t", DType::kI8, {1, 1, 2, 3}, Quant{{0.5F}, {-128}, -1}, nullptr, {}};
  const auto value = Constant::ints(DType::kI8, tensor.shape, {-128, -127, -126, 0, 1, 127});
  const Origin origin{"t_nchw", {3, 2}, {0, 3, 1, 2}, DType::kU8, 128};
  const ConstantPtr onnx = to_onnx_form(tensor, origin, *value);
  CHECK(onnx->type() == DType::kU8);
  CHECK(onnx->shape() == Shape{3, 2});
  CHECK(onnx->to_ints() == Ints{0, 128, 1, 129, 2, 255});
  const ConstantPtr back = from_onnx_form(tensor, origin, *onnx);
  CHECK(back->type() == DType::kI8);
  CHECK(back->shape() == tensor.shape);
  CHECK(back->to_ints() == value->to_ints());
}

TEST_CASE("ONNX form: a permutation that is not its own inverse") {
  const Tensor tensor{"t", DType::kF32, {2, 3, 1}, {}, nullptr, {}};
  const auto value = Constant::floats(tensor.shape, {0, 1, 2, 3, 4, 5});
  const Origin origin{"t", {1, 2, 3}, {2, 0, 1}, DType::kF32, 0};
  const ConstantPtr onnx = to_onnx_form(tensor, origin, *value);
  CHECK(onnx->shape() == Shape{1, 2, 3});
  CHECK(onnx->as<float>()[4] == 4);
  const Origin last_first{"t", {3, 1, 2}, {1, 2, 0}, DType::kF32, 0};
  const ConstantPtr moved = to_onnx_form(tensor, last_first, *value);
  CHECK(moved->as<float>()[1] == 3);  // (0, 0, 1) in [3,1,2] is (1, 0, 0) in [2,3,1]
  CHECK(from_onnx_form(tensor, last_first, *moved)->as<float>()[1] == 1);
}

TEST_CASE("ONNX form: a float tensor that is held in 8 bits is dequantized") {
  const Tensor tensor{"t", DType::kI8, {2}, Quant{{0.5F}, {1}, -1}, nullptr, {}};
  const Origin origin{"t", {2}, {}, DType::kF32, 0};
  const ConstantPtr onnx = to_onnx_form(tensor, origin, *Constant::ints(DType::kI8, {2}, {3, -1}));
  CHECK(onnx->as<float>()[0] == 1);
  CHECK(onnx->as<float>()[1] == -1);
}
