#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_dsp.h"
#include "spindle_round.h"

#if SPINDLE_DSP_ASM

/* x / scale, rounded half to even; saturates. */
static inline int32_t quotient(float x, float scale) {
  float bits = x / scale;
  int32_t value;
  __asm__("vcvtr.s32.f32 %0, %0" : "+t"(bits));
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline int8_t saturated(int32_t value, int32_t zero) {
  int32_t sum;
  __asm__("qadd %0, %1, %2\n\tssat %0, #8, %0" : "=r"(sum) : "r"(value), "r"(zero));
  return (int8_t)sum;
}

#else

static inline int32_t quotient(float x, float scale) {
  return spindle_round(spindle_clamp(x / scale, -1024.0f, 1024.0f));
}

static inline int8_t saturated(int32_t value, int32_t zero) {
  const int32_t sum = value + zero;
  return (int8_t)(sum < -128 ? -128 : sum > 127 ? 127 : sum);
}

#endif

void spindle_quantize_f32_s8_dsp(const spindle_quantize_params* p, const void* in, void* out,
                                 int32_t count) {
  const float* x = (const float*)in;
  int8_t* y = (int8_t*)out;
  const float scale = p->scale;
  const int32_t zero = p->zero;
  for (; count >= 4; count -= 4, x += 4, y += 4) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < 4; ++i) y[i] = saturated(quotient(x[i], scale), zero);
  }
  for (; count > 0; --count) *y++ = saturated(quotient(*x++, scale), zero);
}
