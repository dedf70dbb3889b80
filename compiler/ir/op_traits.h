// Properties of an operator that do not depend on the graph around it: one row for each operator in
// op_traits.cpp. Passes, checks and the frontend ask that row instead of keeping lists of operators
// of their own. So a new operator is known to all of them as soon as it has a row, and without a
// row the compiler does not build.
//
// A row may depend on the operator's attributes: max pooling selects values, average pooling
// computes them. Questions that depend on shapes, types or neighbours are answered by the pass that
// asks them, with the row as a starting point.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "compiler/ir/ops.h"

namespace spindle {

enum class InputRole : std::uint8_t {
  kData,        // activations: what the operator is applied to
  kWeights,     // the input `w` of Conv, Dense and PartialSum
  kBias,        // what is added to each output channel
  kParameters,  // anything else that comes from the model: tables, anchors, statistics
};

struct OpInput {
  InputRole role = InputRole::kData;
  bool optional = false;
};

// The inputs of an operator in order. Optional ones come last.
class OpInputs {
 public:
  constexpr OpInputs(std::initializer_list<OpInput> inputs) : count_(inputs.size()) {
    std::size_t i = 0;
    for (const OpInput& input : inputs) list_.at(i++) = input;
  }

  [[nodiscard]] constexpr std::size_t size() const { return count_; }
  [[nodiscard]] constexpr const OpInput& operator[](std::size_t i) const { return list_.at(i); }

  // Number of inputs that have the role.
  [[nodiscard]] constexpr std::size_t count(InputRole role) const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < count_; ++i) found += list_.at(i).role == role ? 1 : 0;
    return found;
  }

 private:
  std::array<OpInput, 5> list_{};
  std::size_t count_;
};

// Where the elements of the output come from. The order of the enumerators matters
// (OpTraits::permutes and the like compare them): each of the first four keeps less of the input
// than the one before.
enum class ResultKind : std::uint8_t {
  kSameElements,  // all elements of the input in the same order
  kPermuted,      // all elements of the input, each once, in another order
  kCopied,        // copies of input elements, or a constant; which ones does not depend on values
  kSelected,      // elements of the only input, chosen by comparing their values
  kPositions,     // indices of elements in the input: integers, not values
  kConverted,     // each element in another representation: another type or quantization
  kComputed,      // results of arithmetic on real numbers
};

// How an operator handles 8-bit data, that is codes with a Quant.
enum class EightBit : std::uint8_t {
  kNone,       // has no 8-bit form
  kInFloat,    // no 8-bit kernel: it is computed as Dequantize, float operator, Quantize
  kSameQuant,  // works on the codes; input and output must have the same Quant
  kOwnRule,    // 8-bit kernels for tensors of any Quant each; ops.h defines the result
  kBoundary,   // converts between real numbers and codes, or maps codes by a table
};

// What happens if the dimensions of an operator's inputs are put into another order.
enum class Layout : std::uint8_t {
  kFixed,    // the result changes: dimensions have fixed places, as in [N,H,W,C]
  kFollows,  // the result is the same in the new order, after its axis attributes are renumbered
  kChanges,  // it changes the dimensions itself: Reshape and Transpose
};

// Which element types an output may have, given the type that infer() returns.
enum class OutputType : std::uint8_t {
  kInferred,       // the type that infer() returns
  kEightBitAlike,  // that one; or, if it is an 8-bit type, either 8-bit type
  kCodes,          // an 8-bit type or s32
  kAnyInteger,     // any integer type
};

// Whether an output element is accumulated from several elements. If so, its last bits may depend
// on the order: sums are rounded, and the maximum of 0 and -0 may be either of them.
enum class Accumulation : std::uint8_t {
  kNone,
  kOfElements,  // of input elements, perhaps times factors that the operator fixes
  kOfProducts,  // of products of elements of two inputs: multiply-accumulates
};

// With the default values, passes leave an operator as it is.
struct OpTraits {
  // "conv", "add", "max_pool": the name of the kind for Binary, Unary, Pool and Reduce.
  std::string_view name;
  OpInputs inputs{};
  // The last input may be repeated any number of times.
  bool variadic = false;
  ResultKind result = ResultKind::kComputed;
  // Each output element is the same function of the elements at its place in the data inputs, which
  // may be broadcast. Scales per channel do not count as a difference: they belong to the tensors.
  bool elementwise = false;
  // The first input is an image [N,H,W,C].
  bool image = false;
  Layout layout = Layout::kFixed;
  Accumulation accumulates = Accumulation::kNone;
  EightBit eight_bit = EightBit::kInFloat;
  // It reads 8-bit data directly although its output is not 8-bit. Example: ArgMax finds the same
  // index in codes as in real numbers.
  bool reads_codes = false;
  // It can change places with a Quantize behind it and with a Dequantize before it. ONNX Runtime
  // moves the same operators, and so decides which operators are computed in integers.
  bool commutes_with_quantize = false;
  // It also accepts 8-bit tensors without a Quant. Their elements are plain integers.
  bool plain_integers = false;
  OutputType output = OutputType::kEightBitAlike;

  // Required inputs, and the most allowed (-1: no limit).
  [[nodiscard]] constexpr int required_inputs() const {
    std::size_t required = 0;
    while (required < inputs.size() && !inputs[required].optional) ++required;
    return static_cast<int>(required);
  }
  [[nodiscard]] constexpr int most_inputs() const {
    return variadic ? -1 : static_cast<int>(inputs.size());
  }
  [[nodiscard]] constexpr InputRole role_of(std::size_t input) const {
    return inputs[variadic && input >= inputs.size() ? inputs.size() - 1 : input].role;
  }
  [[nodiscard]] constexpr bool has_weights() const { return inputs.count(InputRole::kWeights) > 0; }
  // Each output element is a function of one input element.
  [[nodiscard]] constexpr bool unary() const {
    return elementwise && inputs.count(InputRole::kData) == 1;
  }

  [[nodiscard]] constexpr bool same_elements() const { return result == ResultKind::kSameElements; }
  // The output has exactly the elements of the input.
  [[nodiscard]] constexpr bool permutes() const { return result <= ResultKind::kPermuted; }
  // It only moves data.
  [[nodiscard]] constexpr bool moves() const { return result <= ResultKind::kCopied; }
  // Every output element is an element of the input, or a constant.
  [[nodiscard]] constexpr bool keeps_values() const { return result <= ResultKind::kSelected; }
  // 8-bit input and output have the same Quant in the file already, which states it only once.
  [[nodiscard]] constexpr bool shares_quant() const {
    return keeps_values() || eight_bit == EightBit::kSameQuant;
  }
};

[[nodiscard]] OpTraits traits_of(const Op& op);

// The activation that the operator carries in its member `act`; null if it has none.
[[nodiscard]] inline Activation* activation_of(Op& op) {
  return std::visit(
      [](auto& o) -> Activation* {
        if constexpr (requires { o.act; }) {
          return &o.act;
        } else {
          return nullptr;
        }
      },
      op);
}
[[nodiscard]] inline const Activation* activation_of(const Op& op) {
  return activation_of(const_cast<Op&>(op));
}

}  // namespace spindle
