// Where the model's input is: external, in the arena, or streamed.
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"
#include "compiler/lower/select/select.h"
#include "compiler/plan/plan.h"

namespace spindle {

// Model input number `index` as a value that stays where the caller has it (Storage::kInput).
[[nodiscard]] Value external_input(const Graph& graph, std::size_t index);

// Changes `selection`, which was made for external input, to the input mode `mode`.
//   kArena:     the inputs become arena values that exist when the model starts.
//   kStreamed:  the caller pushes the rows of the only input. If one step reads the input, row by
//               row, it reads the caller's row. Otherwise a new first step, without a kernel,
//               copies the rows into a ring.
// Reports E0403 and returns false if the mode is kStreamed and the model does not have exactly one
// input, of several rows.
[[nodiscard]] bool set_input_mode(Selection& selection, const Graph& graph, InputMode mode,
                                  Diagnostics& diagnostics);

// Whether all rows must have been pushed before the first one can be used. This is so for planar
// images: all rows of a channel come before those of the next channel.
[[nodiscard]] bool keeps_pushed_rows(const StepGraph& steps);

}  // namespace spindle
