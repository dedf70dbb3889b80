// Runs Programs for every target in this process, with twins of the kernels that this machine
// cannot run. They must compute what the reference computes, in exactly the memory that was
// planned.
#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "compiler/check/kernel_access.h"
#include "compiler/execute/kernel_functions.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/lower/kernel/kernel_table.h"
#include "runtime/spindle.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"
#include "tests/support/kernel_effects.h"
#include "tests/support/random_model.h"
#include "tests/support/random_tensor.h"

namespace fs = std::filesystem;
using namespace spindle;
using namespace spindle::testing;

namespace {

// Random networks with what random_model lacks: any number of channels, and planar or float inputs.
class Maker {
 public:
  Maker(std::uint64_t seed, DType type) : random_(seed), type_(type) {}

  Graph make() {
    TensorId x = input();
    x = conv(x, pick(1, 40), pick(1, 5), pick(1, 5), 1);
    for (int i = pick(1, 3); i > 0; --i) {
      const TensorId before = x;
      const int side = pick(0, 3) == 0 ? 5 : 3;
      x = conv(x, channels(x), pick(0, 4) == 0 ? pick(1, 9) : side, side, channels(x));
      x = conv(x, pick(0, 2) == 0 ? channels(before) : pick(1, 50), 1, 1, 1);
      if (shape(x) == shape(before)) x = add(x, before);
      if (pick(0, 3) == 0) x = enlarged(x);
    }
    graph_.outputs.push_back(mean(x));
    return std::move(graph_);
  }

 private:
  int pick(int lo, int hi) { return static_cast<int>(random_.integer(lo, hi)); }
  [[nodiscard]] bool integer() const { return type_ != DType::kF32; }
  [[nodiscard]] const Shape& shape(TensorId id) const { return graph_.tensor(id).shape; }
  [[nodiscard]] int channels(TensorId id) const { return static_cast<int>(shape(id)[3]); }
  std::string name(const char* what) { return fmt::format("{}_{}", what, ++count_); }
  int any_zero() { return type_ == DType::kU8 ? pick(0, 255) : pick(-128, 127); }

  TensorId with_scale(TensorId id, float scale) {
    if (!integer()) return id;
    graph_.tensor(id).type = type_;
    graph_.tensor(id).quant = quant(scale, any_zero());
    return id;
  }

  [[nodiscard]] float scale_of(TensorId id) const {
    return integer() ? graph_.tensor(id).quant->scale[0] : 1;
  }

  TensorId input() {
    const int colours = pick(0, 2) != 0 ? 3 : pick(1, 5);
    const int height = pick(1, 20), width = pick(1, 20);
    const bool planar = random_.flip(), real = !integer() || random_.flip();
    const Shape image =
        planar ? Shape{1, colours, height, width} : Shape{1, height, width, colours};
    TensorId x = real ? add_input(graph_, "input", image)
                      : add_input(graph_, "input", image, type_, quant(0.02F, any_zero()));
    if (planar) x = to_nhwc(graph_, "interleaved", x);
    if (real && integer()) x = quantize(graph_, "quantized", x, 0.02F, any_zero(), type_);
    return x;
  }

  TensorId floats(const Shape& shape) {
    return graph_.add_constant(name("floats"), random_floats(random_, shape, -0.5F, 0.5F));
  }

  TensorId weights(const Shape& shape) {
    if (!integer()) return floats(shape);
    Quant q;
    q.axis = type_ == DType::kI8 && random_.flip() ? 0 : -1;
    for (std::int64_t o = 0; o < (q.axis == 0 ? shape[0] : 1); ++o) {
      q.scale.push_back(random_.real(0.005F, 0.02F));
      q.zero_point.push_back(type_ == DType::kU8 ? pick(90, 160) : 0);
    }
    const bool wide = type_ == DType::kU8;
    return graph_.add_constant(
        name("w"), random_integers(random_, type_, shape, wide ? 0 : -127, wide ? 255 : 127), q);
  }

