/* The arithmetic functions of the Arm run-time ABI, for cores without these instructions. A
 * compiler's own library has them; this is for programs that are linked without one. It is made to
 * be short and correct, not fast.
 *
 * Floats are passed as their bits, so that they are in core registers for every float ABI. Results
 * are rounded to nearest even, with subnormals; the payload of NaNs is lost. */
#include <stdint.h>

/* ---- integers ---- */

static uint32_t half_of(uint64_t x, int high) {
  union {
    uint64_t whole;
    uint32_t half[2];
  } u;
  u.whole = x;
  return u.half[high];
}

static uint64_t whole_of(uint32_t low, uint32_t high) {
  union {
    uint64_t whole;
    uint32_t half[2];
  } u;
  u.half[0] = low;
  u.half[1] = high;
  return u.whole;
}

uint64_t __aeabi_llsl(uint64_t x, int by);
uint64_t __aeabi_llsl(uint64_t x, int by) {
  const uint32_t low = half_of(x, 0), high = half_of(x, 1);
  if (by == 0) return x;
  if (by >= 32) return whole_of(0, low << (by - 32));
  return whole_of(low << by, high << by | low >> (32 - by));
}

uint64_t __aeabi_llsr(uint64_t x, int by);
uint64_t __aeabi_llsr(uint64_t x, int by) {
  const uint32_t low = half_of(x, 0), high = half_of(x, 1);
  if (by == 0) return x;
  if (by >= 32) return whole_of(high >> (by - 32), 0);
  return whole_of(low >> by | high << (32 - by), high >> by);
}

int64_t __aeabi_lasr(int64_t x, int by);
int64_t __aeabi_lasr(int64_t x, int by) {
  const uint32_t low = half_of((uint64_t)x, 0), high = half_of((uint64_t)x, 1);
  const uint32_t sign = (uint32_t)((int32_t)high >> 31);
  if (by == 0) return x;
  if (by >= 32) return (int64_t)whole_of((uint32_t)((int32_t)high >> (by - 32)), sign);
  return (int64_t)whole_of(low >> by | high << (32 - by), (uint32_t)((int32_t)high >> by));
}

/* Built from products of 16 by 16 bits, the largest that every core has. */
static uint64_t multiply_words(uint32_t a, uint32_t b) {
  const uint32_t al = a & 0xFFFFu, ah = a >> 16, bl = b & 0xFFFFu, bh = b >> 16;
  const uint32_t low = al * bl;
  const uint32_t middle = ah * bl + (low >> 16);
  const uint32_t other = al * bh + (middle & 0xFFFFu);
  return whole_of(other << 16 | (low & 0xFFFFu), ah * bh + (middle >> 16) + (other >> 16));
}

uint64_t __aeabi_lmul(uint64_t a, uint64_t b);
uint64_t __aeabi_lmul(uint64_t a, uint64_t b) {
  const uint64_t low = multiply_words(half_of(a, 0), half_of(b, 0));
  const uint32_t cross = half_of(a, 0) * half_of(b, 1) + half_of(a, 1) * half_of(b, 0);
  return whole_of(half_of(low, 0), half_of(low, 1) + cross);
}

int __clzsi2(uint32_t x);
int __clzsi2(uint32_t x) {
  int zeros = 0;
  if (x == 0) return 32;
  for (; (x & 0x80000000u) == 0; x <<= 1) zeros++;
  return zeros;
}

/* Returns the quotient in the low half and the remainder in the high half. */
uint64_t __aeabi_uidivmod(uint32_t a, uint32_t b);
uint64_t __aeabi_uidivmod(uint32_t a, uint32_t b) {
  uint32_t quotient = 0, rest = 0;
  for (int bit = 31; bit >= 0; bit--) {
    const uint32_t carry = rest >> 31;
    rest = rest << 1 | (a >> bit & 1u);
    if (carry != 0 || rest >= b) {
      rest -= b;
      quotient |= (uint32_t)1 << bit;
    }
  }
  return whole_of(quotient, rest);
}

uint64_t __aeabi_idivmod(int32_t a, int32_t b);
uint64_t __aeabi_idivmod(int32_t a, int32_t b) {
  const uint64_t both = __aeabi_uidivmod(a < 0 ? 0u - (uint32_t)a : (uint32_t)a,
                                         b < 0 ? 0u - (uint32_t)b : (uint32_t)b);
  const uint32_t quotient = half_of(both, 0), rest = half_of(both, 1);
  return whole_of((a < 0) != (b < 0) ? 0u - quotient : quotient, a < 0 ? 0u - rest : rest);
}

