// The operators of the graph: one plain struct each. What a struct's comment says is what the
// reference interpreter does; everything else (kernels, passes) must agree with it.
//
// Conventions. Images are NHWC. "8-bit" means a kI8 or kU8 tensor with a Quant. An operator whose
// comment gives no integer rule accepts 8-bit tensors all the same: inputs are dequantized, the
// operator is computed in float32, and the result is quantized (Quantize's formula). Inputs are
// listed in order; those marked "optional" may be kNoTensor.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle {

// A clamp fused into the operator before it, in real units. On an 8-bit output it becomes integer
// limits (quantized_limits), which is exact because quantization is monotone.
struct Activation {
  float lo = -std::numeric_limits<float>::infinity();
  float hi = std::numeric_limits<float>::infinity();

  [[nodiscard]] bool none() const {
    return lo == -std::numeric_limits<float>::infinity() &&
           hi == std::numeric_limits<float>::infinity();
  }
  bool operator==(const Activation&) const = default;
};

// Rows and columns added around an image; all >= 0.
struct Padding {
  int top = 0, left = 0, bottom = 0, right = 0;

  [[nodiscard]] bool none() const { return top == 0 && left == 0 && bottom == 0 && right == 0; }
  bool operator==(const Padding&) const = default;
};

// Convolution. Inputs: x [N,H,W,C], w [O,KH,KW,C/groups], optional bias [O]. Output [N,OH,OW,O].
// Depthwise is groups == C (output channel o reads input channel o / (O/C)). Padding is real zero.
// 8-bit: acc = bias + sum (x - zx)(w - zw) in int32; y = saturate(round_half_even(float(acc) * m)
// + zy), m = (sx * sw[o]) / sy in float32, clamped to the activation's limits. The bias is s32 with
// scale sx * sw[o].
struct Conv {
  std::array<int, 2> stride{1, 1};    // rows, columns; > 0
  std::array<int, 2> dilation{1, 1};  // rows, columns; > 0
  Padding pad;
  int groups = 1;
  Activation act = {};
};

// Fully connected over the last dimension. Inputs: x [...,K], w [O,K], optional bias [O].
// Output [...,O]. 8-bit as Conv.
struct Dense {
  Activation act = {};
};

// Matrix product of two tensors computed at run time, numpy rules: a [...,M,K], b [...,K,N].
struct MatMul {};

enum class PoolKind : std::uint8_t { kMax, kAverage };

// Window pooling. Input x [N,H,W,C]; output [N,OH,OW,C]. Padding is never the maximum; it counts
// in the average only if count_include_pad. 8-bit average: a float32 sum of dequantized taps, row
// by row, divided by the taps that count (with count_include_pad all, also beyond the padding),
// then by sy; zy takes part in the rounding.
struct Pool {
  PoolKind kind = PoolKind::kMax;
  std::array<int, 2> kernel{1, 1};
  std::array<int, 2> stride{1, 1};
  std::array<int, 2> dilation{1, 1};
  Padding pad;
  bool ceil_mode = false;
  bool count_include_pad = false;
};

enum class ReduceKind : std::uint8_t { kMean, kSum, kMax, kMin };  // kMin stays the last one

// Reduction over `axes` (non-negative, sorted). 8-bit mean: acc = sum (x - zx) in int32, then as
// Conv with m = sx / (sy * count); with `float_sum`, as an 8-bit sum always, dequantized values are
// summed in float32, in an order that follows the model file's dimensions (ir/sum_order.h).
struct Reduce {
  ReduceKind kind = ReduceKind::kMean;
  std::vector<int> axes;
  bool keep_dims = true;
  Activation act = {};
  bool float_sum = false;
  std::vector<int> file_dims{};  // the input's dimensions in the file's order; empty: as they are
};

// Inference batch normalization over channel dimension `axis`. Inputs: x, gamma [C], beta [C],
// mean [C], variance [C]: y = (x - mean) / sqrt(variance + epsilon) * gamma + beta.
struct BatchNorm {
  float epsilon = 1e-5F;
  int axis = -1;  // non-negative once in a graph
};

