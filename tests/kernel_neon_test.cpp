// More than 400 lines: the cases of all int8 kernels for Cortex-A go into one program for each
// core.
//
// Compares the kernels for Cortex-A with the portable ones. The cases are made here, and the
// portable kernels compute the expected results. tests/support/neon_cases.c is cross-compiled for
// each instruction set and runs the cases under QEMU.
#include <algorithm>
#include <functional>

#include "compiler/lower/pack/pack_neon.h"
#include "compiler/lower/pack/weights.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "runtime/spindle.h"
#include "tests/catch.h"
#include "tests/support/neon_cases.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// An instruction set, and how its kernels pack their weights.
struct Isa {
  std::string suffix;  // the ending of the kernels' names: "_dot"
  NeonCore core;
  int channels;  // output channels in a panel of weights
  int step;      // the depth of a first convolution is padded to a multiple of this
  ReadOrder (*order)(int depth);
  bool by_twos;  // see GemmLayout
  int block;     // channels in a block of weights of the 3x3 depthwise kernel
};

const Isa kNeon{"_neon", {"cortex-a53"}, 4, 16, neon_order, false, 16};
const Isa kDot{"_dot", {"cortex-a76"}, 8, 4, dot_order, false, 16};
const Isa kI8mm{"_i8mm", {"cortex-a76+i8mm"}, 8, 8, i8mm_order, true, 16};
const Isa kA7{"_neon", {"cortex-a7", false, "neon-vfpv4"}, 4, 16, neon_order, false, 8};
const Isa kA9{"_neon", {"cortex-a9", false, "neon"}, 4, 16, neon_order, false, 8};

// The data of an int8 convolution.
struct Data {
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> bias, weight_zero;
  std::vector<float> multiplier;
  int in_zero = 0, out_zero = 0, lo = -128, hi = 127;
};

Data random_data(Random& random, int outputs, int taps, bool zeros) {
  Data d;
  const bool extreme = pick(random, 0, 4) == 0;
  d.weights = random_bytes(
      random, static_cast<std::size_t>(outputs) * static_cast<std::size_t>(taps), extreme, -127);
  for (int o = 0; o < outputs; ++o) {
    d.bias.push_back(pick(random, -4000, 4000));
    // Sometimes so large that results saturate, in 16 or in 32 bits.
    const bool large = pick(random, 0, 30) == 0;
    d.multiplier.push_back(random.real(0.5F, 2.0F) *
                           (large ? 1e6F : 0.7F / static_cast<float>(taps)));
    if (zeros) d.weight_zero.push_back(pick(random, -128, 127));
  }
  d.in_zero = pick(random, -128, 127);
  d.out_zero = pick(random, -128, 127);
  if (random.flip()) {
    d.lo = pick(random, -128, 0);
    d.hi = pick(random, d.lo, 127);
  }
  return d;
}

// The bias with the input's zero point zx folded in: bias - zx * sum(w - zw). For kernels that read
// zx where the window is in the padding.
std::vector<std::int32_t> folded(const Data& d, int taps) {
  std::vector<std::int32_t> bias = d.bias;
  for (std::size_t o = 0; o < bias.size(); ++o) {
    for (int t = 0; t < taps; ++t) {
      const int zero = d.weight_zero.empty() ? 0 : d.weight_zero[o];
      bias[o] -=
          d.in_zero *
          (d.weights[o * static_cast<std::size_t>(taps) + static_cast<std::size_t>(t)] - zero);
    }
  }
  return bias;
}

KernelCase case_of(std::string symbol, const Data& d) {
  KernelCase c;
  c.symbol = std::move(symbol);
  c.multiplier = d.multiplier;
  c.weight_zero = d.weight_zero;
  return c;
}

int narrow_of(const Data& d, const std::vector<std::int32_t>& folded_bias) {
  return narrow_results(d.weights, d.weight_zero, folded_bias, d.multiplier) ? 1 : 0;
}

const std::int32_t* zeros_of(const Data& d) {
  return d.weight_zero.empty() ? nullptr : d.weight_zero.data();
}

