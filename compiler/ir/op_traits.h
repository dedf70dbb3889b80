// What is true of an operator wherever it stands in a graph: one row for each operator in
// op_traits.cpp. Passes, checks and the frontend ask the row. None of them keeps a list of
// operators, so a new operator is known to all of them as soon as it has its row; without a row
// the compiler does not build.
//
// A row may depend on the attributes of the operator (max pooling selects values, average pooling
// computes them). Questions that depend on shapes, types or neighbours are for the pass that has
// them; it answers them from the row as far as it can.
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
  kWeights,     // Conv's, Dense's and PartialSum's w
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

  // How many inputs have the role.
  [[nodiscard]] constexpr std::size_t count(InputRole role) const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < count_; ++i) found += list_.at(i).role == role ? 1 : 0;
    return found;
  }

 private:
  std::array<OpInput, 5> list_{};
  std::size_t count_;
};

// Where the elements of the output come from. The order matters: each of the first four kinds
// keeps less of its input than the one before.
enum class ResultKind : std::uint8_t {
  kSameElements,  // all elements of the input in the same order
  kPermuted,      // all elements of the input, each once, in another order
  kCopied,        // copies of elements, or a constant; which ones does not depend on their values
  kSelected,      // elements of the one input, chosen by comparing them with each other
  kPositions,     // where elements stand in the input: integers, not values
  kConverted,     // each element in another representation: another type or quantization
  kComputed,      // results of arithmetic on real numbers
};

// What an operator does with 8-bit data, that is with codes and their Quant.
enum class EightBit : std::uint8_t {
  kNone,       // it has no 8-bit form
  kInFloat,    // the data are dequantized, the result is computed in float and quantized
  kSameQuant,  // works on the codes; input and output must have the same Quant
  kOwnRule,    // has an integer rule (see ops.h) for any Quant of each tensor
  kBoundary,   // is itself a step from real numbers to codes, or from codes to whatever they mean
};

// What an operator computes when the dimensions of its tensors are put into another order.
enum class Layout : std::uint8_t {
  kFixed,    // something else: its dimensions have their meaning by their place, as in [N,H,W,C]
  kFollows,  // the same in the new order, once the axes in its attributes are renumbered
  kChanges,  // its output has other dimensions than its input: Reshape and Transpose
};

// Which element types an output may have, given the type that infer() returns.
enum class OutputType : std::uint8_t {
  kInferred,       // that one
  kEightBitAlike,  // that one; if it is an 8-bit type, also the other 8-bit type
  kCodes,          // an 8-bit type or s32
  kAnyInteger,     // any integer type
};

// Whether a result accumulates several elements. Its last bits then depend on their order: sums are
// rounded, and a maximum of 0 and -0 is either of them.
enum class Accumulation : std::uint8_t {
  kNone,
  kOfElements,  // of elements of the data, or elements times factors that the operator fixes
  kOfProducts,  // of products of two inputs: multiply-accumulates
};

// Every default is the answer with which passes leave an operator alone.
struct OpTraits {
  std::string_view name;  // "conv", "add", "max_pool": kinds resolved
  OpInputs inputs{};
  // The last input may be repeated any number of times.
  bool variadic = false;
  ResultKind result = ResultKind::kComputed;
  // All output elements are the same function of the elements at their place in the data inputs
  // (broadcast if need be). Scales per channel do not count: they belong to the tensors.
  bool elementwise = false;
  // The first input is an image [N,H,W,C].
  bool image = false;
  Layout layout = Layout::kFixed;
  Accumulation accumulates = Accumulation::kNone;
  EightBit eight_bit = EightBit::kInFloat;
  // It reads 8-bit data as codes, although its output is not 8-bit: indices and detections follow
  // from codes as from real numbers.
  bool reads_codes = false;
  // A Quantize of its result may be applied to its input instead, and a Dequantize of its input to
  // its result. ONNX Runtime does the same, and so decides what is computed in integers.
  bool commutes_with_quantize = false;
  // It also takes 8-bit tensors without a Quant, whose elements are plain integers.
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
  // The operator is a function of one element.
  [[nodiscard]] constexpr bool unary() const {
    return elementwise && inputs.count(InputRole::kData) == 1;
  }

  [[nodiscard]] constexpr bool same_elements() const { return result == ResultKind::kSameElements; }
  // The output has the elements of the input, each once.
  [[nodiscard]] constexpr bool permutes() const { return result <= ResultKind::kPermuted; }
  // It moves data and computes nothing.
  [[nodiscard]] constexpr bool moves() const { return result <= ResultKind::kCopied; }
  // Every element of the output is one of the input, or a constant.
  [[nodiscard]] constexpr bool keeps_values() const { return result <= ResultKind::kSelected; }
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
