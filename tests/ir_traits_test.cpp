// Checks the table of operator traits. Each row is compared with infer(), verify() and the results
// of the reference interpreter, for every operator and every kind that its row depends on.
//
// More than 400 lines: a sample of each operator, and one test for each column of the table.
#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "compiler/ir/infer.h"
#include "compiler/ir/op_traits.h"
#include "compiler/ir/verifier.h"
#include "compiler/passes/layout.h"
#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

using Numbers = std::vector<double>;
using Ints = std::vector<std::int64_t>;

// An operator with valid inputs, including the optional ones.
struct Sample {
  Op op;
  std::vector<Value> inputs;
  std::optional<Output> output{};
};

const Shape kImage{1, 3, 4, 2};

// Numbers from -48 to 48 of which neighbours differ much. Any 97 in a row are all different.
Ints scattered(std::int64_t count, std::int64_t first = 0) {
  Ints values;
  for (std::int64_t i = first; i < first + count; ++i) values.push_back((i * 37 + 11) % 97 - 48);
  return values;
}

// Values between -2 and 2, none of which is 0.
Value floats(const Shape& shape, std::int64_t first = 0) {
  std::vector<float> values;
  for (std::int64_t i : scattered(element_count(shape), first)) {
    values.push_back((static_cast<float>(i) + 0.25F) / 25);
  }
  return f32(shape, values);
}

Value codes(const Shape& shape, float scale = 0.05F, std::int32_t zero_point = 3) {
  return s8(shape, scattered(element_count(shape)), scale, zero_point);
}

Value accumulators(const Shape& shape, float scale) {
  Value value = s32(shape, scattered(element_count(shape)));
  value.quant = quant(scale, 0);
  return value;
}

Value table(std::int64_t functions) {
  Value value = floats({functions, 256});
  value.constant = true;
  return value;
}

Resize resize(ResizeKind kind) {
  Resize op;
  op.kind = kind;
  op.size = {5, 2};
  return op;
}

Pool pool(PoolKind kind) {
  Pool op;
  op.kind = kind;
  op.kernel = {2, 2};
  return op;
}

void add_kinds(std::vector<Sample>& all) {
  for (const bool keep : {true, false}) {
    all.push_back({ArgMax{2, keep}, {floats(kImage)}});
    all.push_back({ArgMax{2, keep, false, true}, {floats(kImage)}});
    for (int kind = 0; kind <= static_cast<int>(ReduceKind::kMin); ++kind) {
      all.push_back({Reduce{static_cast<ReduceKind>(kind), {1, 3}, keep}, {floats(kImage)}});
    }
  }
  for (int kind = 0; kind <= static_cast<int>(BinaryKind::kPow); ++kind) {
    all.push_back({Binary{static_cast<BinaryKind>(kind)}, {floats(kImage), floats(kImage, 31)}});
  }
  for (int kind = 0; kind <= static_cast<int>(UnaryKind::kAffine); ++kind) {
    all.push_back({Unary{static_cast<UnaryKind>(kind), 0.4F, 0.3F}, {floats(kImage)}});
  }
}

std::vector<Sample> samples() {
  std::vector<Sample> all{
      {Conv{}, {floats(kImage), floats({3, 2, 2, 2}, 5), floats({3})}},
      {Dense{}, {floats(kImage), floats({3, 2}, 5), floats({3})}},
      {MatMul{}, {floats({2, 3}), floats({3, 4}, 5)}},
      {pool(PoolKind::kMax), {floats(kImage)}},
      {pool(PoolKind::kAverage), {floats(kImage)}},
      {BatchNorm{1e-5F, 3},
       {floats(kImage), floats({2}, 1), floats({2}, 3), floats({2}, 5), f32({2}, {0.5F, 1.5F})}},
      {Clip{{-0.7F, 1.1F}}, {floats(kImage)}},
      {Softmax{3}, {floats(kImage)}},
      {Quantize{}, {floats(kImage)}, as_s8(0.02F, 5)},
      {Dequantize{}, {codes(kImage)}},
      {Requantize{}, {codes(kImage)}, as_s8(0.02F, 5)},
      {Table{}, {codes(kImage), table(1)}},
      {Table{3}, {codes(kImage), table(2)}},
      {PartialSum{},
       {codes(kImage), codes({3, 1, 1, 2}, 0.5F, 0), s32({3}, {7, 8, 9}),
        accumulators({1, 3, 4, 3}, 0.025F)},
       Output{DType::kI32, quant(0.025F, 0)}},
      {RequantizeSum{}, {accumulators(kImage, 0.1F)}, as_s8(0.02F, 5)},
      {Reshape{{4, 6}}, {floats(kImage)}},
      {Transpose{{0, 3, 1, 2}}, {floats(kImage)}},
      {Pad{{0, 1, 0, 0}, {0, 0, 2, -1}, 0.5F}, {floats(kImage)}},
      {Concat{2}, {floats(kImage), floats(kImage, 31)}},
      {Slice{{0, 2, 0, 0}, {1, -2, 1, 1}, {1, 2, 4, 1}}, {floats(kImage)}},
      {Gather{1, {2, 0, 2}}, {floats(kImage)}},
      {resize(ResizeKind::kNearest), {floats(kImage)}},
      {resize(ResizeKind::kLinear), {floats(kImage)}},
      {DepthToSpace{{2, 1}, 1, {1, 0}, {5, 4}}, {floats(kImage)}},
      {resize(ResizeKind::kLinearOnCodes), {codes(kImage)}, as_s8(0.05F, 3)},
      {Detect{}, {floats({1, 5, 3}), floats({1, 5, 4}, 7), floats({5, 4}, 11)}},
      {NonMaxSuppression{3, 0.5F}, {floats({1, 5, 4}), floats({1, 2, 5}, 7)}},
      {TopK{2, 2, false, false}, {floats(kImage)}},
      {TopK{2, 2, false, true}, {floats(kImage)}},
      {Cast{DType::kI32}, {floats(kImage)}},
      {Cast{DType::kI8}, {floats(kImage)}},
      {Identity{}, {floats(kImage)}},
      {Reduce{.axes = {1, 2}, .to_float = true}, {codes(kImage)}},
  };
  add_kinds(all);
  return all;
}