uint32_t __aeabi_uidiv(uint32_t a, uint32_t b);
uint32_t __aeabi_uidiv(uint32_t a, uint32_t b) {
  return half_of(__aeabi_uidivmod(a, b), 0);
}

int32_t __aeabi_idiv(int32_t a, int32_t b);
int32_t __aeabi_idiv(int32_t a, int32_t b) {
  return (int32_t)half_of(__aeabi_idivmod(a, b), 0);
}

/* ---- floats ---- */

typedef enum { is_zero, is_finite, is_infinite, is_nan } number_kind;

/* A finite number is significand * 2^(exponent - 62), where bit 62 of the significand is set. Bit 0
 * is also set if any lower bits were lost. */
typedef struct {
  number_kind kind;
  uint32_t sign; /* 0 or 1 */
  int32_t exponent;
  uint64_t significand;
} number;

static number make(number_kind kind, uint32_t sign) {
  number n;
  n.kind = kind;
  n.sign = sign;
  n.exponent = 0;
  n.significand = 0;
  return n;
}

/* The number significand * 2^(exponent - 62), for any significand below 2^63. */
static number normalized(uint32_t sign, int32_t exponent, uint64_t significand) {
  number n = make(significand == 0 ? is_zero : is_finite, sign);
  if (significand == 0) return n;
  while ((half_of(significand, 1) & 0x40000000u) == 0) {
    significand <<= 1;
    exponent--;
  }
  n.exponent = exponent;
  n.significand = significand;
  return n;
}

static number from_float(uint32_t bits) {
  const uint32_t exponent = bits >> 23 & 0xFFu, fraction = bits & 0x7FFFFFu;
  if (exponent == 0xFFu) return make(fraction != 0 ? is_nan : is_infinite, bits >> 31);
  return normalized(bits >> 31, exponent == 0 ? -126 : (int32_t)exponent - 127,
                    (uint64_t)(exponent == 0 ? fraction : fraction | 0x800000u) << 39);
}

static number from_double(uint64_t bits) {
  const uint32_t high = half_of(bits, 1), exponent = high >> 20 & 0x7FFu;
  const uint64_t fraction = whole_of(half_of(bits, 0), high & 0xFFFFFu);
  if (exponent == 0x7FFu) return make(fraction != 0 ? is_nan : is_infinite, high >> 31);
  return normalized(high >> 31, exponent == 0 ? -1022 : (int32_t)exponent - 1023,
                    (exponent == 0 ? fraction : fraction | (uint64_t)1 << 52) << 10);
}

static uint64_t shifted_sticky(uint64_t x, int32_t by) {
  if (by <= 0) return x;
  if (by > 63) return x != 0;
  return x >> by | (uint64_t)((x & (((uint64_t)1 << by) - 1)) != 0);
}

/* The bits of the magnitude in a format with `fraction_bits` bits of fraction. */
static uint64_t packed(number n, int32_t fraction_bits, int32_t bias) {
  const uint64_t infinity = (uint64_t)(2 * bias + 1) << fraction_bits;
  if (n.kind == is_zero) return 0;
  if (n.kind == is_infinite) return infinity;
  if (n.kind == is_nan) return infinity | (uint64_t)1 << (fraction_bits - 1);
  int32_t exponent = n.exponent + bias;
  /* Two bits stay below the fraction: the half, and a sticky bit for everything below it. */
  uint64_t x =
      shifted_sticky(n.significand, 60 - fraction_bits + (exponent > 0 ? 0 : 1 - exponent));
  const uint32_t below = (uint32_t)x & 3u;
  x >>= 2;
  if (below == 3 || (below == 2 && (x & 1u) != 0)) x++;
  if (exponent > 0) x += (uint64_t)(uint32_t)(exponent - 1) << fraction_bits;
  return x >= infinity || exponent > 2 * bias ? infinity : x;
}

static uint32_t to_float(number n) {
  return (uint32_t)packed(n, 23, 127) | n.sign << 31;
}

static uint64_t to_double(number n) {
  const uint64_t bits = packed(n, 52, 1023);
  return whole_of(half_of(bits, 0), half_of(bits, 1) | n.sign << 31);
}

