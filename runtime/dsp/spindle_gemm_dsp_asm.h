/* SPDX-License-Identifier: Apache-2.0 */
/* More than 400 lines: assembly, with one instruction on a line.
 *
 * The inner loops of spindle_gemm_s8_dsp: `run` and, for a single pixel, `run_pixel`. */
#ifndef SPINDLE_GEMM_DSP_ASM_H
#define SPINDLE_GEMM_DSP_ASM_H

#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_dsp.h"
#include "spindle_fixed.h"
#include "spindle_gemm_dsp.h"

#pragma GCC diagnostic ignored "-Woverlength-strings"

/* What the assembly keeps on its stack, in this order. The end of a strip loads the first five
 * words at once. By then, the first two have been replaced by the multipliers of the pair of output
 * channels, and `out` has advanced to this strip. `weights` advance from pair to pair of output
 * channels. */
typedef struct {
  uint32_t* widened;
  const uint32_t* widened_end;
  int32_t offset; /* spindle_fixed_offset */
  int8_t* out;
  int32_t stride;
  const int32_t* weights;
  const int32_t* weight_zero;
  int32_t pairs;
  const uint32_t* inputs;
  const uint32_t *end4, *end3, *end1; /* of the strips of 4, 3 and 1 pixels */
  int32_t entry4, entry3; /* where strips enter their first round, in bytes from its beginning */
  const uint32_t* filled; /* end of the widened weights and of the zeros that pad them */
} frame;

/* Offsets in `frame`, and its size. */
#define WIDENED 0
#define OUT 12
#define WEIGHTS 20
#define WEIGHT_ZERO 24
#define PAIRS 28
#define INPUTS 32
#define END4 36
#define END3 40
#define END1 44
#define ENTRY4 48
#define ENTRY3 52
#define FILLED 56
#define FRAME 60
SPINDLE_AT(frame, widened, WIDENED);
SPINDLE_AT(frame, widened_end, WIDENED + 4);
SPINDLE_AT(frame, offset, 8);
SPINDLE_AT(frame, out, OUT);
SPINDLE_AT(frame, stride, OUT + 4);
SPINDLE_AT(frame, weights, WEIGHTS);
SPINDLE_AT(frame, weight_zero, WEIGHT_ZERO);
SPINDLE_AT(frame, pairs, PAIRS);
SPINDLE_AT(frame, inputs, INPUTS);
SPINDLE_AT(frame, end4, END4);
SPINDLE_AT(frame, end3, END3);
SPINDLE_AT(frame, end1, END1);
SPINDLE_AT(frame, entry4, ENTRY4);
SPINDLE_AT(frame, entry3, ENTRY3);
SPINDLE_AT(frame, filled, FILLED);
typedef char frame_has_its_size[sizeof(frame) == FRAME ? 1 : -1];
/* The operand of a load or store. */
#define IN_FRAME(offset) "[sp, #" SPINDLE_TEXT(offset) "]"

/* Registers within a strip:
 *
 *   r0          inputs
 *   r1          widened weights
 *   r2, r3      a pair of weights of each of the two output channels
 *   s8          output of the next pair
 *   s10, s11    begin and end of the widened weights
 *   s12, s13    biases
 *   s14, s15    multipliers (d7)
 *
 * At the end of a strip: r1 and r2 multipliers, r3 offset, r4 output, r5 its stride. */

/* clang-format off */

/* Adds one pair of input channels. A strip of four pixels uses all registers; a strip of three
 * leaves one, which holds the end of the weights. */
#define STEP4                     \
  "ldrd  r2, r3, [r1], #8\n\t"    \
  "ldrd  r4, r5, [r0], #8\n\t"    \
  "smlad r6, r4, r2, r6\n\t"      \
  "smlad r7, r4, r3, r7\n\t"      \
  "smlad r8, r5, r2, r8\n\t"      \
  "smlad r9, r5, r3, r9\n\t"      \
  "ldrd  r4, r5, [r0], #8\n\t"    \
  "smlad r10, r4, r2, r10\n\t"    \
  "smlad r11, r4, r3, r11\n\t"    \
  "smlad r12, r5, r2, r12\n\t"    \
  "smlad lr, r5, r3, lr\n\t"