enum class BinaryKind : std::uint8_t { kAdd, kSub, kMul, kDiv, kMin, kMax, kPow };  // kPow: last

// Elementwise with numpy broadcasting. Inputs: a, b. 8-bit add: ra = sa/sy, rb = sb/sy,
// f = zy - fma(ra, za, rb*zb), all in float32; y = saturate(round_half_even(fma(a, ra, fma(b, rb,
// f)))), where a and b change places if a is a single value. 8-bit mul: m = (sa*sb)/sy;
// y = saturate(round_half_even((a - za)*(b - zb)*m + zy)), in float32 from the product with m on.
struct Binary {
  BinaryKind kind = BinaryKind::kAdd;
  Activation act = {};
};

enum class UnaryKind : std::uint8_t {  // in the order of spindle_unary_kind; kAffine stays last
  kSigmoid,
  kHardSigmoid,
  kHardSwish,
  kTanh,
  kExp,
  kLog,
  kSqrt,
  kReciprocal,
  kNeg,
  kAbs,
  kFloor,
  kCeil,
  kRound,
  kErf,
  kLeakyRelu,
  kElu,
  kSoftplus,
  kAffine,
};

// Elementwise function of one input. alpha/beta: HardSigmoid max(0, min(1, alpha*x + beta)),
// Affine alpha*x + beta, LeakyRelu and Elu slope alpha; unused otherwise. Round is half to even.
struct Unary {
  UnaryKind kind = UnaryKind::kSigmoid;
  float alpha = 0;
  float beta = 0;
};

// y = min(max(x, act.lo), act.hi). Relu is lo = 0; Relu6 adds hi = 6.
struct Clip {
  Activation act = {};
};

// exp(x - max) / sum along `axis` (non-negative). 8-bit input and output: e[d] = float32(exp(-s*d))
// for d = max - q, summed in float32 in index order; y = saturate(round_half_even(e / sum *
// floor(1 / sy)) + zy), in float32.
struct Softmax {
  int axis = -1;
};

// float -> 8-bit (or s32): saturate(round_half_even(x / s) + z), the output's Quant says s and z.
struct Quantize {};
// 8-bit or s32 -> float: (q - z) * s in float32, the input's Quant says s and z.
struct Dequantize {};
// 8-bit -> 8-bit with another Quant or type: Dequantize, then Quantize.
struct Requantize {};

// A function of each 8-bit code (what the input's Quant says does not matter), one for each element
// of dimension `axis` or one for all. Inputs: x 8-bit, constant table [functions,256] by code, the
// lowest first. The output is of the table's type and quantized like it.
struct Table {
  int axis = -1;  // -1, only with one function: none; non-negative once in a graph else
};

// One group of the input channels of a 1x1 convolution whose result is summed group by group
// (split_channels). Inputs: x [N,H,W,K] and w [O,1,1,K], both 8-bit, optional s32 bias [O],
// optional previous sum s32 [N,H,W,O]. Output s32 [N,H,W,O]:
// previous + bias + sum (x - zx)(w - zw[o]), modulo 2^32. Its Quant has the scales sx * sw[o] of
// Conv's accumulator, in float32, along the channels.
struct PartialSum {};
// s32 [N,H,W,O] -> 8-bit, the rest of Conv after its accumulation: saturate(round_half_even(
// float(acc) * m) + zy) with m = s[o] / sy in float32, s the input's scales, clamped to the
// activation's limits.
struct RequantizeSum {
  Activation act = {};
};

// Same elements in the same order, another shape (the output's). `shape` has no 0 or -1 left.
struct Reshape {
  Shape shape;
};

// Output dimension i is input dimension perm[i].
struct Transpose {
  std::vector<int> perm;
};

// Constant padding; before/after per dimension, may be negative (crop). Value in real units; on
// 8-bit tensors it is quantized with the tensor's Quant (0 becomes the zero point).
struct Pad {
  std::vector<std::int64_t> before, after;
  float value = 0;
};

// Along `axis` (non-negative), any number of inputs. 8-bit: each is requantized to the output.
struct Concat {
  int axis = 0;
};

