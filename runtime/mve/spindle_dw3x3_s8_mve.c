/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE)
#include "spindle_mve.h"
#include "spindle_window.h"

/* One VMLADAV sums a whole window of one channel, if the window's bytes are in one register. So 16
 * channels of a few columns are first interleaved in scratch, as [column][16 channels][4 rows]; the
 * fourth row has zero weights. A gather of four words then loads four columns of a channel, enough
 * for two outputs at stride 1.
 *
 * Weights are in blocks of 16 channels. The last block ends at the last channel, so it may overlap
 * the one before. A block has four groups of four channels, each of GROUP_WORDS words:
 *
 *   words 0 - 7     int32 bias, float multiplier of channel 0; the same for channels 1, 2 and 3
 *   word 8          0
 *   words 9 - 24    int8 weights [4 channels][4 columns][4 rows]; the last column and row are 0
 *
 * The window of a channel, read from one word before it, is the window moved right by one column:
 * its first column is then the zero word or the previous channel's last column, which is also 0. */

#define CHANNELS 16
#define GROUP_WORDS 25

/* The three rows of a window. If a row is outside of the image, its pointer is `zero` and its step
 * is 0. */
typedef struct {
  const int8_t* row[3];
  int32_t step[3]; /* from column to column */
  const int8_t* zero;
} window_rows;

static window_rows find_rows(const spindle_dw3x3_s8_mve_params* p, const void* in, int32_t y,
                             const int8_t* zero) {
  window_rows rows;
  rows.zero = zero;
  for (int32_t k = 0; k < 3; ++k) {
    const int32_t r = y * p->stride - p->pad_top + k;
    const int32_t inside = r >= 0 && r < p->in.rows;
    rows.row[k] = inside ? (const int8_t*)spindle_row(in, p->in, r) : zero;
    rows.step[k] = inside ? p->channels : 0;
  }
  return rows;
}

/* Interleaves `count` columns of 16 channels. Returns where the next ones go. */
SPINDLE_INLINE int8_t* interleave(const int8_t* a, const int8_t* b, const int8_t* c, int32_t step_a,
                                  int32_t step_b, int32_t step_c, int8_t* to, int32_t count) {
  if (count <= 0) return to;
  __asm__ volatile(
      "dls lr, %[count]\n"
      "1:\n\t"
      "vldrb.8 q0, [%[a]]\n\t"
      "add %[a], %[a], %[step_a]\n\t"
      "vldrb.8 q1, [%[b]]\n\t"
      "add %[b], %[b], %[step_b]\n\t"
      "vldrb.8 q2, [%[c]]\n\t"
      "add %[c], %[c], %[step_c]\n\t"
      "vst40.8 {q0, q1, q2, q3}, [%[to]]\n\t"
      "vst41.8 {q0, q1, q2, q3}, [%[to]]\n\t"
      "vst42.8 {q0, q1, q2, q3}, [%[to]]\n\t"
      "vst43.8 {q0, q1, q2, q3}, [%[to]]!\n\t"
      "le lr, 1b\n\t"
      : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [to] "+r"(to)
      : [step_a] "r"(step_a), [step_b] "r"(step_b), [step_c] "r"(step_c), [count] "r"(count)
      : "lr", "q0", "q1", "q2", "q3", "memory");
  return to;
}

/* Interleaves columns left, left + 1, ... of channels first, first + 1, ...; columns may be outside
 * of the image. */
SPINDLE_INLINE void interleave_columns(const window_rows* rows, int32_t first, int32_t channels,
                                       int32_t width, int32_t left, int32_t count, int8_t* to) {
  const int8_t* row[3];
  const int32_t before = spindle_min(count, left < 0 ? -left : 0);
  const int32_t inside = spindle_max(0, spindle_min(count, width - left) - before);
  for (int32_t k = 0; k < 3; ++k) {
    row[k] = rows->step[k] ? rows->row[k] + (left + before) * channels + first : rows->zero;
  }
  to = interleave(rows->zero, rows->zero, rows->zero, 0, 0, 0, to, before);
  to = interleave(row[0], row[1], row[2], rows->step[0], rows->step[1], rows->step[2], to, inside);
  interleave(rows->zero, rows->zero, rows->zero, 0, 0, 0, to, count - before - inside);
}