void add_pointwise(CaseFile& file, Random& random, const Isa& isa, int inputs, int outputs,
                   int pixels) {
  const Data d = random_data(random, outputs, inputs, pick(random, 0, 3) == 0);
  KernelCase c = case_of("spindle_pw_s8" + isa.suffix, d);
  const std::vector<std::int32_t> bias = folded(d, inputs);
  c.weights =
      pack_panels({isa.order(inputs), isa.channels, isa.by_twos}, d.weights, bias, d.multiplier);
  const auto in =
      random_bytes(random, static_cast<std::size_t>(inputs) * static_cast<std::size_t>(pixels),
                   pick(random, 0, 4) == 0, -128);
  std::vector<std::int8_t> out(static_cast<std::size_t>(outputs) *
                               static_cast<std::size_t>(pixels));
  const spindle_pw_s8_params p{d.weights.data(), bias.data(), d.multiplier.data(),
                               zeros_of(d),      inputs,      outputs,
                               d.out_zero,       d.lo,        d.hi};
  spindle_pw_s8(&p, in.data(), out.data(), pixels);
  c.ints = {inputs, outputs, d.out_zero, d.lo, d.hi, narrow_of(d, bias), pixels};
  c.input = bytes_of(in);
  c.expected = bytes_of(out);
  file.write(c);
}

// Completes the parameters of `w` from `d`, computes the expected output with the portable kernel,
// and writes the case. `ints` returns the members of the tested kernel's struct, beginning with the
// rows of the input.
void add_window(CaseFile& file, KernelCase c, Window w, const Data& d,
                void (*portable)(const spindle_conv_s8_params*, const void*, void*, std::int32_t,
                                 std::int32_t, std::int32_t),
                const std::vector<std::int8_t>& plain_weights,
                const std::function<std::vector<std::int32_t>(const spindle_conv_s8_params&)>& ints,
                int narrow) {
  spindle_conv_s8_params& p = w.p;
  p.weights = plain_weights.data();
  p.bias = d.bias.data();
  p.multiplier = d.multiplier.data();
  p.weight_zero = zeros_of(d);
  p.in_zero = d.in_zero;
  p.out_zero = d.out_zero;
  p.lo = d.lo;
  p.hi = d.hi;
  std::vector<std::int8_t> out(static_cast<std::size_t>(w.n * p.out_channels));
  portable(&p, w.image.data() - w.skipped(), out.data(), w.y, w.x, w.n);
  c.ints = ints(p);
  c.ints.insert(c.ints.end(), {p.in_zero, p.out_zero, p.lo, p.hi});
  if (narrow >= 0) c.ints.push_back(narrow);
  c.ints.insert(c.ints.end(), {w.y, w.x, w.n, w.skipped()});
  c.input = bytes_of(w.image);
  c.expected = bytes_of(out);
  file.write(c);
}

std::vector<std::int32_t> stem_ints(const spindle_conv_s8_params& p) {
  return {p.in.rows,  p.in.ring,  p.in.row_bytes, p.in_width, p.in_channels, p.out_channels,
          p.kernel_h, p.kernel_w, p.stride_h,     p.stride_w, p.pad_top,     p.pad_left};
}

// `block` is the number of channels in a block of weights.
std::vector<std::int32_t> dw3x3_ints(const spindle_conv_s8_params& p, int block) {
  return {p.in.rows, p.in.ring,  p.in.row_bytes, p.in_width, p.in_channels,
          block,     p.stride_h, p.stride_w,     p.pad_top,  p.pad_left};
}

std::vector<std::int32_t> conv_ints(const spindle_conv_s8_params& p) {
  return {p.in.rows,      p.in.ring,    p.in.row_bytes, p.in_width, p.in_channels, p.out_width,
          p.out_channels, p.groups,     p.kernel_h,     p.kernel_w, p.stride_h,    p.stride_w,
          p.dilation_h,   p.dilation_w, p.pad_top,      p.pad_left};
}