#define STEP3                     \
  "ldrd  r2, r3, [r1], #8\n\t"    \
  "ldm.w r0!, {r4, r5, r6}\n\t"   \
  "smlad r7, r4, r2, r7\n\t"      \
  "smlad r8, r4, r3, r8\n\t"      \
  "smlad r9, r5, r2, r9\n\t"      \
  "smlad r10, r5, r3, r10\n\t"    \
  "smlad r11, r6, r2, r11\n\t"    \
  "smlad r12, r6, r3, r12\n\t"
#define STEP1                     \
  "ldrd  r2, r3, [r1], #8\n\t"    \
  "ldr   r4, [r0], #4\n\t"        \
  "smlad r7, r4, r2, r7\n\t"      \
  "smlad r8, r4, r3, r8\n\t"

/* The first pair of input channels, which is added to the biases. These are in the first pixel's
 * accumulators. */
#define FIRST4                    \
  "ldrd  r2, r3, [r1], #8\n\t"    \
  "ldrd  r4, r5, [r0], #8\n\t"    \
  "smlad r8, r5, r2, r6\n\t"      \
  "smlad r9, r5, r3, r7\n\t"      \
  "ldrd  r5, r12, [r0], #8\n\t"   \
  "smlad r10, r5, r2, r6\n\t"     \
  "smlad r11, r5, r3, r7\n\t"     \
  "smlad lr, r12, r3, r7\n\t"     \
  "smlad r12, r12, r2, r6\n\t"    \
  "smlad r6, r4, r2, r6\n\t"      \
  "smlad r7, r4, r3, r7\n\t"
#define FIRST3                    \
  "ldrd  r2, r3, [r1], #8\n\t"    \
  "ldm.w r0!, {r4, r5, r6}\n\t"   \
  "smlad r9, r5, r2, r7\n\t"      \
  "smlad r10, r5, r3, r8\n\t"     \
  "smlad r11, r6, r2, r7\n\t"     \
  "smlad r12, r6, r3, r8\n\t"     \
  "smlad r7, r4, r2, r7\n\t"      \
  "smlad r8, r4, r3, r8\n\t"

/* A round of 32 input channels (16 pairs), unrolled. The pairs left after the first pair need not
 * fill whole rounds, so the first round is entered in its middle. As the depth is a multiple of 4,
 * at least one pair is left. */
#define ROUND(step) \
  step step step step step step step step step step step step step step step step
/* The size of a step in bytes; every instruction has 4. */
#define STEP4_BYTES 44
#define STEP3_BYTES 32

/* SCALE multiplies the two accumulators of a pixel by their fixed-point multipliers; r3 is the
 * offset. SATURATE then puts the two results into the low bytes of a0. */
#define SCALE_BY(m0, m1, a0, a1)                \
  "smmla " a0 ", " a0 ", " m0 ", r3\n\t"        \
  "smmla " a1 ", " a1 ", " m1 ", r3\n\t"
#define SCALE(a0, a1) SCALE_BY("r1", "r2", a0, a1)
#define SATURATE(a0, a1)                    \
  "ssat " a0 ", #8, " a0 ", asr #" BITS "\n\t" \
  "ssat " a1 ", #8, " a1 ", asr #" BITS "\n\t" \
  "bfi  " a0 ", " a1 ", #8, #8\n\t"
/* SCALE in float, through s0 and s1. The first multiplier is negated, so vnmul is used for it; r3
 * is the zero point. */
#define SCALE_FLOAT(a0, a1)                 \
  "vmov s0, s1, " a0 ", " a1 "\n\t"         \
  "vcvt.f32.s32 s0, s0\n\t"                 \
  "vcvt.f32.s32 s1, s1\n\t"                 \
  "vnmul.f32 s0, s0, s14\n\t"               \
  "vmul.f32 s1, s1, s15\n\t"                \
  "vcvtr.s32.f32 s0, s0\n\t"                \
  "vcvtr.s32.f32 s1, s1\n\t"                \
  "vmov " a0 ", " a1 ", s0, s1\n\t"         \
  "qadd " a0 ", " a0 ", r3\n\t"             \
  "qadd " a1 ", " a1 ", r3\n\t"             \
  "ssat " a0 ", #8, " a0 "\n\t"             \
  "ssat " a1 ", #8, " a1 "\n\t"             \
  "bfi  " a0 ", " a1 ", #8, #8\n\t"
#define BITS SPINDLE_TEXT(SPINDLE_FIXED_BITS)
#define MOVE(to, from) "vmov " to ", " from "\n\t"

