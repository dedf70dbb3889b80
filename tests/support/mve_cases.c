/* More than 400 lines: one program for all MVE kernels of int8, with what packs their weights.
 *
 * Compares the MVE kernels with the portable ones on random cases. tests/kernel_mve_test.cpp runs
 * it. Exit code 0: all agree; 1: not. With MVE_CASES_BREAK the portable results are changed, so
 * that it must fail.
 *
 * On the host it runs the kernels' twins (compiler/twins/). The cases are the same everywhere: each
 * random number is drawn in a statement of its own, because C leaves the order of arguments open. A
 * checksum of all that the kernels wrote is printed, so that core and host can be compared. */
#include <stddef.h>
#include <string.h>

#include "host_io.h"
#include "spindle.h"

enum { kMost = 1 << 20, kGuard = 32, kScratch = 1024, kUntouched = 0x5A5A5A5A };

static uint32_t state = 1;
static int32_t cases, wrong;
static uint32_t checksum = 2166136261u; /* FNV-1a */

static uint32_t random_bits(void) {
  state = state * 1664525u + 1013904223u;
  return state >> 8;
}

static int32_t pick(int32_t lo, int32_t hi) {
  return lo + (int32_t)(random_bits() % (uint32_t)(hi - lo + 1));
}

/* Memory for one case. Cases add a `skew` of 0 to 3 bytes, which makes addresses unaligned. */
static int8_t input[kMost], second[kMost], weights[kMost], dw_weights[kMost];
static int32_t packed[kMost], bias[4096], folded[4096], weight_zero[4096], scratch[kScratch];
static float multiplier[4096], numbers[8192];
static int8_t expected[kMost + 2 * kGuard], actual[kMost + 2 * kGuard];

static void fill(int8_t* to, int32_t count, int32_t lo) {
  const int32_t extreme = pick(0, 4) == 0;
  for (int32_t i = 0; i < count; ++i) {
    to[i] = (int8_t)(extreme ? (random_bits() & 1 ? lo : 127) : pick(lo, 127));
  }
}