void add_stem(CaseFile& file, Random& random, const Isa& isa) {
  const int kernel = 1 + 2 * pick(random, 0, 2);
  const int channels = pick(random, kernel == 1 ? 8 : 1, kernel == 1 ? 16 : kernel == 3 ? 5 : 3);
  const int outputs = pick(random, 8, 40);
  Window w = random_window(random, kernel, kernel, channels, outputs, kernel - 1);
  w.p.groups = 1;
  const int taps = kernel * kernel * channels;
  const Data d = random_data(random, outputs, taps, pick(random, 0, 3) == 0);
  const int depth = std::max(16, (taps + isa.step - 1) / isa.step * isa.step);
  std::vector<std::int8_t> padded;
  for (int o = 0; o < outputs; ++o) {
    for (int t = 0; t < depth; ++t) {
      padded.push_back(t < taps ? d.weights[static_cast<std::size_t>(o * taps + t)]
                                : std::int8_t{0});
    }
  }
  KernelCase c = case_of("spindle_stem_s8" + isa.suffix, d);
  const std::vector<std::int32_t> bias = folded(d, taps);
  c.weights =
      pack_panels({isa.order(depth), isa.channels, isa.by_twos}, padded, bias, d.multiplier);
  add_window(file, c, w, d, spindle_stem_s8,
             transposed(d.weights, static_cast<std::size_t>(outputs)), stem_ints,
             narrow_of(d, bias));
}

void add_dw3x3(CaseFile& file, Random& random, const Isa& isa, int channels) {
  Window w = random_window(random, 3, 3, channels, channels, 2);
  w.p.groups = channels;
  const Data d = random_data(random, channels, 9, false);
  KernelCase c = case_of("spindle_dw3x3_s8" + isa.suffix, d);
  c.bias = folded(d, 9);
  c.weights = isa.order == neon_order
                  ? pack_dw3x3_neon(d.weights, static_cast<std::size_t>(isa.block))
                  : pack_dw3x3_dot(d.weights);
  const auto ints = [&](const spindle_conv_s8_params& p) { return dw3x3_ints(p, isa.block); };
  add_window(file, c, w, d, spindle_dw_s8,
             transposed(d.weights, static_cast<std::size_t>(channels)), ints, narrow_of(d, c.bias));
}

void add_dw(CaseFile& file, Random& random, int channels) {
  const int kernel_h = 1 + 2 * pick(random, 0, 2), kernel_w = 1 + 2 * pick(random, 0, 2);
  Window w = random_window(random, kernel_h, kernel_w, channels, channels, 4);
  w.p.groups = channels;
  const Data d = random_data(random, channels, kernel_h * kernel_w, random.flip());
  KernelCase c = case_of("spindle_dw_s8_neon", d);
  c.bias = d.bias;
  c.weights = transposed(d.weights, static_cast<std::size_t>(channels));
  add_window(file, c, w, d, spindle_dw_s8, c.weights, conv_ints, -1);
}

// Adds a 3x3 depthwise convolution whose weights have zero points.
void add_wide_dw3x3(CaseFile& file, Random& random, int channels) {
  Window w = random_window(random, 3, 3, channels, channels, 2);
  w.p.groups = channels;
  w.p.stride_h = w.p.stride_w;
  const Data d = random_data(random, channels, 9, true);
  KernelCase c = case_of("spindle_dw3x3_s8w_neon", d);
  c.bias = folded(d, 9);
  c.weight_zero.clear();
  for (const std::int16_t weight : pack_dw3x3_wide({d.weights, d.weight_zero})) {
    c.weights.push_back(static_cast<std::int8_t>(weight));
    c.weights.push_back(static_cast<std::int8_t>(weight >> 8));
  }
  add_window(file, c, w, d, spindle_dw_s8,
             transposed(d.weights, static_cast<std::size_t>(channels)), conv_ints, -1);
}

