#include "spindle.h"

void spindle_flip_sign(const void* in, void* out, int32_t count) {
  const uint8_t* x = (const uint8_t*)in;
  uint8_t* y = (uint8_t*)out;
  for (int32_t i = 0; i < count; ++i) y[i] = (uint8_t)(x[i] ^ 0x80u);
}