  TensorId bias(TensorId w, float scale) {
    const Shape shape{graph_.tensor(w).shape[0]};
    if (!integer()) return floats(shape);
    Quant q = *graph_.tensor(w).quant;
    for (float& s : q.scale) s *= scale;
    for (std::int32_t& zero : q.zero_point) zero = 0;
    return graph_.add_constant(name("b"), random_integers(random_, DType::kI32, shape, -2000, 2000),
                               q);
  }

  // Random padding before and after a dimension of `size`, so that a window of `reach` fits.
  std::array<int, 2> padding(std::int64_t size, int reach) {
    const int most = std::min(reach - 1, 2);
    std::array<int, 2> pad{pick(0, most), pick(0, most)};
    if (pad[0] + size + pad[1] < reach) pad = {reach / 2, reach - reach / 2};
    return pad;
  }

  TensorId conv(TensorId x, int outputs, int kernel_h, int kernel_w, int groups) {
    Conv op;
    const bool pointwise = kernel_h == 1 && kernel_w == 1;
    op.groups = groups;
    if (!pointwise) {
      const int stride = pick(1, 2), dilation = pick(0, 5) == 0 ? 2 : 1;
      op.stride = {pick(0, 5) == 0 ? pick(1, 2) : stride, stride};
      op.dilation = {dilation, dilation};
      const auto rows = padding(shape(x)[1], dilation * (kernel_h - 1) + 1);
      const auto columns = padding(shape(x)[2], dilation * (kernel_w - 1) + 1);
      op.pad = {rows[0], columns[0], rows[1], columns[1]};
    }
    if (random_.flip()) op.act = random_.flip() ? Activation{0, 6} : Activation{0, INFINITY};
    const std::int64_t depth = shape(x)[3] / groups;
    const TensorId w = weights({outputs, kernel_h, kernel_w, depth});
    const TensorId b = bias(w, scale_of(x));
    const auto taps = static_cast<float>(kernel_h * kernel_w * depth);
    const float scale = scale_of(x) * 0.7F * std::sqrt(taps);
    return with_scale(graph_.append(name("conv"), op, {x, w, b}), scale);
  }

  TensorId add(TensorId a, TensorId b) {
    const float scale = 1.3F * std::max(scale_of(a), scale_of(b));
    return with_scale(graph_.append(name("add"), Binary{BinaryKind::kAdd, {}}, {a, b}), scale);
  }

  TensorId enlarged(TensorId x) {
    Resize resize;
    resize.kind = ResizeKind::kLinear;
    resize.coordinates = ResizeCoordinates::kAsymmetric;
    resize.size = {shape(x)[1] * 2, shape(x)[2] + 1};
    return with_scale(graph_.append(name("resize"), resize, {x}), scale_of(x));
  }

  TensorId mean(TensorId x) {
    const Reduce op{ReduceKind::kMean, {1, 2}, true, {}};
    return with_scale(graph_.append(name("mean"), op, {x}), scale_of(x) * 0.6F);
  }

  Random random_;
  DType type_;
  Graph graph_;
  int count_ = 0;
};

template <typename Visit>
void for_each_call(const Program& program, Visit visit) {
  const auto simple = [&](const auto& stmt) {
    if (const auto* call = std::get_if<Call>(&stmt)) visit(*call);
  };
  for (const Function& function : program.functions) {
    for (const Stmt& stmt : function.body) {
      simple(stmt);
      const auto* tiles = std::get_if<Tiles>(&stmt);
      if (tiles == nullptr) continue;
      for (const auto& inner : tiles->body) {
        simple(inner);
        const auto* rows = std::get_if<MemberRows>(&inner);
        if (rows != nullptr) std::for_each(rows->body.begin(), rows->body.end(), simple);
      }
    }
  }
}

// Whether the multipliers of the call are in fixed point, for cores without an FPU.
bool in_fixed_point(const Program& program, const Call& call) {
  for (const ProgramArg& arg : call.args) {
    const auto* params = std::get_if<ParamsId>(&arg);
    if (params == nullptr) continue;
    for (const Field& field : program.params[*params].fields) {
      if (field.name != "multiplier" || field.kind != Field::Kind::kPointer) continue;
      const ConstArray& array = program.constants[field.constant];
      if (array.type != DType::kF32) continue;
      for (std::size_t i = 3; i < array.bytes.size(); i += 4) {
        if ((array.bytes[i] & std::byte{0x80}) != std::byte{0}) return true;
      }
    }
  }
  return false;
}

// The kernels that the programs used.
struct Reached {
  std::set<std::string> symbols, fixed_point;
  std::set<std::string> tried;  // by check_kernel_effects