void add_add(CaseFile& file, Random& random, int count) {
  const bool shifted = random.flip();
  const int offset = shifted ? 128 : 0;
  const int lo = pick(random, -128, 0);
  const spindle_add_s8_params p{random.real(0.1F, 2.0F),
                                random.real(0.1F, 2.0F),
                                random.real(-90.0F, 90.0F) + static_cast<float>(offset),
                                offset,
                                random.flip() ? 128 : 0,
                                offset,
                                lo,
                                pick(random, lo, 127)};
  const auto a = random_bytes(random, static_cast<std::size_t>(count), false, -128);
  const auto b = random_bytes(random, static_cast<std::size_t>(count), random.flip(), -128);
  std::vector<std::int8_t> out(a.size());
  spindle_add_s8(&p, a.data(), b.data(), out.data(), count);
  KernelCase c;
  c.symbol = "spindle_add_s8_neon";
  c.ints = {bits_of(p.a_scale),
            bits_of(p.b_scale),
            bits_of(p.bias),
            p.a_offset,
            p.b_offset,
            p.out_offset,
            p.lo,
            p.hi,
            count};
  c.input = bytes_of(a);
  c.second = bytes_of(b);
  c.expected = bytes_of(out);
  file.write(c);
}

void add_mean(CaseFile& file, Random& random, int channels, int width) {
  const spindle_mean_s8_params p{7, width, channels, 0.1F, pick(random, -128, 127), 0, -128, 127};
  const auto in =
      random_bytes(random, static_cast<std::size_t>(channels * width), random.flip(), -128);
  std::vector<std::int32_t> sums(static_cast<std::size_t>(channels));
  for (auto& sum : sums) sum = pick(random, -100000, 100000);
  KernelCase c;
  c.symbol = "spindle_mean_add_s8_neon";
  const int y = pick(random, 0, 1);
  c.ints = {p.rows, p.width, p.channels, bits_of(p.multiplier), p.in_zero, p.out_zero, p.lo, p.hi,
            y,      0,       width};
  c.second = bytes_of(sums);
  spindle_mean_add_s8(&p, in.data(), sums.data(), y, 0, width);
  c.input = bytes_of(in);
  c.expected = bytes_of(sums);
  file.write(c);
}

// Adds a resize that computes one row of an image with three rows. The row gets 2 to 16 times as
// many pixels. Many results are ties.
void add_resize(CaseFile& file, Random& random, int channels) {
  const int width = pick(random, 1, 5);
  const int times = 1 << pick(random, 1, 4);
  const int columns = (width - 1) * times + 1;
  std::vector<float> at{static_cast<float>(pick(random, 0, 2 * times)) / static_cast<float>(times)};
  for (int i = 0; i < columns; ++i) {
    at.push_back(static_cast<float>(i) / static_cast<float>(times));
  }
  const float scale = random.real(0.01F, 0.1F);
  const int zero = pick(random, -128, 127);
  const bool alike = random.flip();
  const spindle_resize_linear_params p{at.data(),
                                       at.data() + 1,
                                       {3, 3, width * channels},
                                       width,
                                       channels,
                                       scale,
                                       alike ? scale : scale * random.real(0.4F, 2.0F),
                                       zero,
                                       alike ? zero : pick(random, -128, 127)};
  const auto in =
      random_bytes(random, static_cast<std::size_t>(3 * width * channels), random.flip(), -128);
  const int x = pick(random, 0, columns - 1);
  const int n = pick(random, 1, columns - x);
  std::vector<std::int8_t> out(static_cast<std::size_t>(n * channels));
  spindle_resize_linear_s8(&p, in.data(), out.data(), 0, x, n);
  KernelCase c;
  c.symbol = "spindle_resize_linear_s8_neon";
  c.ints = {p.in.rows,
            p.in.ring,
            p.in.row_bytes,
            p.in_width,
            p.channels,
            bits_of(p.in_scale),
            bits_of(p.out_scale),
            p.in_zero,
            p.out_zero,
            x,
            n};
  c.multiplier = at;
  c.input = bytes_of(in);
  c.expected = bytes_of(out);
  file.write(c);
}

void add_quantize(CaseFile& file, Random& random, int count) {
  const spindle_quantize_params p{random.real(0.001F, 0.1F), pick(random, -128, 127)};
  std::vector<float> in;
  for (int i = 0; i < count; ++i) {
    // Ties, values far outside the range, and ordinary values.
    const int what = pick(random, 0, 9);
    in.push_back(what == 0   ? p.scale * (static_cast<float>(pick(random, -9, 9)) + 0.5F)
                 : what == 1 ? random.real(-1e30F, 1e30F)
                             : random.real(-200, 200) * p.scale);
  }
  std::vector<std::int8_t> out(in.size());
  spindle_quantize_f32_s8(&p, in.data(), out.data(), count);
  KernelCase c;
  c.symbol = "spindle_quantize_f32_s8_neon";
  c.ints = {bits_of(p.scale), p.zero, count};
  c.input = bytes_of(in);
  c.expected = bytes_of(out);
  file.write(c);
}