template <typename Check>
void for_each_sample(const Check& check) {
  for (const Sample& sample : samples()) {
    const OpTraits traits = traits_of(sample.op);
    INFO(traits.name << ", alternative " << sample.op.index() << " of Op");
    check(sample, traits);
  }
}

Graph graph_of(const Sample& sample) {
  return graph_of_op(sample.op, sample.inputs, sample.output);
}

Inferred infer_with(const Op& op, const std::vector<Value>& inputs) {
  std::vector<Tensor> tensors(inputs.size());
  std::vector<const Tensor*> pointers;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ConstantPtr& data = inputs[i].data;
    if (data != nullptr) {
      tensors[i].type = data->type();
      tensors[i].shape = data->shape();
      if (inputs[i].constant) tensors[i].constant = data;
    }
    pointers.push_back(data == nullptr ? nullptr : &tensors[i]);
  }
  return infer(op, pointers);
}

Numbers numbers_of(const ConstantPtr& value) {
  Numbers numbers;
  for (std::int64_t i = 0; i < value->size(); ++i) numbers.push_back(value->as_double(i));
  return numbers;
}

ConstantPtr with_numbers(DType type, const Shape& shape, const Numbers& numbers) {
  if (type != DType::kF32) return Constant::ints(type, shape, {numbers.begin(), numbers.end()});
  return Constant::floats(shape, {numbers.begin(), numbers.end()});
}

Numbers run(const Sample& sample) {
  return numbers_of(evaluate_op(sample.op, sample.inputs, sample.output));
}

// The sample with each data input replaced by `change(numbers)`.
template <typename Change>
Sample changed(Sample sample, const Change& change) {
  const OpTraits traits = traits_of(sample.op);
  for (std::size_t i = 0; i < sample.inputs.size(); ++i) {
    ConstantPtr& data = sample.inputs[i].data;
    if (traits.role_of(i) != InputRole::kData) continue;
    data = with_numbers(data->type(), data->shape(), change(numbers_of(data)));
  }
  return sample;
}

