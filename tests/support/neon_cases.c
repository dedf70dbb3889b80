/* Runs kernels for Cortex-A on cases from a file and compares what they write with the results of
 * the portable kernels, which the file holds. tests/kernel_neon_test.cpp writes the file and runs
 * it. Every buffer ends at a page without access; in a second run it begins behind one. Compiled
 * for the host with CASES_TWINS, it runs the kernels' twins (compiler/twins/).
 *
 * usage: neon_cases FILE */
#define _DEFAULT_SOURCE
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "spindle.h"

enum { kWeights, kBias, kMultiplier, kWeightZero, kInput, kSecond, kExpected, kBlobs };
enum { kMostInts = 40 };

typedef struct {
  int32_t bytes;
  char* data;
} blob;

typedef struct {
  char symbol[40];
  int32_t count;
  int32_t ints[kMostInts];
  blob blobs[kBlobs];
} kernel_case;

static void fail(const char* what) {
  fprintf(stderr, "neon_cases: %s\n", what);
  exit(2);
}

static void read_exactly(FILE* file, void* to, size_t bytes) {
  if (bytes > 0 && fread(to, 1, bytes, file) != bytes) fail("the file is cut short");
}

/* Memory directly before a page without access, or with `front` directly behind one. */
typedef struct {
  char *map, *data;
  size_t map_bytes;
} guarded;

static guarded make_guarded(const blob* from, int front) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = (size_t)from->bytes;
  const size_t inner = (bytes + page) / page * page;
  guarded g;
  g.map_bytes = inner + 2 * page;
  g.map =
      (char*)mmap(NULL, g.map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (g.map == (char*)MAP_FAILED) fail("out of memory");
  mprotect(g.map, page, PROT_NONE);
  mprotect(g.map + page + inner, page, PROT_NONE);
  g.data = front ? g.map + page : g.map + page + inner - bytes;
  return g;
}

typedef void (*any_kernel)(void);
typedef void (*pw_kernel)(const void*, const void*, void*, int32_t);
typedef void (*window_kernel)(const void*, const void*, void*, int32_t, int32_t, int32_t);
typedef void (*add_kernel)(const void*, const void*, const void*, void*, int32_t);

/* The kinds of kernels, which differ in their parameters and arguments. */
typedef enum {
  kPwS8,
  kStemS8,
  kDw3x3S8,
  kConvS8,
  kAddS8,
  kMeanAddS8,
  kQuantize,
  kInterleave,
  kResizeS8,
  kPwF32,
  kConvF32,
  kAddF32,
  kMeanAddF32
} kind;

typedef struct {
  const char* symbol;
  any_kernel function;
  kind how;
} entry;

#if defined(__aarch64__) || defined(CASES_TWINS)
#define HAS_A64 1
#endif
#if defined(HAS_A64) || defined(__ARM_FEATURE_FMA)
#define HAS_FMA 1
#endif
#if defined(__ARM_FEATURE_DOTPROD) || defined(CASES_TWINS)
#define HAS_DOT 1
#endif
#if defined(__ARM_FEATURE_MATMUL_INT8) || defined(CASES_TWINS)
#define HAS_I8MM 1
#endif

#define KERNEL(symbol, how) {#symbol, (any_kernel)symbol, how}
static const entry kKernels[] = {
#if defined(HAS_DOT)
    KERNEL(spindle_pw_s8_dot, kPwS8),
    KERNEL(spindle_stem_s8_dot, kStemS8),
    KERNEL(spindle_dw3x3_s8_dot, kDw3x3S8),
#endif
#if defined(HAS_I8MM)
    KERNEL(spindle_pw_s8_i8mm, kPwS8),
    KERNEL(spindle_stem_s8_i8mm, kStemS8),
#endif
    KERNEL(spindle_pw_s8_neon, kPwS8),
    KERNEL(spindle_stem_s8_neon, kStemS8),
    KERNEL(spindle_dw3x3_s8_neon, kDw3x3S8),
#if defined(HAS_A64)
    KERNEL(spindle_dw3x3_s8w_neon, kConvS8),
#endif
    KERNEL(spindle_dw_s8_neon, kConvS8),
#if defined(HAS_FMA)
    KERNEL(spindle_add_s8_neon, kAddS8),
#endif
    KERNEL(spindle_mean_add_s8_neon, kMeanAddS8),
#if defined(HAS_A64)
    KERNEL(spindle_quantize_f32_s8_neon, kQuantize),
#endif
    KERNEL(spindle_interleave_neon, kInterleave),
    KERNEL(spindle_resize_linear_s8_neon, kResizeS8),
    KERNEL(spindle_pw_f32_neon, kPwF32),
    KERNEL(spindle_stem_f32_neon, kConvF32),
    KERNEL(spindle_dw3x3_f32_neon, kConvF32),
    KERNEL(spindle_add_f32_neon, kAddF32),
    KERNEL(spindle_mean_add_f32_neon, kMeanAddF32),
};