/* Computes two output channels per iteration: widens their weights, then computes all strips of
 * pixels. A strip of four pixels needs all registers but sp, which therefore points to the frame. */
SPINDLE_NAKED static void run(const frame* state SPINDLE_UNUSED) {
  __asm__ volatile(
      "push {r4-r11, lr}\n\t"
      "sub  sp, sp, #60\n\t" /* FRAME; as a number, because `verify` reads it in this text */
      "mov  r12, sp\n\t"
      "ldm  r0!, {r1-r6, r8}\n\t"
      "stm  r12!, {r1-r6, r8}\n\t"
      "ldm  r0!, {r1-r6, r8}\n\t"
      "stm  r12!, {r1-r6, r8}\n\t"
      "ldr  r1, [r0]\n\t"
      "str  r1, [r12]\n\t"
      "ldrd r0, r1, " IN_FRAME(WIDENED) "\n\t"
      MOVE("s10, s11", "r0, r1")
      "ldr  r0, " IN_FRAME(OUT) "\n\t"
      MOVE("s8", "r0")
      "ldrd r0, r1, " IN_FRAME(ENTRY4) "\n\t"
      "adr  r2, 11f\n\t"
      "add  r0, r0, r2\n\t"
      "orr  r0, r0, #1\n\t"
      "adr  r2, 22f\n\t"
      "add  r1, r1, r2\n\t"
      "orr  r1, r1, #1\n\t"
      "strd r0, r1, " IN_FRAME(ENTRY4) "\n\t"
      "1:\n\t"
      "ldr  r0, " IN_FRAME(WEIGHTS) "\n\t"
      "ldr  r11, " IN_FRAME(WEIGHT_ZERO) "\n\t"
      MOVE("r1", "s10")
      "ldr  r2, " IN_FRAME(FILLED) "\n\t"
      "vldmia r0!, {s12-s15}\n\t"
      "cmp  r11, #0\n\t"
      "vstr d7, [sp]\n\t"
      "beq  4f\n\t"
      "ldr  r12, [r11, #4]\n\t"
      "ldr  r3, [r11], #8\n\t"
      "str  r11, " IN_FRAME(WEIGHT_ZERO) "\n\t"
      "pkhbt r12, r12, r12, lsl #16\n\t"
      "pkhbt r11, r3, r3, lsl #16\n"
      "3:\n\t"
      "ldm  r0!, {r3, r5}\n\t"
      "sxtb16 r4, r3, ror #8\n\t"
      "sxtb16 r6, r5, ror #8\n\t"
      "sxtb16 r3, r3\n\t"
      "sxtb16 r5, r5\n\t"
      "ssub16 r3, r3, r11\n\t"
      "ssub16 r4, r4, r12\n\t"
      "ssub16 r5, r5, r11\n\t"
      "ssub16 r6, r6, r12\n\t"
      "stm  r1!, {r3-r6}\n\t"
      "cmp  r1, r2\n\t"
      "bne  3b\n\t"
      "b    5f\n"
      "4:\n\t"
      "ldm  r0!, {r3, r5, r7, r9}\n\t"
      "sxtb16 r4, r3, ror #8\n\t"
      "sxtb16 r6, r5, ror #8\n\t"
      "sxtb16 r8, r7, ror #8\n\t"
      "sxtb16 r10, r9, ror #8\n\t"
      "sxtb16 r3, r3\n\t"
      "sxtb16 r5, r5\n\t"
      "sxtb16 r7, r7\n\t"
      "sxtb16 r9, r9\n\t"
      "stm  r1!, {r3-r10}\n\t"
      "cmp  r1, r2\n\t"
      "bne  4b\n"
      "5:\n\t"
      "str  r0, " IN_FRAME(WEIGHTS) "\n\t"
      MOVE("r2", "s8")
      "str  r2, " IN_FRAME(OUT) "\n\t"
      "add  r2, r2, #2\n\t"
      MOVE("s8", "r2")
      "ldr  r0, " IN_FRAME(INPUTS) "\n\t"
      "ldr  r2, " IN_FRAME(END4) "\n\t"
      "cmp  r0, r2\n\t"
      "beq  20f\n"
      "10:\n\t" /* a strip of 4 pixels */
      MOVE("r6, r7", "s12, s13")
      MOVE("r1", "s10")
      FIRST4
      "ldr  r2, " IN_FRAME(ENTRY4) "\n\t"
      "bx   r2\n\t"
      ".balign 4\n"
      "11:\n\t"
      "@ LLVM-MCA-BEGIN strip of 4 pixels, 32 channels\n\t"
      ROUND(STEP4)
      MOVE("r2", "s11")
      "cmp  r1, r2\n\t"
      "bne  11b\n\t"
      "@ LLVM-MCA-END\n\t"
      "ldm  sp, {r1, r2, r3, r4, r5}\n\t"
      "cmp  r1, #0\n\t"
      "blt  50f\n\t"
      SCALE("r6", "r7") SCALE("r8", "r9") SCALE("r10", "r11") SCALE("r12", "lr")
      SATURATE("r6", "r7") SATURATE("r8", "r9") SATURATE("r10", "r11") SATURATE("r12", "lr")
      "12:\n\t"
      "strh r6, [r4]\n\t"
      "strh r8, [r4, r5]\n\t"
      "add  r4, r4, r5, lsl #1\n\t"
      "strh r10, [r4]\n\t"
      "strh r12, [r4, r5]\n\t"
      "add  r4, r4, r5, lsl #1\n\t"
      "str  r4, " IN_FRAME(OUT) "\n\t"
      "ldr  r2, " IN_FRAME(END4) "\n\t"
      "cmp  r0, r2\n\t"
      "bne  10b\n"
      "ldr  r2, " IN_FRAME(END1) "\n\t"
      "cmp  r0, r2\n\t"
      "beq  40f\n"
      "20:\n\t"
      "ldr  r2, " IN_FRAME(END3) "\n\t"
      "cmp  r0, r2\n\t"
      "beq  30f\n\t"
      MOVE("lr", "s11")
      "21:\n\t" /* a strip of 3 pixels */
      MOVE("r7, r8", "s12, s13")
      MOVE("r1", "s10")
      FIRST3
      "ldr  r2, " IN_FRAME(ENTRY3) "\n\t"
      "bx   r2\n\t"
      ".balign 4\n"
      "22:\n\t"
      "@ LLVM-MCA-BEGIN strip of 3 pixels, 32 channels\n\t"
      ROUND(STEP3)
      "cmp  r1, lr\n\t"
      "bne  22b\n\t"
      "@ LLVM-MCA-END\n\t"
      "ldm  sp, {r1, r2, r3, r4, r5}\n\t"
      "cmp  r1, #0\n\t"
      "blt  51f\n\t"
      SCALE("r7", "r8") SCALE("r9", "r10") SCALE("r11", "r12")
      SATURATE("r7", "r8") SATURATE("r9", "r10") SATURATE("r11", "r12")
      "23:\n\t"
      "strh r7, [r4]\n\t"
      "strh r9, [r4, r5]\n\t"
      "strh r11, [r4, r5, lsl #1]\n\t"
      "add  r4, r4, r5\n\t"
      "add  r4, r4, r5, lsl #1\n\t"
      "str  r4, " IN_FRAME(OUT) "\n\t"
      "ldr  r2, " IN_FRAME(END3) "\n\t"
      "cmp  r0, r2\n\t"
      "bne  21b\n"
      "30:\n\t"
      "ldr  r2, " IN_FRAME(END1) "\n\t"
      "cmp  r0, r2\n\t"
      "beq  40f\n\t"
      MOVE("lr", "s11")
      "31:\n\t" /* one pixel */
      MOVE("r7, r8", "s12, s13")
      MOVE("r1", "s10")
      "32:\n\t"
      STEP1 STEP1
      "cmp  r1, lr\n\t"
      "bne  32b\n\t"
      "ldm  sp, {r1, r2, r3, r4, r5}\n\t"
      "cmp  r1, #0\n\t"
      "blt  52f\n\t"
      SCALE("r7", "r8")
      SATURATE("r7", "r8")
      "33:\n\t"
      "strh r7, [r4]\n\t"
      "add  r4, r4, r5\n\t"
      "str  r4, " IN_FRAME(OUT) "\n\t"
      "ldr  r2, " IN_FRAME(END1) "\n\t"
      "cmp  r0, r2\n\t"
      "bne  31b\n"
      "40:\n\t"
      "ldr  r0, " IN_FRAME(PAIRS) "\n\t"
      "subs r0, r0, #1\n\t"
      "str  r0, " IN_FRAME(PAIRS) "\n\t"
      "bne  1b\n\t"
      "b    60f\n"
      "50:\n\t" /* pairs of output channels without fixed-point multipliers */
      "asr  r3, r3, #" BITS "\n\t"
      SCALE_FLOAT("r6", "r7") SCALE_FLOAT("r8", "r9")
      SCALE_FLOAT("r10", "r11") SCALE_FLOAT("r12", "lr")
      "b    12b\n"
      "51:\n\t"
      "asr  r3, r3, #" BITS "\n\t"
      SCALE_FLOAT("r7", "r8") SCALE_FLOAT("r9", "r10") SCALE_FLOAT("r11", "r12")
      "b    23b\n"
      "52:\n\t"
      "asr  r3, r3, #" BITS "\n\t"
      SCALE_FLOAT("r7", "r8")
      "b    33b\n"
      "60:\n\t"
      "add  sp, sp, #60\n\t"
      "pop  {r4-r11, pc}\n\t");
}