static number add_magnitudes(number a, number b) {
  uint64_t sum;
  const int32_t apart = a.exponent - b.exponent;
  b.significand = shifted_sticky(b.significand, apart);
  sum = a.significand + b.significand;
  if (half_of(sum, 1) >> 31 != 0) {
    sum = shifted_sticky(sum, 1);
    a.exponent++;
  }
  a.significand = sum;
  return a;
}

static number add(number a, number b) {
  if (a.kind == is_nan || b.kind == is_zero) {
    if (a.kind == is_zero && a.sign != b.sign) a.sign = 0;
    return a;
  }
  if (b.kind == is_nan || a.kind == is_zero) return b;
  if (a.kind == is_infinite) {
    return b.kind == is_infinite && a.sign != b.sign ? make(is_nan, 0) : a;
  }
  if (b.kind == is_infinite) return b;
  if (a.exponent < b.exponent || (a.exponent == b.exponent && a.significand < b.significand)) {
    const number larger = b;
    b = a;
    a = larger;
  }
  if (a.sign == b.sign) return add_magnitudes(a, b);
  b.significand = shifted_sticky(b.significand, a.exponent - b.exponent);
  if (a.significand == b.significand) return make(is_zero, 0);
  return normalized(a.sign, a.exponent, a.significand - b.significand);
}

static number multiply(number a, number b) {
  const uint32_t sign = a.sign ^ b.sign;
  if (a.kind == is_nan || b.kind == is_nan) return make(is_nan, 0);
  if (a.kind == is_infinite || b.kind == is_infinite) {
    return make(a.kind == is_zero || b.kind == is_zero ? is_nan : is_infinite, sign);
  }
  if (a.kind == is_zero || b.kind == is_zero) return make(is_zero, sign);
  const uint64_t low = multiply_words(half_of(a.significand, 0), half_of(b.significand, 0));
  const uint64_t cross = multiply_words(half_of(a.significand, 0), half_of(b.significand, 1));
  const uint64_t other = multiply_words(half_of(a.significand, 1), half_of(b.significand, 0));
  const uint64_t high = multiply_words(half_of(a.significand, 1), half_of(b.significand, 1));
  const uint64_t middle = (uint64_t)half_of(low, 1) + half_of(cross, 0) + half_of(other, 0);
  const uint64_t top = high + half_of(cross, 1) + half_of(other, 1) + half_of(middle, 1);
  const uint64_t rest = whole_of(half_of(low, 0), half_of(middle, 0));
  /* The highest bit of the product is 124 or 125, so two of the bits below `top` are kept. */
  const uint64_t value = top << 1 | half_of(rest, 1) >> 31;
  const uint64_t lost = (rest << 1) != 0;
  return normalized(sign, a.exponent + b.exponent + 1, value | lost);
}

static number divide(number a, number b) {
  const uint32_t sign = a.sign ^ b.sign;
  uint64_t quotient = 0, rest = a.significand;
  if (a.kind == is_nan || b.kind == is_nan) return make(is_nan, 0);
  if (a.kind == is_infinite) return make(b.kind == is_infinite ? is_nan : is_infinite, sign);
  if (b.kind == is_infinite) return make(is_zero, sign);
  if (b.kind == is_zero) return make(a.kind == is_zero ? is_nan : is_infinite, sign);
  if (a.kind == is_zero) return make(is_zero, sign);
  for (int bit = 62; bit >= 0; bit--, rest <<= 1) {
    quotient <<= 1;
    if (rest < b.significand) continue;
    rest -= b.significand;
    quotient |= 1;
  }
  return normalized(sign, a.exponent - b.exponent, quotient | (uint64_t)(rest != 0));
}

/* -1 if a < b, 0 if equal, 1 if a > b; 2 if one of them is NaN. */
static int compare(number a, number b) {
  if (a.kind == is_nan || b.kind == is_nan) return 2;
  if (a.kind == is_zero && b.kind == is_zero) return 0;
  if (a.kind == is_zero) return b.sign != 0 ? 1 : -1;
  if (b.kind == is_zero || a.sign != b.sign) return a.sign != 0 ? -1 : 1;
  const int larger = a.sign != 0 ? -1 : 1;
  if (a.kind == is_infinite || b.kind == is_infinite) {
    return a.kind == b.kind ? 0 : a.kind == is_infinite ? larger : -larger;
  }
  if (a.exponent != b.exponent) return a.exponent > b.exponent ? larger : -larger;
  if (a.significand == b.significand) return 0;
  return a.significand > b.significand ? larger : -larger;
}

