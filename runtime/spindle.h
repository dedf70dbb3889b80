/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that generated code calls. C99, freestanding, also valid C++; no allocation, no state.
 *
 * Conventions. A kernel takes one const parameter struct (filled by the compiler), then inputs,
 * output, scratch, then scalars. Images are NHWC. 8-bit activations are int8 (the compiler shifts
 * uint8 tensors by 128). `y` is the output row to compute; kernels that take `x` and `n` compute
 * its columns x, x + 1, ... x + n - 1, and `out` is where column x goes. Most kernels are given the
 * first byte they read; window kernels are given the base of the buffer that holds their input and
 * find rows by spindle_rows. Inputs and outputs do not overlap unless a kernel says so: "`out` may
 * be `in`" means that it may also begin before it.
 *
 * int8 arithmetic follows docs/numeric-contract.md bit for bit: int32 accumulation, then
 * saturate(round_half_even((float)acc * multiplier) + out_zero) clamped to [lo, hi]; the product
 * is rounded to float before the rounding to integer (see spindle_requantize.h).
 */
#ifndef SPINDLE_H
#define SPINDLE_H

#include <stddef.h>
#include <stdint.h>

/* The version of Spindle, 10000 * major + 100 * minor + patch. Headers of generated models define
 * it too: models call these kernels, and both must be of one version. */
#if defined(SPINDLE_RUNTIME_VERSION) && SPINDLE_RUNTIME_VERSION != 100
#error "a model and spindle.h are of two versions of Spindle: compile all models with one"
#endif
#ifndef SPINDLE_RUNTIME_VERSION
#define SPINDLE_RUNTIME_VERSION 100
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Nothing but its name matters: models of this version read it, so that a program whose kernels
 * are of another does not link. */
extern const unsigned char spindle_runtime_0_1_0;

/* Where the rows of a value lie: row r of `rows` is at base + (r % ring) * row_bytes. Whole tensors
 * have ring == rows. */
typedef struct {
  int32_t rows;
  int32_t ring;
  int32_t row_bytes;
} spindle_rows;

/* For generated code: unbounded activations, and row arithmetic. */
#if defined(__GNUC__)
#define SPINDLE_INFINITY __builtin_huge_valf()
#else
#include <math.h>
#define SPINDLE_INFINITY INFINITY
#endif

