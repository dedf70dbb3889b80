// The operators of the graph, one plain struct each. The comment of a struct defines the result:
// the reference interpreter computes it so, and kernels and passes must agree with it.
//
// Conventions. Images are NHWC. "8-bit" means a kI8 or kU8 tensor with a Quant. s and z are its
// scale and zero point, e.g. sx and zx those of x. An operator whose comment gives no integer rule
// accepts 8-bit tensors all the same: inputs are dequantized, the operator is computed in float32,
// and the result is quantized by Quantize's formula. Inputs are listed in order; one marked
// "optional" may be kNoTensor.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle {

// A clamp fused into the operator before it; lo and hi are real numbers. On an 8-bit output they
// become integer limits (quantized_limits). This is exact because quantization is monotone.
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
// Depthwise is groups == C (output channel o reads input channel o / (O/C)). Padded elements are
// real zeros. The 8-bit rule has m = (sx * sw[o]) / sy in float32:
//   acc = bias + sum (x - zx)(w - zw), in int32
//   y = saturate(round_half_even(float(acc) * m) + zy), clamped to the activation's limits
// The bias is s32 with scale sx * sw[o].
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

// Matrix product of two tensors that are computed at run time, batch dimensions by numpy's
// broadcasting: a [...,M,K], b [...,K,N]. Output [...,M,N].
struct MatMul {};

enum class PoolKind : std::uint8_t { kMax, kAverage };

// Window pooling. Input x [N,H,W,C]; output [N,OH,OW,C]. Padded elements are never the maximum.
// They count in the average only if count_include_pad. 8-bit average: the dequantized elements of
// the window are summed in float32, row by row. The sum is divided by the number of elements that
// count (with count_include_pad the whole window, also where ceil_mode lets it reach beyond the
// padding), then by sy. zy is added before rounding.
struct Pool {
  PoolKind kind = PoolKind::kMax;
  std::array<int, 2> kernel{1, 1};
  std::array<int, 2> stride{1, 1};
  std::array<int, 2> dilation{1, 1};
  Padding pad;
  bool ceil_mode = false;
  bool count_include_pad = false;
};

enum class ReduceKind : std::uint8_t { kMean, kSum, kMax, kMin };  // kMin must stay last

// Reduction over `axes` (non-negative, ascending). 8-bit mean: acc = sum (x - zx) in int32, then as
// Conv with m = sx / (sy * count). With `float_sum`, and always for an 8-bit sum, dequantized
// values are summed in float32 instead, in an order that depends on the dimensions in the model
// file (ir/sum_order.h). A mean or sum with `to_float` has an 8-bit input with one scale and a
// float output: float(acc) * sx in float32, and for a mean this divided by the count.
struct Reduce {
  ReduceKind kind = ReduceKind::kMean;
  std::vector<int> axes{};
  bool keep_dims = true;
  Activation act = {};
  bool float_sum = false;
  bool to_float = false;  // 8-bit input, float output
  // The input's dimensions in the file's order; empty: the order is the same.
  std::vector<int> file_dims{};
};

// Batch normalization for inference over channel dimension `axis`. Inputs: x, gamma [C], beta [C],
// mean [C], variance [C]. y = (x - mean) / sqrt(variance + epsilon) * gamma + beta.
struct BatchNorm {
  float epsilon = 1e-5F;
  int axis = -1;  // non-negative once in a graph
};

// kPow must stay last.
enum class BinaryKind : std::uint8_t { kAdd, kSub, kMul, kDiv, kMin, kMax, kPrelu, kPow };

// Elementwise with numpy's broadcasting. Inputs: a, b. PRelu is b*a if a < 0, else a. 8-bit add,
// all in float32:
//   ra = sa/sy, rb = sb/sy, f = zy - fma(ra, za, rb*zb)
//   y = saturate(round_half_even(fma(a, ra, fma(b, rb, f))))
// If a has one element, a and b change places in the last line. 8-bit mul:
//   m = (sa*sb)/sy
//   y = saturate(round_half_even((a - za)*(b - zb)*m + zy))
// The product (a - za)*(b - zb) is exact, the rest is in float32.
struct Binary {
  BinaryKind kind = BinaryKind::kAdd;
  Activation act = {};
};

enum class UnaryKind : std::uint8_t {  // same order as spindle_unary_kind; kAffine must stay last
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
  kGelu,
  kGeluTanh,
  kSelu,
  kMish,
  kAffine,
};