void add_interleave(CaseFile& file, Random& random, int width) {
  const spindle_planar_params p{pick(random, 1, 3), width, 3, random.flip() ? 4 : 1};
  const auto in = random_bytes(
      random, static_cast<std::size_t>(p.rows * p.width * p.channels * p.element_bytes), false,
      -128);
  const int y = pick(random, 0, p.rows - 1), x = pick(random, 0, width - 1);
  const int n = pick(random, 1, width - x);
  std::vector<std::int8_t> out(static_cast<std::size_t>(3 * n * p.element_bytes));
  spindle_interleave(&p, in.data(), out.data(), y, x, n);
  KernelCase c;
  c.symbol = "spindle_interleave_neon";
  c.ints = {p.rows, p.width, p.channels, p.element_bytes, y, x, n};
  c.input = bytes_of(in);
  c.expected = bytes_of(out);
  file.write(c);
}

void pointwise_cases(CaseFile& file, Random& random, const Isa& isa) {
  for (int inputs = 8; inputs <= 40; ++inputs) {
    for (int i = 0; i < 4; ++i) {
      add_pointwise(file, random, isa, inputs, pick(random, 8, 40), pick(random, 1, 40));
    }
  }
  for (int outputs = 8; outputs <= 40; ++outputs) {
    add_pointwise(file, random, isa, pick(random, 8, 40), outputs, pick(random, 1, 9));
  }
  for (int pixels = 1; pixels <= 40; ++pixels) add_pointwise(file, random, isa, 24, 16, pixels);
  for (int channels : {48, 56, 64, 96, 112, 144, 160, 192, 224, 320, 384, 576, 960, 1280}) {
    add_pointwise(file, random, isa, channels, pick(random, 8, 24), 7);
    add_pointwise(file, random, isa, 16, channels, 8);
  }
  add_pointwise(file, random, isa, 1280, 1001, 1);
}

void window_cases(CaseFile& file, Random& random, const Isa& isa) {
  for (int i = 0; i < 400; ++i) add_stem(file, random, isa);
  if (isa.order == i8mm_order) return;  // depthwise kernels are those of kDot
  for (int channels = isa.block; channels <= 40; ++channels) {
    for (int i = 0; i < 16; ++i) add_dw3x3(file, random, isa, channels);
  }
  for (int channels : {48, 96, 144, 192, 384, 576, 960}) add_dw3x3(file, random, isa, channels);
}

}  // namespace

TEST_CASE("NEON kernels agree with the portable ones") {
  check_neon_cases(kNeon.core, [](CaseFile& file, Random& random) {
    pointwise_cases(file, random, kNeon);
    window_cases(file, random, kNeon);
  });
}

TEST_CASE("dot product kernels agree with the portable ones") {
  check_neon_cases(kDot.core, [](CaseFile& file, Random& random) {
    pointwise_cases(file, random, kDot);
    window_cases(file, random, kDot);
  });
}

TEST_CASE("matrix product kernels agree with the portable ones") {
  check_neon_cases(kI8mm.core, [](CaseFile& file, Random& random) {
    pointwise_cases(file, random, kI8mm);
    window_cases(file, random, kI8mm);
  });
}

TEST_CASE("NEON kernels of 32-bit cores agree with the portable ones") {
  for (const Isa& isa : {kA7, kA9}) {
    check_neon_cases(isa.core, [&](CaseFile& file, Random& random) {
      pointwise_cases(file, random, isa);
      window_cases(file, random, isa);
    });
  }
}