  void add(const Program& program) {
    for_each_call(program, [&](const Call& call) {
      symbols.insert(call.symbol);
      if (in_fixed_point(program, call)) fixed_point.insert(call.symbol);
    });
  }
};

void check(const Graph& graph, std::uint64_t seed, const Target& target, Reached& reached) {
  CAPTURE(seed, target.name);
  const Compilation compiled = compile_graph(graph, std::string(target.name).c_str());
  reached.add(compiled.program);
  const std::vector<ConstantPtr> inputs = random_inputs(compiled.graph, seed + 1);
  CHECK(check_against_reference(compiled, inputs) == "");
  if (seed % 4 == 0) {
    CHECK(check_kernel_effects(compiled.program, inputs, reached.tried) == "");
  }
}

std::set<std::string> runtime_kernels() {
  std::set<std::string> symbols;
  for (const KernelInfo& info : kernels()) symbols.emplace(info.symbol);
  return symbols;
}

// The kernels that are written for an instruction set.
std::set<std::string> kernels_of_targets() {
  std::set<std::string> result;
  for (const KernelInfo& info : kernels()) {
    if (info.isa != Isa::kPortable) result.emplace(info.symbol);
  }
  result.erase("spindle_gemm_s8_dsp");  // programs do not call it; other kernels do
  return result;
}

}  // namespace

TEST_CASE("programs of every target run here, and every kernel is reached") {
  constexpr std::uint64_t kModels = 40;
  Reached reached;
  for (const DType type : {DType::kI8, DType::kU8, DType::kF32}) {
    for (std::uint64_t seed = 1; seed <= kModels; ++seed) {
      const Graph any_width = Maker(seed, type).make();
      const Graph family = random_model(seed, type, Branches::kMany);
      for (const Target& target : targets()) {
        check(any_width, seed, target, reached);
        if (seed % 4 == 0) check(family, seed, target, reached);
      }
    }
  }
  for (const std::string& symbol : kernels_of_targets()) {
    INFO(symbol);
    CHECK(reached.symbols.contains(symbol));
    CHECK(reached.tried.contains(symbol));
  }
  // No other kernel accepts multipliers in fixed point; it would read them as floats.
  CHECK(reached.fixed_point == std::set<std::string>{"spindle_conv_s8", "spindle_dw_s8",
                                                     "spindle_pw_s8", "spindle_stem_s8"});
}

TEST_CASE("every kernel runs here, itself or by a twin") {
  const std::set<std::string> symbols = runtime_kernels();
  REQUIRE(symbols.size() > 90);
  for (const std::string& symbol : symbols) {
    INFO(symbol);
    CHECK(find_kernel(symbol) != nullptr);
    if (symbol != "spindle_gemm_s8_dsp") CHECK(has_access(symbol));
  }
  CHECK(find_kernel("spindle_none") == nullptr);
}

TEST_CASE("kernels know how many arguments they take") {
  REQUIRE(find_kernel("spindle_copy")->args == 3);
  REQUIRE(find_kernel("spindle_dw3x3_s8_mve")->args == 7);  // more than fit into registers
}

