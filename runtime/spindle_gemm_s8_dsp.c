#include "spindle.h"
#include "spindle_dsp.h"
#include "spindle_gemm_dsp.h"
#include "spindle_fixed.h"

#if SPINDLE_DSP_ASM

#pragma GCC diagnostic ignored "-Woverlength-strings"

/* What the assembly keeps on its stack, in this order: the first four move on from pair to pair of
 * output channels. */
typedef struct {
  const int32_t* weights;
  const int32_t* weight_zero;
  int8_t* out;
  int32_t pairs;
  const uint32_t* inputs;
  uint32_t* widened;
  const uint32_t* widened_end;
  int32_t stride;
  const uint32_t *end4, *end3, *end1; /* of the strips of 4, 3 and 1 pixels */
  int32_t zero;
  int32_t entry4, entry3; /* where strips enter their first round, in bytes from its beginning */
  int32_t offset;         /* of results in fixed point */
  const uint32_t* filled; /* end of the widened weights with the zeros behind them */
} frame;

/* Offsets in it. */
#define WEIGHTS "0"
#define WEIGHT_ZERO "4"
#define OUT "8"
#define PAIRS "12"
#define INPUTS "16"
#define WIDENED "20"
#define STRIDE "28"
#define END4 "32"
#define END3 "36"
#define END1 "40"
#define ZERO "44"
#define ENTRY4 "48"
#define ENTRY3 "52"
#define OFFSET "56"
#define FILLED "60"

/* Registers within a strip: r0 inputs, r1 widened weights, r2 and r3 a pair of weights of both
 * channels; s8 and s9 output and its stride, s10 and s11 begin and end of the weights, s12 and s13
 * biases, s14 and s15 multipliers. */

/* clang-format off */

/* One pair of input channels. Four pixels leave no register to spare; three have one for the end of
 * the weights. */
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

/* The first pair, which adds to the biases. They are in the first pixel's accumulators. */
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

/* A round of 32 input channels. The first one is entered where the pairs after the first that make
 * no whole round begin; as the depth is a multiple of 4, there are some. */
#define ROUND(step) \
  step step step step step step step step step step step step step step step step
/* Bytes of a step: instructions of 4 bytes each. */
#define STEP4_BYTES 44
#define STEP3_BYTES 32

/* Results in fixed point: r4 and r5 are the multipliers, r2 the offset. */
#define FIXED(a0, a1)                          \
  "smmla " a0 ", " a0 ", r4, r2\n\t"           \
  "smmla " a1 ", " a1 ", r5, r2\n\t"
#define SATURATE(a0, a1)                       \
  "ssat " a0 ", #8, " a0 ", asr #" BITS "\n\t" \
  "ssat " a1 ", #8, " a1 ", asr #" BITS "\n\t" \
  "bfi  " a0 ", " a1 ", #8, #8\n\t"
/* The two accumulators of a pixel in float: the first multiplier is negated, which marks the pair. */
#define SCALE(s0, s1)                 \
  "vcvt.f32.s32 " s0 ", " s0 "\n\t"   \
  "vcvt.f32.s32 " s1 ", " s1 "\n\t"   \
  "vnmul.f32 " s0 ", " s0 ", s14\n\t" \
  "vmul.f32 " s1 ", " s1 ", s15\n\t"   \
  "vcvtr.s32.f32 " s0 ", " s0 "\n\t"  \
  "vcvtr.s32.f32 " s1 ", " s1 "\n\t"
/* The two bytes of a pixel; r2 is the zero point, r3 the output, r4 its stride. */
#define STORE(a0, a1)                 \
  "qadd " a0 ", " a0 ", r2\n\t"       \
  "qadd " a1 ", " a1 ", r2\n\t"       \
  "ssat " a0 ", #8, " a0 "\n\t"       \
  "ssat " a1 ", #8, " a1 "\n\t"       \
  "strb " a0 ", [r3]\n\t"             \
  "strb " a1 ", [r3, #1]\n\t"         \
  "add  r3, r3, r4\n\t"
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define BITS TEXT(SPINDLE_FIXED_BITS)
#define MOVE(to, from) "vmov " to ", " from "\n\t"

