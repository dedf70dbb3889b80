/* Compares the float kernels for Cortex-M with the portable ones on random shapes and data. Weights
 * are packed here as runtime/spindle.h describes. tests/kernel_m_f32_test.cpp runs it. Exit code 0:
 * all agree; 1: a difference, which was printed. -DBREAK makes one, to test that. On the host it
 * runs the kernels' twins (compiler/twins/). */
#include <stdint.h>
#include <string.h>

#include "cases.h"
#include "host_io.h"
#include "spindle.h"

/* With CASES_MVE, a build for the host uses the twins of the kernels for MVE. */
#if defined(__ARM_FEATURE_MVE) || defined(CASES_MVE)
#define MVE 1
#else
#define MVE 0
#endif

#if MVE
#define POINTWISE spindle_pw_f32_mve
#define DEPTHWISE spindle_dw3x3_f32_mve
#define STEM spindle_stem_f32_mve
enum { kBlock = 4, kTogether = SPINDLE_STEM_F32_MVE_PIXELS };
#else
#define POINTWISE spindle_pw_f32_vfp
#define DEPTHWISE spindle_dw3x3_f32_vfp
#define STEM spindle_stem_f32_vfp
enum { kBlock = 2, kTogether = SPINDLE_STEM_F32_VFP_PIXELS };
#endif

enum { kFloats = 32 * 1024, kChannels = 1300, kGuard = 8 };

static float input[kFloats], weights[kFloats], packed[2 * kFloats], bias[kChannels];
static float expected[kFloats], actual[kFloats], scratch[1024];
static float guard; /* a NaN, so that results computed from it show */
static int failures, cases;

static void fill(float* to, int32_t count) {
  for (int32_t i = 0; i < count; ++i) to[i] = (float)pick(-1000, 1000) / 1000.0f;
}

static void blank(float* to, int32_t count) {
  for (int32_t i = 0; i < count; ++i) to[i] = guard;
}

