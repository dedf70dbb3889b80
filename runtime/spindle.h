/* SPDX-License-Identifier: Apache-2.0 */
/* More than 400 lines: the interface of all kernels, in the one header that generated code includes
 * and that users look them up in.
 *
 * The kernels that generated code calls. C99, freestanding, also valid C++; no allocation, no
 * state.
 *
 * Arguments. A kernel takes a pointer to its parameter struct (constants that the compiler fills
 * in), then inputs, output, scratch, then the numbers that change from call to call:
 *
 *   y         the output row to compute
 *   x, n      the output columns to compute: x, x + 1, ... x + n - 1. `out` is where column x goes.
 *   pixels    how many neighbouring pixels to compute, each with all of its channels
 *   count     how many neighbouring elements to compute
 *
 * Most kernels get a pointer to the first element that they read. Kernels with a window get the
 * base of the buffer that holds their input, and find the rows by their spindle_rows. Inputs and
 * outputs must not overlap, unless the kernel's comment says "`out` may be `in`": `out` may then be
 * equal to `in`, or begin at a lower address and overlap it. Pointers are aligned to their
 * elements; only alignment beyond that is stated. Kernels do not check their arguments.
 *
 * Data. Images are NHWC. 8-bit activations are int8: from every value and zero point of a uint8
 * tensor the compiler subtracts 128. Shapes are written as in C: in [rows][columns], the elements
 * of a row are next to each other.
 *
 * Members that many parameter structs have:
 *
 *   bias               of int8 kernels: int32, at the scale in_scale * weight_scale
 *   multiplier         in_scale * weight_scale / out_scale. Cores without an FPU may get it in
 *                      fixed point, see spindle_requantize.h.
 *   weight_zero        the zero points of the weights
 *   in_zero, out_zero  the zero points of input and output
 *   lo, hi             the limits of the activation function, as values of the output. Without an
 *                      activation they are the limits of the type: -128 and 127, or minus and plus
 *                      SPINDLE_INFINITY.
 *   kernel_*           the size of the window; stride_* and dilation_* are in pixels
 *   pad_*              rows or columns of padding on that side of the image
 *
 * int8 arithmetic follows docs/numeric-contract.md bit for bit: int32 accumulation, then
 * saturate(round_half_even((float)acc * multiplier) + out_zero) clamped to [lo, hi]; the product is
 * rounded to float before the rounding to integer (see spindle_requantize.h).
 *
 * Names. docs/kernel-names.md explains them. For example, spindle_pw_s8_dsp is the pointwise (1x1)
 * convolution of int8 values for Arm's DSP extension. */
#ifndef SPINDLE_H
#define SPINDLE_H

#include <stddef.h>
#include <stdint.h>

/* The version of Spindle: 10000 * major + 100 * minor + patch. Headers of generated models define
 * it too, because a model must be compiled with the kernels of its own version. */
#if defined(SPINDLE_RUNTIME_VERSION) && SPINDLE_RUNTIME_VERSION != 100
#error "a model and spindle.h are of two versions of Spindle: compile all models with one"
#endif
#ifndef SPINDLE_RUNTIME_VERSION
#define SPINDLE_RUNTIME_VERSION 100
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Only its name matters. Models read it, so a model does not link with the kernels of another
 * version. */
extern const unsigned char spindle_runtime_0_1_0;

/* Where the rows of a value lie. Row r, 0 <= r < rows, is at base + (r % ring) * row_bytes. A whole
 * tensor has ring == rows. In a ring buffer, ring < rows, and row r overwrites row r - ring. */
typedef struct {
  int32_t rows;
  int32_t ring;
  int32_t row_bytes;
} spindle_rows;

/* Used by generated code: the limits of a float kernel without activation, and arithmetic on
 * rows. */
#if defined(__GNUC__)
#define SPINDLE_INFINITY __builtin_huge_valf()
#elif defined(__TINYC__)
/* TinyCC takes no operation on an infinite constant for a constant, not even the minus sign.
 * Without parentheses, the sign belongs to the first factor. */
#define SPINDLE_INFINITY 1e38f * 1e38f
#else
#include <math.h>
#define SPINDLE_INFINITY INFINITY
#endif