// Elementwise function of one input. alpha and beta: HardSigmoid is max(0, min(1, alpha*x + beta)),
// Affine is alpha*x + beta, alpha is the slope of LeakyRelu and Elu for x < 0. Selu is beta*x for
// x > 0 and beta*alpha*(exp(x) - 1) below. Other kinds do not use them. Gelu is
// x/2 * (1 + erf(x/sqrt(2))), GeluTanh its approximation
// x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715*x^3))), Mish is x * tanh(Softplus(x)). Round is half
// to even.
struct Unary {
  UnaryKind kind = UnaryKind::kSigmoid;
  float alpha = 0;
  float beta = 0;
};

// y = min(max(x, act.lo), act.hi). Relu is lo = 0; Relu6 adds hi = 6.
struct Clip {
  Activation act = {};
};

// exp(x - max) / sum along `axis` (non-negative). 8-bit input and output, with d = max - q:
//   e[d] = float32(exp(-s*d)), summed in float32 in index order
//   y = saturate(round_half_even(e / sum * steps) + zy), in float32
// steps is floor(1 / sy), or 1 / sy if the axis has a single element.
struct Softmax {
  int axis = -1;
};

// float -> 8-bit or s32: saturate(round_half_even(x / s) + z) with the output's s and z.
struct Quantize {};
// 8-bit or s32 -> float: (q - z) * s in float32 with the input's s and z.
struct Dequantize {};
// 8-bit -> 8-bit with another Quant or type: Dequantize, then Quantize.
struct Requantize {};

// A function of each 8-bit code, given as a table of its values. There is one function for all
// elements, or one for each index along `axis`. The input's Quant plays no part. Inputs: x 8-bit,
// constant table [functions,256], ordered by code from the lowest on. The output has the table's
// type and Quant.
struct Table {
  int axis = -1;  // -1: one function for all; else non-negative once in a graph
};

// The part of a 1x1 convolution that sums over one group of its input channels (split_channels).
// Inputs: x [N,H,W,K] and w [O,1,1,K], both 8-bit, optional s32 bias [O], optional previous sum s32
// [N,H,W,O]. Output s32 [N,H,W,O]: previous + bias + sum (x - zx)(w - zw[o]), modulo 2^32. Its
// Quant has the scales of Conv's accumulator, sx * sw[o] in float32, along the channels.
struct PartialSum {};
// s32 [N,H,W,O] -> 8-bit, what Conv does after its accumulation. With m = s[o] / sy in float32,
// where s are the input's scales:
//   y = saturate(round_half_even(float(acc) * m) + zy), clamped to the activation's limits
struct RequantizeSum {
  Activation act = {};
};

// Same elements in the same order with another shape. `shape` is the output's; the frontend has
// resolved 0 and -1.
struct Reshape {
  Shape shape;
};

// Output dimension i is input dimension perm[i].
struct Transpose {
  std::vector<int> perm;
};

// Constant padding: `before` and `after` elements are added in each dimension; negative numbers
// crop. `value` is a real number. On 8-bit tensors it is quantized with the tensor's Quant, so 0
// becomes the zero point.
struct Pad {
  std::vector<std::int64_t> before, after;
  float value = 0;
};

// Concatenation of any number of inputs along `axis` (non-negative). 8-bit: each input is
// requantized to the output's Quant.
struct Concat {
  int axis = 0;
};

// In each dimension the elements start, start+step, ...; `count` of them, which is the output's
// extent. `step` may be negative.
struct Slice {
  std::vector<std::int64_t> start, step;
  Shape count;
};

// The elements `indices` of dimension `axis` (both non-negative), in that order.
struct Gather {
  int axis = 0;
  std::vector<std::int64_t> indices;
};

enum class ResizeKind : std::uint8_t { kNearest, kLinear, kLinearOnCodes };
enum class ResizeCoordinates : std::uint8_t {
  kHalfPixel,
  kPytorchHalfPixel,
  kAlignCorners,
  kAsymmetric,
};
enum class ResizeNearest : std::uint8_t { kRoundPreferFloor, kRoundPreferCeil, kFloor, kCeil };

