/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_dsp.h"
#include "spindle_gemm_dsp.h"

/* A word with the last `count` channels, fewer than four, padded with zeros. */
static uint32_t load_rest(const int8_t* from, int32_t count) {
  uint32_t word = 0;
  memcpy(&word, from, (size_t)count);
  return word;
}

/* Widens the whole words of the channels of a strip of `pixels` pixels that begins at `x`; `pixels`
 * is a constant at the calls. Returns the end of what it writes. */
#if SPINDLE_DSP_ASM
SPINDLE_INLINE uint32_t* widen_words(const int8_t* x, int32_t channels, int32_t words,
                                     uint32_t* out, int32_t pixels) {
  const int8_t* other = x + (pixels == 1 ? 0 : pixels - 2) * channels;
  const uint32_t* end = out + 2 * pixels * words;
  SPINDLE_COMPUTED(other);
  SPINDLE_COMPUTED(end);
  register const int8_t* r0 __asm__("r0") = x;
  register const int8_t* r1 __asm__("r1") = other;
  register int32_t r2 __asm__("r2") = channels;
  register uint32_t* r3 __asm__("r3") = out;
  register const uint32_t* r4 __asm__("r4") = end;
  if (pixels == 4) {
    __asm__ volatile(
        "1:\n\t"
        "ldr    r6, [r0, r2]\n\t"
        "ldr    r5, [r0], #4\n\t"
        "ldr    r9, [r1, r2]\n\t"
        "ldr    r8, [r1], #4\n\t"
        "sxtb16 r10, r5, ror #8\n\t"
        "sxtb16 r11, r6, ror #8\n\t"
        "sxtb16 r12, r8, ror #8\n\t"
        "sxtb16 lr, r9, ror #8\n\t"
        "sxtb16 r5, r5\n\t"
        "sxtb16 r6, r6\n\t"
        "sxtb16 r8, r8\n\t"
        "sxtb16 r9, r9\n\t"
        "stm    r3!, {r5, r6, r8, r9, r10, r11, r12, lr}\n\t"
        "cmp    r3, r4\n\t"
        "bne    1b\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r3)
        : "r"(r2), "r"(r4)
        : "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
  } else if (pixels == 3) {
    __asm__ volatile(
        "1:\n\t"
        "ldr    r5, [r0], #4\n\t"
        "ldr    r8, [r1, r2]\n\t"
        "ldr    r6, [r1], #4\n\t"
        "sxtb16 r9, r5, ror #8\n\t"
        "sxtb16 r10, r6, ror #8\n\t"
        "sxtb16 r11, r8, ror #8\n\t"
        "sxtb16 r5, r5\n\t"
        "sxtb16 r6, r6\n\t"
        "sxtb16 r8, r8\n\t"
        "stm    r3!, {r5, r6, r8, r9, r10, r11}\n\t"
        "cmp    r3, r4\n\t"
        "bne    1b\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r3)
        : "r"(r2), "r"(r4)
        : "r5", "r6", "r8", "r9", "r10", "r11", "cc", "memory");
  } else {
    __asm__ volatile(
        "1:\n\t"
        "ldr    r5, [r0], #4\n\t"
        "sxtb16 r6, r5, ror #8\n\t"
        "sxtb16 r5, r5\n\t"
        "stm    r3!, {r5, r6}\n\t"
        "cmp    r3, r4\n\t"
        "bne    1b\n\t"
        : "+r"(r0), "+r"(r3)
        : "r"(r4)
        : "r5", "r6", "cc", "memory");
  }
  return r3;
}
#else
SPINDLE_INLINE uint32_t* widen_words(const int8_t* x, int32_t channels, int32_t words,
                                     uint32_t* out, int32_t pixels) {
  for (int32_t k = 0; k < words; ++k, out += 2 * pixels) {
    for (int32_t i = 0; i < pixels; ++i) {
      spindle_widen4(spindle_load4(x + i * channels + 4 * k), out + i, pixels);
    }
  }
  return out;
}
#endif

/* Widens a whole strip: whole words of channels, then the channels that are left, then zeros up to
 * the depth. */
SPINDLE_INLINE uint32_t* widen_strip(const int8_t* x, int32_t channels, int32_t depth,
                                     uint32_t* out, int32_t pixels) {
  const int32_t words = channels / 4;
  if (words > 0) out = widen_words(x, channels, words, out, pixels);
  for (int32_t k = 4 * words; k < depth; k += 4, out += 2 * pixels) {
    for (int32_t i = 0; i < pixels; ++i) {
      const int32_t rest = k < channels ? channels - k : 0;
      spindle_widen4(load_rest(x + i * channels + (rest > 0 ? k : 0), rest), out + i, pixels);
    }
  }
  return out;
}

static void widen(const int8_t* x, int32_t channels, int32_t depth, uint32_t* out, int32_t pixels) {
  const spindle_strips strips = spindle_strips_of(pixels);
  for (int32_t i = 0; i < strips.fours; ++i, x += 4 * channels) {
    out = widen_strip(x, channels, depth, out, 4);
  }
  for (int32_t i = 0; i < strips.threes; ++i, x += 3 * channels) {
    out = widen_strip(x, channels, depth, out, 3);
  }
  for (int32_t i = 0; i < strips.ones; ++i, x += channels) {
    out = widen_strip(x, channels, depth, out, 1);
  }
}

void spindle_pw_s8_dsp(const spindle_pw_s8_dsp_params* p, const void* in, void* out, void* scratch,
                       int32_t pixels) {
  const int8_t* x = (const int8_t*)in;
  int8_t* y = (int8_t*)out;
  spindle_gemm_s8_dsp_params gemm;
  gemm.weights = p->weights;
  gemm.weight_zero = p->weight_zero;
  gemm.depth = (p->in_channels + 3) / 4 * 4;
  gemm.out_channels = p->out_channels;
  gemm.out_zero = p->out_zero;
  gemm.lo = p->lo;
  gemm.hi = p->hi;
  uint32_t* inputs = (uint32_t*)scratch;
  uint32_t* widened = inputs + gemm.depth / 2 * spindle_min(pixels, p->chunk);
  while (pixels > 0) {
    const int32_t count = spindle_min(pixels, p->chunk);
    widen(x, p->in_channels, gemm.depth, inputs, count);
    spindle_gemm_s8_dsp(&gemm, inputs, widened, y, count);
    x += count * p->in_channels;
    y += count * p->out_channels;
    pixels -= count;
  }
}