/* Two output channels a round: their weights are widened, then all strips of pixels computed. */
static void run(const frame* state) {
  register const frame* r0 __asm__("r0") = state;
  __asm__ volatile(
      "push {r6, r7}\n\t"
      "sub  sp, sp, #64\n\t"
      "mov  r12, sp\n\t"
      "ldm  r0!, {r1-r6, r8}\n\t"
      "stm  r12!, {r1-r6, r8}\n\t"
      "ldm  r0!, {r1-r6, r8}\n\t"
      "stm  r12!, {r1-r6, r8}\n\t"
      "ldrd r1, r2, [r0]\n\t"
      "strd r1, r2, [r12]\n\t"
      "ldrd r0, r1, [sp, #" WIDENED "]\n\t"
      MOVE("s10, s11", "r0, r1")
      "ldrd r0, r1, [sp, #" ENTRY4 "]\n\t"
      "adr  r2, 11f\n\t"
      "add  r0, r0, r2\n\t"
      "orr  r0, r0, #1\n\t"
      "adr  r2, 22f\n\t"
      "add  r1, r1, r2\n\t"
      "orr  r1, r1, #1\n\t"
      "strd r0, r1, [sp, #" ENTRY4 "]\n\t"
      "1:\n\t"
      "ldr  r0, [sp, #" WEIGHTS "]\n\t"
      "ldr  r11, [sp, #" WEIGHT_ZERO "]\n\t"
      MOVE("r1", "s10")
      "ldr  r2, [sp, #" FILLED "]\n\t"
      "vldmia r0!, {s12-s15}\n\t"
      "cmp  r11, #0\n\t"
      "beq  4f\n\t"
      "ldr  r12, [r11, #4]\n\t"
      "ldr  r3, [r11], #8\n\t"
      "str  r11, [sp, #" WEIGHT_ZERO "]\n\t"
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
      "str  r0, [sp, #" WEIGHTS "]\n\t"
      "ldr  r2, [sp, #" OUT "]\n\t"
      "ldr  r3, [sp, #" STRIDE "]\n\t"
      "add  r0, r2, #2\n\t"
      "str  r0, [sp, #" OUT "]\n\t"
      MOVE("s8, s9", "r2, r3")
      "ldr  r0, [sp, #" INPUTS "]\n\t"
      "ldr  r2, [sp, #" END4 "]\n\t"
      "cmp  r0, r2\n\t"
      "beq  20f\n"
      "10:\n\t" /* a strip of 4 pixels */
      MOVE("r6, r7", "s12, s13")
      MOVE("r1", "s10")
      FIRST4
      "ldr  r2, [sp, #" ENTRY4 "]\n\t"
      "bx   r2\n\t"
      ".balign 4\n"
      "11:\n\t"
      "@ LLVM-MCA-BEGIN strip of 4 pixels, 32 channels\n\t"
      ROUND(STEP4)
      MOVE("r2", "s11")
      "cmp  r1, r2\n\t"
      "bne  11b\n\t"
      "@ LLVM-MCA-END\n\t"
      MOVE("r4, r5", "s14, s15")
      "ldr  r2, [sp, #" OFFSET "]\n\t"
      "cmp  r4, #0\n\t"
      "bmi  12f\n\t"
      FIXED("r6", "r7") FIXED("r8", "r9") FIXED("r10", "r11") FIXED("r12", "lr")
      MOVE("r3, r4", "s8, s9")
      SATURATE("r6", "r7") SATURATE("r8", "r9") SATURATE("r10", "r11") SATURATE("r12", "lr")
      "strh r6, [r3]\n\t"
      "strh r8, [r3, r4]\n\t"
      "add  r3, r3, r4, lsl #1\n\t"
      "strh r10, [r3]\n\t"
      "strh r12, [r3, r4]\n\t"
      "add  r3, r3, r4, lsl #1\n"
      "13:\n\t"
      MOVE("s8", "r3")
      "ldr  r2, [sp, #" END4 "]\n\t"
      "cmp  r0, r2\n\t"
      "bne  10b\n"
      "ldr  r2, [sp, #" END1 "]\n\t"
      "cmp  r0, r2\n\t"
      "beq  40f\n"
      "20:\n\t"
      "ldr  r2, [sp, #" END3 "]\n\t"
      "cmp  r0, r2\n\t"
      "beq  30f\n\t"
      MOVE("lr", "s11")
      "21:\n\t" /* a strip of 3 pixels */
      MOVE("r7, r8", "s12, s13")
      MOVE("r1", "s10")
      FIRST3
      "ldr  r2, [sp, #" ENTRY3 "]\n\t"
      "bx   r2\n\t"
      ".balign 4\n"
      "22:\n\t"
      "@ LLVM-MCA-BEGIN strip of 3 pixels, 32 channels\n\t"
      ROUND(STEP3)
      "cmp  r1, lr\n\t"
      "bne  22b\n\t"
      "@ LLVM-MCA-END\n\t"
      MOVE("r4, r5", "s14, s15")
      "ldr  r2, [sp, #" OFFSET "]\n\t"
      "cmp  r4, #0\n\t"
      "bmi  23f\n\t"
      FIXED("r7", "r8") FIXED("r9", "r10") FIXED("r11", "r12")
      MOVE("r3, r4", "s8, s9")
      SATURATE("r7", "r8") SATURATE("r9", "r10") SATURATE("r11", "r12")
      "strh r7, [r3]\n\t"
      "strh r9, [r3, r4]\n\t"
      "strh r11, [r3, r4, lsl #1]\n\t"
      "add  r3, r3, r4\n\t"
      "add  r3, r3, r4, lsl #1\n"
      "24:\n\t"
      MOVE("s8", "r3")
      "ldr  r2, [sp, #" END3 "]\n\t"
      "cmp  r0, r2\n\t"
      "bne  21b\n"
      "30:\n\t"
      "ldr  r2, [sp, #" END1 "]\n\t"
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
      MOVE("r4, r5", "s14, s15")
      "ldr  r2, [sp, #" OFFSET "]\n\t"
      "cmp  r4, #0\n\t"
      "bmi  33f\n\t"
      FIXED("r7", "r8")
      MOVE("r3, r4", "s8, s9")
      SATURATE("r7", "r8")
      "strh r7, [r3]\n\t"
      "add  r3, r3, r4\n"
      "34:\n\t"
      MOVE("s8", "r3")
      "ldr  r2, [sp, #" END1 "]\n\t"
      "cmp  r0, r2\n\t"
      "bne  31b\n"
      "40:\n\t"
      "ldr  r0, [sp, #" PAIRS "]\n\t"
      "subs r0, r0, #1\n\t"
      "str  r0, [sp, #" PAIRS "]\n\t"
      "bne  1b\n\t"
      "b    50f\n"
      "12:\n\t" /* strips of a pair in float */
      MOVE("s0, s1", "r6, r7")
      MOVE("s2, s3", "r8, r9")
      MOVE("s4, s5", "r10, r11")
      MOVE("s6, s7", "r12, lr")
      SCALE("s0", "s1") SCALE("s2", "s3") SCALE("s4", "s5") SCALE("s6", "s7")
      MOVE("r6, r7", "s0, s1")
      MOVE("r8, r9", "s2, s3")
      MOVE("r10, r11", "s4, s5")
      MOVE("r12, lr", "s6, s7")
      "ldr  r2, [sp, #" ZERO "]\n\t"
      MOVE("r3, r4", "s8, s9")
      STORE("r6", "r7") STORE("r8", "r9") STORE("r10", "r11") STORE("r12", "lr")
      "b    13b\n"
      "23:\n\t"
      MOVE("s0, s1", "r7, r8")
      MOVE("s2, s3", "r9, r10")
      MOVE("s4, s5", "r11, r12")
      SCALE("s0", "s1") SCALE("s2", "s3") SCALE("s4", "s5")
      MOVE("r7, r8", "s0, s1")
      MOVE("r9, r10", "s2, s3")
      MOVE("r11, r12", "s4, s5")
      "ldr  r2, [sp, #" ZERO "]\n\t"
      MOVE("r3, r4", "s8, s9")
      STORE("r7", "r8") STORE("r9", "r10") STORE("r11", "r12")
      "b    24b\n"
      "33:\n\t"
      MOVE("s0, s1", "r7, r8")
      SCALE("s0", "s1")
      MOVE("r7, r8", "s0, s1")
      "ldr  r2, [sp, #" ZERO "]\n\t"
      MOVE("r3, r4", "s8, s9")
      STORE("r7", "r8")
      "b    34b\n"
      "50:\n\t"
      "add  sp, sp, #64\n\t"
      "pop  {r6, r7}\n\t"
      : "+r"(r0)
      :
      : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "s0", "s1", "s2",
        "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "cc",
        "memory");
}

