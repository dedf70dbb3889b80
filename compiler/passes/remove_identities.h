#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Drops operators that return their input: Identity, Cast to the same type, Pad by nothing, Reshape
// to the same shape, Transpose in the same order, Concat of one tensor, Slice of everything, Clip
// without bounds, Requantize to the same quantization, and Resize to the same size if its
// coordinates make it exact. A Reshape of a Reshape becomes one Reshape. On 8-bit tensors an
// operator is dropped only if input and output have the same quantization.
//
// Origins of the removed tensor move to the surviving one. A graph output keeps its name. If it
// would become a graph input, a constant or another graph output, an Identity stays.
//
//   %a = conv %x, %w, %b            %y = conv %x, %w, %b
//   %y = identity %a           =>   output %y
//   output %y
void remove_identities(Graph& graph);

}  // namespace spindle
