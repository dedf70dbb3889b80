// What a call of a runtime kernel reads and writes, from its arguments and parameters alone. This
// is what the comments of runtime/spindle.h say, as data. Nothing here knows graphs, plans or
// lowering.
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

// The parameter struct of a call, accessed by names of its members.
class KernelParams {
 public:
  // `block` may be nullptr for kernels without parameters.
  KernelParams(const Program& program, const ParamBlock* block)
      : program_(program), block_(block) {}

  // An integer member. If there is none: `otherwise`, or an internal error.
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  // The same for a member that counts something and is not negative.
  [[nodiscard]] std::size_t count(std::string_view name) const { return integer(name); }
  [[nodiscard]] std::span<const std::int64_t> integers(std::string_view name) const;
  // The constant that a pointer member points to; nullptr if the member is NULL.
  [[nodiscard]] const ConstArray* constant(std::string_view name) const;

 private:
  [[nodiscard]] const Field* find(std::string_view name) const;
  const Program& program_;
  const ParamBlock* block_;
};

// How a kernel knows which part of its output it computes.
enum class KernelPlace : std::uint8_t {
  kPixels,  // it does not: it computes a number of consecutive pixels, at whatever address
  kImage,   // from arguments that give the row, and mostly the column, of an image
  kWhole,   // it computes all of its output in one call
};

// Bytes of an operand that a part of the output depends on. `at` is where the kernel reads. `row`
// and `offset` say what it takes the bytes for:
//
//   KernelPlace  byte `offset` ...
//   kPixels      from the pixel that the call begins with; from where the argument points if the
//                operand is repeated for every pixel
//   kImage       of row `row` of the operand's tensor
//   kWhole       of the operand's tensor
struct KernelRead {
  std::size_t operand = 0;  // index into KernelAccess::operands
  std::int64_t at = 0;      // bytes from the address that the operand's argument holds
  std::int64_t bytes = 0;
  std::int64_t row = 0;
  std::int64_t offset = 0;
};

// Bytes of the output that are computed from the same reads. `at`, `row` and `offset` are as in
// KernelRead.
struct KernelPart {
  std::int64_t at = 0;
  std::int64_t bytes = 0;
  std::int64_t row = 0;
  std::int64_t offset = 0;
  std::size_t first_read = 0, end_read = 0;  // indices into KernelAccess::reads
};

struct KernelOperand {
  std::size_t arg = 0;           // index of the argument that points to it
  std::int64_t pixel_bytes = 0;  // kPixels: distance of its pixels; 0 if it is repeated for each
  bool in_place = false;         // the output may begin at the operand's address or before it
};

struct KernelAccess {
  KernelPlace place = KernelPlace::kPixels;
  std::vector<KernelOperand> operands;
  std::size_t output_arg = 0;
  std::int64_t output_pixel_bytes = 0;  // for kPixels
  // Whether the output is int32 or float sums, to which each call adds what it reads. The call that
  // `starts` sets the sums instead. These kernels have no parts; the reads say what is added.
  bool accumulates = false;
  bool starts = false;
  std::int64_t sum_bytes = 0;
  // Whether the operand is such sums.
  bool ends_sums = false;
  // Whether the kernel copies the bytes of its operand, whatever they are: unchanged
  // (spindle_copy), or with bit 7 of each byte inverted if it `flips` (spindle_flip_sign).
  bool copies = false;
  bool flips = false;
  std::optional<std::size_t> scratch_arg = std::nullopt;
  std::int64_t scratch_bytes = 0;  // the call writes all of them
  std::vector<KernelPart> parts;
  std::vector<KernelRead> reads;
};

// The access of a call of `symbol`. `integers` are its arguments by position, 0 for pointers. It is
// an internal error if the kernel is not known; a test makes sure that all kernels are.
[[nodiscard]] KernelAccess access_of(std::string_view symbol, const KernelParams& params,
                                     std::span<const std::int64_t> integers);

// Whether access_of knows the kernel.
[[nodiscard]] bool has_access(std::string_view symbol);

}  // namespace spindle