/* As run, for one pixel and weights without zero points: weights are widened as they are used. r0
 * inputs, r1 weights, r2 to r5 weights of both channels, r6, r8, r9 and r10 inputs, r12 and lr
 * accumulators; s8 output, s9 end of the output, s10 inputs, s11 end of the inputs. */
static void run_pixel(const int32_t* weights, const uint32_t* inputs, const uint32_t* inputs_end,
                      int8_t* out, const int8_t* out_end, int32_t zero, int32_t offset) {
  const void* const state[] = {inputs, inputs_end, out, out_end};
  register const int32_t* r1 __asm__("r1") = weights;
  register const void* const* r2 __asm__("r2") = state;
  register int32_t r3 __asm__("r3") = zero;
  register int32_t r4 __asm__("r4") = offset;
  __asm__ volatile(
      MOVE("s6", "r4")
      "ldm  r2, {r4, r5, r6, r8}\n\t"
      MOVE("s10, s11", "r4, r5")
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
      MOVE("r2", "s11")
      "smlad r12, r10, r11, r12\n\t"
      "smlad lr, r10, r5, lr\n\t"
      "cmp  r0, r2\n\t"
      "bne  2b\n\t"
      MOVE("r4, r5", "s14, s15")
      MOVE("r2", "s6")
      "cmp  r4, #0\n\t"
      "bmi  3f\n\t"
      FIXED("r12", "lr")
      "ssat r12, #8, r12, asr #" BITS "\n\t"
      "ssat lr, #8, lr, asr #" BITS "\n"
      "4:\n\t"
      MOVE("r3, r4", "s8, s9")
      "strb r12, [r3], #1\n\t"
      "strb lr, [r3], #1\n\t"
      MOVE("s8", "r3")
      "cmp  r3, r4\n\t"
      "bne  1b\n\t"
      "b    5f\n"
      "3:\n\t" /* in float */
      MOVE("s0, s1", "r12, lr")
      SCALE("s0", "s1")
      MOVE("r12, lr", "s0, s1")
      MOVE("r2", "s7")
      "qadd r12, r12, r2\n\t"
      "qadd lr, lr, r2\n\t"
      "ssat r12, #8, r12\n\t"
      "ssat lr, #8, lr\n\t"
      "b    4b\n"
      "5:\n\t"
      : "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4)
      :
      : "r0", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "s0", "s1", "s6", "s7", "s8", "s9",
        "s10", "s11", "s12", "s13", "s14", "s15", "cc", "memory");
}

