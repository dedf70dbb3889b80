// How a reduction goes through its input.
#pragma once

#include "compiler/lower/select/selector.h"

namespace spindle {

enum class ReductionForm : std::uint8_t {
  kWhole,    // the input must exist as a whole
  kRows,     // of an image: each row of the output needs one row of the input
  kPixels,   // over rows and columns of an image: a sum for each channel, to which rows are added
  kColumns,  // over the rows of an image only: a sum for each column and channel
};

// The form for an input of `shape`. In all but kWhole the input is an image of batch 1.
[[nodiscard]] ReductionForm reduction_form(const Reduce& op, const Shape& shape);

// The number of elements that one result is computed from.
[[nodiscard]] std::int64_t reduced_elements(const Reduce& op, const Shape& shape);

// The image [1,H,W,C] as a mean over all pixels sees it: kColumns takes a row for a single pixel
// with W * C channels.
struct SummedImage {
  std::int64_t rows = 0, width = 0, channels = 0;
};
[[nodiscard]] SummedImage summed_image(ReductionForm form, const Shape& shape);

// Adds the steps of kPixels and kColumns: `add`, a kernel of spindle_mean_add's prototype, adds the
// rows of `image` to 4-byte sums, and `end`, one of spindle_mean_end's, makes the result of them.
// Both come without arguments.
void add_sums(Selector& s, const Node& node, const SummedImage& image, KernelCall add,
              KernelCall end);

// Adds the step of kWhole (`rows` is 1) or kRows. The kernel (params, in, out), which comes without
// arguments, reduces a whole tensor, or a row of an image of `rows` rows.
void add_reduction(Selector& s, const Node& node, std::int64_t rows, KernelCall call);

}  // namespace spindle
