// What a call of a runtime kernel reads and writes, from its arguments and parameters alone: the
// comments of runtime/spindle.h as data. Nothing here knows graphs, plans or lowering.
//
// The Program checker compares this with what the operators of the graph need; tests compare it
// with the kernels themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/lower/program/program.h"

namespace spindle {

// The parameter struct of a call, by names of members.
class KernelParams {
 public:
  // `block` may be nullptr for kernels without parameters.
  KernelParams(const Program& program, const ParamBlock* block)
      : program_(program), block_(block) {}

  // An integer; an internal error if there is none and no `otherwise`.
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  [[nodiscard]] std::span<const std::int64_t> integers(std::string_view name) const;
  // The constant that a pointer points to; nullptr for NULL.
  [[nodiscard]] const ConstArray* constant(std::string_view name) const;

 private:
  [[nodiscard]] const Field* find(std::string_view name) const;
  const Program& program_;
  const ParamBlock* block_;
};

// How a kernel is told where it stands in its output.
enum class KernelPlace : std::uint8_t {
  kPixels,  // not at all: it makes some pixels of somewhere, one after the other
  kImage,   // by row and column of an image
  kWhole,   // it makes all of its output
};

// Bytes that a part of the output depends on.
struct KernelRead {
  int operand = 0;
  std::int64_t at = 0;  // from the operand's argument on
  std::int64_t bytes = 0;
  // What the kernel takes them for: bytes of the operand from `offset` on, counted
  //   kPixels: from the pixel that the call begins with (for an operand that is repeated for every
  //            pixel, from where its argument points),
  //   kImage:  in row `row`,
  //   kWhole:  in the whole operand.
  std::int64_t row = 0;
  std::int64_t offset = 0;
};

// Bytes of the output that are computed from the same reads, `at` and `offset` as in KernelRead.
struct KernelPart {
  std::int64_t at = 0;
  std::int64_t bytes = 0;
  std::int64_t row = 0;
  std::int64_t offset = 0;
  std::size_t first_read = 0, end_read = 0;  // indices into KernelAccess::reads
};

struct KernelOperand {
  int arg = 0;                   // index of the argument that points to it
  std::int64_t pixel_bytes = 0;  // kPixels: from pixel to pixel; 0 if repeated
  bool in_place = false;         // the output may begin where the operand begins, or before it
};

struct KernelAccess {
  KernelPlace place = KernelPlace::kPixels;
  std::vector<KernelOperand> operands;
  int output_arg = 0;
  std::int64_t output_pixel_bytes = 0;  // kPixels
  // The output is int32 or float sums of what calls read: the call that `starts` sets them, the
  // others add to them. Parts are empty then, and reads say what is added.
  bool accumulates = false;
  bool starts = false;
  std::int64_t sum_bytes = 0;
  // The operand is such sums.
  bool ends_sums = false;
  // The bytes of an operand go to the output unchanged but for bit 7 (spindle_flip_sign), or as
  // they are (spindle_copy), whatever they are.
  bool copies = false;
  bool flips = false;
  int scratch_arg = -1;
  std::int64_t scratch_bytes = 0;  // written, every one of them
  std::vector<KernelPart> parts;
  std::vector<KernelRead> reads;
};

// Of a call of `symbol`; `integers` are its arguments by position, 0 for those that are pointers.
// An internal error if the kernel is not known, which a test makes impossible.
[[nodiscard]] KernelAccess access_of(std::string_view symbol, const KernelParams& params,
                                     std::span<const std::int64_t> integers);

// Whether access_of knows the kernel.
[[nodiscard]] bool has_access(std::string_view symbol);

}  // namespace spindle