/* Like run, for one pixel and weights without zero points. Weights are widened as they are used.
 * Registers:
 *
 *   r0          inputs                      s7          offset
 *   r1          weights                     s8, s9      output and its end
 *   r2 - r5     weights of both channels    s10         begin of the inputs
 *   r6, r8-r10  inputs
 *   r7          end of the inputs           s6          what r7 was before
 *   r12, lr     accumulators */
static void run_pixel(const int32_t* weights, const uint32_t* inputs, const uint32_t* inputs_end,
                      int8_t* out, const int8_t* out_end, int32_t offset) {
  const void* const state[] = {inputs, inputs_end, out, out_end};
  register const int32_t* r1 __asm__("r1") = weights;
  register const void* const* r2 __asm__("r2") = state;
  register int32_t r3 __asm__("r3") = offset;
  __asm__ volatile(
      SPINDLE_KEEP_R7("s6")
      "ldm  r2, {r4, r5, r6, r8}\n\t"
      MOVE("s10", "r4")
      "mov  r7, r5\n\t"
      MOVE("s8, s9", "r6, r8")
      MOVE("s7", "r3")
      "1:\n\t"
      "vldmia r1!, {s12-s15}\n\t"
      MOVE("r12, lr", "s12, s13")
      MOVE("r0", "s10")
      "2:\n\t"
      "ldm  r1!, {r2, r3, r4, r5}\n\t"
      "ldm  r0!, {r6, r8, r9, r10}\n\t"
      "sxtb16 r11, r2\n\t"
      "sxtb16 r2, r2, ror #8\n\t"
      "smlad r12, r6, r11, r12\n\t"
      "smlad lr, r6, r2, lr\n\t"
      "sxtb16 r11, r3\n\t"
      "sxtb16 r3, r3, ror #8\n\t"
      "smlad r12, r8, r11, r12\n\t"
      "smlad lr, r8, r3, lr\n\t"
      "sxtb16 r11, r4\n\t"
      "sxtb16 r4, r4, ror #8\n\t"
      "smlad r12, r9, r11, r12\n\t"
      "smlad lr, r9, r4, lr\n\t"
      "sxtb16 r11, r5\n\t"
      "sxtb16 r5, r5, ror #8\n\t"
      "smlad r12, r10, r11, r12\n\t"
      "smlad lr, r10, r5, lr\n\t"
      "cmp  r0, r7\n\t"
      "bne  2b\n\t"
      MOVE("r4, r5", "s14, s15")
      MOVE("r3", "s7")
      "cmp  r4, #0\n\t"
      "blt  5f\n\t"
      SCALE_BY("r4", "r5", "r12", "lr")
      SATURATE("r12", "lr")
      "4:\n\t"
      MOVE("r3, r4", "s8, s9")
      "strh r12, [r3], #2\n\t"
      MOVE("s8", "r3")
      "cmp  r3, r4\n\t"
      "bne  1b\n\t"
      "b    6f\n"
      "5:\n\t"
      "asr  r3, r3, #" BITS "\n\t"
      SCALE_FLOAT("r12", "lr")
      "b    4b\n"
      "6:\n\t"
      SPINDLE_RESTORE_R7("s6")
      : "+r"(r1), "+r"(r2), "+r"(r3)
      :
      : "r0", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "s0", "s1", "s6", "s7", "s8", "s9",
        "s10", "s11", "s12", "s13", "s14", "s15", "cc", "memory");
}

/* clang-format on */

#endif /* SPINDLE_GEMM_DSP_ASM_H */