/* Four neighbouring outputs of a channel of a group, narrowed into the even or odd halves of `to`.
 * %[t] holds the addresses of the first four columns; a column is 64 bytes. */
#define STRIDE_1(bias, weights, moved, near, far, narrow, to) \
  "vldrw.32 %q[w], [%[group], #" weights                      \
  "]\n\t"                                                     \
  "vldrw.32 %q[v], [%[group], #" moved                        \
  "]\n\t"                                                     \
  "vldrw.u32 %q[x], [%q[t], #" near                           \
  "]\n\t"                                                     \
  "vldrw.u32 %q[m], [%q[t], #" far                            \
  "]\n\t"                                                     \
  "vmladav.s8 r0, %q[x], %q[w]\n\t"                           \
  "vmladav.s8 r2, %q[x], %q[v]\n\t"                           \
  "vmladav.s8 r4, %q[m], %q[w]\n\t"                           \
  "vmladav.s8 r6, %q[m], %q[v]\n\t" FINISH(bias, narrow, to)
#define STRIDE_2(bias, weights, o0, o1, o2, o3, narrow, to) \
  "vldrw.32 %q[w], [%[group], #" weights                    \
  "]\n\t"                                                   \
  "vldrw.u32 %q[x], [%q[t], #" o0                           \
  "]\n\t"                                                   \
  "vldrw.u32 %q[m], [%q[t], #" o1                           \
  "]\n\t"                                                   \
  "vmladav.s8 r0, %q[x], %q[w]\n\t"                         \
  "vldrw.u32 %q[x], [%q[t], #" o2                           \
  "]\n\t"                                                   \
  "vmladav.s8 r2, %q[m], %q[w]\n\t"                         \
  "vldrw.u32 %q[m], [%q[t], #" o3                           \
  "]\n\t"                                                   \
  "vmladav.s8 r4, %q[x], %q[w]\n\t"                         \
  "vmladav.s8 r6, %q[m], %q[w]\n\t" FINISH(bias, narrow, to)
/* Adds the bias, multiplies (the product is rounded to float), rounds half to even. */
#define FINISH(bias, narrow, to)        \
  "vmov %q[x][2], %q[x][0], r0, r4\n\t" \
  "vmov %q[x][3], %q[x][1], r2, r6\n\t" \
  "ldrd r0, r2, [%[group], #" bias      \
  "]\n\t"                               \
  "vadd.i32 %q[x], %q[x], r0\n\t"       \
  "vcvt.f32.s32 %q[x], %q[x]\n\t"       \
  "vmul.f32 %q[x], %q[x], r2\n\t"       \
  "vcvtn.s32.f32 %q[x], %q[x]\n\t"      \
  "vqmovn" narrow ".s32 %q[" to "], %q[x]\n\t"
/* Channels 0 and 2 are in `even`, 1 and 3 in `odd`; narrowing both into one register puts the
 * channels in order. */
#define JOIN                                  \
  "vqadd.s16 %q[even], %q[even], %[zero]\n\t" \
  "vqadd.s16 %q[odd], %q[odd], %[zero]\n\t"   \
  "vqmovnb.s16 %q[even], %q[even]\n\t"        \
  "vqmovnt.s16 %q[even], %q[odd]\n\t"