static int same_bits(float a, float b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

/* Called before each case. Fills the input, and everything else with guards. */
static void prepare(int32_t inputs) {
  blank(input, kFloats);
  fill(input + kGuard, inputs);
  blank(actual, kFloats);
  blank(scratch, 1024);
}

/* Compares `count` outputs with the expected ones. Checks the guards, and that the kernel has
 * written exactly `used` floats of scratch. */
static void compare(const char* what, int32_t count, int32_t used, int32_t a, int32_t b,
                    int32_t c) {
  int32_t wrong = -1;
  ++cases;
#ifdef BREAK
  if (cases == 100) actual[kGuard + count - 1] += 0.01f;
#endif
  for (int32_t i = 0; i < count && wrong < 0; ++i) {
    const float error = actual[kGuard + i] - expected[i];
    if (!(error < 1e-4f && error > -1e-4f)) wrong = i;
  }
  for (int32_t i = 0; i < kGuard && wrong < 0; ++i) {
    if (!same_bits(actual[i], guard) || !same_bits(actual[kGuard + count + i], guard)) wrong = 9999;
    if (!same_bits(scratch[used + i], guard)) wrong = 8888;
  }
  for (int32_t i = 0; i < used && wrong < 0; ++i) {
    if (same_bits(scratch[i], guard)) wrong = 7777;
  }
  if (wrong < 0) return;
  if (++failures > 5) return;
  host_print(what);
  print_number(cases, " (");
  print_number(a, ", ");
  print_number(b, ", ");
  print_number(c, ") differs at ");
  print_number(wrong, "\n");
}

typedef struct {
  float lo, hi;
} limits;

static limits any_limits(void) {
  static const limits kLimits[] = {{-SPINDLE_INFINITY, SPINDLE_INFINITY},
                                   {0, 6},
                                   {0, 0.5f},
                                   {0, SPINDLE_INFINITY},
                                   {-0.25f, 0.5f},
                                   {-SPINDLE_INFINITY, 0.1f}};
  return kLimits[pick(0, 5)];
}

/* Packs weights [outputs][inputs] into panels of SPINDLE_PW_F32_PANEL outputs. */
static void pack_panels(int32_t outputs, int32_t inputs) {
  memset(packed, 0, sizeof packed);
  for (int32_t o = 0; o < outputs; ++o) {
    for (int32_t k = 0; k < inputs; ++k) {
      packed[(o / SPINDLE_PW_F32_PANEL * inputs + k) * SPINDLE_PW_F32_PANEL +
             o % SPINDLE_PW_F32_PANEL] = weights[o * inputs + k];
    }
  }
}

static void pointwise(int32_t inputs, int32_t outputs, int32_t pixels) {
  const limits l = any_limits();
  const spindle_pw_f32_params p = {packed, bias, inputs, outputs, l.lo, l.hi};
  prepare(inputs * pixels);
  fill(weights, inputs * outputs);
  fill(bias, outputs);
  pack_panels(outputs, inputs);
  spindle_pw_f32(&p, input + kGuard, expected, pixels);
  POINTWISE(&p, input + kGuard, actual + kGuard, pixels);
  compare("pointwise ", outputs * pixels, 0, inputs, outputs, pixels);
}

/* A call of a window kernel. The image is in a ring buffer that holds the rows that row y reads. */
typedef struct {
  spindle_conv_f32_params p;
  int32_t y, x, n;
} window;

/* `pads` is the largest padding on the left. Column `middle` of the kernel's window is inside the
 * image in the last window of a row. */
static window random_window(int32_t kernel, int32_t channels, int32_t pads, int32_t middle) {
  window w;
  const limits l = any_limits();
  memset(&w, 0, sizeof w);
  w.p.kernel_h = w.p.kernel_w = kernel;
  w.p.dilation_h = w.p.dilation_w = 1;
  w.p.in_channels = channels;
  w.p.stride_h = pick(1, 2);
  w.p.stride_w = pick(1, 2);
  w.p.pad_top = pick(0, kernel - 1);
  w.p.pad_left = pick(0, pads);
  w.p.in_width = pick(2, 24);
  w.p.lo = l.lo;
  w.p.hi = l.hi;
  w.p.in.rows = pick(1, 6);
  w.p.in.ring = spindle_min(w.p.in.rows, kernel);
  w.p.in.row_bytes = 4 * (w.p.in_width * channels + pick(0, 3));
  const int32_t columns = (w.p.in_width - 1 + w.p.pad_left - middle) / w.p.stride_w + 1;
  w.p.out_width = columns;
  w.y = pick(0, (w.p.in.rows - 1 + w.p.pad_top) / w.p.stride_h);
  w.x = pick(0, columns - 1);
  w.n = pick(1, columns - w.x);
  return w;
}

static void depthwise(int32_t channels) {
  window w = random_window(3, channels, 1, 1);
#if !MVE
  w.p.lo = 0;
  w.p.hi = spindle_max(pick(-2, 6), 0) == 0 ? SPINDLE_INFINITY : 0.5f;
#endif
  prepare(w.p.in.ring * w.p.in.row_bytes / 4);
  fill(weights, 9 * channels);
  fill(bias, channels);
  w.p.out_channels = w.p.groups = channels;
  w.p.bias = bias;
  for (int32_t c = 0; c < channels; ++c) {
    for (int32_t t = 0; t < 9; ++t) packed[t * channels + c] = weights[9 * c + t];
  }
  w.p.weights = packed;
  spindle_dw_f32(&w.p, input + kGuard, expected, w.y, w.x, w.n);
  float* to = packed;
  for (int32_t block = 0; block < channels; block += kBlock) {
    const int32_t first = spindle_min(block, channels - kBlock);
    for (int32_t t = 0; t < 9; ++t) {
      const int32_t tap = kBlock == 2 ? t % 3 * 3 + t / 3 : t;
      for (int32_t c = first; c < first + kBlock; ++c) *to++ = weights[9 * c + tap];
    }
  }
  DEPTHWISE(&w.p, input + kGuard, actual + kGuard, w.y, w.x, w.n);
  compare("depthwise ", channels * w.n, 0, channels, w.p.in_width, w.n);
}

static void stem(void) {
  const int32_t channels = pick(0, 1) ? 3 : pick(1, 5), kernel = pick(0, 1) ? 3 : pick(1, 5);
  const int32_t outputs = pick(1, 40), taps = kernel * kernel * channels;
  window w = random_window(kernel, channels, kernel - 1, 0);
  prepare(w.p.in.ring * w.p.in.row_bytes / 4);
  fill(weights, taps * outputs);
  fill(bias, outputs);
  w.p.out_channels = outputs;
  w.p.groups = 1;
  w.p.bias = bias;
  for (int32_t o = 0; o < outputs; ++o) {
    for (int32_t t = 0; t < taps; ++t) packed[t * outputs + o] = weights[o * taps + t];
  }
  w.p.weights = packed;
  spindle_conv_f32(&w.p, input + kGuard, expected, w.y, w.x, w.n);
  pack_panels(outputs, taps);
  STEM(&w.p, input + kGuard, actual + kGuard, scratch, w.y, w.x, w.n);
  compare("stem ", outputs * w.n, taps * spindle_min(w.n, kTogether), taps, outputs, w.n);
}

int main(void) {
  const uint32_t bits = 0x7FC00000u;
  memcpy(&guard, &bits, sizeof guard);
  for (int32_t inputs = 1; inputs <= 40; ++inputs) {
    for (int32_t i = 0; i < 3; ++i) pointwise(inputs, pick(1, 40), pick(1, 12));
  }
  pointwise(960, 24, 7);
  pointwise(24, 1001, 1);
  for (int32_t channels = kBlock; channels <= 40; ++channels) {
    for (int32_t i = 0; i < 12; ++i) depthwise(channels);
  }
  for (int32_t i = 0; i < 200; ++i) stem();
  print_number(cases, " cases, ");
  print_number(failures, " wrong\n");
  host_exit(failures > 0);
}