static const entry* find(const char* symbol) {
  for (size_t i = 0; i < sizeof kKernels / sizeof kKernels[0]; ++i) {
    if (strcmp(kKernels[i].symbol, symbol) == 0) return &kKernels[i];
  }
  fail(symbol);
  return NULL;
}

/* Copies integers of the case, from index `*at` on, to members of a struct; advances `*at`. */
static void take(const kernel_case* c, int32_t* at, void* members, size_t bytes) {
  memcpy(members, c->ints + *at, bytes);
  *at += (int32_t)(bytes / 4);
}

/* The bytes from member `first` to the end of member `last`, which must be a 32-bit one. */
#define BYTES_TO(type, first, last) (offsetof(type, last) + 4 - offsetof(type, first))

static void call_conv_s8(const entry* e, const kernel_case* c, char** b, char* out) {
  spindle_conv_s8_params p;
  int32_t at = 0;
  memset(&p, 0, sizeof p);
  p.weights = (const int8_t*)b[kWeights];
  p.bias = (const int32_t*)b[kBias];
  p.multiplier = (const float*)b[kMultiplier];
  p.weight_zero = c->blobs[kWeightZero].bytes ? (const int32_t*)b[kWeightZero] : NULL;
  take(c, &at, &p.in, BYTES_TO(spindle_conv_s8_params, in, hi));
  const int32_t* last = c->ints + at; /* y, x, n, bytes missing in front of the input */
  ((window_kernel)e->function)(&p, b[kInput] - last[3], out, last[0], last[1], last[2]);
}

static void call_stem_s8(const entry* e, const kernel_case* c, char** b, char* out) {
  spindle_stem_s8_neon_params p;
  int32_t at = 0;
  memset(&p, 0, sizeof p);
  p.panels = (const int8_t*)b[kWeights];
  p.weight_zero = c->blobs[kWeightZero].bytes ? (const int32_t*)b[kWeightZero] : NULL;
  take(c, &at, &p.in, BYTES_TO(spindle_stem_s8_neon_params, in, narrow));
  const int32_t* last = c->ints + at;
  ((window_kernel)e->function)(&p, b[kInput] - last[3], out, last[0], last[1], last[2]);
}

static void call_dw3x3_s8(const entry* e, const kernel_case* c, char** b, char* out) {
  spindle_dw3x3_s8_neon_params p;
  int32_t at = 0;
  memset(&p, 0, sizeof p);
  p.weights = (const int8_t*)b[kWeights];
  p.bias = (const int32_t*)b[kBias];
  p.multiplier = (const float*)b[kMultiplier];
  take(c, &at, &p.in, BYTES_TO(spindle_dw3x3_s8_neon_params, in, narrow));
  const int32_t* last = c->ints + at;
  ((window_kernel)e->function)(&p, b[kInput] - last[3], out, last[0], last[1], last[2]);
}

static void call_pw_s8(const entry* e, const kernel_case* c, char** b, char* out) {
  spindle_pw_s8_neon_params p;
  int32_t at = 0;
  p.panels = (const int8_t*)b[kWeights];
  p.weight_zero = c->blobs[kWeightZero].bytes ? (const int32_t*)b[kWeightZero] : NULL;
  take(c, &at, &p.in_channels, 6 * 4);
  ((pw_kernel)e->function)(&p, b[kInput], out, c->ints[at]);
}

/* The case's floats are the coordinate of one row, then the coordinates of the columns. */
static void call_resize_s8(const entry* e, const kernel_case* c, char** b, char* out) {
  spindle_resize_linear_params p;
  int32_t at = 0;
  p.row_at = (const float*)(void*)b[kMultiplier];
  p.column_at = p.row_at + 1;
  take(c, &at, &p.in, BYTES_TO(spindle_resize_linear_params, in, out_zero));
  const int32_t* last = c->ints + at; /* x, n */
  ((window_kernel)e->function)(&p, b[kInput], out, 0, last[0], last[1]);
}

/* The blobs of integers hold the bytes of float weights and biases. */
static void call_f32(const entry* e, const kernel_case* c, char** b, char* out) {
  int32_t at = 0;
  if (e->how == kPwF32) {
    spindle_pw_f32_params p;
    p.weights = (const float*)(void*)b[kWeights];
    p.bias = (const float*)(void*)b[kBias];
    take(c, &at, &p.in_channels, 4 * 4);
    ((pw_kernel)e->function)(&p, b[kInput], out, c->ints[at]);
    return;
  }
  spindle_conv_f32_params p;
  p.weights = (const float*)(void*)b[kWeights];
  p.bias = (const float*)(void*)b[kBias];
  take(c, &at, &p.in, BYTES_TO(spindle_conv_f32_params, in, hi));
  const int32_t* last = c->ints + at;
  ((window_kernel)e->function)(&p, b[kInput] - last[3], out, last[0], last[1], last[2]);
}