/* clang-format on */

static void compute(const spindle_gemm_s8_dsp_params* p, const uint32_t* inputs, int8_t* out,
                    int32_t stride, uint32_t* widened, int32_t pixels, int32_t first,
                    int32_t pairs) {
  const spindle_strips strips = spindle_strips_of(pixels);
  const ptrdiff_t words = p->depth / 2;
  const ptrdiff_t packed = spindle_packed_depth(p->depth) / 2 + SPINDLE_GEMM_S8_DSP_HEAD;
  if (pixels == 1 && !p->weight_zero && p->depth % 8 == 0) {
    run_pixel(p->weights + first * packed, inputs, inputs + words, out,
              out + 2 * pairs, p->out_zero, spindle_fixed_offset(p->out_zero));
    return;
  }
  frame state;
  state.weights = p->weights + first * packed;
  state.weight_zero = p->weight_zero ? p->weight_zero + 2 * first : NULL;
  state.out = out;
  state.pairs = pairs;
  state.inputs = inputs;
  state.widened = widened;
  state.widened_end = widened + p->depth;
  state.filled = widened + spindle_packed_depth(p->depth);
  state.stride = stride;
  state.end4 = inputs + 4 * strips.fours * words;
  state.end3 = state.end4 + 3 * strips.threes * words;
  state.end1 = state.end3 + strips.ones * words;
  state.zero = p->out_zero;
  state.offset = spindle_fixed_offset(p->out_zero);
  const int32_t skipped = 16 - (p->depth / 2 - 1) % 16; /* pairs of channels */
  state.entry4 = skipped * STEP4_BYTES;
  state.entry3 = skipped * STEP3_BYTES;
  run(&state);
}