/* The magnitude, truncated to an integer and saturated to 2^bits - 1. */
static uint32_t magnitude(number n, int32_t bits) {
  const uint32_t most = bits == 32 ? 0xFFFFFFFFu : ((uint32_t)1 << bits) - 1;
  if (n.kind == is_zero || n.kind == is_nan) return 0;
  if (n.kind == is_infinite || n.exponent >= bits) return most;
  return n.exponent < 0 ? 0 : (uint32_t)(n.significand >> (62 - n.exponent));
}

static int32_t to_int(number n) {
  if (n.sign == 0) return (int32_t)magnitude(n, 31);
  if (n.kind == is_infinite || n.exponent >= 31) return -2147483647 - 1;
  return -(int32_t)magnitude(n, 31);
}

static number from_unsigned(uint32_t x, uint32_t sign) {
  return normalized(sign, 62, x);
}

static number from_int(int32_t x) {
  return from_unsigned(x < 0 ? 0u - (uint32_t)x : (uint32_t)x, x < 0);
}

static number negated(number n) {
  n.sign ^= 1u;
  return n;
}

#define ARITHMETIC(letter, bits, from, to)        \
  bits __aeabi_##letter##add(bits a, bits b);     \
  bits __aeabi_##letter##add(bits a, bits b) {    \
    return to(add(from(a), from(b)));             \
  }                                               \
  bits __aeabi_##letter##sub(bits a, bits b);     \
  bits __aeabi_##letter##sub(bits a, bits b) {    \
    return to(add(from(a), negated(from(b))));    \
  }                                               \
  bits __aeabi_##letter##mul(bits a, bits b);     \
  bits __aeabi_##letter##mul(bits a, bits b) {    \
    return to(multiply(from(a), from(b)));        \
  }                                               \
  bits __aeabi_##letter##div(bits a, bits b);     \
  bits __aeabi_##letter##div(bits a, bits b) {    \
    return to(divide(from(a), from(b)));          \
  }                                               \
  int __aeabi_##letter##cmpeq(bits a, bits b);    \
  int __aeabi_##letter##cmpeq(bits a, bits b) {   \
    return compare(from(a), from(b)) == 0;        \
  }                                               \
  int __aeabi_##letter##cmplt(bits a, bits b);    \
  int __aeabi_##letter##cmplt(bits a, bits b) {   \
    return compare(from(a), from(b)) == -1;       \
  }                                               \
  int __aeabi_##letter##cmple(bits a, bits b);    \
  int __aeabi_##letter##cmple(bits a, bits b) {   \
    return compare(from(a), from(b)) <= 0;        \
  }                                               \
  int __aeabi_##letter##cmpgt(bits a, bits b);    \
  int __aeabi_##letter##cmpgt(bits a, bits b) {   \
    return compare(from(a), from(b)) == 1;        \
  }                                               \
  int __aeabi_##letter##cmpge(bits a, bits b);    \
  int __aeabi_##letter##cmpge(bits a, bits b) {   \
    return (compare(from(a), from(b)) & ~1) == 0; \
  }                                               \
  int __aeabi_##letter##cmpun(bits a, bits b);    \
  int __aeabi_##letter##cmpun(bits a, bits b) {   \
    return compare(from(a), from(b)) == 2;        \
  }                                               \
  int32_t __aeabi_##letter##2iz(bits a);          \
  int32_t __aeabi_##letter##2iz(bits a) {         \
    return to_int(from(a));                       \
  }                                               \
  uint32_t __aeabi_##letter##2uiz(bits a);        \
  uint32_t __aeabi_##letter##2uiz(bits a) {       \
    const number n = from(a);                     \
    return n.sign != 0 ? 0 : magnitude(n, 32);    \
  }                                               \
  bits __aeabi_i2##letter(int32_t x);             \
  bits __aeabi_i2##letter(int32_t x) {            \
    return to(from_int(x));                       \
  }                                               \
  bits __aeabi_ui2##letter(uint32_t x);           \
  bits __aeabi_ui2##letter(uint32_t x) {          \
    return to(from_unsigned(x, 0));               \
  }

ARITHMETIC(f, uint32_t, from_float, to_float)
ARITHMETIC(d, uint64_t, from_double, to_double)

uint64_t __aeabi_f2d(uint32_t a);
uint64_t __aeabi_f2d(uint32_t a) {
  return to_double(from_float(a));
}
uint32_t __aeabi_d2f(uint64_t a);
uint32_t __aeabi_d2f(uint64_t a) {
  return to_float(from_double(a));
}
