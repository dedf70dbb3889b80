/* The functions of a C library that compilers need even for freestanding code. This file must be
 * compiled with -ffreestanding, so that the compiler does not know these functions. Otherwise it
 * would turn the loop in memset into a call of memset. */
#include <stddef.h>
#include <stdint.h>

void* memcpy(void* to, const void* from, size_t bytes);
void* memmove(void* to, const void* from, size_t bytes);
void* memset(void* to, int value, size_t bytes);

#define IS_ALIGNED(pointer) (((uintptr_t)(pointer) & 3u) == 0)

void* memcpy(void* to, const void* from, size_t bytes) {
  unsigned char* t = (unsigned char*)to;
  const unsigned char* f = (const unsigned char*)from;
  if (IS_ALIGNED(t) && IS_ALIGNED(f)) {
    for (; bytes >= 4; bytes -= 4, t += 4, f += 4)
      *(uint32_t*)(void*)t = *(const uint32_t*)(const void*)f;
  }
  for (; bytes > 0; bytes--) *t++ = *f++;
  return to;
}

void* memmove(void* to, const void* from, size_t bytes) {
  unsigned char* t = (unsigned char*)to;
  const unsigned char* f = (const unsigned char*)from;
  if ((uintptr_t)t - (uintptr_t)f >= bytes) return memcpy(to, from, bytes);
  while (bytes-- > 0) t[bytes] = f[bytes];
  return to;
}

void* memset(void* to, int value, size_t bytes) {
  unsigned char* t = (unsigned char*)to;
  const uint32_t four = (unsigned char)value * 0x01010101u;
  if (IS_ALIGNED(t)) {
    for (; bytes >= 4; bytes -= 4, t += 4) *(uint32_t*)(void*)t = four;
  }
  for (; bytes > 0; bytes--) *t++ = (unsigned char)value;
  return to;
}

#if defined(__arm__)
/* The names of the Arm run-time ABI, one for each alignment of the operands. The arguments of
 * memset are in another order there. */
#define FOR_ALIGNMENT(suffix)                                              \
  void __aeabi_memcpy##suffix(void* to, const void* from, size_t bytes);   \
  void __aeabi_memmove##suffix(void* to, const void* from, size_t bytes);  \
  void __aeabi_memset##suffix(void* to, size_t bytes, int value);          \
  void __aeabi_memclr##suffix(void* to, size_t bytes);                     \
  void __aeabi_memcpy##suffix(void* to, const void* from, size_t bytes) {  \
    memcpy(to, from, bytes);                                               \
  }                                                                        \
  void __aeabi_memmove##suffix(void* to, const void* from, size_t bytes) { \
    memmove(to, from, bytes);                                              \
  }                                                                        \
  void __aeabi_memset##suffix(void* to, size_t bytes, int value) {         \
    memset(to, value, bytes);                                              \
  }                                                                        \
  void __aeabi_memclr##suffix(void* to, size_t bytes) {                    \
    memset(to, 0, bytes);                                                  \
  }

FOR_ALIGNMENT()
FOR_ALIGNMENT(4)
FOR_ALIGNMENT(8)
#endif