// Per dimension: elements start, start+step, ... `count` of them (the output's extent).
struct Slice {
  std::vector<std::int64_t> start, step;
  Shape count;
};

// The elements `indices` of dimension `axis` (both non-negative), in that order.
struct Gather {
  int axis = 0;
  std::vector<std::int64_t> indices;
};

enum class ResizeKind : std::uint8_t { kNearest, kLinear };
enum class ResizeCoordinates : std::uint8_t {
  kHalfPixel,
  kPytorchHalfPixel,
  kAlignCorners,
  kAsymmetric,
};
enum class ResizeNearest : std::uint8_t { kRoundPreferFloor, kRoundPreferCeil, kFloor, kCeil };

// Image resize, x [N,H,W,C] -> [N,OH,OW,C]. Coordinates as ONNX Resize defines them, with
// scale = the given one, else OH/H.
struct Resize {
  ResizeKind kind = ResizeKind::kNearest;
  ResizeCoordinates coordinates = ResizeCoordinates::kHalfPixel;
  ResizeNearest nearest = ResizeNearest::kRoundPreferFloor;
  std::array<std::int64_t, 2> size{1, 1};  // OH, OW
  std::array<float, 2> scale{0, 0};        // rows, columns as given in the file; 0: size ratio
};

// Index of the largest (or smallest) value along `axis`; the first of equals unless last_index.
// Output s64, or the output tensor's integer type (no Quant).
struct ArgMax {
  int axis = 0;
  bool keep_dims = true;
  bool last_index = false;
  bool minimum = false;
};

// Boxes of a single-shot detector. Inputs: scores [1,N,C], offsets [1,N,4], anchors float [N,4]
// (centre and size; the two axes in the order of the offsets). Output float [most,6], a row for
// each detection: class, score, low corner, high corner; class -1 and zeros where there are no
// more. An offset o, times its variance, moves the centre by o times the anchor's size, or
// multiplies the size by exp(o); with `corners` it moves low and high corner by o times the size.
// Candidates are all (box, class) with a score >= `score`, but not of class `background`; in order
// of score, of equal ones in order of box, then class, each is taken unless its intersection over
// union with one taken of its class is above `overlap`. 8-bit scores and offsets are dequantized.
struct Detect {
  float score = 0.5F;
  float overlap = 0.5F;
  int most = 10;
  int background = 0;  // -1: no such class
  std::array<float, 4> variance{0.1F, 0.1F, 0.2F, 0.2F};
  bool corners = false;
};

// Boxes chosen by score, those left out that overlap a better one. Inputs: boxes float [1,N,4] (two
// corners in any order, or centre and size), scores float [1,C,N]. Output s64 [C * min(most, N),
// 3]: (0, class, box) by class, then by score, of equal ones the first; rows that are not used hold
// -1 and come last. In each class a box is taken if its score is above `score` (where it is said)
// and its intersection over union with none that was taken is above `overlap`, up to `most`.
struct NonMaxSuppression {
  std::int64_t most = 1;  // per class; > 0
  float overlap = 0;
  float score = -std::numeric_limits<float>::infinity();
  bool centered = false;
};

// The `k` largest (or smallest) values along `axis`, the best first, of equal ones the first; or,
// with `indices`, where they are (s64).
struct TopK {
  int axis = 0;
  std::int64_t k = 1;
  bool smallest = false;
  bool indices = false;
};

// Element type change; float to integer truncates towards zero.
struct Cast {
  DType to = DType::kF32;
};

// Copies its input. Remains only where a graph output is a graph input or a constant.
struct Identity {};

using Op = std::variant<Conv, Dense, MatMul, Pool, Reduce, BatchNorm, Binary, Unary, Clip, Softmax,
                        Quantize, Dequantize, Requantize, Table, PartialSum, RequantizeSum, Reshape,
                        Transpose, Pad, Concat, Slice, Gather, Resize, ArgMax, Detect,
                        NonMaxSuppression, TopK, Cast, Identity>;

// "conv", "dense", "add", "sigmoid", ...: kinds resolved.
[[nodiscard]] std::string_view name_of(const Op& op);

}  // namespace spindle