static void say(const char* what, int32_t a, int32_t b, int32_t c) {
  char line[96];
  char* at = line;
  const int32_t numbers_of[3] = {a, b, c};
  while (*what) *at++ = *what++;
  for (int32_t i = 0; i < 3; ++i) {
    char digits[12];
    int32_t n = 0, value = numbers_of[i];
    *at++ = ' ';
    do digits[n++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    while (n > 0) *at++ = digits[--n];
  }
  *at++ = '\n';
  *at = '\0';
  host_print(line);
}

static void add_to_checksum(const void* from, int32_t bytes) {
  for (int32_t i = 0; i < bytes; ++i) {
    checksum = (checksum ^ ((const uint8_t*)from)[i]) * 16777619u;
  }
}

/* Begins a case. Returns the offset at which outputs begin: 0 to 3 bytes behind the guard. */
static int32_t begin_case(void) {
  ++cases;
  for (int32_t i = 0; i < kScratch; ++i) scratch[i] = kUntouched;
  memset(expected, 0x55, sizeof expected);
  memset(actual, 0x55, sizeof actual);
  return kGuard + (pick(0, 3) == 0 ? pick(0, 3) : 0);
}

static void end_case(const char* what, int32_t bytes, int32_t a, int32_t b, int32_t c) {
#ifdef MVE_CASES_BREAK
  expected[kGuard + bytes / 2] ^= 1;
#endif
  add_to_checksum(actual, bytes + 2 * kGuard);
  if (memcmp(expected, actual, (size_t)(bytes + 2 * kGuard)) == 0) return;
  if (++wrong <= 10) say(what, a, b, c);
}

/* Ends the case of a kernel with scratch. It must have written `words` words of scratch, and none
 * beyond. */
static void end_scratch_case(const char* what, int32_t bytes, int32_t words, int32_t a, int32_t b,
                             int32_t c) {
  int32_t touched = 0;
  for (int32_t i = 0; i < kScratch; ++i) {
    if (scratch[i] != kUntouched) touched = i + 1;
  }
  add_to_checksum(&touched, sizeof touched);
  if (touched != words) expected[kGuard] ^= 1;
  end_case(what, bytes, a, b, c);
}

/* Makes the bias and the multiplier of each channel. */
static void make_channels(int32_t channels, int32_t taps) {
  for (int32_t c = 0; c < channels; ++c) {
    const int32_t large = pick(0, 30) == 0;
    bias[c] = pick(-4000, 4000);
    multiplier[c] =
        (float)pick(500, 2000) * 0.001f * (large ? 1e6f : 0.01f / (float)(taps < 9 ? 3 : taps));
  }
}

typedef struct {
  int32_t in_zero, out_zero, lo, hi;
} limits;

static limits make_limits(void) {
  limits l = {0, 0, -128, 127};
  l.in_zero = pick(-128, 127);
  l.out_zero = pick(-128, 127);
  if (random_bits() & 1) {
    l.lo = pick(-128, 0);
    l.hi = pick(l.lo, 127);
  }
  return l;
}

/* Makes `folded` for weights [channels][taps]: the bias with the input's zero point folded in. */
static void fold(int32_t channels, int32_t taps, int32_t in_zero) {
  for (int32_t c = 0; c < channels; ++c) {
    folded[c] = bias[c];
    for (int32_t t = 0; t < taps; ++t) folded[c] -= in_zero * weights[c * taps + t];
  }
}

/* Makes zero points for weights [channels][taps] and adds their part to `folded`. If `zeros` is 0,
 * all zero points are 0. */
static void make_zeros(int32_t channels, int32_t taps, int32_t in_zero, int32_t zeros) {
  for (int32_t c = 0; c < channels; ++c) {
    weight_zero[c] = zeros ? pick(-128, 127) : 0;
    folded[c] += taps * in_zero * weight_zero[c];
  }
}

/* Packs weights [outputs][depth] in the order that spindle_gemm_s8_mve.h describes. */
static void pack_gemm(int32_t outputs, int32_t depth, int32_t zeros) {
  const int32_t blocks = (depth + 15) / 16, first_bytes = (depth - 1) % 16 + 1;
  int32_t* to = packed;
  for (int32_t o = 0; o < outputs; o += 4) {
    const int32_t first = spindle_min(o, outputs - 4);
    for (int32_t b = 0; b < blocks; ++b) {
      for (int32_t c = first; c < first + 4; ++c, to += 4) {
        const int8_t* from = weights + c * depth;
        memset(to, 0, 16);
        if (b == 0) memcpy(to, from, (size_t)first_bytes);
        if (b > 0) memcpy(to, from + first_bytes + 16 * (b - 1), 16);
      }
    }
    for (int32_t c = first; zeros && c < first + 4; ++c) *to++ = -weight_zero[c];
    memcpy(to, folded + first, 16);
    memcpy(to + 4, multiplier + first, 16);
    to += 8;
  }
}

static void pack_dw3x3(int32_t channels) {
  int32_t* to = packed;
  for (int32_t block = 0; block < channels; block += 16) {
    const int32_t base = spindle_min(block, channels - 16);
    for (int32_t g = base; g < base + 16; g += 4, to += 25) {
      memset(to, 0, 100);
      for (int32_t c = 0; c < 4; ++c) {
        to[2 * c] = folded[g + c];
        memcpy(to + 2 * c + 1, multiplier + g + c, 4);
        for (int32_t t = 0; t < 9; ++t) {
          ((int8_t*)(to + 9 + 4 * c))[4 * (t % 3) + t / 3] = weights[(g + c) * 9 + t];
        }
      }
    }
  }
}

static void pointwise(int32_t depth, int32_t outputs, int32_t pixels) {
  const limits l = make_limits();
  const int32_t zeros = pick(0, 2) == 0;
  const int32_t at = begin_case(), skew = pick(0, 3);
  const spindle_pw_s8_params plain = {weights, folded,  multiplier, zeros ? weight_zero : NULL,
                                      depth,   outputs, l.out_zero, l.lo,
                                      l.hi};
  const spindle_pw_s8_mve_params p = {packed, depth, outputs, l.out_zero, l.lo, l.hi};
  fill(weights, depth * outputs, -128);
  fill(input + skew, depth * pixels, -128);
  make_channels(outputs, depth);
  fold(outputs, depth, l.in_zero);
  make_zeros(outputs, depth, l.in_zero, zeros);
  pack_gemm(outputs, depth, zeros);
  spindle_pw_s8(&plain, input + skew, expected + at, pixels);
  if (zeros) {
    spindle_pw_s8w_mve(&p, input + skew, actual + at, pixels);
  } else {
    spindle_pw_s8_mve(&p, input + skew, actual + at, pixels);
  }
  end_case("pointwise", outputs * pixels, depth, outputs, pixels);
}

/* A call at a random place of a random image. Only the columns that it reads exist in memory. */
typedef struct {
  spindle_conv_s8_params p;
  int32_t y, x, n, skipped;
} window;

static window make_window(int32_t kernel_h, int32_t kernel_w, int32_t channels, int32_t outputs,
                          int32_t dilation) {
  window w;
  int32_t first, last;
  memset(&w, 0, sizeof w);
  w.p.kernel_h = kernel_h;
  w.p.kernel_w = kernel_w;
  w.p.in_channels = channels;
  w.p.out_channels = outputs;
  w.p.stride_h = w.p.stride_w = pick(1, 2);
  w.p.dilation_h = w.p.dilation_w = dilation;
  w.p.groups = 1;
  w.p.pad_top = pick(0, kernel_h - 1);
  w.p.pad_left = pick(0, kernel_w - 1);
  w.p.in.rows = pick(1, 6);
  w.p.in_width = pick(1, 40);
  w.p.in.ring = spindle_min(w.p.in.rows, (kernel_h - 1) * dilation + 1 + pick(0, 1));
  w.p.out_width = (w.p.in_width - 1 + w.p.pad_left) / w.p.stride_w + 1;
  w.y = pick(0, (w.p.in.rows - 1 + w.p.pad_top) / w.p.stride_h);
  w.x = pick(0, w.p.out_width - 1);
  w.n = pick(1, w.p.out_width - w.x);
  if (random_bits() & 1) {
    w.x = 0;
    w.n = w.p.out_width;
  }
  first = spindle_max(0, w.x * w.p.stride_w - w.p.pad_left);
  last = spindle_min(w.p.in_width - 1,
                     (w.x + w.n - 1) * w.p.stride_w - w.p.pad_left + (kernel_w - 1) * dilation);
  w.skipped = first * channels;
  w.p.in.row_bytes = spindle_max(0, last - first + 1) * channels;
  fill(input, w.p.in.ring * w.p.in.row_bytes + 3, -128);
  return w;
}

static void finish_window(window* w, limits l, const int8_t* plain_weights) {
  w->p.weights = plain_weights;
  w->p.bias = bias;
  w->p.multiplier = multiplier;
  w->p.in_zero = l.in_zero;
  w->p.out_zero = l.out_zero;
  w->p.lo = l.lo;
  w->p.hi = l.hi;
}

static void depthwise(int32_t channels) {
  window w = make_window(3, 3, channels, channels, 1);
  const limits l = make_limits();
  const int32_t at = begin_case(), skew = pick(0, 3);
  spindle_dw3x3_s8_mve_params p;
  fill(weights, 9 * channels, -128);
  for (int32_t c = 0; c < channels; ++c) {
    for (int32_t t = 0; t < 9; ++t) dw_weights[t * channels + c] = weights[c * 9 + t];
  }
  make_channels(channels, 9);
  fold(channels, 9, l.in_zero);
  pack_dw3x3(channels);
  finish_window(&w, l, dw_weights);
  p.weights = packed;
  p.in = w.p.in;
  p.in_width = w.p.in_width;
  p.channels = channels;
  p.stride = w.p.stride_w;
  p.pad_top = w.p.pad_top;
  p.pad_left = w.p.pad_left;
  p.in_zero = l.in_zero;
  p.out_zero = l.out_zero;
  p.lo = l.lo;
  p.hi = l.hi;
  spindle_dw_s8(&w.p, input + skew - w.skipped, expected + at, w.y, w.x, w.n);
  spindle_dw3x3_s8_mve(&p, input + skew - w.skipped, actual + at, scratch, w.y, w.x, w.n);
  const int32_t together = spindle_min(w.n, p.stride == 1 ? 8 : 4);
  end_scratch_case("depthwise", w.n * channels, 16 * ((together - 1) * p.stride + 3), channels, w.n,
                   w.p.stride_w);
}

/* Packs weights [channels][taps], less their zero points, as spindle_dw_s8_mve.c describes. */
static void pack_dw_wide(int32_t channels, int32_t taps) {
  int32_t* to = packed;
  for (int32_t block = 0; block < channels; block += 8) {
    const int32_t base = spindle_min(block, channels - 8);
    int16_t* wide = (int16_t*)(void*)(to + 16);
    for (int32_t i = 0; i < 8; ++i) {
      const int32_t c = base + (i < 4 ? 2 * i : 2 * i - 7);
      to[i] = folded[c];
      memcpy(to + 8 + i, multiplier + c, 4);
    }
    for (int32_t t = 0; t < taps; ++t) {
      for (int32_t c = base; c < base + 8; ++c) {
        *wide++ = (int16_t)(weights[c * taps + t] - weight_zero[c]);
      }
    }
    to += 16 + 4 * taps;
  }
}

/* A depthwise convolution with a window of any size and weights with zero points. */
static void wide_depthwise(int32_t channels) {
  const int32_t kernel_h = pick(1, 5), kernel_w = pick(1, 5), taps = kernel_h * kernel_w;
  window w = make_window(kernel_h, kernel_w, channels, channels, pick(0, 3) ? 1 : 2);
  const limits l = make_limits();
  const int32_t at = begin_case(), skew = pick(0, 3);
  spindle_dw_s8_mve_params p;
  fill(weights, taps * channels, -128);
  make_channels(channels, taps);
  for (int32_t c = 0; c < channels; ++c) {
    for (int32_t t = 0; t < taps; ++t) dw_weights[t * channels + c] = weights[c * taps + t];
  }
  fold(channels, taps, l.in_zero);
  make_zeros(channels, taps, l.in_zero, 1);
  pack_dw_wide(channels, taps);
  finish_window(&w, l, dw_weights);
  w.p.weight_zero = weight_zero;
  p.weights = packed;
  p.in = w.p.in;
  p.in_width = w.p.in_width;
  p.channels = channels;
  memcpy(&p.kernel_h, &w.p.kernel_h, 12 * sizeof p.kernel_h); /* the members kernel_h to hi */
  spindle_dw_s8(&w.p, input + skew - w.skipped, expected + at, w.y, w.x, w.n);
  spindle_dw_s8_mve(&p, input + skew - w.skipped, actual + at, w.y, w.x, w.n);
  end_case("wide depthwise", w.n * channels, channels, w.n, taps);
}

static void first_convolution(void) {
  const int32_t kernel_h = pick(1, 5), kernel_w = pick(1, 5), channels = pick(1, 4);
  const int32_t outputs = pick(4, 40), taps = kernel_h * kernel_w * channels;
  const int32_t zeros = pick(0, 2) == 0;
  window w = make_window(kernel_h, kernel_w, channels, outputs, 1);
  const limits l = make_limits();
  const int32_t at = begin_case(), skew = pick(0, 3);
  spindle_stem_s8_mve_params p;
  fill(weights, taps * outputs, -128);
  make_channels(outputs, taps);
  fold(outputs, taps, l.in_zero);
  make_zeros(outputs, taps, l.in_zero, zeros);
  pack_gemm(outputs, taps, zeros);
  finish_window(&w, l, weights);
  if (zeros) w.p.weight_zero = weight_zero;
  p.weights = packed;
  p.in = w.p.in;
  p.in_width = w.p.in_width;
  p.in_channels = channels;
  p.out_channels = outputs;
  p.kernel_h = kernel_h;
  p.kernel_w = kernel_w;
  p.stride_h = w.p.stride_h;
  p.stride_w = w.p.stride_w;
  p.pad_top = w.p.pad_top;
  p.pad_left = w.p.pad_left;
  p.in_zero = l.in_zero;
  p.out_zero = l.out_zero;
  p.lo = l.lo;
  p.hi = l.hi;
  spindle_conv_s8(&w.p, input + skew - w.skipped, expected + at, w.y, w.x, w.n);
  if (zeros) {
    spindle_stem_s8w_mve(&p, input + skew - w.skipped, actual + at, scratch, w.y, w.x, w.n);
  } else {
    spindle_stem_s8_mve(&p, input + skew - w.skipped, actual + at, scratch, w.y, w.x, w.n);
  }
  const int32_t together = spindle_min(w.n, SPINDLE_STEM_S8_MVE_PIXELS);
  end_scratch_case("first convolution", w.n * outputs, (taps * together + 3) / 4, taps, outputs,
                   w.n);
}

static void add(int32_t count) {
  const limits l = make_limits();
  const int32_t at = begin_case();
  spindle_add_s8_params p;
  p.a_scale = (float)pick(1, 4000) * 0.001f;
  p.b_scale = (float)pick(1, 4000) * 0.001f;
  p.bias = (float)pick(-20000, 20000) * 0.01f;
  p.a_offset = random_bits() & 1 ? 128 : 0;
  p.b_offset = random_bits() & 1 ? 128 : 0;
  p.out_offset = random_bits() & 1 ? 128 : 0;
  p.lo = l.lo;
  p.hi = l.hi;
  fill(input, count, -128);
  fill(second, count, -128);
  spindle_add_s8(&p, input, second, expected + at, count);
  spindle_add_s8_mve(&p, input, second, actual + at, count);
  end_case("add", count, count, 0, 0);
}

/* Calls pointwise with 1 to 9 pixels. An argument of 0 stands for a random number up to 40. */
static void any_pointwise(int32_t depth, int32_t outputs) {
  const int32_t inputs = depth ? depth : pick(1, 40), channels = outputs ? outputs : pick(4, 40);
  pointwise(inputs, channels, pick(1, 9));
}

static void mean(int32_t channels, int32_t width) {
  const spindle_mean_s8_params p = {7, width, channels, 0.1f, pick(-128, 127), 0, -128, 127};
  const int32_t y = pick(0, 1);
  begin_case();
  fill(input, channels * width, -128);
  for (int32_t c = 0; c < channels; ++c) bias[c] = pick(-100000, 100000);
  memcpy(expected + kGuard, bias, (size_t)channels * 4);
  memcpy(actual + kGuard, bias, (size_t)channels * 4);
  spindle_mean_add_s8(&p, input, expected + kGuard, y, 0, width);
  spindle_mean_add_s8_mve(&p, input, actual + kGuard, y, 0, width);
  end_case("mean", channels * 4, channels, width, y);
}

/* Quantizes ties (half steps), ordinary values, and values far outside the range. */
static void quantize(int32_t count) {
  spindle_quantize_params p;
  p.scale = (float)pick(1, 1 << 23) * 1e-8f;
  p.zero = pick(-128, 127);
  const int32_t at = begin_case();
  for (int32_t i = 0; i < count; ++i) {
    const int32_t what = pick(0, 9);
    const float near = ((float)pick(-300, 300) + 0.5f) * p.scale;
    numbers[i] = what < 4    ? near
                 : what == 4 ? near * 1.0000001f
                 : what == 5 ? (float)pick(-1000, 1000) * 1e30f
                             : (float)pick(-20000, 20000) * 0.01f * p.scale;
  }
  spindle_quantize_f32_s8(&p, numbers, expected + at, count);
  spindle_quantize_f32_s8_mve(&p, numbers, actual + at, count);
  end_case("quantize", count, count, 0, 0);
}

static void interleave(int32_t width) {
  spindle_planar_params p = {0, width, 3, 0};
  p.rows = pick(1, 3);
  p.element_bytes = random_bits() & 1 ? 4 : 1;
  const int32_t y = pick(0, p.rows - 1), x = pick(0, width - 1), n = pick(1, width - x);
  begin_case();
  fill((int8_t*)packed, p.rows * width * 3 * p.element_bytes, -128);
  spindle_interleave(&p, packed, expected + kGuard, y, x, n);
  spindle_interleave_mve(&p, packed, actual + kGuard, y, x, n);
  end_case("interleave", 3 * n * p.element_bytes, width, n, p.element_bytes);
}

int main(void) {
  static const int32_t family[] = {48,  56,  64,  96,  112, 144, 160,
                                   192, 224, 320, 384, 576, 960, 1280};
  for (int32_t i = 1; i <= 40; ++i) {
    for (int32_t k = 0; k < 3; ++k) any_pointwise(i, 0);
    if (i >= 4) any_pointwise(0, i);
    pointwise(24, 16, i);
    if (i >= 16) {
      for (int32_t k = 0; k < 12; ++k) depthwise(i);
    }
    if (i >= 8) {
      for (int32_t k = 0; k < 8; ++k) wide_depthwise(i);
    }
    for (int32_t k = 0; k < 6; ++k) first_convolution();
    mean(i, pick(1, 9));
  }
  for (size_t i = 0; i < sizeof family / sizeof family[0]; ++i) {
    pointwise(family[i], pick(4, 24), 3);
    pointwise(16, family[i], 3);
    depthwise(family[i]);
    mean(family[i], 7);
  }
  pointwise(1280, 801, 1);
  for (int32_t i = 1; i <= 80; ++i) {
    add(i);
    interleave(i);
    for (int32_t k = 0; k < 8; ++k) quantize(i);
  }
  quantize(8000);
  say("cases, wrong:", cases, wrong, 0);
  say("checksum:", (int32_t)(checksum >> 16), (int32_t)(checksum & 0xFFFF), 0);
  return wrong > 0;
}
