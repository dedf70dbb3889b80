// Where the model's input is: --input-mode=external|arena|streamed.
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"
#include "compiler/lower/select.h"
#include "compiler/plan/plan.h"

namespace spindle {

// Input number `index` of the model as a value where the caller has it (Storage::kInput).
[[nodiscard]] Value external_input(const Graph& graph, std::size_t index);

// Makes `selection`, chosen for external input, one for `mode`.
// kArena: the inputs become arena values that exist when the model starts.
// kStreamed: rows of the only input are pushed by the caller. If one step reads it, row by row, it
// reads the caller's row; otherwise a first step without a kernel receives the rows into a ring.
// Reports E0403 and returns false if the model does not have one input of several rows.
[[nodiscard]] bool set_input_mode(Selection& selection, const Graph& graph, InputMode mode,
                                  Diagnostics& diagnostics);

// Whether all rows must have been pushed before the first can be used: a planar picture, whose rows
// of one channel come before those of the next.
[[nodiscard]] bool keeps_pushed_rows(const StepGraph& steps);

}  // namespace spindle
