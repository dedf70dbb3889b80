/* More than 400 lines: one program for all kernels for the DSP extension, with what packs their
 * weights.
 *
 * Compares the kernels for the DSP extension with the portable ones on random shapes and data.
 * Weights are packed here as runtime/spindle.h describes. tests/kernel_dsp_test.cpp runs it. Exit
 * code 0: all equal; 1: a difference, which was printed. -DBREAK makes one, to test that.
 *
 * On the host the kernels are plain C. The cases are the same everywhere: each random number is
 * drawn in a statement of its own, because C leaves the order of arguments open. A checksum of all
 * that the kernels wrote is printed, so that assembly and C can be compared. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cases.h"
#include "host_io.h"
#include "spindle.h"

enum { kBytes = 96 * 1024, kChannels = 1300, kGuard = 32, kGuardByte = 0x5A };

/* Pointers into these buffers are aligned to the size of an element only. */
static int8_t input_memory[kBytes + 8], weight_memory[kBytes + 8], packed_weights[kBytes + 8];
static int8_t expected[kBytes], actual[kBytes + 2 * kGuard];
static int32_t packed[kBytes / 2], bias[kChannels], folded[kChannels], weight_zero[kChannels];
static uint32_t scratch[kBytes / 2];
static float multiplier[kChannels];
static int32_t fixed[kChannels], scales[kChannels + 4]; /* fixed is 0 if no multiplier is exact */
static int fixed_groups, float_groups;

static int failures, cases;
static uint32_t checksum = 2166136261u; /* FNV-1a */

static void fill(int8_t* to, int32_t count, int extreme) {
  for (int32_t i = 0; i < count; ++i) {
    to[i] = (int8_t)(extreme ? (pick(0, 1) ? -128 : 127) : pick(-128, 127));
  }
}

typedef struct {
  int32_t in_zero, out_zero, lo, hi, zeros;
} data;

static int reaches(int64_t acc, float m, int32_t v) {
  const volatile float product = (float)(int32_t)acc * m;
  return nearbyintf(product) >= (float)v;
}

static int64_t divide(int64_t a, int64_t b, int up) {
  const int64_t quotient = a / b;
  if (a % b == 0 || ((a < 0) != (b < 0)) == up) return quotient;
  return up ? quotient + 1 : quotient - 1;
}

/* A fixed-point multiplier that gives the same result as the float multiplier `m` for every
 * accumulator from lo to hi, or 0 if there is none (compiler/lower/pack/fixed_point.h). */
static int32_t fixed_multiplier(const data* d, float m, int64_t lo, int64_t hi) {
  const double wanted = (double)m * 34359738368.0; /* 2^(32 + SPINDLE_FIXED_BITS) */
  int64_t least = 1, most = INT32_MAX;
  if (lo < INT32_MIN || hi > INT32_MAX || wanted < 1 || wanted > (double)INT32_MAX) return 0;
  for (int32_t y = d->lo + 1; y <= d->hi; ++y) {
    const int32_t v = y - d->out_zero;
    const int64_t bound = ((int64_t)v * 8 - 4) * 4294967296;
    double guess = ((double)v - 0.5) / (double)m;
    guess = guess<(double)lo ? (double)lo : guess>(double) hi ? (double)hi : guess;
    int64_t acc = (int64_t)guess;
    while (acc > lo && reaches(acc - 1, m, v)) --acc;
    while (acc <= hi && !reaches(acc, m, v)) ++acc;
    if (acc <= hi && acc > 0 && divide(bound, acc, 1) > least) least = divide(bound, acc, 1);
    if (acc <= hi && acc < 0 && divide(bound, acc, 0) < most) most = divide(bound, acc, 0);
    if (acc <= hi && acc == 0 && bound > 0) return 0;
    --acc;
    if (acc >= lo && acc > 0 && divide(bound, acc, 1) - 1 < most) most = divide(bound, acc, 1) - 1;
    if (acc >= lo && acc < 0 && divide(bound, acc, 0) + 1 > least)
      least = divide(bound, acc, 0) + 1;
    if (acc >= lo && acc == 0 && bound <= 0) return 0;
  }
  return least > most
             ? 0
             : (int32_t)(wanted<(double)least ? (double)least : wanted>(double) most ? (double)most
                                                                                     : wanted);
}