static inline int32_t spindle_min(int32_t a, int32_t b) {
  return a < b ? a : b;
}
static inline int32_t spindle_max(int32_t a, int32_t b) {
  return a > b ? a : b;
}
/* a / b, rounded towards minus infinity; b > 0. */
static inline int32_t spindle_floor_div(int32_t a, int32_t b) {
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

/* ---- int8 ---- */

/* 1x1 convolution, or a dense layer with one pixel. `in` is [pixels][in_channels], `out` is
 * [pixels][out_channels].
 * acc[o] = bias[o] + sum_k in[k] * weights[o][k] - weight_zero[o] * sum_k in[k] */
typedef struct {
  const int8_t* weights;      /* [out_channels][in_channels] */
  const int32_t* bias;        /* [out_channels]; includes -in_zero * sum(w - weight_zero) */
  const float* multiplier;    /* [out_channels] */
  const int32_t* weight_zero; /* [out_channels], or NULL for all zero */
  int32_t in_channels, out_channels;
  int32_t out_zero, lo, hi;
} spindle_pw_s8_params;
void spindle_pw_s8(const spindle_pw_s8_params* p, const void* in, void* out, int32_t pixels);
/* Like spindle_pw_s8, with weights as [in_channels][out_channels], so that output channels become
 * the lanes of vectors. Faster on cores with vectors when there are few input channels. Requires
 * weight zero points of 0 (weight_zero is not read), and no output channel may have a weight of
 * -128 for both input 2 * i and input 2 * i + 1. */
void spindle_pw_s8_lanes(const spindle_pw_s8_params* p, const void* in, void* out, int32_t pixels);

/* spindle_pw_s8 for a part of the input channels, without the requantization. A convolution with
 * many input channels is computed as the sum of several such parts:
 * sum[pixel][o] = bias[o] + sum_k in[k] * weights[o][k] - weight_zero[o] * sum_k in[k]
 * spindle_pw_sum_add_s8 also adds previous[pixel][o]. `in` is [pixels][in_channels], where
 * in_channels are those of the part; `sum` and `previous` are int32[pixels][out_channels]. `sum`
 * may be `previous`. */
typedef struct {
  const int8_t* weights;      /* [out_channels][in_channels] */
  const int32_t* bias;        /* [out_channels]; includes -in_zero * sum(w - weight_zero) */
  const int32_t* weight_zero; /* [out_channels], or NULL for all zero */
  int32_t in_channels, out_channels;
} spindle_pw_sum_s8_params;
void spindle_pw_sum_s8(const spindle_pw_sum_s8_params* p, const void* in, void* sum,
                       int32_t pixels);
void spindle_pw_sum_add_s8(const spindle_pw_sum_s8_params* p, const void* in, const void* previous,
                           void* sum, int32_t pixels);
/* Requantizes such sums: `in` is int32[pixels][channels], `out` is int8[pixels][channels]. */
typedef struct {
  const float* multiplier; /* [channels] */
  int32_t channels;
  int32_t out_zero, lo, hi;
} spindle_requantize_s32_params;
void spindle_requantize_s32(const spindle_requantize_s32_params* p, const void* in, void* out,
                            int32_t pixels);

/* Convolutions with a window. Computes columns x to x + n - 1 of row y; `out` is [n][out_channels].
 * Taps outside of the image contribute nothing:
 * acc[o] = bias[o] + sum over taps inside (in - in_zero) * (w - weight_zero[o])
 * Here `bias` does not include the zero point of the input. */
typedef struct {
  const int8_t* weights;      /* conv: [out_channels][kernel_h][kernel_w][in_channels / groups]
                                 dw: [kernel_h][kernel_w][out_channels] */
  const int32_t* bias;        /* [out_channels] */
  const float* multiplier;    /* [out_channels] */
  const int32_t* weight_zero; /* [out_channels], or NULL for all zero */
  spindle_rows in;
  int32_t in_width, in_channels, out_width, out_channels, groups;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_conv_s8_params;
void spindle_conv_s8(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y,
                     int32_t x, int32_t n);
/* Like spindle_conv_s8 for groups == 1, with weights as
 * [kernel_h][kernel_w][in_channels][out_channels]. Faster if the input has few channels, as in the
 * first convolution of a network (the stem). */
void spindle_stem_s8(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y,
                     int32_t x, int32_t n);
/* Depthwise convolution: groups == in_channels, and out_channels is a multiple of in_channels.
 * Output channel o reads input channel o / (out_channels / groups). */
void spindle_dw_s8(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y, int32_t x,
                   int32_t n);

/* Kernels for Arm's DSP extension. They multiply pairs of int16, so inputs and weights are widened
 * to int16 in `scratch`, which must be aligned to 4 bytes. Weights are packed in the order in which
 * the kernels read them, one layout per kernel. Results are saturated to -128..127 for free;
 * tighter limits lo, hi cost a second pass over the output. */

/* Fractional bits (F) of fixed-point multipliers. Where such a multiplier gives exactly the same
 * results as the float one (compiler/lower/pack/fixed_point.h says when), a result is
 * saturate((hi32(accumulator * multiplier) + out_zero * 2^F + 2^(F-1)) >> F)
 * where hi32 is the upper half of a 64-bit product. */
#define SPINDLE_FIXED_BITS 3

/* Words before the weights of two output channels: two biases and two multipliers. */
#define SPINDLE_GEMM_S8_DSP_HEAD 4

/* The most pixels of a call. Weights are widened once for all pixels of a call. */
#define SPINDLE_GEMM_S8_DSP_PIXELS 56

/* The core of spindle_pw_s8_dsp and spindle_stem_s8_dsp; generated code does not call it. `inputs`
 * are already widened to pairs of int16, laid out as spindle_gemm_dsp.h says. `widened` is scratch
 * for weights, int16[2][depth rounded up to 8]. It is not used if there is one pixel, weight_zero
 * is NULL and depth is a multiple of 8. `out` is [pixels][out_channels], 1 <= pixels <=
 * SPINDLE_GEMM_S8_DSP_PIXELS.
 *
 * Packed weights: one record for each two output channels o and o + 1, in words of 32 bits. The
 * number of inputs is rounded up to a multiple of 8; the inputs added have weights that count as 0.
 * If out_channels is odd, so is the last channel's partner.
 *
 *   words            content
 *   2                biases of o and o + 1, as in spindle_pw_s8_params
 *   2                multipliers of o and o + 1, as in spindle_fixed.h
 *   inputs / 2       weights
 *
 * Four inputs k to k + 3 take two words of weights, in the order in which SXTB16 widens a word of
 * inputs:
 *
 *   byte             0             1                 2             3
 *   first word       w[o][k]       w[o + 1][k]       w[o][k + 2]   w[o + 1][k + 2]
 *   second word      w[o][k + 1]   w[o + 1][k + 1]   w[o][k + 3]   w[o + 1][k + 3] */
typedef struct {
  const int32_t* weights;     /* packed as above */
  const int32_t* weight_zero; /* [out_channels rounded up to 2], or NULL for all zero */
  int32_t depth;              /* inputs of a pixel, padded with zeros to a multiple of 4 */
  int32_t out_channels;
  int32_t out_zero, lo, hi;
} spindle_gemm_s8_dsp_params;
void spindle_gemm_s8_dsp(const spindle_gemm_s8_dsp_params* p, const uint32_t* inputs,
                         uint32_t* widened, int8_t* out, int32_t pixels);

/* Like spindle_pw_s8, `chunk` pixels at a time, 1 <= chunk <= SPINDLE_GEMM_S8_DSP_PIXELS. With
 * depth = in_channels rounded up to 4, scratch is
 *   2 * depth * chunk bytes             the widened inputs
 *   4 * (depth rounded up to 8) bytes   the widened weights; not needed if spindle_gemm_s8_dsp does
 *                                       not use `widened` */
typedef struct {
  const int32_t *weights, *weight_zero; /* as in spindle_gemm_s8_dsp_params */
  int32_t in_channels, out_channels;
  int32_t out_zero, lo, hi;
  int32_t chunk;
} spindle_pw_s8_dsp_params;
void spindle_pw_s8_dsp(const spindle_pw_s8_dsp_params* p, const void* in, void* out, void* scratch,
                       int32_t pixels);

/* Like spindle_stem_s8 without dilation, for windows of at most SPINDLE_STEM_S8_DSP_ROWS rows and
 * SPINDLE_STEM_S8_DSP_TAPS inputs. A row of the window has run = kernel_w * in_channels bytes. The
 * inputs of a window are numbered in this order, and so are the weights: the first run / 4 * 4
 * bytes of each row, row by row; then the last run % 4 bytes of each row. For a 3 x 3 window of 3
 * channels: bytes 0 to 7 of rows 0, 1 and 2, then byte 8 of rows 0, 1 and 2. Scratch is as for
 * spindle_pw_s8_dsp, with depth = number of inputs of a window, rounded up to 4. */
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
void spindle_stem_s8_dsp(const spindle_stem_s8_dsp_params* p, const void* in, void* out,
                         void* scratch, int32_t y, int32_t x, int32_t n);

/* Like spindle_dw_s8 for 3 x 3 windows, a stride of 1 or 2 (the same for rows and columns), padding
 * of at most 1, no dilation, one output channel for each input channel, at least 4 channels, and
 * weight zero points of 0.
 *
 * Packed weights: blocks of four channels. The last block ends at the last channel, so it may
 * overlap the one before. The channels of a block come in the order 0, 2, 1, 3, each as four words;
 * byte 0 is the least significant, and wRC is the weight in row R, column C:
 *
 *   byte      0     1     2     3
 *   word 0    w00   w01   w10   w11
 *   word 1    w02   w20   w12   w21
 *   word 2    w22 as int32
 *   word 3    bias - in_zero * sum(w)
 *
 * Scratch: the kernel computes at most SPINDLE_DW3X3_S8_DSP_TILE outputs at a time. It needs 24
 * bytes for each input column that their windows cover, and 16 for each output. */
#define SPINDLE_DW3X3_S8_DSP_TILE 8
typedef struct {
  const int32_t* weights;
  const int32_t* multiplier; /* [block][4]: a group as in spindle_fixed.h, not reordered */
  spindle_rows in;
  int32_t in_width, channels;
  int32_t stride, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_dw3x3_s8_dsp_params;
void spindle_dw3x3_s8_dsp(const spindle_dw3x3_s8_dsp_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n);

/* Like spindle_dw3x3_s8_dsp for weights with zero points. w is the weight minus its zero point,
 * which takes 16 bits. Packed weights of a channel are six words:
 *
 *   half      low   high
 *   word 0    w00   w10
 *   word 1    w01   w11
 *   word 2    w02   w12
 *   word 3    w20   w21
 *   word 4    w22 as int32
 *   word 5    bias - in_zero * sum(w) */
void spindle_dw3x3_s8w_dsp(const spindle_dw3x3_s8_dsp_params* p, const void* in, void* out,
                           void* scratch, int32_t y, int32_t x, int32_t n);
/* Like spindle_dw3x3_s8w_dsp for 5 x 5 windows and any padding. Packed weights of a channel are 14
 * words:
 *
 *   half               low   high
 *   word 2 * C         w0C   w1C      for columns C = 0 to 4
 *   word 2 * C + 1     w2C   w3C
 *   word 10            w40   w41
 *   word 11            w42   w43
 *   word 12            w44   0
 *   word 13            bias - in_zero * sum(w)
 *
 * Scratch: 40 bytes for each input column and 16 for each output. */
void spindle_dw5x5_s8_dsp(const spindle_dw3x3_s8_dsp_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n);

/* Kernels for NEON (AArch64 and Armv7-A: _neon), for the dot product instructions (_dot) and for
 * the 8-bit matrix product instructions (_i8mm). They compute what the portable kernel of the same
 * name computes. `narrow` is 1 if round_half_even((float)acc * multiplier) + out_zero fits into 16
 * bits for every possible input; the kernel then takes a faster path.
 *
 * Pointwise: in_channels >= 8; out_channels >= 8 (dot, i8mm) or >= 4 (neon). Weights are packed in
 * panels. A panel holds the biases, multipliers and weights of 8 output channels (neon: 4). The
 * last panel ends at the last channel, so it may overlap the one before. The layout of a panel is
 * in spindle_gemm_s8_neon.h, spindle_gemm_s8_dot.h and spindle_gemm_s8_i8mm.h. */
typedef struct {
  const int8_t* panels;
  const int32_t* weight_zero; /* [out_channels], or NULL for all zero */
  int32_t in_channels, out_channels;
  int32_t out_zero, lo, hi, narrow;
} spindle_pw_s8_neon_params;
void spindle_pw_s8_neon(const spindle_pw_s8_neon_params* p, const void* in, void* out,
                        int32_t pixels);
void spindle_pw_s8_dot(const spindle_pw_s8_neon_params* p, const void* in, void* out,
                       int32_t pixels);
void spindle_pw_s8_i8mm(const spindle_pw_s8_neon_params* p, const void* in, void* out,
                        int32_t pixels);
/* First convolution, computed like a pointwise one whose input channels are the inputs of the
 * window, in the order [kernel_h][kernel_w][in_channels]. Requires groups and dilations of 1,
 * in_channels * kernel_w <= 16, and at most 80 inputs in a window. Panels are those of a pointwise
 * convolution with as many input channels as a window has inputs, padded with zero weights to a
 * multiple of 16 (dot: of 4; i8mm: of 8), and to at least 16. */
typedef struct {
  const int8_t* panels;
  const int32_t* weight_zero; /* [out_channels], or NULL for all zero */
  spindle_rows in;
  int32_t in_width, in_channels, out_channels;
  int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi, narrow;
} spindle_stem_s8_neon_params;
void spindle_stem_s8_neon(const spindle_stem_s8_neon_params* p, const void* in, void* out,
                          int32_t y, int32_t x, int32_t n);
void spindle_stem_s8_dot(const spindle_stem_s8_neon_params* p, const void* in, void* out, int32_t y,
                         int32_t x, int32_t n);
void spindle_stem_s8_i8mm(const spindle_stem_s8_neon_params* p, const void* in, void* out,
                          int32_t y, int32_t x, int32_t n);
/* Depthwise 3 x 3. Requires one output channel for each input channel, at least 16 channels (neon
 * on Armv7-A: 8), weight zero points of 0, dilations of 1, and stride_w of 1 or 2. Every window
 * must have at least one row inside of the image. The layout of the weights is in the kernels'
 * files. */
typedef struct {
  const int8_t* weights;
  const int32_t* bias;     /* [channels]; includes -in_zero * sum(w) */
  const float* multiplier; /* [channels] */
  spindle_rows in;
  int32_t in_width, channels;
  int32_t block; /* channels of a block of `weights`: 16, or 8 (neon on Armv7-A) */
  int32_t stride_h, stride_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi, narrow;
} spindle_dw3x3_s8_neon_params;
void spindle_dw3x3_s8_neon(const spindle_dw3x3_s8_neon_params* p, const void* in, void* out,
                           int32_t y, int32_t x, int32_t n);
void spindle_dw3x3_s8_dot(const spindle_dw3x3_s8_neon_params* p, const void* in, void* out,
                          int32_t y, int32_t x, int32_t n);
/* Depthwise 3 x 3 for weights with zero points, stride_h == stride_w, and at least 8 channels;
 * otherwise the requirements of spindle_dw3x3_s8_neon. Weights are int16, minus their zero points,
 * as [block of 8 channels][3 rows][3 columns][8]. `bias` includes -in_zero * sum(w - weight_zero);
 * weight_zero is not read. */
void spindle_dw3x3_s8w_neon(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y,
                            int32_t x, int32_t n);
/* Depthwise for windows of at most 8 rows; weights as in spindle_dw_s8. Requires as many output
 * channels as input channels, and at least 8. */
void spindle_dw_s8_neon(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y,
                        int32_t x, int32_t n);

/* Kernels for Helium (MVE). Weights, biases and multipliers are one array of words, packed in the
 * order in which the kernel reads them. Biases include -in_zero * sum(w - weight_zero). Weight zero
 * points must be 0 unless the comment says otherwise.
 *
 * Like spindle_pw_s8, for at least 4 and fewer than 2^14 output channels. The layout of the weights
 * is in spindle_gemm_s8_mve.h. */
typedef struct {
  const int32_t* weights;
  int32_t in_channels, out_channels;
  int32_t out_zero, lo, hi;
} spindle_pw_s8_mve_params;
void spindle_pw_s8_mve(const spindle_pw_s8_mve_params* p, const void* in, void* out,
                       int32_t pixels);
/* Like spindle_pw_s8_mve, for weights with zero points. */
void spindle_pw_s8w_mve(const spindle_pw_s8_mve_params* p, const void* in, void* out,
                        int32_t pixels);

/* Like spindle_dw_s8 for 3 x 3 windows, a stride of 1 or 2 (the same for rows and columns), no
 * dilation, and one output channel for each input channel, at least 16. The layout of the weights
 * is in the kernel's file. Scratch, aligned to 4 bytes: 64 bytes for each input column that the
 * windows of 8 outputs (4 at stride 2) cover. */
typedef struct {
  const int32_t* weights;
  spindle_rows in;
  int32_t in_width, channels;
  int32_t stride, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_dw3x3_s8_mve_params;
void spindle_dw3x3_s8_mve(const spindle_dw3x3_s8_mve_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n);
/* Like spindle_dw_s8 for windows of at most SPINDLE_DW_S8_MVE_ROWS rows and one output channel for
 * each input channel, at least 8. Weights are int16, minus their zero points; their layout is in
 * the kernel's file. */
#define SPINDLE_DW_S8_MVE_ROWS 8
typedef struct {
  const int32_t* weights;
  spindle_rows in;
  int32_t in_width, channels;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_dw_s8_mve_params;
void spindle_dw_s8_mve(const spindle_dw_s8_mve_params* p, const void* in, void* out, int32_t y,
                       int32_t x, int32_t n);
/* First convolution with groups and dilations of 1, computed like a pointwise one whose input
 * channels are the inputs of the window, in the order [kernel_h][kernel_w][in_channels]. Scratch
 * holds these inputs for SPINDLE_STEM_S8_MVE_PIXELS pixels. */
#define SPINDLE_STEM_S8_MVE_PIXELS 8
typedef struct {
  const int32_t* weights; /* as in spindle_pw_s8_mve_params */
  spindle_rows in;
  int32_t in_width, in_channels, out_channels;
  int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
  int32_t in_zero, out_zero, lo, hi;
} spindle_stem_s8_mve_params;
void spindle_stem_s8_mve(const spindle_stem_s8_mve_params* p, const void* in, void* out,
                         void* scratch, int32_t y, int32_t x, int32_t n);
/* Like spindle_stem_s8_mve, for weights with zero points. */
void spindle_stem_s8w_mve(const spindle_stem_s8_mve_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n);

/* Residual add of `count` elements, in fused multiply-adds (one rounding each):
 *   t      = fma(b + b_offset, b_scale, bias)
 *   result = saturate(round_half_even(fma(a + a_offset, a_scale, t)) - out_offset)
 * The result is then clamped to [lo, hi]. An offset is 128 if the model's tensor is uint8, else 0,
 * so that the floats are those of the model. `out` may be `a` or `b`. */
typedef struct {
  float a_scale, b_scale, bias;
  int32_t a_offset, b_offset, out_offset;
  int32_t lo, hi; /* in units of the result, after out_offset has been subtracted */
} spindle_add_s8_params;
void spindle_add_s8(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                    int32_t count);
/* The same for Arm's DSP extension, NEON and Helium (MVE). */
void spindle_add_s8_dsp(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                        int32_t count);
void spindle_add_s8_neon(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                         int32_t count);
void spindle_add_s8_mve(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                        int32_t count);

/* Mean over rows and columns. Each call of spindle_mean_add adds columns x to x + n - 1 of row y to
 * the sums `acc`, int32[channels]. The calls go through the image in order: the one with y == 0 and
 * x == 0 sets the sums to zero first. spindle_mean_end computes the result from the sums. */
typedef struct {
  int32_t rows, width, channels;
  float multiplier; /* in_scale / (out_scale * rows * width) */
  int32_t in_zero, out_zero, lo, hi;
} spindle_mean_s8_params;
void spindle_mean_add_s8(const spindle_mean_s8_params* p, const void* in, void* acc, int32_t y,
                         int32_t x, int32_t n);
void spindle_mean_add_s8_neon(const spindle_mean_s8_params* p, const void* in, void* acc, int32_t y,
                              int32_t x, int32_t n);
void spindle_mean_add_s8_mve(const spindle_mean_s8_params* p, const void* in, void* acc, int32_t y,
                             int32_t x, int32_t n);
void spindle_mean_end_s8(const spindle_mean_s8_params* p, const void* acc, void* out);

/* The same as float: out[c] = acc[c] * scale / divisor, each step rounded, clamped to [lo, hi]. */
typedef struct {
  int32_t channels;
  float scale, divisor, lo, hi;
} spindle_mean_s8_f32_params;
void spindle_mean_end_s8_f32(const spindle_mean_s8_f32_params* p, const void* acc, void* out);

/* Any function of one 8-bit value: out[i] = table[in[i] + 128]. `out` may be `in`. */
typedef struct {
  const int8_t* table; /* [256] */
} spindle_lut_s8_params;
void spindle_lut_s8(const spindle_lut_s8_params* p, const void* in, void* out, int32_t count);

/* A function of one 8-bit value for each channel: out[i] = table[c][in[i] + 128], where c is the
 * channel of element i. `out` of spindle_table_s8 may be `in`. */
typedef struct {
  const int8_t* table; /* [channels][256] */
  int32_t channels;
} spindle_table_s8_params;
void spindle_table_s8(const spindle_table_s8_params* p, const void* in, void* out, int32_t pixels);
typedef struct {
  const float* table; /* [channels][256] */
  int32_t channels;
} spindle_table_f32_params;
void spindle_table_f32(const spindle_table_f32_params* p, const void* in, void* out,
                       int32_t pixels);

/* The most dimensions of a tensor in the kernels below. */
#define SPINDLE_MAX_RANK 6

/* Sums and means over any dimensions, by one of two formulas of docs/numeric-contract.md.
 * SPINDLE_SUM_INTEGERS: int32 sums of in - in_zero, requantized by `multiplier`. The other orders:
 * the sum of (in - in_zero) * in_scale in float, added in the named order; then
 * saturate(round_half_even(sum / divisor / out_scale) + out_zero), clamped to [lo, hi]. */
typedef enum {
  SPINDLE_SUM_INTEGERS,
  SPINDLE_SUM_IN_TURN,
  SPINDLE_SUM_FOURS,
  SPINDLE_SUM_LANES
} spindle_sum_order;
typedef struct {
  int32_t order; /* spindle_sum_order */
  /* The dimensions, outermost first, with strides in elements. Reduced dimensions are in the order
   * in which the sum goes through them, kept dimensions in the order of the output. */
  int32_t reduced_rank, kept_rank;
  int32_t reduced_extent[SPINDLE_MAX_RANK], reduced_stride[SPINDLE_MAX_RANK];
  int32_t kept_extent[SPINDLE_MAX_RANK], kept_stride[SPINDLE_MAX_RANK];
  int32_t kept_position[SPINDLE_MAX_RANK]; /* as kept_stride, in the model file's tensor, modulo
                                              4 */
  int32_t count, run;                      /* elements of one sum; of one run (SPINDLE_SUM_LANES) */
  int32_t run_position;                    /* stride from run to run, as kept_position */
  float in_scale, divisor, out_scale;
  float multiplier; /* SPINDLE_SUM_INTEGERS: in_scale / (out_scale * count) */
  int32_t in_zero, out_zero, lo, hi;
} spindle_reduce_s8_params;
void spindle_reduce_s8(const spindle_reduce_s8_params* p, const void* in, void* out);

/* Sums and means of codes as float. With dimensions as in spindle_reduce_s8_params, a result is
 * acc * scale / divisor, each step rounded, clamped to [lo, hi]; acc is the int32 sum of
 * in - in_zero. */
typedef struct {
  int32_t reduced_rank, kept_rank;
  int32_t reduced_extent[SPINDLE_MAX_RANK], reduced_stride[SPINDLE_MAX_RANK];
  int32_t kept_extent[SPINDLE_MAX_RANK], kept_stride[SPINDLE_MAX_RANK];
  int32_t in_zero;
  float scale, divisor, lo, hi;
} spindle_reduce_s8_f32_params;
void spindle_reduce_s8_f32(const spindle_reduce_s8_f32_params* p, const void* in, void* out);

/* Softmax of `vectors` vectors of `classes` elements each. With e[i] = exp_table[max - q[i]],
 * summed in float in index order, a result is saturate(round_half_even((e[i] / sum) * steps) +
 * out_zero). The data are [vectors / inner][classes][inner]: the elements of a vector lie `inner`
 * apart. `vectors` is a multiple of `inner`. */
typedef struct {
  const float* exp_table; /* [256]: exp(-d * in_scale) */
  int32_t classes;
  float steps; /* 1 / out_scale; rounded down to an integer if classes > 1 */
  int32_t out_zero;
  int32_t inner;
} spindle_softmax_s8_params;
void spindle_softmax_s8(const spindle_softmax_s8_params* p, const void* in, void* out,
                        int32_t vectors);

/* quantize, float to int8: saturate(round_half_even(x / scale) + zero). dequantize, int8 to float:
 * (q - zero) * scale. */
typedef struct {
  float scale;
  int32_t zero;
} spindle_quantize_params;
void spindle_quantize_f32_s8(const spindle_quantize_params* p, const void* in, void* out,
                             int32_t count);
void spindle_quantize_f32_s8_neon(const spindle_quantize_params* p, const void* in, void* out,
                                  int32_t count);
/* For Arm's DSP extension. Gives the same results except for NaN, whose result is unspecified. */
void spindle_quantize_f32_s8_dsp(const spindle_quantize_params* p, const void* in, void* out,
                                 int32_t count);
/* For Helium (MVE). Requires 2^-100 <= scale <= 2^100. */
void spindle_quantize_f32_s8_mve(const spindle_quantize_params* p, const void* in, void* out,
                                 int32_t count);
void spindle_dequantize_s8_f32(const spindle_quantize_params* p, const void* in, void* out,
                               int32_t count);

/* Elementwise function of two int8 tensors, computed in float. a and b are dequantized, (q - zero)
 * * scale; the result is quantized like in spindle_quantize_f32_s8 and clamped to [lo, hi]. `out`
 * is [pixels][channels]. a and b may be broadcast: a_pixel and a_channel are the strides of `a`, in
 * elements, from pixel to pixel and from channel to channel; a stride of 0 repeats the same value.
 * Takes every kind but SPINDLE_POW, SPINDLE_ADD and SPINDLE_MUL; the last two have kernels of their
 * own. `out` may be an operand that is not broadcast. */
typedef struct {
  int32_t kind; /* spindle_binary_kind */
  int32_t channels, a_pixel, a_channel, b_pixel, b_channel;
  float a_scale, b_scale, out_scale;
  int32_t a_zero, b_zero, out_zero, lo, hi;
} spindle_binary_s8_params;
void spindle_binary_s8(const spindle_binary_s8_params* p, const void* a, const void* b, void* out,
                       int32_t pixels);

/* spindle_add_rows_s8 is spindle_add_s8 with broadcasting, spindle_mul_s8 the product; strides are
 * as in spindle_binary_s8_params. The product is
 *   round_half_even((float)((a - a_zero) * (b - b_zero)) * multiplier + out_zero) - out_offset
 * clamped to [lo, hi]. out_zero is the zero point of the model's own tensor, and out_offset is 128
 * if that tensor is uint8, else 0. `out` may be an operand that is not broadcast. */
typedef struct {
  int32_t channels, a_pixel, a_channel, b_pixel, b_channel;
  float a_scale, b_scale, bias;
  int32_t a_offset, b_offset, out_offset;
  int32_t lo, hi; /* in units of the result, after out_offset has been subtracted */
} spindle_add_rows_s8_params;
void spindle_add_rows_s8(const spindle_add_rows_s8_params* p, const void* a, const void* b,
                         void* out, int32_t pixels);
typedef struct {
  int32_t channels, a_pixel, a_channel, b_pixel, b_channel;
  float multiplier;
  int32_t a_zero, b_zero, out_zero, out_offset;
  int32_t lo, hi; /* in units of the result, after out_offset has been subtracted */
} spindle_mul_s8_params;
void spindle_mul_s8(const spindle_mul_s8_params* p, const void* a, const void* b, void* out,
                    int32_t pixels);

/* Converts uint8 to int8 or back: adds or subtracts 128, which flips bit 7. `out` may be `in`. */
void spindle_flip_sign(const void* in, void* out, int32_t count);

/* ---- float32 ---- */

/* Output channels of a panel of weights of the float 1x1 kernels. */
#define SPINDLE_PW_F32_PANEL 8

/* 1x1 convolution or dense layer: `in` is [pixels][in_channels], `out` is [pixels][out_channels],
 * clamped to [lo, hi]. Weights are packed in panels of 8 output channels (PANEL), the last padded
 * with zeros:
 *
 *   panel p, for each input channel k:   w[8p][k]  w[8p + 1][k]  ...  w[8p + 7][k] */
typedef struct {
  const float* weights; /* [ceil(out_channels / PANEL)][in_channels][PANEL] */
  const float* bias;    /* [out_channels rounded up to PANEL] */
  int32_t in_channels, out_channels;
  float lo, hi;
} spindle_pw_f32_params;
void spindle_pw_f32(const spindle_pw_f32_params* p, const void* in, void* out, int32_t pixels);
void spindle_pw_f32_neon(const spindle_pw_f32_params* p, const void* in, void* out, int32_t pixels);

typedef struct {
  const float* weights; /* conv: [kernel_h][kernel_w][in_channels / groups][out_channels]
                           dw: [kernel_h][kernel_w][out_channels] */
  const float* bias;    /* [out_channels] */
  spindle_rows in;
  int32_t in_width, in_channels, out_width, out_channels, groups;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
  float lo, hi;
} spindle_conv_f32_params;
void spindle_conv_f32(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                      int32_t x, int32_t n);
void spindle_dw_f32(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                    int32_t x, int32_t n);
/* Like spindle_dw_f32 for 3 x 3 windows, dilations of 1, stride_w of 1 or 2, and one output channel
 * for each input channel, at least 8. Every window must have at least one row inside of the
 * image. */
void spindle_dw3x3_f32_neon(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                            int32_t x, int32_t n);
/* First convolution with groups and dilations of 1 and at most 80 inputs in a window. The inputs of
 * a window, in the order [kernel_h][kernel_w][in_channels] and padded with zeros to a multiple of
 * 4, take the place of the input channels of a 1x1 convolution: weights and bias are packed as in
 * spindle_pw_f32_params. */
void spindle_stem_f32_neon(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                           int32_t x, int32_t n);

/* Kernels for a scalar FPU with fused multiply-adds (Cortex-M4, M7, M33). */
void spindle_pw_f32_vfp(const spindle_pw_f32_params* p, const void* in, void* out, int32_t pixels);
/* Like spindle_dw_f32 for 3 x 3 windows, dilations of 1, stride_w of 1 or 2, lo == 0, and one
 * output channel for each input channel, at least 2. The middle column of every window must be
 * inside of the image. Weights are [pair of channels][kernel_w][kernel_h][2]; note that columns
 * come before rows. The last pair ends at the last channel, so it may overlap the one before. */
void spindle_dw3x3_f32_vfp(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                           int32_t x, int32_t n);
/* First convolution with groups and dilations of 1, computed like a pointwise one whose input
 * channels are the inputs of the window, in the order [kernel_h][kernel_w][in_channels]. Scratch
 * holds these inputs for SPINDLE_STEM_F32_VFP_PIXELS pixels. Weights and bias are packed as in
 * spindle_pw_f32_params. */
#define SPINDLE_STEM_F32_VFP_PIXELS 2
void spindle_stem_f32_vfp(const spindle_conv_f32_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n);

/* The same for Helium (MVE) with floats. The depthwise kernel needs at least 4 channels and takes
 * any lo. Its weights are [block of 4 channels][kernel_h][kernel_w][4]; the last block ends at the
 * last channel, so it may overlap the one before. */
void spindle_pw_f32_mve(const spindle_pw_f32_params* p, const void* in, void* out, int32_t pixels);
void spindle_dw3x3_f32_mve(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                           int32_t x, int32_t n);
#define SPINDLE_STEM_F32_MVE_PIXELS 3
void spindle_stem_f32_mve(const spindle_conv_f32_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n);

/* Elementwise on tensors of equal shape, the result clamped to [lo, hi]. `out` may be `a`, `b` or
 * `in`. */
typedef struct {
  float lo, hi;
} spindle_clip_f32_params;
void spindle_add_f32(const spindle_clip_f32_params* p, const void* a, const void* b, void* out,
                     int32_t count);
void spindle_add_f32_neon(const spindle_clip_f32_params* p, const void* a, const void* b, void* out,
                          int32_t count);
void spindle_clip_f32(const spindle_clip_f32_params* p, const void* in, void* out, int32_t count);

typedef enum {
  SPINDLE_ADD,
  SPINDLE_SUB,
  SPINDLE_MUL,
  SPINDLE_DIV,
  SPINDLE_MIN,
  SPINDLE_MAX,
  SPINDLE_PRELU, /* b * a if a < 0, else a */
  SPINDLE_POW
} spindle_binary_kind;

/* Elementwise function of two tensors with broadcasting, the result clamped to [lo, hi]. Strides
 * are in elements; a stride of 0 repeats the same value. `out` has the shape `extent`, without
 * gaps. */
typedef struct {
  int32_t kind; /* spindle_binary_kind */
  int32_t rank;
  int32_t extent[SPINDLE_MAX_RANK], a_stride[SPINDLE_MAX_RANK], b_stride[SPINDLE_MAX_RANK];
  float lo, hi;
} spindle_binary_f32_params;
void spindle_binary_f32(const spindle_binary_f32_params* p, const void* a, const void* b,
                        void* out);

/* The same for an output of [pixels][channels]. Strides of a and b are as in
 * spindle_binary_s8_params. `out` may be an operand that is not broadcast. */
typedef struct {
  int32_t kind; /* spindle_binary_kind */
  int32_t channels, a_pixel, a_channel, b_pixel, b_channel;
  float lo, hi;
} spindle_binary_rows_f32_params;
void spindle_binary_rows_f32(const spindle_binary_rows_f32_params* p, const void* a, const void* b,
                             void* out, int32_t pixels);

/* Batched matrix product: a [rows][depth] times b [depth][columns] gives out [rows][columns], for
 * each position in the outer dimensions `extent`. From position to position a and b advance by
 * their strides, in elements; `out` has no gaps. */
typedef struct {
  int32_t rows, depth, columns, rank;
  int32_t extent[SPINDLE_MAX_RANK], a_stride[SPINDLE_MAX_RANK], b_stride[SPINDLE_MAX_RANK];
} spindle_matmul_f32_params;
void spindle_matmul_f32(const spindle_matmul_f32_params* p, const void* a, const void* b,
                        void* out);

typedef enum {
  SPINDLE_SIGMOID,
  SPINDLE_HARD_SIGMOID,
  SPINDLE_HARD_SWISH,
  SPINDLE_TANH,
  SPINDLE_EXP,
  SPINDLE_LOG,
  SPINDLE_SQRT,
  SPINDLE_RECIPROCAL,
  SPINDLE_NEG,
  SPINDLE_ABS,
  SPINDLE_FLOOR,
  SPINDLE_CEIL,
  SPINDLE_ROUND,
  SPINDLE_ERF,
  SPINDLE_LEAKY_RELU,
  SPINDLE_ELU,
  SPINDLE_SOFTPLUS,
  SPINDLE_GELU,
  SPINDLE_GELU_TANH,
  SPINDLE_SELU,
  SPINDLE_MISH,
  SPINDLE_AFFINE
} spindle_unary_kind;

/* Elementwise function. alpha and beta mean what ONNX says for the operator (beta is the
 * gamma of Selu); SPINDLE_AFFINE is alpha * x + beta. `out` may be `in`. */
typedef struct {
  int32_t kind; /* spindle_unary_kind */
  float alpha, beta;
} spindle_unary_f32_params;
void spindle_unary_f32(const spindle_unary_f32_params* p, const void* in, void* out, int32_t count);
/* The kinds from SPINDLE_GELU to SPINDLE_MISH, which spindle_unary_f32 does not take: each is
 * composed of several functions, and the code of all would be in every program that uses one. */
void spindle_composed_f32(const spindle_unary_f32_params* p, const void* in, void* out,
                          int32_t count);

/* Mean over rows and columns, called as spindle_mean_add_s8; `acc` is float[channels]. */
typedef struct {
  int32_t rows, width, channels;
  float lo, hi;
} spindle_mean_f32_params;
void spindle_mean_add_f32(const spindle_mean_f32_params* p, const void* in, void* acc, int32_t y,
                          int32_t x, int32_t n);
void spindle_mean_add_f32_neon(const spindle_mean_f32_params* p, const void* in, void* acc,
                               int32_t y, int32_t x, int32_t n);
void spindle_mean_end_f32(const spindle_mean_f32_params* p, const void* acc, void* out);

typedef enum {
  SPINDLE_REDUCE_MEAN,
  SPINDLE_REDUCE_SUM,
  SPINDLE_REDUCE_MAX,
  SPINDLE_REDUCE_MIN
} spindle_reduce_kind;

/* Reduces a whole tensor over the dimensions d with reduced[d] == 1; the result is clamped to [lo,
 * hi]. */
typedef struct {
  int32_t kind; /* spindle_reduce_kind */
  int32_t rank;
  int32_t extent[SPINDLE_MAX_RANK], reduced[SPINDLE_MAX_RANK];
  float lo, hi;
} spindle_reduce_f32_params;
void spindle_reduce_f32(const spindle_reduce_f32_params* p, const void* in, void* out);

/* Softmax over the middle dimension of [outer][classes][inner]. */
typedef struct {
  int32_t outer, classes, inner;
} spindle_softmax_f32_params;
void spindle_softmax_f32(const spindle_softmax_f32_params* p, const void* in, void* out);

/* ---- any element type ---- */

/* Pooling with a window; computes output row y, [out_width][channels]. Taps outside of the image do
 * not take part. The average divides by the number of taps inside of the image or, if
 * count_include_pad is 1, by the number inside of the image and its padding. */
typedef struct {
  spindle_rows in;
  int32_t in_width, channels, out_width;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  int32_t pad_top, pad_left, pad_bottom, pad_right, count_include_pad;
} spindle_pool_params;
void spindle_max_pool_s8(const spindle_pool_params* p, const void* in, void* out, int32_t y);
void spindle_max_pool_f32(const spindle_pool_params* p, const void* in, void* out, int32_t y);
void spindle_average_pool_f32(const spindle_pool_params* p, const void* in, void* out, int32_t y);
/* Average pooling of int8. Sums (in - in_zero) * in_scale over the taps inside of the image, in
 * float, row by row. The result is saturate(round_half_even(sum / taps / out_scale + zero)). `zero`
 * is the zero point of the model's own tensor, out_zero + out_offset; it takes part in the
 * rounding. `taps` is the number of taps inside of the image or, if count_include_pad is 1, of the
 * whole window. */
typedef struct {
  spindle_pool_params window;
  float in_scale, out_scale;
  int32_t in_zero, out_zero; /* of the int8 tensors */
  int32_t out_offset;        /* 128 if the model's tensor is uint8, else 0 */
} spindle_average_pool_s8_params;
void spindle_average_pool_s8(const spindle_average_pool_s8_params* p, const void* in, void* out,
                             int32_t y);

/* Resizes an image; computes columns x to x + n - 1 of output row y. Nearest: output pixel (y, x)
 * is input pixel (row_from[y], column_from[x]). */
typedef struct {
  const int32_t *row_from, *column_from;
  spindle_rows in;
  int32_t pixel_bytes;
} spindle_resize_nearest_params;
void spindle_resize_nearest(const spindle_resize_nearest_params* p, const void* in, void* out,
                            int32_t y, int32_t x, int32_t n);
/* Linear: output pixel (y, x) lies at (row_at[y], column_at[x]) of the input; coordinates go from 0
 * to rows - 1 or in_width - 1. In each dimension the weights of the two neighbours are (second -
 * at) and (at - first); if both are the last pixel, 0.5 and 0.5. The result in float is, added from
 * left to right,
 *   (wy1*wx1)*v11 + (wy1*wx2)*v12 + (wy2*wx1)*v21 + (wy2*wx2)*v22
 * 8-bit values are dequantized before and quantized after. */
typedef struct {
  const float *row_at, *column_at;
  spindle_rows in;
  int32_t in_width, channels;
  float in_scale, out_scale; /* used for 8 bits only, like the zero points */
  int32_t in_zero, out_zero;
} spindle_resize_linear_params;
void spindle_resize_linear_s8(const spindle_resize_linear_params* p, const void* in, void* out,
                              int32_t y, int32_t x, int32_t n);
void spindle_resize_linear_s8_neon(const spindle_resize_linear_params* p, const void* in, void* out,
                                   int32_t y, int32_t x, int32_t n);
void spindle_resize_linear_f32(const spindle_resize_linear_params* p, const void* in, void* out,
                               int32_t y, int32_t x, int32_t n);
/* Interpolates the codes of the model's tensor, which are the int8 values minus in_zero, and
 * truncates towards zero. The scales and out_zero are not used. */
void spindle_resize_codes_s8(const spindle_resize_linear_params* p, const void* in, void* out,
                             int32_t y, int32_t x, int32_t n);

/* Blocks of pixels from channels; computes columns x to x + n - 1 of output row y. Pixel (y, x) of
 * the output is pixel (Y, X) = (y + crop_top, x + crop_left) of the image that the blocks make,
 * which lies in input pixel (Y / block_rows, X / block_columns): in every `block_rows *
 * block_columns` runs there, run Y % block_rows * block_columns + X % block_columns. A pixel of the
 * output has `runs` runs of run_bytes. */
typedef struct {
  spindle_rows in;
  int32_t block_rows, block_columns, crop_top, crop_left, runs, run_bytes;
} spindle_depth_to_space_params;
void spindle_depth_to_space(const spindle_depth_to_space_params* p, const void* in, void* out,
                            int32_t y, int32_t x, int32_t n);

/* The index of the largest (minimum == 1: the smallest) element along the middle dimension of
 * [count][classes][inner]. Of equal ones it is the first or, if last_index is 1, the last. `out` is
 * [count][inner], integers of out_bytes bytes (1, 4 or 8) each. */
typedef struct {
  int32_t classes, inner, last_index, minimum, out_bytes;
} spindle_arg_max_params;
void spindle_arg_max_s8(const spindle_arg_max_params* p, const void* in, void* out, int32_t count);
void spindle_arg_max_f32(const spindle_arg_max_params* p, const void* in, void* out, int32_t count);

/* Converts row y of an image from planar [channels][rows][width] to interleaved
 * [rows][width][channels] order (interleave) or back (deinterleave). The planar pointer (`in` of
 * interleave, `out` of deinterleave) is the base of the whole image, the other one the row.
 * interleave computes columns x to x + n - 1 only. */
typedef struct {
  int32_t rows, width, channels, element_bytes;
} spindle_planar_params;
void spindle_interleave(const spindle_planar_params* p, const void* in, void* out, int32_t y,
                        int32_t x, int32_t n);
/* Like spindle_interleave, for 3 channels and elements of 1 or 4 bytes. */
void spindle_interleave_neon(const spindle_planar_params* p, const void* in, void* out, int32_t y,
                             int32_t x, int32_t n);
void spindle_interleave_mve(const spindle_planar_params* p, const void* in, void* out, int32_t y,
                            int32_t x, int32_t n);
void spindle_deinterleave(const spindle_planar_params* p, const void* in, void* out, int32_t y);

/* Transposes and slices: out[i0][i1]... = in[offset + i0 * stride[0] + i1 * stride[1] + ...].
 * Strides and offset are in elements. `out` has the shape `extent`, without gaps. */
typedef struct {
  int32_t rank, element_bytes, offset;
  int32_t extent[SPINDLE_MAX_RANK], stride[SPINDLE_MAX_RANK];
} spindle_strided_copy_params;
void spindle_strided_copy(const spindle_strided_copy_params* p, const void* in, void* out);

/* A part of an image; computes columns x to x + n - 1 of output row y. Output pixel (y, x) is
 * `bytes` bytes, from byte `offset` on, of the input pixel in row first_row + y * row_step and
 * column first_column + x * column_step. */
typedef struct {
  spindle_rows in;
  int32_t first_row, row_step, first_column, column_step, pixel_bytes, offset, bytes;
} spindle_image_slice_params;
void spindle_image_slice(const spindle_image_slice_params* p, const void* in, void* out, int32_t y,
                         int32_t x, int32_t n);

/* One input of a concatenation along rows. `first_row` is the row of the result where this input
 * begins. Copies row y of the result to `out` if it comes from this input; otherwise does
 * nothing. */
typedef struct {
  spindle_rows in;
  int32_t first_row;
} spindle_stack_rows_params;
void spindle_stack_rows(const spindle_stack_rows_params* p, const void* in, void* out, int32_t y);

/* Pads a whole tensor with a constant; crops a dimension whose `before` is negative. before[d] is
 * how many elements of padding come before the input's first element. */
typedef struct {
  int32_t rank, element_bytes;
  int32_t in_extent[SPINDLE_MAX_RANK], out_extent[SPINDLE_MAX_RANK], before[SPINDLE_MAX_RANK];
  uint32_t fill; /* the bits of the element, in the low bytes */
} spindle_pad_params;
void spindle_pad(const spindle_pad_params* p, const void* in, void* out);

/* One input of a concatenation: copies `outer` chunks of chunk_bytes each. Chunk i goes to byte
 * out_offset + i * out_stride of `out`. */
typedef struct {
  int32_t outer, chunk_bytes, out_stride, out_offset;
} spindle_concat_params;
void spindle_concat(const spindle_concat_params* p, const void* in, void* out);

/* Some channels of each pixel: copies `bytes` bytes of each pixel of pixel_bytes, from byte
 * `offset` on. */
typedef struct {
  int32_t pixel_bytes, offset, bytes;
} spindle_channel_slice_params;
void spindle_channel_slice(const spindle_channel_slice_params* p, const void* in, void* out,
                           int32_t pixels);

/* The detections of a single-shot detector: decodes boxes and, for each class, suppresses those
 * that overlap a better one. `scores` is [anchor_count][classes], `offsets` is [anchor_count][4].
 * `out` is float[most][6], best score first (of equal ones the first in `scores`): class, score,
 * low corner (2 values), high corner (2 values). Rows without a detection have class -1.
 *
 * With an anchor's centre c and size s, on each axis, and offsets that are multiplied by
 * `variance`:
 *
 *   corners == 0    centre = c + offset * s,  size = exp(offset) * s
 *   corners == 1    low = c - s/2 + offset * s,  high = c + s/2 + offset * s
 *
 * Boxes with a score below the least one are never decoded. */
typedef struct {
  const float* anchors;      /* [anchor_count][4]: centre (2 axes), size (2 axes) */
  const float* offset_table; /* 8 bits: [4][256], indexed by value + 128: the offset times its
                                variance; for sizes, the exp of that */
  const float* variance;     /* float: [4] */
  int32_t anchor_count, classes, background, most, corners; /* background: class to ignore, or -1 */
  float overlap;    /* suppressed if intersection over union is more than this */
  float least;      /* float: the least score of a detection */
  int32_t least_s8; /* 8 bits: the least score as stored; 128 if no score is high enough */
  float score_scale;
  int32_t score_zero;
} spindle_detect_ssd_params;
void spindle_detect_ssd_s8(const spindle_detect_ssd_params* p, const void* scores,
                           const void* offsets, void* out);
void spindle_detect_ssd_f32(const spindle_detect_ssd_params* p, const void* scores,
                            const void* offsets, void* out);

/* Non-maximum suppression, class by class. `boxes` is [boxes][4]: two corners or, if centered is 1,
 * centre and size. `scores` is [classes][boxes]. A box is chosen if its score is more than `least`
 * and its intersection over union with every box chosen before it, in its class, is at most
 * `overlap`; at most `most` of a class. `out` is int64[classes * most][3]: 0, class, box. Rows are
 * sorted by class and then by score, of equal ones the first box; unused rows come last and hold
 * -1. */
typedef struct {
  int32_t boxes, classes, most, centered;
  float overlap, least;
} spindle_nms_f32_params;
void spindle_nms_f32(const spindle_nms_f32_params* p, const void* boxes, const void* scores,
                     void* out);

/* The k largest (smallest == 1: the smallest) elements along the middle dimension of
 * [outer][extent][inner], best first, of equal ones the first. `out` is [outer][k][inner]: the
 * float values or, if indices is 1, their positions as int64. */
typedef struct {
  int32_t outer, extent, inner, k, smallest, indices;
} spindle_top_k_f32_params;
void spindle_top_k_f32(const spindle_top_k_f32_params* p, const void* in, void* out);

/* out[o][i] = in[o][index[i]], where `in` is [outer][extent] and `out` is [outer][count], elements
 * of inner_bytes bytes. */
typedef struct {
  const int32_t* index; /* [count] */
  int32_t outer, extent, count, inner_bytes;
} spindle_gather_params;
void spindle_gather(const spindle_gather_params* p, const void* in, void* out);

/* Copies `bytes` bytes. */
void spindle_copy(const void* in, void* out, int32_t bytes);

#ifdef __cplusplus
}
#endif

#endif /* SPINDLE_H */