namespace {

// Cases of kernels with the same parameters as portable ones. `add` and `quantize`: whether the
// core has a kernel for additions and one for quantization.
void same_parameter_cases(CaseFile& file, Random& random, bool add, bool quantize) {
  for (int channels = 8; channels <= 40; ++channels) {
    for (int i = 0; i < 6; ++i) add_dw(file, random, channels);
  }
  for (int count = 1; count <= 80; ++count) {
    if (add) add_add(file, random, count);
    if (quantize) add_quantize(file, random, count);
    add_interleave(file, random, count);
    for (int i = 0; i < 4; ++i) add_resize(file, random, count);
    add_mean(file, random, count, pick(random, 1, 9));
  }
  add_mean(file, random, 40, 300);
  add_mean(file, random, 1280, 7);
}

}  // namespace

TEST_CASE("NEON kernels that take the parameters of portable ones agree with them") {
  check_neon_cases(kNeon.core, [](CaseFile& file, Random& random) {
    same_parameter_cases(file, random, true, true);
    for (int channels = 8; channels <= 40; ++channels) {
      for (int i = 0; i < 8; ++i) add_wide_dw3x3(file, random, channels);
    }
  });
  check_neon_cases(kA7.core, [](CaseFile& file, Random& random) {
    same_parameter_cases(file, random, true, false);
  });
  check_neon_cases(kA9.core, [](CaseFile& file, Random& random) {
    same_parameter_cases(file, random, false, false);
  });
}

TEST_CASE("a case with a wrong result is found") {
  if (!neon_tools_available(kNeon.core)) return;
  const TemporaryDirectory folder;
  {
    CaseFile file(folder.path() / "cases");
    KernelCase c;
    c.symbol = "spindle_quantize_f32_s8_neon";
    c.ints = {bits_of(1.0F), 0, 1};
    c.input = bytes_of(std::vector<float>{3.0F});
    c.expected = bytes_of(std::vector<std::int8_t>{4});
    file.write(c);
  }
  build_neon_cases(kNeon.core, "-O2", folder.path() / "program");
  const ProcessResult result =
      run_process({neon_command(kNeon.core, folder.path() / "program", folder.path() / "cases")});
  REQUIRE(result.code == 1);
}

TEST_CASE("results that may not fit into 16 bits are found") {
  const std::vector<std::int8_t> weights{100, -100, 1, 0};
  // The sums are from -25500 to 100 * 127 + 100 * 128 = 25500.
  REQUIRE(narrow_results(weights, {}, std::vector<std::int32_t>{0, 0}, std::vector<float>{1, 1}));
  REQUIRE(
      narrow_results(weights, {}, std::vector<std::int32_t>{7000, 0}, std::vector<float>{1, 1}));
  REQUIRE_FALSE(
      narrow_results(weights, {}, std::vector<std::int32_t>{7200, 0}, std::vector<float>{1, 1}));
  REQUIRE_FALSE(
      narrow_results(weights, {}, std::vector<std::int32_t>{-7200, 0}, std::vector<float>{1, 1}));
  REQUIRE_FALSE(
      narrow_results(weights, {}, std::vector<std::int32_t>{0, 0}, std::vector<float>{1.3F, 1}));
  // Less its zero point, the second output has the weights 129 and 128.
  REQUIRE(narrow_results(weights, std::vector<std::int32_t>{0, -128},
                         std::vector<std::int32_t>{0, 0}, std::vector<float>{1, 0.5F}));
  REQUIRE_FALSE(narrow_results(weights, std::vector<std::int32_t>{0, -128},
                               std::vector<std::int32_t>{0, 0}, std::vector<float>{1, 1}));
}

TEST_CASE("weights whose products could overflow are refused") {
  std::vector<std::int8_t> weights(32, 5);
  weights[3] = weights[12] = -128;
  REQUIRE(pairs_fit(weights, neon_order(32)));
  weights[11] = -128;  // is added to the product of weight 3, in a block of 16
  REQUIRE_FALSE(pairs_fit(weights, neon_order(32)));
  std::vector<std::int8_t> window(9, -128);
  REQUIRE_FALSE(dw3x3_pairs_fit(window));
  window = {-128, -128, -128, 0, 0, 0, -128, 0, -128};
  REQUIRE(dw3x3_pairs_fit(window));
}