/* Random bias, multipliers and limits for weights [outputs][taps]. */
static data random_data(const int8_t* weights, int32_t outputs, int32_t taps, int zeros) {
  data d;
  const float typical = 1.0f / (float)(taps < 8 ? 8 : taps);
  d.in_zero = pick(0, 3) ? pick(-128, 127) : -128;
  d.out_zero = pick(0, 1) ? pick(-128, 127) : -128;
  d.lo = pick(0, 3) ? -128 : pick(-128, 0);
  d.hi = pick(0, 3) ? 127 : pick(0, 127);
  d.zeros = zeros;
  for (int32_t o = 0; o < outputs + outputs % 2; ++o) {
    int32_t sum = 0;
    int64_t least, most;
    weight_zero[o] = zeros ? pick(-128, 127) : 0;
    /* Some results do not fit into 16 bits, or not even into 32. */
    multiplier[o] = typical * (float)pick(1, 100);
    multiplier[o] *= pick(0, 40) ? 0.0005f : 3e5f;
    bias[o] = pick(-30000, 30000);
    if (pick(0, 60) == 0) bias[o] = pick(0, 1) ? INT32_MAX / 2 : INT32_MIN / 2;
    for (int32_t t = 0; o < outputs && t < taps; ++t) sum += weights[o * taps + t] - weight_zero[o];
    folded[o] = (int32_t)((uint32_t)bias[o] - (uint32_t)(d.in_zero * sum));
    least = most = folded[o];
    for (int32_t t = 0; o < outputs && t < taps; ++t) {
      const int32_t w = weights[o * taps + t] - weight_zero[o];
      least += w > 0 ? -128 * w : 127 * w;
      most += w > 0 ? 127 * w : -128 * w;
    }
    /* Some groups use float although fixed point would be exact. */
    fixed[o] = pick(0, 9) ? fixed_multiplier(&d, multiplier[o], least, most) : 0;
  }
  return d;
}