bool same(const Numbers& a, const Numbers& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

// Two functions of numbers, `increased` a monotonic one. Both map 0.5, with which the sample of Pad
// pads, to itself.
float scrambled(double x) {
  return x == 0.5 ? 0.5F : static_cast<float>(std::sin(1000 * x + 1) - x);
}
float increased(double x) {
  return static_cast<float>(x < 0.2 ? x - 0.3 : 2 * x - 0.5);
}

// Whether op(map(data)) equals map(op(data)).
bool commutes(const Sample& sample, float (*map)(double)) {
  const auto all = [map](Numbers numbers) {
    std::transform(numbers.begin(), numbers.end(), numbers.begin(), map);
    return numbers;
  };
  return same(run(changed(sample, all)), all(run(sample)));
}

Numbers sorted(Numbers numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// Whether swapping two elements of the data swaps the same two results, and whether changing an
// element changes no other result.
bool treats_elements_alike_and_alone(const Sample& sample) {
  if (infer_with(sample.op, sample.inputs).shape != sample.inputs[0].data->shape()) return false;
  const Numbers before = run(sample);
  for (std::size_t e = 0; e + 1 < before.size(); ++e) {
    const auto exchange = [e](Numbers numbers) {
      std::swap(numbers.at(e), numbers.at(e + 1));
      return numbers;
    };
    if (!same(run(changed(sample, exchange)), exchange(before))) return false;
    Numbers after = run(changed(sample, [e](Numbers numbers) {
      numbers.at(e) -= 1;
      return numbers;
    }));
    after.at(e) = before.at(e);
    if (!same(after, before)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("every operator has a valid sample here, and no two have one name") {
  std::set<std::size_t> operators;
  std::set<std::pair<std::string_view, std::size_t>> names;
  for_each_sample([&](const Sample& sample, const OpTraits& traits) {
    CHECK(verify(graph_of(sample)).empty());
    operators.insert(sample.op.index());
    names.emplace(traits.name, sample.op.index());
  });
  CHECK(operators.size() == std::variant_size_v<Op>);
  std::set<std::string_view> distinct;
  for (const auto& [name, op] : names) {
    CHECK(!name.empty());
    CHECK(distinct.insert(name).second);
  }
}

TEST_CASE("an operator takes the inputs that its row lists") {
  for_each_sample([](const Sample& sample, const OpTraits& traits) {
    const std::vector<Value>& all = sample.inputs;
    const auto takes_first = [&](int count) {
      return infer_with(sample.op, {all.begin(), all.begin() + count}).ok();
    };
    CHECK(takes_first(static_cast<int>(all.size())));
    CHECK(takes_first(traits.required_inputs()));
    CHECK(!takes_first(traits.required_inputs() - 1));
    std::vector<Value> more = all;
    more.push_back(all[0]);
    CHECK(infer_with(sample.op, more).ok() == traits.variadic);
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::vector<Value> absent = all;
      absent[i].data = nullptr;
      INFO("without input " << i);
      const bool optional = !traits.variadic && traits.inputs[i].optional;
      CHECK(infer_with(sample.op, absent).ok() == optional);
    }
  });
}

TEST_CASE("operators on images refuse three dimensions") {
  for_each_sample([](const Sample& sample, const OpTraits& traits) {
    if (!traits.image) return;
    std::vector<Value> flat = sample.inputs;
    flat[0].data = with_numbers(flat[0].data->type(), {3, 4, 2}, numbers_of(flat[0].data));
    CHECK(!infer_with(sample.op, flat).ok());
  });
}

TEST_CASE("results come from where the row says") {
  for_each_sample([&](const Sample& sample, const OpTraits& traits) {
    if (sample.inputs[0].data->type() != DType::kF32) {
      CHECK(!traits.keeps_values());
      return;
    }
    const Numbers x = numbers_of(sample.inputs[0].data);
    CHECK(commutes(sample, scrambled) == traits.moves());
    // Min and Max of two tensors commute with monotonic functions too, but do not keep the values
    // of one tensor.
    if (traits.inputs.size() == 1) CHECK(commutes(sample, increased) == traits.keeps_values());
    CHECK((sorted(run(sample)) == sorted(x)) == traits.permutes());
    CHECK((run(sample) == x) == traits.same_elements());
  });
}

TEST_CASE("positions are integers that stay when values grow in the same order") {
  for_each_sample([&](const Sample& sample, const OpTraits& traits) {
    if (traits.result != ResultKind::kPositions) return;
    CHECK(infer_with(sample.op, sample.inputs).type == DType::kI64);
    if (traits.inputs.size() > 1) return;  // not for boxes: their overlap changes with their values
    CHECK(run(sample) == run(changed(sample, [](Numbers numbers) {
            std::transform(numbers.begin(), numbers.end(), numbers.begin(), increased);
            return numbers;
          })));
  });
}

TEST_CASE("elementwise operators, and only they, treat every element alike and alone") {
  for_each_sample([](const Sample& sample, const OpTraits& traits) {
    CHECK(treats_elements_alike_and_alone(sample) == traits.elementwise);
  });
}

TEST_CASE("operators that follow the layout give the same in another order of dimensions") {
  const Perm reversed{3, 2, 1, 0};
  int followers = 0;
  for_each_sample([&](const Sample& sample, const OpTraits& traits) {
    Graph graph = graph_of(sample);
    Node& node = graph.nodes[NodeId(0)];
    CHECK(follows_layout(graph, node) == (traits.layout == Layout::kFollows));
    if (traits.layout != Layout::kFollows) return;
    ++followers;
    Sample other = sample;
    for (std::size_t i : layout_inputs(graph, node)) {
      other.inputs[i].data = permuted(*sample.inputs[i].data, reversed);
    }
    relabel(node, reversed);
    other.op = node.op;
    const ConstantPtr straight = evaluate_op(sample.op, sample.inputs, sample.output);
    const Numbers expected = numbers_of(permuted(*straight, reversed));
    const Numbers actual = run(other);
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      if (std::isnan(expected[i]) && std::isnan(actual[i])) continue;
      CHECK(actual[i] == Approx(expected[i]).margin(1e-6));  // the order of summation may differ
    }
  });
  CHECK(followers > 30);
}

TEST_CASE("operators that change the layout give all elements other dimensions") {
  for_each_sample([](const Sample& sample, const OpTraits& traits) {
    const Shape shape = infer_with(sample.op, sample.inputs).shape;
    const bool changes = traits.permutes() && shape != sample.inputs[0].data->shape();
    CHECK((traits.layout == Layout::kChanges) == changes);
  });
}

TEST_CASE("multiply-accumulates are counted where products are accumulated") {
  for_each_sample([](const Sample& sample, const OpTraits& traits) {
    const Graph graph = graph_of(sample);
    CHECK((macs_of(graph, graph.nodes[NodeId(0)]) > 0) ==
          (traits.accumulates == Accumulation::kOfProducts));
  });
}

TEST_CASE("on codes of one Quant, data are moved and selected as the real numbers are") {
  const Output eight_bit = as_s8(0.25F, 3);  // can represent 0.5, with which Pad pads
  int operators = 0;
  for_each_sample([&](const Sample& sample, const OpTraits& traits) {
    if (!traits.commutes_with_quantize && traits.eight_bit != EightBit::kSameQuant) return;
    if (!traits.keeps_values()) return;  // it computes with the codes themselves
    ++operators;
    std::vector<Value> quantized = sample.inputs;
    for (Value& input : quantized) {
      input = {evaluate_op(Quantize{}, {input}, eight_bit), eight_bit.quant};
    }
    const ConstantPtr of_codes = evaluate_op(sample.op, quantized, eight_bit);
    const Value real{evaluate_op(sample.op, sample.inputs), {}};
    CHECK(of_codes->to_ints() == evaluate_op(Quantize{}, {real}, eight_bit)->to_ints());
  });
  CHECK(operators == 10);
}

TEST_CASE("8-bit tensors without a Quant go through the operators that say so") {
  for_each_sample([](const Sample& sample, const OpTraits& traits) {
    Sample plain{sample.op, sample.inputs};
    for (std::size_t i = 0; i < plain.inputs.size(); ++i) {
      Value& input = plain.inputs[i];
      const InputRole role = traits.role_of(i);
      const DType type = role == InputRole::kBias ? DType::kI32 : DType::kI8;
      if (role == InputRole::kParameters || input.data->type() == DType::kI32) continue;
      const Numbers ones(static_cast<std::size_t>(input.data->size()), 1);
      input = {with_numbers(type, input.data->shape(), ones), {}};
    }
    const bool takes = infer_with(plain.op, plain.inputs).ok() && verify(graph_of(plain)).empty();
    CHECK(takes == traits.plain_integers);
  });
}

TEST_CASE("an output has one of the types that the row allows") {
  const auto allows = [](OutputType rule, DType inferred, DType type) {
    switch (rule) {
      case OutputType::kCodes:
        return is_quantized_type(type) || type == DType::kI32;
      case OutputType::kAnyInteger:
        return type != DType::kF32;
      case OutputType::kEightBitAlike:
        return type == inferred || (is_quantized_type(type) && is_quantized_type(inferred));
      case OutputType::kInferred:
        break;
    }
    return type == inferred;
  };
  for_each_sample([&](const Sample& sample, const OpTraits& traits) {
    const DType inferred = infer_with(sample.op, sample.inputs).type;
    for (const DType type : {DType::kF32, DType::kI8, DType::kU8, DType::kI32, DType::kI64}) {
      if (type == inferred) continue;
      Graph graph = graph_of(sample);
      Tensor& out = graph.tensor(graph.outputs[0]);
      out.type = type;
      out.quant.reset();
      if (is_quantized_type(type) || type == DType::kI32) out.quant = quant(1, 5);
      INFO(name_of(type));
      CHECK(verify(graph).empty() == allows(traits.output, inferred, type));
    }
  });
}

TEST_CASE("the activation of every operator that has one is found") {
  for_each_sample([](const Sample& sample, const OpTraits&) {
    Op op = sample.op;
    const bool has = std::visit([](auto& o) { return requires { o.act; }; }, op);
    REQUIRE((activation_of(op) != nullptr) == has);
    if (!has) return;
    activation_of(op)->hi = 0.125F;
    CHECK(activation_of(std::as_const(op))->hi == 0.125F);
  });
}
