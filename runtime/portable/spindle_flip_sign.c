/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "spindle.h"

/* Cores without vectors flip a word of four bytes at a time. */
#if defined(__ARM_FEATURE_UNALIGNED) && !defined(__ARM_NEON) && !defined(__ARM_FEATURE_MVE)
static inline void flip_word(const uint8_t* in, uint8_t* out) {
  uint32_t word;
  memcpy(&word, in, sizeof word);
  word ^= 0x80808080u;
  memcpy(out, &word, sizeof word);
}

/* Returns the number of bytes that it has flipped. */
static inline int32_t flip_words(const uint8_t* x, uint8_t* y, int32_t count) {
  int32_t i = 0;
  for (; i + 16 <= count; i += 16) {
    flip_word(x + i, y + i);
    flip_word(x + i + 4, y + i + 4);
    flip_word(x + i + 8, y + i + 8);
    flip_word(x + i + 12, y + i + 12);
  }
  return i;
}
#else
#define flip_words(x, y, count) 0
#endif

void spindle_flip_sign(const void* in, void* out, int32_t count) {
  const uint8_t* x = (const uint8_t*)in;
  uint8_t* y = (uint8_t*)out;
  for (int32_t i = flip_words(x, y, count); i < count; ++i) y[i] = (uint8_t)(x[i] ^ 0x80u);
}