/* Returns four channels of four outputs, as [output][channel]. */
SPINDLE_INLINE int8x16_t outputs(const int32_t* group, uint32x4_t t, int32_t stride,
                                 spindle_mve_range range) {
  int8x16_t even, odd, x, m, w, v;
  const int32_t zero = range.zero;
  if (stride == 1) {
    __asm__ volatile(STRIDE_1("0", "36", "32", "0", "128", "b", "even")
                         STRIDE_1("8", "52", "48", "4", "132", "b", "odd")
                             STRIDE_1("16", "68", "64", "8", "136", "t", "even")
                                 STRIDE_1("24", "84", "80", "12", "140", "t", "odd") JOIN
                     : [even] "=&w"(even), [odd] "=&w"(odd), [x] "=&w"(x), [m] "=&w"(m),
                       [w] "=&w"(w), [v] "=&w"(v)
                     : [t] "w"(t), [group] "r"(group), [zero] "r"(zero)
                     : "r0", "r2", "r4", "r6", "memory");
  } else {
    __asm__ volatile(
        STRIDE_2("0", "36", "0", "128", "256", "384", "b", "even")
            STRIDE_2("8", "52", "4", "132", "260", "388", "b", "odd")
                STRIDE_2("16", "68", "8", "136", "264", "392", "t", "even")
                    STRIDE_2("24", "84", "12", "140", "268", "396", "t", "odd") JOIN
        : [even] "=&w"(even), [odd] "=&w"(odd), [x] "=&w"(x), [m] "=&w"(m), [w] "=&w"(w)
        : [t] "w"(t), [group] "r"(group), [zero] "r"(zero)
        : "r0", "r2", "r4", "r6", "memory");
  }
  return spindle_mve_limit(even, range);
}

/* Computes 16 channels of `count` outputs from interleaved columns. */
SPINDLE_INLINE void block(const int32_t* weights, const int8_t* columns, int8_t* out,
                          int32_t channels, int32_t count, int32_t stride,
                          spindle_mve_range range) {
  const uint32x4_t first =
      vaddq_n_u32(vmulq_n_u32(vidupq_n_u32(0, 1), 4 * CHANNELS), (uint32_t)(uintptr_t)columns);
  const uint32x4_t at = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)channels);
  for (int32_t c = 0; c < CHANNELS; c += 4, weights += GROUP_WORDS) {
    uint32x4_t t = vaddq_n_u32(first, (uint32_t)(4 * c));
    int8_t* pixel = out + c;
    for (int32_t i = 0; i < count; i += 4) {
      spindle_mve_store_pixels(pixel, at, channels, outputs(weights, t, stride, range), count - i);
      t = vaddq_n_u32(t, 16 * CHANNELS);
      pixel += 4 * channels;
    }
  }
}

SPINDLE_INLINE void strip(const spindle_dw3x3_s8_mve_params* p, const window_rows* rows,
                          int8_t* out, int8_t* scratch, int32_t x, int32_t n, int32_t stride,
                          spindle_mve_range range) {
  const int32_t channels = p->channels, most = stride == 1 ? 8 : 4;
  for (; n > 0; n -= most, x += most, out += most * channels) {
    const int32_t count = spindle_min(n, most);
    const int32_t* weights = p->weights;
    for (int32_t c = 0; c < channels; c += CHANNELS) {
      const int32_t first = spindle_min(c, channels - CHANNELS);
      interleave_columns(rows, first, channels, p->in_width, x * stride - p->pad_left,
                         (count - 1) * stride + 3, scratch);
      block(weights, scratch, out + first, channels, count, stride, range);
      weights += GROUP_WORDS * CHANNELS / 4;
    }
  }
}

void spindle_dw3x3_s8_mve(const spindle_dw3x3_s8_mve_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n) {
  const spindle_mve_range range = spindle_mve_output_range(p->out_zero, p->lo, p->hi);
  int8_t zero[CHANNELS];
  window_rows rows;
  vst1q_s8(zero, vdupq_n_s8((int8_t)p->in_zero));
  rows = find_rows(p, in, y, zero);
  if (p->stride == 1) {
    strip(p, &rows, (int8_t*)out, (int8_t*)scratch, x, n, 1, range);
  } else {
    strip(p, &rows, (int8_t*)out, (int8_t*)scratch, x, n, 2, range);
  }
}
#else
typedef int spindle_no_mve;
#endif