static inline int32_t spindle_min(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t spindle_max(int32_t a, int32_t b) { return a > b ? a : b; }
/* Rounds towards minus infinity; b > 0. */
static inline int32_t spindle_floor_div(int32_t a, int32_t b) {
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

/* ---- int8 ---- */

/* 1x1 convolution, or a dense layer with one pixel.
 * acc[o] = bias[o] + sum_k in[k] * weights[o][k] - weight_zero[o] * sum_k in[k]. */
typedef struct {
  const int8_t *weights;      /* [out_channels][in_channels] */
  const int32_t *bias;        /* [out_channels]; holds -in_zero * sum(w - weight_zero) already */
  const float *multiplier;    /* [out_channels] */
  const int32_t *weight_zero; /* [out_channels], or NULL for all zero */
  int32_t in_channels, out_channels;
  int32_t out_zero, lo, hi;
} spindle_pw_s8_params;
void spindle_pw_s8(const spindle_pw_s8_params *p, const void *in, void *out, int32_t pixels);
/* As spindle_pw_s8, with weights [in_channels][out_channels], so that output channels are lanes of
 * vectors: faster where there are vectors and few inputs. weight_zero is not read: all are zero. No
 * output may have a weight of -128 for both input 2 i and input 2 i + 1. */
void spindle_pw_s8_lanes(const spindle_pw_s8_params *p, const void *in, void *out, int32_t pixels);

/* spindle_pw_s8 for one group of the input channels at a time, up to the requantization:
 * sum[pixel][o] = bias[o] + sum_k in[k] * weights[o][k] - weight_zero[o] * sum_k in[k], in
 * spindle_pw_sum_add_s8 plus previous[pixel][o]. Sums are int32[pixels][out_channels]; `sum` may be
 * `previous`. */
typedef struct {
  const int8_t *weights;      /* [out_channels][in_channels] */
  const int32_t *bias;        /* [out_channels]; holds -in_zero * sum(w - weight_zero) already */
  const int32_t *weight_zero; /* [out_channels], or NULL for all zero */
  int32_t in_channels, out_channels;
} spindle_pw_sum_s8_params;
void spindle_pw_sum_s8(const spindle_pw_sum_s8_params *p, const void *in, void *sum,
                       int32_t pixels);
void spindle_pw_sum_add_s8(const spindle_pw_sum_s8_params *p, const void *in, const void *previous,
                           void *sum, int32_t pixels);
/* The requantization of such sums: `in` is int32[pixels][channels], `out` int8 of the same shape. */
typedef struct {
  const float *multiplier; /* [channels] */
  int32_t channels;
  int32_t out_zero, lo, hi;
} spindle_requantize_s32_params;
void spindle_requantize_s32(const spindle_requantize_s32_params *p, const void *in, void *out,
                            int32_t pixels);

/* k x k convolutions. Taps outside of the image contribute nothing:
 * acc[o] = bias[o] + sum over taps inside (in - in_zero) * (w - weight_zero[o]). */
typedef struct {
  const int8_t *weights;      /* conv: [out_channels][kernel_h][kernel_w][in_channels / groups]
                                 dw: [kernel_h][kernel_w][out_channels] */
  const int32_t *bias;        /* [out_channels] */
  const float *multiplier;    /* [out_channels] */
  const int32_t *weight_zero; /* [out_channels], or NULL for all zero */
  spindle_rows in;
  int32_t in_width, in_channels, out_width, out_channels, groups;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_conv_s8_params;
void spindle_conv_s8(const spindle_conv_s8_params *p, const void *in, void *out, int32_t y, int32_t x,
                     int32_t n);
/* As spindle_conv_s8 for groups == 1, with weights [kernel_h][kernel_w][in_channels][out_channels]:
 * faster where the input has few channels, as a network's first convolution. */
void spindle_stem_s8(const spindle_conv_s8_params *p, const void *in, void *out, int32_t y, int32_t x,
                     int32_t n);
/* groups == in_channels; output channel o reads input channel o / (out_channels / groups). */
void spindle_dw_s8(const spindle_conv_s8_params *p, const void *in, void *out, int32_t y, int32_t x,
                     int32_t n);

/* Kernels for Arm's DSP extension. They work on pairs of int16: `scratch`, aligned to 4 bytes, is
 * where inputs and weights are widened; weights are packed as the kernels read them. Saturation
 * needs the whole int8 range, so tighter limits cost a second pass. */

/* Multipliers for integers, where these are exact (compiler/lower/pack/fixed_point.h says when): a result
 * is (hi32(accumulator * multiplier) + out_zero * 2^F + 2^(F-1)) >> F, saturated. */
#define SPINDLE_FIXED_BITS 3

/* Words of biases and multipliers before the weights of two output channels. */
#define SPINDLE_GEMM_S8_DSP_HEAD 4

/* Pixels are computed together up to this many, so that weights need not be widened for each. */
#define SPINDLE_GEMM_S8_DSP_PIXELS 56

/* spindle_pw_s8 on inputs that are pairs already: what the others are made of, no kernel by itself.
 * `inputs` are laid out as spindle_gemm_dsp.h says; `widened` is int16[2][depth rounded up to 8],
 * untouched where a single pixel, weights without zero points and a depth that is a multiple of 8 come
 * together; `out` has out_channels bytes for each of at most SPINDLE_GEMM_S8_DSP_PIXELS pixels. */
typedef struct {
  const int32_t *weights;     /* for each two output channels o, o + 1: their biases as in
                                 spindle_pw_s8_params, their multipliers as in spindle_fixed.h,
                                 depth / 2 words, for a depth rounded up to 8 with zero weights.
                                 Each of these holds one pair k, l of input channels of both: bytes (o, k),
                                 (o + 1, k), (o, l), (o + 1, l) */
  const int32_t *weight_zero; /* [out_channels rounded up to 2], or NULL for all zero */
  int32_t depth;              /* input channels, padded with zero weights to a multiple of 4 */
  int32_t out_channels;
  int32_t out_zero, lo, hi;
} spindle_gemm_s8_dsp_params;
void spindle_gemm_s8_dsp(const spindle_gemm_s8_dsp_params *p, const uint32_t *inputs,
                         uint32_t *widened, int8_t *out, int32_t pixels);

/* As spindle_pw_s8, `chunk` pixels at a time. Scratch: 2 * depth * chunk bytes of inputs, with
 * chunk <= SPINDLE_GEMM_S8_DSP_PIXELS, then 4 * (depth rounded up to 8) of weights if they are
 * widened; with a chunk of 1, see spindle_gemm_s8_dsp. */
typedef struct {
  const int32_t *weights, *weight_zero; /* as in spindle_gemm_s8_dsp_params */
  int32_t in_channels, out_channels;
  int32_t out_zero, lo, hi;
  int32_t chunk;
} spindle_pw_s8_dsp_params;
void spindle_pw_s8_dsp(const spindle_pw_s8_dsp_params *p, const void *in, void *out, void *scratch,
                       int32_t pixels);

/* As spindle_stem_s8 without dilation, for windows of at most SPINDLE_STEM_S8_DSP_ROWS rows and
 * SPINDLE_STEM_S8_DSP_TAPS inputs. The inputs are numbered so: of each row of the window (kernel_w * in_channels bytes) the whole words,
 * then the bytes left of all rows. Scratch as for spindle_pw_s8_dsp, depth being the number of
 * inputs of a window, rounded up to 4. */
#define SPINDLE_STEM_S8_DSP_ROWS 8
#define SPINDLE_STEM_S8_DSP_TAPS 128
typedef struct {
  const int32_t *weights, *weight_zero; /* as in spindle_gemm_s8_dsp_params */
  spindle_rows in;
  int32_t in_width, in_channels, out_channels;
  int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
  int32_t chunk;
} spindle_stem_s8_dsp_params;
void spindle_stem_s8_dsp(const spindle_stem_s8_dsp_params *p, const void *in, void *out, void *scratch,
                         int32_t y, int32_t x, int32_t n);

/* As spindle_dw_s8 for 3 x 3 kernels, strides of 1 or 2 both ways, padding of at most 1, no dilation,
 * one output channel per input channel and at least 4 of them, and weights without zero points.
 * Channels come in blocks of four; the last block ends with the last channel. Packed weights are
 * [block][channel 0, 2, 1, 3 of it] of four words (w[row][column], the least significant byte first):
 *   w00 w01 w10 w11 | w02 w20 w12 w21 | w22 as an int32 | bias, less in_zero * sum(w).
 * Scratch: for at most SPINDLE_DW3X3_S8_DSP_TILE outputs at a time, 24 bytes for each column of
 * their windows and 16 for each output. */
#define SPINDLE_DW3X3_S8_DSP_TILE 8
typedef struct {
  const int32_t *weights;
  const int32_t *multiplier; /* [block][4], a group as in spindle_fixed.h */
  spindle_rows in;
  int32_t in_width, channels;
  int32_t stride, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_dw3x3_s8_dsp_params;
void spindle_dw3x3_s8_dsp(const spindle_dw3x3_s8_dsp_params *p, const void *in, void *out,
                          void *scratch, int32_t y, int32_t x, int32_t n);

/* As spindle_dw3x3_s8_dsp for weights that have zero points, which are taken away: w is wider than a
 * byte. Packed weights of a channel are six words, the pair's lower half first:
 *   w00, w10 | w01, w11 | w02, w12 | w20, w21 | w22 | bias, less in_zero * sum(w). */
void spindle_dw3x3_s8w_dsp(const spindle_dw3x3_s8_dsp_params *p, const void *in, void *out,
                           void *scratch, int32_t y, int32_t x, int32_t n);
/* As spindle_dw3x3_s8w_dsp for 5 x 5 kernels and any padding. Packed weights of a channel are of each column
 * w0, w1 | w2, w3, of row 4 w0, w1 | w2, w3 | w4, 0, and the bias: 14 words. Scratch: 40 bytes for
 * each column and 16 for each output. */
void spindle_dw5x5_s8_dsp(const spindle_dw3x3_s8_dsp_params *p, const void *in, void *out,
                          void *scratch, int32_t y, int32_t x, int32_t n);

/* Kernels for NEON (AArch64 and Armv7-A), its dot product, and its 8-bit matrix product. They compute
 * what the portable kernel of the same name does. `narrow` is 1 if round_half_even((float)acc *
 * multiplier) + out_zero fits into 16 bits whatever the input is: such results are faster to have.
 *
 * Pointwise: in_channels >= 8; out_channels >= 8 (dot, i8mm) or 4 (neon). Panels hold biases,
 * multipliers and weights of as many output channels; the last one ends at the last channel and so
 * may overlap the one before. Their layout is in spindle_gemm_s8_dot.h, _neon.h and _i8mm.h. */
typedef struct {
  const int8_t *panels;
  const int32_t *weight_zero; /* [out_channels], or NULL for all zero */
  int32_t in_channels, out_channels;
  int32_t out_zero, lo, hi, narrow;
} spindle_pw_s8_neon_params;
void spindle_pw_s8_neon(const spindle_pw_s8_neon_params *p, const void *in, void *out,
                        int32_t pixels);
void spindle_pw_s8_dot(const spindle_pw_s8_neon_params *p, const void *in, void *out,
                       int32_t pixels);
void spindle_pw_s8_i8mm(const spindle_pw_s8_neon_params *p, const void *in, void *out,
                        int32_t pixels);
/* First convolution, groups and dilations 1, as a pointwise one of a window: in_channels * kernel_w
 * <= 16 and at most 80 inputs in a window, by [kernel_h][kernel_w][in], which are packed as the
 * in_channels of a pointwise convolution after they were padded with zeros to a multiple of 16 (dot:
 * of 4, i8mm: of 8, and at least 16). */
typedef struct {
  const int8_t *panels;
  const int32_t *weight_zero; /* [out_channels], or NULL for all zero */
  spindle_rows in;
  int32_t in_width, in_channels, out_channels;
  int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi, narrow;
} spindle_stem_s8_neon_params;
void spindle_stem_s8_neon(const spindle_stem_s8_neon_params *p, const void *in, void *out, int32_t y,
                          int32_t x, int32_t n);
void spindle_stem_s8_dot(const spindle_stem_s8_neon_params *p, const void *in, void *out, int32_t y,
                         int32_t x, int32_t n);
void spindle_stem_s8_i8mm(const spindle_stem_s8_neon_params *p, const void *in, void *out, int32_t y,
                          int32_t x, int32_t n);
/* Depthwise 3x3, one output channel for each of at least 16 input channels (neon on Armv7-A: 8), weights
 * without zero points, dilations 1, stride_w 1 or 2; every window has a row inside of the image. The order of
 * weights is in the kernels' files. */
typedef struct {
  const int8_t *weights;
  const int32_t *bias;     /* [channels]; holds -in_zero * sum(w) already */
  const float *multiplier; /* [channels] */
  spindle_rows in;
  int32_t in_width, channels;
  int32_t block; /* of channels, in `weights`: 16, for neon on Armv7-A 8 */
  int32_t stride_h, stride_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi, narrow;
} spindle_dw3x3_s8_neon_params;
void spindle_dw3x3_s8_neon(const spindle_dw3x3_s8_neon_params *p, const void *in, void *out,
                           int32_t y, int32_t x, int32_t n);
void spindle_dw3x3_s8_dot(const spindle_dw3x3_s8_neon_params *p, const void *in, void *out, int32_t y,
                          int32_t x, int32_t n);
/* The same with stride_h == stride_w for at least 8 channels and weights that have zero points: less these
 * they take 16 bits, and come as [block of 8 channels][3 rows][3 columns][8]. `bias` holds
 * -in_zero * sum(w - weight_zero) already; weight_zero is not read. */
void spindle_dw3x3_s8w_neon(const spindle_conv_s8_params *p, const void *in, void *out, int32_t y,
                            int32_t x, int32_t n);
/* Depthwise, windows of at most 8 rows, weights as in spindle_dw_s8; at least 8 input channels and as many output
 * channels. */
void spindle_dw_s8_neon(const spindle_conv_s8_params *p, const void *in, void *out, int32_t y,
                        int32_t x, int32_t n);

/* Kernels for Helium (MVE). Weights, biases and multipliers come as one array of words, packed as the
 * kernels read them; weights have no zero points unless a kernel says so, and biases hold -in_zero *
 * sum(w) already.
 *
 * As spindle_pw_s8, for at least 4 output channels and fewer than 2^14; the order of weights is in
 * spindle_gemm_s8_mve.h. */
typedef struct {
  const int32_t *weights;
  int32_t in_channels, out_channels;
  int32_t out_zero, lo, hi;
} spindle_pw_s8_mve_params;
void spindle_pw_s8_mve(const spindle_pw_s8_mve_params *p, const void *in, void *out,
                       int32_t pixels);
/* The same for weights with zero points. */
void spindle_pw_s8w_mve(const spindle_pw_s8_mve_params *p, const void *in, void *out,
                        int32_t pixels);

/* As spindle_dw_s8 for 3 x 3 kernels, strides of 1 or 2 both ways, no dilation, one output channel for
 * each of at least 16 input channels; the order of weights is in the kernel's file. Scratch, aligned
 * to 4 bytes: 64 bytes for each column that is read at a time, for 8 outputs (4 at stride 2). */
typedef struct {
  const int32_t *weights;
  spindle_rows in;
  int32_t in_width, channels;
  int32_t stride, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_dw3x3_s8_mve_params;
void spindle_dw3x3_s8_mve(const spindle_dw3x3_s8_mve_params *p, const void *in, void *out,
                          void *scratch, int32_t y, int32_t x, int32_t n);
/* As spindle_dw_s8 for windows of at most SPINDLE_DW_S8_MVE_ROWS rows, one output channel for each of at
 * least 8 input channels. Weights are less their zero points and 16 bits wide; their order is in the
 * kernel's file. */
#define SPINDLE_DW_S8_MVE_ROWS 8
typedef struct {
  const int32_t *weights;
  spindle_rows in;
  int32_t in_width, channels;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_dw_s8_mve_params;
void spindle_dw_s8_mve(const spindle_dw_s8_mve_params *p, const void *in, void *out, int32_t y,
                       int32_t x, int32_t n);
/* First convolution, groups and dilations 1, as a pointwise one of a window: its inputs, in the order
 * [kernel_h][kernel_w][in], are laid out in scratch for SPINDLE_STEM_S8_MVE_PIXELS pixels. */
#define SPINDLE_STEM_S8_MVE_PIXELS 8
typedef struct {
  const int32_t *weights; /* as in spindle_pw_s8_mve_params */
  spindle_rows in;
  int32_t in_width, in_channels, out_channels;
  int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_stem_s8_mve_params;
void spindle_stem_s8_mve(const spindle_stem_s8_mve_params *p, const void *in, void *out,
                         void *scratch, int32_t y, int32_t x, int32_t n);
/* The same for weights with zero points. */
void spindle_stem_s8w_mve(const spindle_stem_s8_mve_params *p, const void *in, void *out,
                          void *scratch, int32_t y, int32_t x, int32_t n);

/* Residual add, in fused multiply-adds (one rounding each): t = fma(b + b_offset, b_scale, bias),
 * saturate(round_half_even(fma(a + a_offset, a_scale, t)) - out_offset), then clamped. The offsets
 * are 128 where the model's tensor is uint8, so that the floats are the model's own. `out` may be
 * `a` or `b`. */
typedef struct {
  float a_scale, b_scale, bias;
  int32_t a_offset, b_offset, out_offset;
  int32_t lo, hi; /* after out_offset is taken away */
} spindle_add_s8_params;
void spindle_add_s8(const spindle_add_s8_params *p, const void *a, const void *b, void *out,
                    int32_t count);
/* For Arm's DSP extension. */
void spindle_add_s8_dsp(const spindle_add_s8_params *p, const void *a, const void *b, void *out,
                        int32_t count);
void spindle_add_s8_neon(const spindle_add_s8_params *p, const void *a, const void *b, void *out,
                         int32_t count);
void spindle_add_s8_mve(const spindle_add_s8_params *p, const void *a, const void *b, void *out,
                        int32_t count);

/* Mean over rows and columns, `n` columns of a row a call: `acc` is int32[channels]; the call with
 * y == 0 and x == 0 starts the sums. */
typedef struct {
  int32_t rows, width, channels;
  float multiplier; /* sx / (sy * rows * width) */
  int32_t in_zero, out_zero, lo, hi;
} spindle_mean_s8_params;
void spindle_mean_add_s8(const spindle_mean_s8_params *p, const void *in, void *acc, int32_t y,
                         int32_t x, int32_t n);
void spindle_mean_add_s8_neon(const spindle_mean_s8_params *p, const void *in, void *acc, int32_t y,
                              int32_t x, int32_t n);
void spindle_mean_add_s8_mve(const spindle_mean_s8_params *p, const void *in, void *acc, int32_t y,
                             int32_t x, int32_t n);
void spindle_mean_end_s8(const spindle_mean_s8_params *p, const void *acc, void *out);

/* out[i] = table[in[i] + 128]; `out` may be `in`. Any function of one 8-bit value. */
typedef struct {
  const int8_t *table; /* [256] */
} spindle_lut_s8_params;
void spindle_lut_s8(const spindle_lut_s8_params *p, const void *in, void *out, int32_t count);

/* out[i] = table[c][in[i] + 128], c the channel of element i: a function of each 8-bit value, one
 * for every channel. `out` of spindle_table_s8 may be `in`. */
typedef struct {
  const int8_t *table; /* [channels][256] */
  int32_t channels;
} spindle_table_s8_params;
void spindle_table_s8(const spindle_table_s8_params *p, const void *in, void *out, int32_t pixels);
typedef struct {
  const float *table; /* [channels][256] */
  int32_t channels;
} spindle_table_f32_params;
void spindle_table_f32(const spindle_table_f32_params *p, const void *in, void *out,
                       int32_t pixels);

#define SPINDLE_MAX_RANK 6

/* Sums and means over any dimensions, in integers as spindle_mean_add_s8, or in float: the sum of
 * (in - in_zero) * in_scale, taken in one of the orders of docs/numeric-contract.md, then
 * saturate(round_half_even(sum / divisor / out_scale) + out_zero), clamped to [lo, hi]. */
typedef enum {
  SPINDLE_SUM_INTEGERS,
  SPINDLE_SUM_IN_TURN,
  SPINDLE_SUM_FOURS,
  SPINDLE_SUM_LANES
} spindle_sum_order;
typedef struct {
  int32_t order; /* spindle_sum_order */
  /* Outermost first, strides in elements. What is reduced comes in the order of the sum, what is
   * kept in that of the output. */
  int32_t reduced_rank, kept_rank;
  int32_t reduced_extent[SPINDLE_MAX_RANK], reduced_stride[SPINDLE_MAX_RANK];
  int32_t kept_extent[SPINDLE_MAX_RANK], kept_stride[SPINDLE_MAX_RANK];
  int32_t kept_position[SPINDLE_MAX_RANK]; /* strides in the model file's tensor, modulo 4 */
  int32_t count, run;                      /* elements of one sum; of each of its runs in lanes */
  int32_t run_position;                    /* from run to run, as kept_position */
  float in_scale, divisor, out_scale;
  float multiplier; /* of integers: in_scale / (out_scale * count) */
  int32_t in_zero, out_zero, lo, hi;
} spindle_reduce_s8_params;
void spindle_reduce_s8(const spindle_reduce_s8_params *p, const void *in, void *out);

/* Softmax of each of `vectors` vectors of `classes`: e = exp_table[max - q], summed in float in
 * index order; q = saturate(round_half_even((e / sum) * steps) + out_zero). The elements of a
 * vector lie `inner` apart, and so many vectors lie one element apart; `vectors` is a multiple. */
typedef struct {
  const float *exp_table; /* [256]: exp(-d * in_scale) */
  int32_t classes;
  float steps; /* 1 / the output's scale, with several classes rounded down to a whole number */
  int32_t out_zero;
  int32_t inner;
} spindle_softmax_s8_params;
void spindle_softmax_s8(const spindle_softmax_s8_params *p, const void *in, void *out,
                        int32_t vectors);

/* float -> int8: saturate(round_half_even(x / scale) + zero), and back: (q - zero) * scale. */
typedef struct {
  float scale;
  int32_t zero;
} spindle_quantize_params;
void spindle_quantize_f32_s8(const spindle_quantize_params *p, const void *in, void *out,
                             int32_t count);
void spindle_quantize_f32_s8_neon(const spindle_quantize_params *p, const void *in, void *out,
                                  int32_t count);
/* For Arm's DSP extension; only what becomes of NaN differs. */
void spindle_quantize_f32_s8_dsp(const spindle_quantize_params *p, const void *in, void *out,
                                 int32_t count);
/* For scales from 2^-100 to 2^100. */
void spindle_quantize_f32_s8_mve(const spindle_quantize_params *p, const void *in, void *out,
                                 int32_t count);
void spindle_dequantize_s8_f32(const spindle_quantize_params *p, const void *in, void *out,
                               int32_t count);

/* Elementwise of two tensors, `pixels` pixels of `channels` each, in float: a and b dequantized,
 * (q - zero) * scale, the result quantized as by spindle_quantize_f32_s8 and clamped to [lo, hi].
 * From pixel to pixel and from channel to channel an operand advances by its strides, 0 where it is
 * repeated. Every kind but SPINDLE_POW, and those that have kernels of their own, SPINDLE_ADD and
 * SPINDLE_MUL. `out` may be an operand that is not repeated. */
typedef struct {
  int32_t kind; /* spindle_binary_kind */
  int32_t channels, a_pixel, a_channel, b_pixel, b_channel;
  float a_scale, b_scale, out_scale;
  int32_t a_zero, b_zero, out_zero, lo, hi;
} spindle_binary_s8_params;
void spindle_binary_s8(const spindle_binary_s8_params *p, const void *a, const void *b, void *out,
                       int32_t pixels);

/* spindle_add_s8 and a product, of pixels as in spindle_binary_s8, with operands that may be repeated.
 * The product of (a - a_zero) and (b - b_zero), times multiplier, plus out_zero, the model's own zero
 * point, is rounded half to even; then out_offset is taken away (128 where the model's tensor is
 * uint8) and the result clamped to [lo, hi]. `out` may be an operand that is not repeated. */
typedef struct {
  int32_t channels, a_pixel, a_channel, b_pixel, b_channel;
  float a_scale, b_scale, bias;
  int32_t a_offset, b_offset, out_offset;
  int32_t lo, hi; /* after out_offset is taken away */
} spindle_add_rows_s8_params;
void spindle_add_rows_s8(const spindle_add_rows_s8_params *p, const void *a, const void *b, void *out,
                         int32_t pixels);
typedef struct {
  int32_t channels, a_pixel, a_channel, b_pixel, b_channel;
  float multiplier;
  int32_t a_zero, b_zero, out_zero, out_offset;
  int32_t lo, hi; /* after out_offset is taken away */
} spindle_mul_s8_params;
void spindle_mul_s8(const spindle_mul_s8_params *p, const void *a, const void *b, void *out,
                    int32_t pixels);

/* uint8 <-> int8 by 128 (bit 7 flipped); `out` may be `in`. */
void spindle_flip_sign(const void *in, void *out, int32_t count);

/* ---- float32 ---- */

/* Output channels of the float 1x1 kernel come in panels of this many. */
#define SPINDLE_PW_F32_PANEL 8

/* 1x1 convolution or dense; clamped to [lo, hi]. */
typedef struct {
  const float *weights; /* [ceil(out_channels / PANEL)][in_channels][PANEL], zero-padded */
  const float *bias;    /* [out_channels rounded up to PANEL] */
  int32_t in_channels, out_channels;
  float lo, hi;
} spindle_pw_f32_params;
void spindle_pw_f32(const spindle_pw_f32_params *p, const void *in, void *out, int32_t pixels);
void spindle_pw_f32_neon(const spindle_pw_f32_params *p, const void *in, void *out, int32_t pixels);

typedef struct {
  const float *weights; /* conv: [kernel_h][kernel_w][in_channels / groups][out_channels]
                           dw: [kernel_h][kernel_w][out_channels] */
  const float *bias;    /* [out_channels] */
  spindle_rows in;
  int32_t in_width, in_channels, out_width, out_channels, groups;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
  float lo, hi;
} spindle_conv_f32_params;
void spindle_conv_f32(const spindle_conv_f32_params *p, const void *in, void *out, int32_t y, int32_t x,
                     int32_t n);
void spindle_dw_f32(const spindle_conv_f32_params *p, const void *in, void *out, int32_t y, int32_t x,
                     int32_t n);
/* As spindle_dw_f32 for 3x3 windows, dilations 1, stride_w 1 or 2, one output channel for each of at
 * least 8 input channels; every window has a row inside of the image. */
void spindle_dw3x3_f32_neon(const spindle_conv_f32_params *p, const void *in, void *out, int32_t y,
                            int32_t x, int32_t n);
/* First convolution, groups and dilations 1, at most 80 inputs in a window. Weights are packed as in
 * spindle_pw_f32_params, with [kernel_h][kernel_w][in], padded with zeros to a multiple of 4, for
 * in_channels; bias is padded likewise. */
void spindle_stem_f32_neon(const spindle_conv_f32_params *p, const void *in, void *out, int32_t y,
                           int32_t x, int32_t n);

/* Kernels for a scalar FPU with fused multiply-adds (Cortex-M4, M7, M33).
 *
 * As spindle_pw_f32. */
void spindle_pw_f32_vfp(const spindle_pw_f32_params *p, const void *in, void *out, int32_t pixels);
/* As spindle_dw_f32 for 3x3 windows, dilations 1, stride_w 1 or 2, one output channel for each of at
 * least 2 input channels, with lo == 0. The first column of a window, or else its last one, may be outside of the
 * image. Weights are [pair of channels][kernel_w][kernel_h][2]; the last pair ends with the last
 * channel. */
void spindle_dw3x3_f32_vfp(const spindle_conv_f32_params *p, const void *in, void *out, int32_t y,
                           int32_t x, int32_t n);
/* First convolution, groups and dilations 1, as a pointwise one of a window: its inputs, in the order
 * [kernel_h][kernel_w][in], are laid out in scratch for SPINDLE_STEM_F32_VFP_PIXELS pixels. Weights
 * and bias are packed as in spindle_pw_f32_params, for as many in_channels. */
#define SPINDLE_STEM_F32_VFP_PIXELS 2
void spindle_stem_f32_vfp(const spindle_conv_f32_params *p, const void *in, void *out, void *scratch,
                          int32_t y, int32_t x, int32_t n);

/* The same for Helium (MVE) with floats. Depthwise: at least 4 input channels, any limits, weights
 * [block of 4 channels][kernel_h][kernel_w][4]; the last block ends with the last channel. */
void spindle_pw_f32_mve(const spindle_pw_f32_params *p, const void *in, void *out, int32_t pixels);
void spindle_dw3x3_f32_mve(const spindle_conv_f32_params *p, const void *in, void *out, int32_t y,
                           int32_t x, int32_t n);
#define SPINDLE_STEM_F32_MVE_PIXELS 3
void spindle_stem_f32_mve(const spindle_conv_f32_params *p, const void *in, void *out, void *scratch,
                          int32_t y, int32_t x, int32_t n);

/* Elementwise, equal shapes; `out` may be `a` or `b`. */
typedef struct {
  float lo, hi;
} spindle_clip_f32_params;
void spindle_add_f32(const spindle_clip_f32_params *p, const void *a, const void *b, void *out,
                     int32_t count);
void spindle_add_f32_neon(const spindle_clip_f32_params *p, const void *a, const void *b, void *out,
                          int32_t count);
void spindle_clip_f32(const spindle_clip_f32_params *p, const void *in, void *out, int32_t count);

typedef enum {
  SPINDLE_ADD, SPINDLE_SUB, SPINDLE_MUL, SPINDLE_DIV, SPINDLE_MIN, SPINDLE_MAX, SPINDLE_POW
} spindle_binary_kind;

/* Elementwise with broadcasting: strides in elements, 0 where an input is repeated. */
typedef struct {
  int32_t kind; /* spindle_binary_kind */
  int32_t rank;
  int32_t extent[SPINDLE_MAX_RANK], a_stride[SPINDLE_MAX_RANK], b_stride[SPINDLE_MAX_RANK];
  float lo, hi;
} spindle_binary_f32_params;
void spindle_binary_f32(const spindle_binary_f32_params *p, const void *a, const void *b,
                        void *out);

/* The same for `pixels` pixels of `channels` each: from pixel to pixel and from channel to channel
 * an operand advances by its strides, 0 where it is repeated. `out` may be an operand that is not
 * repeated. */
typedef struct {
  int32_t kind; /* spindle_binary_kind */
  int32_t channels, a_pixel, a_channel, b_pixel, b_channel;
  float lo, hi;
} spindle_binary_rows_f32_params;
void spindle_binary_rows_f32(const spindle_binary_rows_f32_params *p, const void *a, const void *b,
                             void *out, int32_t pixels);

/* Matrix products a [rows][depth] x b [depth][columns] -> out [rows][columns], one for each position
 * of the outer dimensions, over which operands advance by their strides (in elements). */
typedef struct {
  int32_t rows, depth, columns, rank;
  int32_t extent[SPINDLE_MAX_RANK], a_stride[SPINDLE_MAX_RANK], b_stride[SPINDLE_MAX_RANK];
} spindle_matmul_f32_params;
void spindle_matmul_f32(const spindle_matmul_f32_params *p, const void *a, const void *b, void *out);

typedef enum {
  SPINDLE_SIGMOID, SPINDLE_HARD_SIGMOID, SPINDLE_HARD_SWISH, SPINDLE_TANH, SPINDLE_EXP,
  SPINDLE_LOG, SPINDLE_SQRT, SPINDLE_RECIPROCAL, SPINDLE_NEG, SPINDLE_ABS, SPINDLE_FLOOR,
  SPINDLE_CEIL, SPINDLE_ROUND, SPINDLE_ERF, SPINDLE_LEAKY_RELU, SPINDLE_ELU, SPINDLE_SOFTPLUS,
  SPINDLE_AFFINE
} spindle_unary_kind;

/* Elementwise function; alpha and beta as ONNX defines them for the kind;
 * the affine function is alpha * x + beta. `out` may be `in`. */
typedef struct {
  int32_t kind; /* spindle_unary_kind */
  float alpha, beta;
} spindle_unary_f32_params;
void spindle_unary_f32(const spindle_unary_f32_params *p, const void *in, void *out,
                       int32_t count);

/* Mean over rows and columns, `n` columns of a row a call: `acc` is float[channels]; the call with
 * y == 0 and x == 0 starts the sums. */
typedef struct {
  int32_t rows, width, channels;
  float lo, hi;
} spindle_mean_f32_params;
void spindle_mean_add_f32(const spindle_mean_f32_params *p, const void *in, void *acc, int32_t y,
                          int32_t x, int32_t n);
void spindle_mean_add_f32_neon(const spindle_mean_f32_params *p, const void *in, void *acc,
                               int32_t y, int32_t x, int32_t n);
void spindle_mean_end_f32(const spindle_mean_f32_params *p, const void *acc, void *out);

typedef enum {
  SPINDLE_REDUCE_MEAN, SPINDLE_REDUCE_SUM, SPINDLE_REDUCE_MAX, SPINDLE_REDUCE_MIN
} spindle_reduce_kind;

/* Reduction of a whole tensor over the dimensions whose `reduced` is 1. */
typedef struct {
  int32_t kind; /* spindle_reduce_kind */
  int32_t rank;
  int32_t extent[SPINDLE_MAX_RANK], reduced[SPINDLE_MAX_RANK];
  float lo, hi;
} spindle_reduce_f32_params;
void spindle_reduce_f32(const spindle_reduce_f32_params *p, const void *in, void *out);

/* Softmax over the middle of [outer][classes][inner]. */
typedef struct {
  int32_t outer, classes, inner;
} spindle_softmax_f32_params;
void spindle_softmax_f32(const spindle_softmax_f32_params *p, const void *in, void *out);

/* ---- any element type ---- */

/* Window pooling of one output row. Windows are cut at the image (max, and average without
 * count_include_pad) or at the image with its padding (average with it). */
typedef struct {
  spindle_rows in;
  int32_t in_width, channels, out_width;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  int32_t pad_top, pad_left, pad_bottom, pad_right, count_include_pad;
} spindle_pool_params;
void spindle_max_pool_s8(const spindle_pool_params *p, const void *in, void *out, int32_t y);
void spindle_max_pool_f32(const spindle_pool_params *p, const void *in, void *out, int32_t y);
void spindle_average_pool_f32(const spindle_pool_params *p, const void *in, void *out, int32_t y);
/* sum of (in - in_zero) * in_scale over the window's taps inside of the image, in float, row by
 * row; then saturate(round_half_even(sum / taps that count / out_scale + zero)) with the model's
 * own zero point, out_zero + out_offset, which takes part in the rounding. All taps of the window
 * count if padding does. */
typedef struct {
  spindle_pool_params window;
  float in_scale, out_scale;
  int32_t in_zero, out_zero; /* as stored */
  int32_t out_offset;        /* what a stored value lacks to the model's: 128 for uint8, else 0 */
} spindle_average_pool_s8_params;
void spindle_average_pool_s8(const spindle_average_pool_s8_params *p, const void *in, void *out,
                             int32_t y);

/* Resizes an image, columns x to x + n - 1 of its row y. Nearest: pixel (y, x) is pixel
 * (row_from[y], column_from[x]) of the input. */
typedef struct {
  const int32_t *row_from, *column_from;
  spindle_rows in;
  int32_t pixel_bytes;
} spindle_resize_nearest_params;
void spindle_resize_nearest(const spindle_resize_nearest_params *p, const void *in, void *out,
                            int32_t y, int32_t x, int32_t n);
/* Linear: pixel (y, x) lies at (row_at[y], column_at[x]) of the input, coordinates from 0 to the
 * last pixel. Its neighbours are weighted with their distances from each other's side; where both
 * are the last pixel, with 0.5 and 0.5. In float, (wy1*wx1)*v11 + (wy1*wx2)*v12 + (wy2*wx1)*v21 +
 * (wy2*wx2)*v22 from left to right; 8-bit values are dequantized before and quantized after. */
typedef struct {
  const float *row_at, *column_at;
  spindle_rows in;
  int32_t in_width, channels;
  float in_scale, out_scale; /* 8 bits only, as the following */
  int32_t in_zero, out_zero;
} spindle_resize_linear_params;
void spindle_resize_linear_s8(const spindle_resize_linear_params *p, const void *in, void *out,
                              int32_t y, int32_t x, int32_t n);
void spindle_resize_linear_s8_neon(const spindle_resize_linear_params *p, const void *in, void *out,
                                   int32_t y, int32_t x, int32_t n);
void spindle_resize_linear_f32(const spindle_resize_linear_params *p, const void *in, void *out,
                               int32_t y, int32_t x, int32_t n);

/* The index of the largest (or smallest) of each of `count` times `inner` vectors of `classes`
 * elements that lie `inner` apart; of equal ones the first or the last. `out` is an unsigned or
 * non-negative integer of out_bytes (1, 4 or 8) for each. */
typedef struct {
  int32_t classes, inner, last_index, minimum, out_bytes;
} spindle_arg_max_params;
void spindle_arg_max_s8(const spindle_arg_max_params *p, const void *in, void *out, int32_t count);
void spindle_arg_max_f32(const spindle_arg_max_params *p, const void *in, void *out, int32_t count);

/* Row y of an image between planar [channels][rows][width] and interleaved [rows][width][channels]
 * order: `in` (interleave) or `out` (deinterleave) is the base of the planar image. interleave makes
 * columns x to x + n - 1 only. */
typedef struct {
  int32_t rows, width, channels, element_bytes;
} spindle_planar_params;
void spindle_interleave(const spindle_planar_params *p, const void *in, void *out, int32_t y,
                        int32_t x, int32_t n);
/* As spindle_interleave for three channels of 1 or 4 bytes. */
void spindle_interleave_neon(const spindle_planar_params *p, const void *in, void *out, int32_t y,
                             int32_t x, int32_t n);
void spindle_interleave_mve(const spindle_planar_params *p, const void *in, void *out, int32_t y,
                            int32_t x, int32_t n);
void spindle_deinterleave(const spindle_planar_params *p, const void *in, void *out, int32_t y);

/* out[i0][i1].. = in[offset + i0*stride[0] + i1*stride[1]..]: transposes and slices. Strides and
 * offset in elements. */
typedef struct {
  int32_t rank, element_bytes, offset;
  int32_t extent[SPINDLE_MAX_RANK], stride[SPINDLE_MAX_RANK];
} spindle_strided_copy_params;
void spindle_strided_copy(const spindle_strided_copy_params *p, const void *in, void *out);

/* Columns x to x + n - 1 of row y of a part of an image: pixel (y, x) is the `bytes` bytes from
 * `offset` on of pixel (first_row + y * row_step, first_column + x * column_step) of the input. */
typedef struct {
  spindle_rows in;
  int32_t first_row, row_step, first_column, column_step, pixel_bytes, offset, bytes;
} spindle_image_slice_params;
void spindle_image_slice(const spindle_image_slice_params *p, const void *in, void *out, int32_t y,
                         int32_t x, int32_t n);

/* Row y of images that lie one below the other, if it is in this one, whose first row is first_row of
 * the result; otherwise nothing. */
typedef struct {
  spindle_rows in;
  int32_t first_row;
} spindle_stack_rows_params;
void spindle_stack_rows(const spindle_stack_rows_params *p, const void *in, void *out, int32_t y);

/* Constant padding (or cropping, where `before` is negative) of a whole tensor. */
typedef struct {
  int32_t rank, element_bytes;
  int32_t in_extent[SPINDLE_MAX_RANK], out_extent[SPINDLE_MAX_RANK], before[SPINDLE_MAX_RANK];
  uint32_t fill; /* the element's bits, in its low bytes */
} spindle_pad_params;
void spindle_pad(const spindle_pad_params *p, const void *in, void *out);

/* One input of a concatenation: `outer` chunks of chunk_bytes, placed out_stride bytes apart
 * beginning at out_offset. */
typedef struct {
  int32_t outer, chunk_bytes, out_stride, out_offset;
} spindle_concat_params;
void spindle_concat(const spindle_concat_params *p, const void *in, void *out);

/* Some channels of each pixel: `bytes` bytes of pixel_bytes, from `offset` on. */
typedef struct {
  int32_t pixel_bytes, offset, bytes;
} spindle_channel_slice_params;
void spindle_channel_slice(const spindle_channel_slice_params *p, const void *in, void *out,
                           int32_t pixels);

/* Detections of a single-shot detector: boxes decoded and, class by class, those suppressed that
 * overlap a better one. `scores` is [anchor_count][classes], `offsets` [anchor_count][4]: of the
 * centre in units of the anchor's size and logarithms of factors of the size, or, by corners, of the
 * corners in those units, all times the variances. `out` is float[most][6]: class, score, low corner,
 * high corner, the best score first, of equal ones the first; rows without a detection have class
 * -1. Scores below the least are never decoded. */
typedef struct {
  const float *anchors;      /* [anchor_count][4]: centre and size, on both axes */
  const float *offset_table; /* 8 bits: [4][256] by value + 128, times variance, exp of sizes */
  const float *variance;     /* float: [4] */
  int32_t anchor_count, classes, background, most, corners; /* background -1: no such class */
  float overlap;             /* most intersection over union with a better one of the class */
  float least;               /* float: least score */
  int32_t least_s8;          /* 8 bits: least score as stored, 128 if there is none */
  float score_scale;
  int32_t score_zero;
} spindle_detect_ssd_params;
void spindle_detect_ssd_s8(const spindle_detect_ssd_params *p, const void *scores,
                           const void *offsets, void *out);
void spindle_detect_ssd_f32(const spindle_detect_ssd_params *p, const void *scores,
                            const void *offsets, void *out);

/* Boxes chosen by score, class by class: `boxes` is [boxes][4] (two corners, or centre and size),
 * `scores` [classes][boxes]. `out` is int64[classes * most][3]: 0, class, box, by class and then by
 * score, of equal ones the first; rows that are not used come last and hold -1. Taken is what scores
 * more than `least` and has an intersection over union of at most `overlap` with all that is taken. */
typedef struct {
  int32_t boxes, classes, most, centered;
  float overlap, least;
} spindle_nms_f32_params;
void spindle_nms_f32(const spindle_nms_f32_params *p, const void *boxes, const void *scores,
                     void *out);

/* The k largest (or smallest) of the middle dimension of [outer][extent][inner], the best first, of
 * equal ones the first: float values [outer][k][inner], or their positions as int64. */
typedef struct {
  int32_t outer, extent, inner, k, smallest, indices;
} spindle_top_k_f32_params;
void spindle_top_k_f32(const spindle_top_k_f32_params *p, const void *in, void *out);

/* out[o][i] = in[o][index[i]]: elements of inner_bytes, `count` of the `extent` in each of `outer`. */
typedef struct {
  const int32_t *index; /* [count] */
  int32_t outer, extent, count, inner_bytes;
} spindle_gather_params;
void spindle_gather(const spindle_gather_params *p, const void *in, void *out);

void spindle_copy(const void *in, void *out, int32_t bytes);

#ifdef __cplusplus
}
#endif

#endif /* SPINDLE_H */
