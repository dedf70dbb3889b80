// Compares the float kernels for Cortex-A with the portable ones, as kernel_neon_test.cpp does.
#include <cstring>

#include "compiler/lower/pack/weights.h"
#include "runtime/spindle.h"
#include "tests/catch.h"
#include "tests/support/neon_cases.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

std::vector<float> random_reals(Random& random, std::size_t count) {
  std::vector<float> result(count);
  for (float& value : result) value = random.real(-1, 1);
  return result;
}

// The bytes of the floats as values of another type, for the buffers of KernelCase.
template <typename T>
std::vector<T> as(const std::vector<float>& values) {
  std::vector<T> result(values.size() * sizeof(float) / sizeof(T));
  std::memcpy(result.data(), values.data(), values.size() * sizeof(float));
  return result;
}

void add_pointwise_f32(CaseFile& file, Random& random, int inputs, int outputs, int pixels) {
  const auto count = [](int a, int b) { return static_cast<std::size_t>(a * b); };
  const int padded = (outputs + 7) / 8 * 8;
  const auto weights = float_panels(random_reals(random, count(inputs, outputs)),
                                    static_cast<std::size_t>(outputs), 8);
  const auto bias = random_reals(random, static_cast<std::size_t>(padded));
  const auto in = random_reals(random, count(inputs, pixels));
  std::vector<float> out(count(outputs, pixels));
  const spindle_pw_f32_params p{weights.data(), bias.data(), inputs,
                                outputs,        -0.5F,       random.flip() ? 1.0F : 1e30F};
  spindle_pw_f32(&p, in.data(), out.data(), pixels);
  KernelCase c;
  c.symbol = "spindle_pw_f32_neon";
  c.ints = {inputs, outputs, bits_of(p.lo), bits_of(p.hi), pixels};
  c.weights = as<std::int8_t>(weights);
  c.bias = as<std::int32_t>(bias);
  c.input = bytes_of(in);
  c.expected = bytes_of(out);
  file.write(c);
}

// Adds a case with the geometry of `w`: a depthwise convolution if it has groups, else a first
// convolution.
void add_window_f32(CaseFile& file, Random& random, const Window& w, const std::string& symbol) {
  const bool depthwise = w.p.groups > 1;
  const int taps = w.p.kernel_h * w.p.kernel_w * (depthwise ? 1 : w.p.in_channels);
  const auto outputs = static_cast<std::size_t>(w.p.out_channels);
  const auto plain = random_reals(random, outputs * static_cast<std::size_t>(taps));
  const auto bias = random_reals(random, (outputs + 7) / 8 * 8);
  const auto by_tap = transposed(plain, outputs);
  auto p = spindle_conv_f32_params{};
  p.weights = by_tap.data();
  p.bias = bias.data();
  p.in = w.p.in;
  p.in.row_bytes *= 4;
  std::memcpy(&p.in_width, &w.p.in_width, 13 * sizeof(std::int32_t));  // in_width to pad_left
  p.lo = -2;
  p.hi = 2;
  const auto in = random_reals(random, w.image.size());
  std::vector<float> out(static_cast<std::size_t>(w.n) * outputs);
  const auto portable = depthwise ? spindle_dw_f32 : spindle_conv_f32;
  portable(&p, in.data() - w.skipped(), out.data(), w.y, w.x, w.n);
  KernelCase c;
  c.symbol = symbol;
  c.ints = {p.in.rows, p.in.ring, p.in.row_bytes};
  c.ints.insert(c.ints.end(), &p.in_width, &p.pad_left + 1);
  for (int value : {bits_of(p.lo), bits_of(p.hi), w.y, w.x, w.n, 4 * w.skipped()}) {
    c.ints.push_back(value);
  }
  std::vector<float> padded;
  const int depth = (taps + 3) / 4 * 4;
  for (std::size_t o = 0; o < outputs; ++o) {
    for (int t = 0; t < depth; ++t) {
      padded.push_back(t < taps
                           ? plain[o * static_cast<std::size_t>(taps) + static_cast<std::size_t>(t)]
                           : 0.0F);
    }
  }
  c.weights = as<std::int8_t>(depthwise ? by_tap : float_panels(padded, outputs, 8));
  c.bias = as<std::int32_t>(bias);
  c.input = bytes_of(in);
  c.expected = bytes_of(out);
  file.write(c);
}

void add_elementwise_f32(CaseFile& file, Random& random, int count) {
  const auto a = random_reals(random, static_cast<std::size_t>(count));
  const auto b = random_reals(random, static_cast<std::size_t>(count));
  std::vector<float> out(a.size());
  const spindle_clip_f32_params p{-0.5F, 1};
  spindle_add_f32(&p, a.data(), b.data(), out.data(), count);
  KernelCase c;
  c.symbol = "spindle_add_f32_neon";
  c.ints = {bits_of(p.lo), bits_of(p.hi), count};
  c.input = bytes_of(a);
  c.second = bytes_of(b);
  c.expected = bytes_of(out);
  file.write(c);
  const int width = pick(random, 1, 9), y = pick(random, 0, 1);
  const spindle_mean_f32_params mean{7, width, count, -1, 1};
  const auto in = random_reals(random, static_cast<std::size_t>(count * width));
  std::vector<float> sums = a;
  spindle_mean_add_f32(&mean, in.data(), sums.data(), y, 0, width);
  c.symbol = "spindle_mean_add_f32_neon";
  c.ints = {mean.rows, mean.width, mean.channels, bits_of(mean.lo), bits_of(mean.hi), y, 0, width};
  c.input = bytes_of(in);
  c.second = bytes_of(a);
  c.expected = bytes_of(sums);
  file.write(c);
}

void float_cases(CaseFile& file, Random& random) {
  for (int inputs = 1; inputs <= 40; ++inputs) {
    for (int i = 0; i < 4; ++i) {
      add_pointwise_f32(file, random, inputs, pick(random, 1, 40), pick(random, 1, 40));
    }
  }
  for (int channels : {96, 144, 960}) add_pointwise_f32(file, random, channels, 24, 7);
  add_pointwise_f32(file, random, 1280, 1001, 1);
  for (int i = 0; i < 300; ++i) {
    const int kernel = 1 + 2 * pick(random, 0, 2), inputs = pick(random, 1, 3);
    Window w = random_window(random, kernel, kernel, inputs, pick(random, 1, 40), kernel - 1);
    w.p.groups = 1;
    add_window_f32(file, random, w, "spindle_stem_f32_neon");
  }
  for (int channels = 8; channels <= 40; ++channels) {
    for (int i = 0; i < 8; ++i) {
      Window w = random_window(random, 3, 3, channels, channels, 2);
      w.p.groups = channels;
      add_window_f32(file, random, w, "spindle_dw3x3_f32_neon");
    }
  }
  for (int count = 1; count <= 40; ++count) add_elementwise_f32(file, random, count);
}

}  // namespace

TEST_CASE("float NEON kernels agree with the portable ones") {
  const NeonCore a53{"cortex-a53"}, a7{"cortex-a7", false, "neon-vfpv4"},
      a9{"cortex-a9", false, "neon"};
  for (const NeonCore& core : {a53, a7, a9}) check_neon_cases(core, float_cases);
}