namespace {

// The message of the InternalError that `call` throws when a twin gets unsupported arguments. Empty
// if it throws none.
template <typename Call>
std::string refused(Call call) {
  try {
    call();
  } catch (const InternalError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("twins refuse what kernels do not take") {
  const std::vector<std::int8_t> bytes(4096);
  std::vector<std::int8_t> out(4096);
  spindle_pw_s8_neon_params pw{bytes.data(), nullptr, 7, 8, 0, -128, 127, 0};
  CHECK(refused([&] { spindle_pw_s8_dot(&pw, bytes.data(), out.data(), 1); }) ==
        "spindle_pw_s8_dot: too few channels");
  pw.in_channels = 8;
  CHECK(refused([&] { spindle_pw_s8_dot(&pw, bytes.data(), out.data(), 1); }).empty());
  pw.out_channels = 7;
  CHECK(refused([&] { spindle_pw_s8_i8mm(&pw, bytes.data(), out.data(), 1); }) ==
        "spindle_pw_s8_i8mm: too few channels");
}

TEST_CASE("twins notice weights where a kernel wants none") {
  const std::vector<std::int8_t> in(3 * 3 * 16, 1);
  std::vector<std::int8_t> out(16), scratch(64 * 3);
  std::vector<std::int32_t> words(4 * 25);
  const spindle_dw3x3_s8_mve_params mve{words.data(), {3, 3, 48}, 3, 16, 1, 0, 0, 0, 0, -128, 127};
  const auto run_mve = [&] {
    spindle_dw3x3_s8_mve(&mve, in.data(), out.data(), scratch.data(), 0, 0, 1);
  };
  CHECK(refused(run_mve).empty());
  for (const std::size_t word : {8, 12, 16}) {  // words that must be 0, before and behind windows
    words[word] = 1;
    CHECK(refused(run_mve) == "spindle_dw3x3_s8_mve: there are weights around a window");
    words[word] = 0;
  }
  words[9] = 0x01000000;
  CHECK(refused(run_mve) == "spindle_dw3x3_s8_mve: there are weights around a window");

  std::vector<std::int8_t> quads(12 * 16);
  const std::vector<std::int32_t> bias(16);
  const std::vector<float> multiplier(16);
  const spindle_dw3x3_s8_neon_params dot{quads.data(),
                                         bias.data(),
                                         multiplier.data(),
                                         {3, 3, 48},
                                         3,
                                         16,
                                         16,
                                         1,
                                         1,
                                         0,
                                         0,
                                         0,
                                         0,
                                         -128,
                                         127,
                                         0};
  const auto run_dot = [&] { spindle_dw3x3_s8_dot(&dot, in.data(), out.data(), 0, 0, 1); };
  CHECK(refused(run_dot).empty());
  quads[3] = 1;
  CHECK(refused(run_dot) == "spindle_dw3x3_s8_dot: there is a weight for a fourth row");
}

TEST_CASE("a twin takes the low 16 bits of a result that was promised to be narrow") {
  // One pixel of eight inputs; the first output is 127 * 127 * 8 * 4 = 516128 = 7 * 65536 + 57376.
  std::vector<std::int8_t> panel(4 * 4 + 4 * 4 + 4 * 16);
  const std::array<float, 4> multiplier{4, 4, 4, 4};
  std::memcpy(panel.data() + 16, multiplier.data(), sizeof multiplier);
  std::fill(panel.begin() + 32, panel.begin() + 40, std::int8_t{127});
  const std::vector<std::int8_t> in(8, 127);
  std::array<std::int8_t, 4> out{};
  spindle_pw_s8_neon_params p{panel.data(), nullptr, 8, 4, 0, -128, 127, 0};
  spindle_pw_s8_neon(&p, in.data(), out.data(), 1);
  CHECK(out[0] == 127);
  p.narrow = 1;
  spindle_pw_s8_neon(&p, in.data(), out.data(), 1);
  CHECK(out[0] == -128);  // 57376 is negative in 16 bits
}
