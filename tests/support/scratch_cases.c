/* Calls kernels with scratch and says which bytes of it they write. tests/kernel_scratch_test.cpp
 * writes shapes.h and runs this. For each shape it prints how many bytes of the scratch are
 * written, counted from the first byte to the last one that is, and whether bytes before or behind
 * it are. Images, weights and biases are all zero: what a kernel writes where does not depend on
 * them. */
#include <stdint.h>
#include <string.h>

#include "cases.h"
#include "host_io.h"
#include "spindle.h"

/* By the names of the kernels. */
enum {
  case_spindle_pw_s8_dsp,
  case_spindle_stem_s8_dsp,
  case_spindle_dw3x3_s8_dsp,
  case_spindle_dw3x3_s8w_dsp,
  case_spindle_dw5x5_s8_dsp,
  case_spindle_dw3x3_s8_mve,
  case_spindle_stem_s8_mve,
  case_spindle_stem_s8w_mve,
  case_spindle_stem_f32_vfp,
  case_spindle_stem_f32_mve
};

typedef struct {
  int kernel;
  int32_t in_channels, out_channels, side, stride, pad, columns, chunk, zeros, scratch_bytes;
} shape;

#include "shapes.h"

enum { kGuard = 64 };
static int32_t zeros[16384], out[16384];
static uint32_t memory[8192];

static spindle_rows rows_of(const shape* s, int32_t width, int32_t element_bytes) {
  const spindle_rows rows = {s->side, s->side, width * s->in_channels * element_bytes};
  return rows;
}

/* The width of an image in which `columns` windows begin, the last one within it. */
static int32_t width_of(const shape* s) {
  return (s->columns - 1) * s->stride + s->side - s->pad;
}

/* Members that parameter structs have in common, in their order: of first convolutions from `in` to
 * `hi`, and of 3 x 3 depthwise convolutions. */
#define STEM_MEMBERS(s)                                                                       \
  rows_of(s, width_of(s), 1), width_of(s), s->in_channels, s->out_channels, s->side, s->side, \
      s->stride, s->stride, s->pad, s->pad, 0, 0, -128, 127
#define DEPTHWISE_MEMBERS(s)                                                                      \
  rows_of(s, width_of(s), 1), width_of(s), s->in_channels, s->stride, s->pad, s->pad, 0, 0, -128, \
      127

#if defined(CASES_DSP)
static void pointwise_dsp(const shape* s, void* scratch) {
  const spindle_pw_s8_dsp_params p = {
      zeros, s->zeros ? zeros : NULL, s->in_channels, s->out_channels, 0, -128, 127, s->chunk};
  spindle_pw_s8_dsp(&p, zeros, out, scratch, s->columns);
}

static void stem_dsp(const shape* s, void* scratch) {
  const spindle_stem_s8_dsp_params p = {zeros, s->zeros ? zeros : NULL, STEM_MEMBERS(s), s->chunk};
  spindle_stem_s8_dsp(&p, zeros, out, scratch, 0, 0, s->columns);
}

static void depthwise_dsp(const shape* s, void* scratch) {
  const spindle_dw3x3_s8_dsp_params p = {zeros, zeros, DEPTHWISE_MEMBERS(s)};
  if (s->kernel == case_spindle_dw3x3_s8_dsp) {
    spindle_dw3x3_s8_dsp(&p, zeros, out, scratch, 0, 0, s->columns);
  } else if (s->kernel == case_spindle_dw3x3_s8w_dsp) {
    spindle_dw3x3_s8w_dsp(&p, zeros, out, scratch, 0, 0, s->columns);
  } else {
    spindle_dw5x5_s8_dsp(&p, zeros, out, scratch, 0, 0, s->columns);
  }
}
#endif

#if defined(CASES_MVE)
static void depthwise_mve(const shape* s, void* scratch) {
  const spindle_dw3x3_s8_mve_params p = {zeros, DEPTHWISE_MEMBERS(s)};
  spindle_dw3x3_s8_mve(&p, zeros, out, scratch, 0, 0, s->columns);
}

static void stem_mve(const shape* s, void* scratch) {
  const spindle_stem_s8_mve_params p = {zeros, STEM_MEMBERS(s)};
  if (s->kernel == case_spindle_stem_s8_mve) {
    spindle_stem_s8_mve(&p, zeros, out, scratch, 0, 0, s->columns);
  } else {
    spindle_stem_s8w_mve(&p, zeros, out, scratch, 0, 0, s->columns);
  }
}
#endif

#if defined(CASES_VFP) || defined(CASES_MVE)
static void stem_f32(const shape* s, void* scratch) {
  const int32_t width = width_of(s);
  const spindle_conv_f32_params p = {(const float*)(const void*)zeros,
                                     (const float*)(const void*)zeros,
                                     rows_of(s, width, 4),
                                     width,
                                     s->in_channels,
                                     s->columns,
                                     s->out_channels,
                                     1,
                                     s->side,
                                     s->side,
                                     s->stride,
                                     s->stride,
                                     1,
                                     1,
                                     s->pad,
                                     s->pad,
                                     0.0f,
                                     6.0f};
#if defined(CASES_VFP)
  spindle_stem_f32_vfp(&p, zeros, out, scratch, 0, 0, s->columns);
#else
  spindle_stem_f32_mve(&p, zeros, out, scratch, 0, 0, s->columns);
#endif
}
#endif

static void call(const shape* s, void* scratch) {
  switch (s->kernel) {
#if defined(CASES_DSP)
    case case_spindle_pw_s8_dsp:
      pointwise_dsp(s, scratch);
      break;
    case case_spindle_stem_s8_dsp:
      stem_dsp(s, scratch);
      break;
    case case_spindle_dw3x3_s8_dsp:
    case case_spindle_dw3x3_s8w_dsp:
    case case_spindle_dw5x5_s8_dsp:
      depthwise_dsp(s, scratch);
      break;
#endif
#if defined(CASES_MVE)
    case case_spindle_dw3x3_s8_mve:
      depthwise_mve(s, scratch);
      break;
    case case_spindle_stem_s8_mve:
    case case_spindle_stem_s8w_mve:
      stem_mve(s, scratch);
      break;
    case case_spindle_stem_f32_mve:
      stem_f32(s, scratch);
      break;
#endif
#if defined(CASES_VFP)
    case case_spindle_stem_f32_vfp:
      stem_f32(s, scratch);
      break;
#endif
    default:
      host_print("no such kernel\n");
      host_exit(1);
  }
}

int main(void) {
  uint8_t* const area = (uint8_t*)memory;
  for (uint32_t i = 0; i < sizeof kShapes / sizeof kShapes[0]; ++i) {
    const int32_t bytes = kShapes[i].scratch_bytes;
    int32_t written = 0, outside = 0;
    /* With two patterns, since a byte may be written with the value that it has. */
    for (int pattern = 0x5A; pattern <= 0xA5; pattern += 0xA5 - 0x5A) {
      memset(area, pattern, sizeof memory);
      call(&kShapes[i], area + kGuard);
      for (int32_t at = 0; at < (int32_t)sizeof memory; ++at) {
        if (area[at] == pattern) continue;
        if (at < kGuard || at >= kGuard + bytes) {
          outside = 1;
        } else if (at - kGuard + 1 > written) {
          written = at - kGuard + 1;
        }
      }
    }
    host_print("written, outside: ");
    print_number(written, " ");
    print_number(outside, "\n");
  }
  host_exit(0);
}