static int32_t bits_of(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* Packs the multipliers of a group as spindle_fixed.h describes. */
static void pack_scales(int32_t first, int32_t count, int32_t* to) {
  int exact = 1;
  for (int32_t c = first; c < first + count; ++c) exact &= fixed[c] != 0;
  for (int32_t c = 0; c < count; ++c) {
    to[c] = exact ? fixed[first + c] : bits_of(c ? multiplier[first + c] : -multiplier[first]);
  }
  *(exact ? &fixed_groups : &float_groups) += 1;
}

/* Packs weights for spindle_gemm_s8_dsp. Its tap t is weights[o * taps + order[t]]; without `order`
 * it is weights[o * taps + t]. */
static void pack_pairs(const int8_t* weights, int32_t outputs, int32_t taps, const int32_t* order) {
  const int32_t depth = (taps + 7) / 8 * 8;
  int32_t* word = packed;
  for (int32_t o = 0; o < outputs; o += 2) {
    for (int32_t j = 0; j < 2; ++j) *word++ = o + j < outputs ? folded[o + j] : 0;
    pack_scales(o, 2, word);
    word += 2;
    for (int32_t i = 0; i < depth / 2; ++i, ++word) {
      const int32_t first = i / 2 * 4 + i % 2;
      *word = 0;
      for (int32_t byte = 0; byte < 4; ++byte) {
        const int32_t t = first + byte / 2 * 2, channel = o + byte % 2;
        const int inside = t < taps && channel < outputs;
        const int32_t value =
            inside ? weights[channel * taps + (order ? order[t] : t)] : weight_zero[channel];
        *word |= (int32_t)((uint32_t)(uint8_t)value << 8 * byte);
      }
    }
  }
}

/* Compares `count` bytes of output with the expected ones, and checks the guards around the output
 * and behind the scratch. */
static void compare(const char* what, int32_t count, int32_t scratch_bytes, int32_t a, int32_t b,
                    int32_t c) {
  int wrong = -1;
  ++cases;
#ifdef BREAK
  if (cases == 100) actual[kGuard] ^= 1;
#endif
  for (int32_t i = 0; i < count; ++i) {
    checksum = (checksum ^ (uint8_t)actual[kGuard + i]) * 16777619u;
  }
  for (int32_t i = 0; i < count && wrong < 0; ++i) {
    if (expected[i] != actual[kGuard + i]) wrong = (int)i;
  }
  for (int32_t i = 0; i < kGuard && wrong < 0; ++i) {
    if (actual[i] != kGuardByte || actual[kGuard + count + i] != kGuardByte) wrong = -2;
    if (((int8_t*)scratch)[scratch_bytes + i] != kGuardByte) wrong = -3;
  }
  if (wrong == -1) return;
  if (++failures > 5) return;
  host_print(what);
  print_number(cases, " (");
  print_number(a, ", ");
  print_number(b, ", ");
  print_number(c, ") differs at ");
  print_number(wrong, "\n");
}

static void prepare(int32_t out_bytes, int32_t scratch_bytes) {
  memset(actual, kGuardByte, (size_t)(out_bytes + 2 * kGuard));
  memset(scratch, kGuardByte, (size_t)(scratch_bytes + kGuard));
}

static int32_t gemm_scratch(int32_t inputs, int32_t pixels) {
  return 4 * ((inputs + 7) / 8 * 8) + 2 * ((inputs + 3) / 4 * 4) * pixels;
}

static void pointwise(int32_t inputs, int32_t outputs, int32_t pixels) {
  int8_t* in = input_memory + pick(0, 7);
  int8_t* weights = weight_memory + pick(0, 7);
  fill(in, inputs * pixels, pick(0, 4) == 0);
  fill(weights, inputs * outputs, pick(0, 4) == 0);
  const data d = random_data(weights, outputs, inputs, pick(0, 3) == 0);
  const int32_t chunk = pick(1, SPINDLE_GEMM_S8_DSP_PIXELS);
  const int32_t scratch_bytes = gemm_scratch(inputs, chunk < pixels ? chunk : pixels);
  const int32_t* zero = d.zeros ? weight_zero : NULL;
  pack_pairs(weights, outputs, inputs, NULL);
  const spindle_pw_s8_params portable = {weights, folded,     multiplier, zero, inputs,
                                         outputs, d.out_zero, d.lo,       d.hi};
  const spindle_pw_s8_dsp_params p = {packed, zero, inputs, outputs, d.out_zero, d.lo, d.hi, chunk};
  prepare(outputs * pixels, scratch_bytes);
  spindle_pw_s8(&portable, in, expected, pixels);
  spindle_pw_s8_dsp(&p, in, actual + kGuard, scratch, pixels);
  compare("pw_s8_dsp case ", outputs * pixels, scratch_bytes, inputs, outputs, pixels);
}

/* A call of a window kernel. The image is in a ring buffer that holds the rows that row y reads. */
typedef struct {
  spindle_rows in;
  int32_t width, channels, kernel_h, kernel_w, stride, pad_top, pad_left, y, x, n;
} window;

static window random_window(int32_t kernel_h, int32_t kernel_w, int32_t channels) {
  window w;
  w.kernel_h = kernel_h;
  w.kernel_w = kernel_w;
  w.channels = channels;
  w.stride = pick(1, 2);
  w.pad_top = pick(0, kernel_h / 2);
  w.pad_left = pick(0, kernel_w / 2);
  w.width = pick(1, 40);
  w.in.rows = pick(1, 6);
  w.in.ring = w.in.rows < kernel_h ? w.in.rows : kernel_h;
  w.in.row_bytes = w.width * channels + pick(0, 3);
  const int32_t columns = (w.width - 1 + w.pad_left) / w.stride + 1;
  w.y = pick(0, (w.in.rows - 1 + w.pad_top) / w.stride);
  w.x = pick(0, columns - 1);
  w.n = pick(1, columns - w.x);
  return w;
}

static spindle_conv_s8_params portable_window(const window* w, const data* d, int32_t outputs,
                                              int32_t groups) {
  const spindle_conv_s8_params p = {
      packed_weights, bias,        multiplier,  d->zeros ? weight_zero : NULL,
      w->in,          w->width,    w->channels, w->x + w->n,
      outputs,        groups,      w->kernel_h, w->kernel_w,
      w->stride,      w->stride,   1,           1,
      w->pad_top,     w->pad_left, d->in_zero,  d->out_zero,
      d->lo,          d->hi};
  return p;
}

/* From [outputs][taps] to [taps][outputs], the order of the portable kernels. */
static void transpose_weights(const int8_t* weights, int32_t outputs, int32_t taps) {
  for (int32_t o = 0; o < outputs; ++o) {
    for (int32_t t = 0; t < taps; ++t) packed_weights[t * outputs + o] = weights[o * taps + t];
  }
}

static void stem(void) {
  const int32_t channels = pick(0, 2) ? 3 : pick(1, 4), outputs = pick(1, 40);
  const int32_t kernel_h = pick(0, 2) ? 3 : pick(1, 4), kernel_w = pick(0, 2) ? 3 : pick(1, 5);
  const window w = random_window(kernel_h, kernel_w, channels);
  const int32_t run = kernel_w * channels, taps = run * kernel_h, whole = run / 4 * 4;
  int32_t order[SPINDLE_STEM_S8_DSP_TAPS];
  int32_t count = 0;
  for (int32_t part = 0; part < 2; ++part) {
    for (int32_t row = 0; row < kernel_h; ++row) {
      const int32_t last = part ? run : whole;
      for (int32_t k = part ? whole : 0; k < last; ++k) order[count++] = row * run + k;
    }
  }
  int8_t* weights = weight_memory + pick(0, 7);
  fill(input_memory, w.in.ring * w.in.row_bytes, pick(0, 4) == 0);
  fill(weights, taps * outputs, pick(0, 4) == 0);
  const data d = random_data(weights, outputs, taps, pick(0, 3) == 0);
  const int32_t chunk = pick(1, SPINDLE_GEMM_S8_DSP_PIXELS);
  const int32_t scratch_bytes = gemm_scratch(taps, chunk < w.n ? chunk : w.n);
  pack_pairs(weights, outputs, taps, order);
  transpose_weights(weights, outputs, taps);
  const spindle_conv_s8_params portable = portable_window(&w, &d, outputs, 1);
  const spindle_stem_s8_dsp_params p = {packed,    portable.weight_zero,
                                        w.in,      w.width,
                                        channels,  outputs,
                                        kernel_h,  kernel_w,
                                        w.stride,  w.stride,
                                        w.pad_top, w.pad_left,
                                        d.in_zero, d.out_zero,
                                        d.lo,      d.hi,
                                        chunk};
  prepare(outputs * w.n, scratch_bytes);
  spindle_stem_s8(&portable, input_memory, expected, w.y, w.x, w.n);
  spindle_stem_s8_dsp(&p, input_memory, actual + kGuard, scratch, w.y, w.x, w.n);
  compare("stem_s8_dsp case ", outputs * w.n, scratch_bytes, channels, outputs, w.n);
}

static uint32_t byte_word(const int8_t* w, int32_t a, int32_t b, int32_t c, int32_t d) {
  return (uint32_t)(uint8_t)w[a] | (uint32_t)(uint8_t)w[b] << 8 | (uint32_t)(uint8_t)w[c] << 16 |
         (uint32_t)(uint8_t)w[d] << 24;
}

/* Two weights less their zero point, as 16 bits each. `b` is -1 if there is no second tap. */
static int32_t weight_pair(const int8_t* w, int32_t zero, int32_t a, int32_t b) {
  const int32_t low = w[a] - zero, high = b < 0 ? 0 : w[b] - zero;
  return (int32_t)(((uint32_t)low & 0xFFFFu) | (uint32_t)high << 16);
}

static int32_t* pack3x3(int32_t* word, const int8_t* w, int32_t c) {
  *word++ = (int32_t)byte_word(w, 0, 1, 3, 4);
  *word++ = (int32_t)byte_word(w, 2, 6, 5, 7);
  *word++ = w[8];
  *word++ = folded[c];
  return word;
}

static int32_t* pack3x3_wide(int32_t* word, const int8_t* w, int32_t c) {
  const int32_t zero = weight_zero[c];
  for (int32_t k = 0; k < 3; ++k) *word++ = weight_pair(w, zero, k, 3 + k);
  *word++ = weight_pair(w, zero, 6, 7);
  *word++ = w[8] - zero;
  *word++ = folded[c];
  return word;
}

static int32_t* pack5x5(int32_t* word, const int8_t* w, int32_t c) {
  const int32_t zero = weight_zero[c];
  for (int32_t k = 0; k < 5; ++k) {
    *word++ = weight_pair(w, zero, k, 5 + k);
    *word++ = weight_pair(w, zero, 10 + k, 15 + k);
  }
  for (int32_t k = 20; k < 25; k += 2) *word++ = weight_pair(w, zero, k, k < 24 ? k + 1 : -1);
  *word++ = folded[c];
  return word;
}

/* The kinds of depthwise kernels: 3x3 with weights of 8 or 16 bits, and 5x5. */
enum { kNarrow, kWide, kFive };

static void depthwise(int32_t channels, int32_t kind) {
  static const int32_t kOrder[4] = {0, 2, 1, 3};
  const int32_t side = kind == kFive ? 5 : 3, taps = side * side;
  const window w = random_window(side, side, channels);
  int8_t* weights = weight_memory + pick(0, 7);
  fill(input_memory, w.in.ring * w.in.row_bytes, pick(0, 4) == 0);
  fill(weights, taps * channels, pick(0, 4) == 0);
  const data d = random_data(weights, channels, taps, kind != kNarrow);
  int32_t* word = packed;
  for (int32_t begin = 0; begin < channels; begin += 4) {
    pack_scales(begin + 4 <= channels ? begin : channels - 4, 4, scales + begin);
    for (int32_t i = 0; i < 4; ++i) {
      const int32_t c = (begin + 4 <= channels ? begin : channels - 4) + kOrder[i];
      const int8_t* of_channel = weights + taps * c;
      word = kind == kNarrow ? pack3x3(word, of_channel, c)
             : kind == kWide ? pack3x3_wide(word, of_channel, c)
                             : pack5x5(word, of_channel, c);
    }
  }
  transpose_weights(weights, channels, taps);
  const spindle_conv_s8_params portable = portable_window(&w, &d, channels, channels);
  const spindle_dw3x3_s8_dsp_params p = {packed,    scales,     w.in,      w.width,
                                         channels,  w.stride,   w.pad_top, w.pad_left,
                                         d.in_zero, d.out_zero, d.lo,      d.hi};
  const int32_t together = w.n < SPINDLE_DW3X3_S8_DSP_TILE ? w.n : SPINDLE_DW3X3_S8_DSP_TILE;
  const int32_t columns = (together - 1) * w.stride + side;
  const int32_t scratch_bytes = (side == 3 ? 24 : 40) * columns + 16 * together;
  prepare(channels * w.n, scratch_bytes);
  spindle_dw_s8(&portable, input_memory, expected, w.y, w.x, w.n);
  if (kind == kNarrow) {
    spindle_dw3x3_s8_dsp(&p, input_memory, actual + kGuard, scratch, w.y, w.x, w.n);
  } else if (kind == kWide) {
    spindle_dw3x3_s8w_dsp(&p, input_memory, actual + kGuard, scratch, w.y, w.x, w.n);
  } else {
    spindle_dw5x5_s8_dsp(&p, input_memory, actual + kGuard, scratch, w.y, w.x, w.n);
  }
  compare(kind == kNarrow ? "dw3x3_s8_dsp case "
          : kind == kWide ? "dw3x3_s8w_dsp case "
                          : "dw5x5_s8_dsp case ",
          channels * w.n, scratch_bytes, channels, w.width, w.n);
}

static void quantize(int32_t count) {
  static float values[64];
  spindle_quantize_params p;
  p.scale = (float)pick(1, 1000) / 4096.0f;
  p.zero = pick(-128, 127);
  for (int32_t i = 0; i < count; ++i) {
    /* The scale has few bits, so that half steps (ties) are exact. */
    values[i] = pick(0, 8) ? p.scale * (float)pick(-600, 600) * 0.5f : (float)pick(-9, 9) * 1e30f;
  }
  prepare(count, 0);
  spindle_quantize_f32_s8(&p, values, expected, count);
  spindle_quantize_f32_s8_dsp(&p, values, actual + kGuard, count);
  compare("quantize_f32_s8_dsp case ", count, 0, count, p.zero, 0);
}

static void add(int32_t count) {
  const int shifted = pick(0, 1);
  spindle_add_s8_params p;
  p.a_scale = (float)pick(1, 4000) * 0.001f;
  p.b_scale = (float)pick(1, 4000);
  p.b_scale *= pick(0, 9) ? 0.001f : 1e8f;
  p.bias = (float)pick(-20000, 20000) * 0.01f;
  p.a_offset = p.out_offset = shifted ? 128 : 0;
  p.b_offset = pick(0, 1) ? 128 : 0;
  p.lo = pick(0, 3) ? -128 : pick(-128, 0);
  p.hi = pick(0, 3) ? 127 : pick(0, 127);
  int8_t *a = input_memory + pick(0, 7), *b = weight_memory + pick(0, 7);
  fill(a, count, pick(0, 4) == 0);
  fill(b, count, pick(0, 4) == 0);
  prepare(count, 0);
  spindle_add_s8(&p, a, b, expected, count);
  spindle_add_s8_dsp(&p, a, b, actual + kGuard, count);
  compare("add_s8_dsp case ", count, 0, count, p.a_offset, p.b_offset);
  memcpy(actual + kGuard, a, (size_t)count); /* in place */
  spindle_add_s8_dsp(&p, actual + kGuard, b, actual + kGuard, count);
  compare("add_s8_dsp in place case ", count, 0, count, p.a_offset, p.b_offset);
}

/* Calls pointwise. An argument of 0 stands for a random number from 1 to 40. */
static void any_pointwise(int32_t depth, int32_t width, int32_t pixels) {
  const int32_t inputs = depth ? depth : pick(1, 40), outputs = width ? width : pick(1, 40);
  pointwise(inputs, outputs, pixels ? pixels : pick(1, 40));
}

static void family(void) {
  static const int32_t kWidths[] = {16, 24, 32, 48, 64, 96, 112, 144, 160, 192, 320, 384, 576, 960};
  for (uint32_t i = 0; i < sizeof kWidths / sizeof kWidths[0]; ++i) {
    pointwise(kWidths[i], pick(8, 40), 7);
    pointwise(16, kWidths[i], 8);
    depthwise(kWidths[i] > 576 ? 576 : kWidths[i], kNarrow);
    depthwise(kWidths[i] > 576 ? 576 : kWidths[i], kWide);
  }
  pointwise(1280, 50, 1);
  pointwise(40, 1001, 1);
}

int main(void) {
  for (int32_t inputs = 1; inputs <= 40; ++inputs) {
    for (int32_t i = 0; i < 6; ++i) any_pointwise(inputs, 0, 0);
  }
  for (int32_t outputs = 1; outputs <= 40; ++outputs) any_pointwise(0, outputs, outputs % 9 + 1);
  for (int32_t pixels = 1; pixels <= 120; ++pixels) pointwise(24, 10, pixels);
  for (int32_t channels = 4; channels <= 40; ++channels) {
    for (int32_t i = 0; i < 12; ++i) depthwise(channels, kNarrow);
    for (int32_t i = 0; i < 8; ++i) depthwise(channels, kWide);
    for (int32_t i = 0; i < 8; ++i) depthwise(channels, kFive);
  }
  for (int32_t i = 0; i < 300; ++i) stem();
  for (int32_t count = 1; count <= 64; ++count) quantize(count);
  for (int32_t count = 1; count <= 200; ++count) add(count);
  family();
  print_number(fixed_groups, " groups in fixed point, ");
  print_number(float_groups, " in float, ");
  print_number(cases, " cases, ");
  print_number(failures, " wrong\n");
  print_number((int32_t)(checksum >> 16), ", ");
  print_number((int32_t)(checksum & 0xFFFF), ": checksum\n");
  host_exit(failures > 0);
}