// Image resize, x [N,H,W,C] -> [N,OH,OW,C]. Coordinates are those of ONNX Resize, with `scale`
// where it is given, else with OH/H and OW/W. kLinearOnCodes is linear resizing of an 8-bit tensor
// as ONNX defines it for integers: the codes themselves are interpolated in float32 and the results
// truncated towards zero; input and output have the same Quant.
struct Resize {
  ResizeKind kind = ResizeKind::kNearest;
  ResizeCoordinates coordinates = ResizeCoordinates::kHalfPixel;
  ResizeNearest nearest = ResizeNearest::kRoundPreferFloor;
  std::array<std::int64_t, 2> size{1, 1};  // OH, OW
  std::array<float, 2> scale{0, 0};  // for rows and columns, as the file gives them; 0: not given
};

// Blocks of pixels from channels. Input x [N,H,W,C], whose channels are runs of `run`: one run for
// each pixel of the block, row by row, and then those of the next `run` output channels. So ONNX's
// mode DCR has one run for each pixel, with all output channels, and CRD has runs of 1. Output
// [N,OH,OW,C/(block[0]*block[1])]. Its pixel (y, x) is pixel (y + crop[0], x + crop[1]) of the
// image that all blocks together make, which must be large enough.
struct DepthToSpace {
  std::array<int, 2> block{1, 1};          // rows, columns; > 0
  std::int64_t run = 1;                    // output channels; > 0, divides them
  std::array<int, 2> crop{0, 0};           // rows, columns; >= 0
  std::array<std::int64_t, 2> size{1, 1};  // OH, OW
};

// Index of the largest (or smallest) value along `axis`; of equal values the first, or the last
// with last_index. The output is s64, or another integer type without Quant if the output tensor
// has one.
struct ArgMax {
  int axis = 0;
  bool keep_dims = true;
  bool last_index = false;
  bool minimum = false;
};

// Decodes and selects the boxes of a single-shot detector. Inputs: scores [1,N,C], offsets [1,N,4],
// anchors float [N,4] (centre and size, the two axes in the order of the offsets). Output float
// [most,6], one row for each detection: class, score, low corner, high corner. Unused rows have
// class -1 and zeros.
//
// An offset o is first multiplied by its variance. Then it moves the centre by o times the anchor's
// size, or multiplies the size by exp(o). With `corners` it moves the low and the high corner by o
// times the size.
//
// Candidates are all pairs of box and class with a score >= `score`, but not of class `background`.
// They are visited by descending score; equal scores in order of box, then class. A candidate is
// taken unless its intersection over union with a box already taken of its class is above
// `overlap`. 8-bit scores and offsets are dequantized.
struct Detect {
  float score = 0.5F;
  float overlap = 0.5F;
  int most = 10;
  int background = 0;  // -1: there is no background class
  std::array<float, 4> variance{0.1F, 0.1F, 0.2F, 0.2F};
  bool corners = false;
};

// Selects boxes by score and leaves out those that overlap a better one. Inputs: boxes float
// [1,N,4] (two corners in any order, or with `centered` centre and size), scores float [1,C,N].
// Output s64 [C * min(most, N), 3], rows (0, class, box) by class, then by descending score; of
// equal scores the first box comes first. Unused rows come last and hold -1.
//
// In each class at most `most` boxes are taken. A box is taken if its score is above `score` (by
// default any score is) and its intersection over union with every box already taken is at most
// `overlap`.
struct NonMaxSuppression {
  std::int64_t most = 1;  // per class; > 0
  float overlap = 0;
  float score = -std::numeric_limits<float>::infinity();
  bool centered = false;
};

// The `k` largest (or smallest) values along `axis`, the best first; of equal values the first
// comes first. With `indices` the output is their indices (s64) instead.
struct TopK {
  int axis = 0;
  std::int64_t k = 1;
  bool smallest = false;
  bool indices = false;
};

// Changes the element type; float to integer truncates towards zero.
struct Cast {
  DType to = DType::kF32;
};

// Copies its input. After remove_identities it remains only where a graph output would otherwise be
// a graph input, a constant or another graph output.
struct Identity {};

using Op = std::variant<Conv, Dense, MatMul, Pool, Reduce, BatchNorm, Binary, Unary, Clip, Softmax,
                        Quantize, Dequantize, Requantize, Table, PartialSum, RequantizeSum, Reshape,
                        Transpose, Pad, Concat, Slice, Gather, Resize, DepthToSpace, ArgMax, Detect,
                        NonMaxSuppression, TopK, Cast, Identity>;

// The operator's name with its kind resolved: "conv", "dense", "add", "sigmoid", ...
[[nodiscard]] std::string_view name_of(const Op& op);

}  // namespace spindle