static void call(const entry* e, const kernel_case* c, char** b, char* out) {
  int32_t at = 0;
  switch (e->how) {
    case kPwS8:
      call_pw_s8(e, c, b, out);
      break;
    case kStemS8:
      call_stem_s8(e, c, b, out);
      break;
    case kDw3x3S8:
      call_dw3x3_s8(e, c, b, out);
      break;
    case kConvS8:
      call_conv_s8(e, c, b, out);
      break;
    case kAddS8: {
      spindle_add_s8_params p;
      take(c, &at, &p, sizeof p);
      ((add_kernel)e->function)(&p, b[kInput], b[kSecond], out, c->ints[at]);
      break;
    }
    case kMeanAddS8: {
      spindle_mean_s8_params p;
      take(c, &at, &p, sizeof p);
      memcpy(out, b[kSecond], (size_t)c->blobs[kSecond].bytes);
      ((window_kernel)e->function)(&p, b[kInput], out, c->ints[at], c->ints[at + 1],
                                   c->ints[at + 2]);
      break;
    }
    case kQuantize: {
      spindle_quantize_params p;
      take(c, &at, &p, sizeof p);
      ((pw_kernel)e->function)(&p, b[kInput], out, c->ints[at]);
      break;
    }
    case kInterleave: {
      spindle_planar_params p;
      take(c, &at, &p, sizeof p);
      const int32_t* last = c->ints + at;
      ((window_kernel)e->function)(&p, b[kInput], out, last[0], last[1], last[2]);
      break;
    }
    case kResizeS8:
      call_resize_s8(e, c, b, out);
      break;
    case kPwF32:
    case kConvF32:
      call_f32(e, c, b, out);
      break;
    case kAddF32: {
      spindle_clip_f32_params p;
      take(c, &at, &p, sizeof p);
      ((add_kernel)e->function)(&p, b[kInput], b[kSecond], out, c->ints[at]);
      break;
    }
    case kMeanAddF32: {
      spindle_mean_f32_params p;
      take(c, &at, &p, sizeof p);
      memcpy(out, b[kSecond], (size_t)c->blobs[kSecond].bytes);
      ((window_kernel)e->function)(&p, b[kInput], out, c->ints[at], c->ints[at + 1],
                                   c->ints[at + 2]);
      break;
    }
    default:
      fail("no such kind of kernel");
  }
}

/* Whether the output is the expected one: bit by bit, but floats within a tolerance. */
static int agrees(const entry* e, const char* out, const blob* expected) {
  if (e->how < kPwF32) return memcmp(out, expected->data, (size_t)expected->bytes) == 0;
  float largest = 1.0f;
  for (int32_t i = 0; i < expected->bytes / 4; ++i) {
    const float size = fabsf(((const float*)expected->data)[i]);
    if (size > largest) largest = size;
  }
  for (int32_t i = 0; i < expected->bytes / 4; ++i) {
    const float difference = ((const float*)out)[i] - ((const float*)expected->data)[i];
    if (!(fabsf(difference) <= 1e-5f * largest)) return 0;
  }
  return 1;
}

static int run(const kernel_case* c, int front) {
  const entry* e = find(c->symbol);
  guarded memory[kBlobs];
  char* buffers[kBlobs];
  for (int i = 0; i < kBlobs; ++i) {
    memory[i] = make_guarded(&c->blobs[i], front);
    buffers[i] = memory[i].data;
    if (i != kExpected) memcpy(buffers[i], c->blobs[i].data, (size_t)c->blobs[i].bytes);
  }
  call(e, c, buffers, buffers[kExpected]);
  const int good = agrees(e, buffers[kExpected], &c->blobs[kExpected]);
  for (int i = 0; i < kBlobs; ++i) munmap(memory[i].map, memory[i].map_bytes);
  return good;
}

static void describe(const kernel_case* c, int index) {
  printf("case %d differs: %s", index, c->symbol);
  for (int32_t i = 0; i < c->count; ++i) printf(" %d", (int)c->ints[i]);
  printf("\n");
}

int main(int argc, char** argv) {
  int cases = 0, wrong = 0;
  FILE* file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (!file) fail("cannot open the file of cases");
  for (kernel_case c; fread(c.symbol, 1, sizeof c.symbol, file) == sizeof c.symbol; ++cases) {
    read_exactly(file, &c.count, 4);
    if (c.count < 0 || c.count > kMostInts) fail("too many integers");
    read_exactly(file, c.ints, (size_t)c.count * 4);
    for (int i = 0; i < kBlobs; ++i) {
      read_exactly(file, &c.blobs[i].bytes, 4);
      c.blobs[i].data = (char*)malloc((size_t)c.blobs[i].bytes + 1);
      read_exactly(file, c.blobs[i].data, (size_t)c.blobs[i].bytes);
    }
    if (!run(&c, 0) || !run(&c, 1)) {
      if (++wrong <= 10) describe(&c, cases);
    }
    for (int i = 0; i < kBlobs; ++i) free(c.blobs[i].data);
  }
  fclose(file);
  printf("%d cases, %d wrong\n", cases, wrong);
  return wrong == 0 ? 0 : 1;
}