#else

/* Two biases, two multipliers, the weights. */
static const int32_t* pair_data(const spindle_gemm_s8_dsp_params* p, int32_t pair) {
  return p->weights +
         (ptrdiff_t)pair * (SPINDLE_GEMM_S8_DSP_HEAD + spindle_packed_depth(p->depth) / 2);
}

/* The weights of a pair of output channels: for each pair of input channels, that of both. */
static void widen_weights(const spindle_gemm_s8_dsp_params* p, int32_t pair, uint32_t* widened) {
  const int32_t words = spindle_packed_depth(p->depth) / 2;
  const int32_t* packed = pair_data(p, pair) + SPINDLE_GEMM_S8_DSP_HEAD;
  for (int32_t i = 0; i < words; ++i) {
    spindle_widen4((uint32_t)packed[i], widened + 2 * i, 1);
    for (int32_t j = 0; p->weight_zero && j < 2; ++j) {
      const int32_t zero = p->weight_zero[2 * pair + j];
      widened[2 * i + j] = spindle_subtract(widened[2 * i + j], spindle_pair(zero, zero));
    }
  }
}

/* A pair of output channels of `pixels` pixels in strips of `size`; returns the inputs after. */
static const uint32_t* run_strips(const spindle_gemm_s8_dsp_params* p, const uint32_t* inputs,
                                  const uint32_t* widened, int32_t strips, int32_t size,
                                  int32_t pair, int8_t** out, int32_t stride) {
  const spindle_range range = spindle_output_range(p->out_zero, -128, 127);
  const int32_t* data = pair_data(p, pair);
  for (int32_t strip = 0; strip < strips; ++strip, inputs += size * (p->depth / 2)) {
    for (int32_t i = 0; i < size; ++i, *out += stride) {
      for (int32_t j = 0; j < 2; ++j) {
        uint32_t acc = (uint32_t)data[j];
        for (int32_t k = 0; k < p->depth / 2; ++k) {
          acc = spindle_dot(inputs[k * size + i], widened[2 * k + j], acc);
        }
        (*out)[j] = spindle_scale((int32_t)acc, data + 2, j, range);
      }
    }
  }
  return inputs;
}

static void compute(const spindle_gemm_s8_dsp_params* p, const uint32_t* inputs, int8_t* out,
                    int32_t stride, uint32_t* widened, int32_t pixels, int32_t first,
                    int32_t pairs) {
  const spindle_strips strips = spindle_strips_of(pixels);
  for (int32_t pair = first; pair < first + pairs; ++pair, out += 2) {
    const uint32_t* x = inputs;
    int8_t* y = out;
    widen_weights(p, pair, widened);
    x = run_strips(p, x, widened, strips.fours, 4, pair, &y, stride);
    x = run_strips(p, x, widened, strips.threes, 3, pair, &y, stride);
    run_strips(p, x, widened, strips.ones, 1, pair, &y, stride);
  }
}

#endif

void spindle_gemm_s8_dsp(const spindle_gemm_s8_dsp_params* p, const uint32_t* inputs,
                         uint32_t* widened, int8_t* out, int32_t pixels) {
  const int32_t pairs = p->out_channels / 2;
  if (pairs > 0) compute(p, inputs, out, p->out_channels, widened, pixels, 0, pairs);
  if (p->out_channels % 2 != 0) { /* the last channel alone: its partner goes nowhere */
    int8_t both[2 * SPINDLE_GEMM_S8_DSP_PIXELS];
    compute(p, inputs, both, 2, widened, pixels, pairs, 1);
    for (int32_t i = 0; i < pixels; ++i) {
      out[i * p->out_channels + p->out_channels - 1] = both[2 * i];
    }
  }
  spindle_limit_s8(out, pixels * p->out_channels, p->lo, p->hi);
}
