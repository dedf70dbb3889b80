#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Brings the graph into NHWC: removes the Transposes that the importer puts around every operator
// on images, and those of the model.
//
// Operators that work in any order of dimensions form regions (layout_region.h). A region is
// relabelled if the Transposes on its boundary then move fewer elements; this is repeated until no
// region gains. Transposes that must remain end up at graph inputs and outputs. Constants in a
// region are permuted and axis attributes renumbered. If Dense layers follow a flatten, their
// weights are permuted instead. A Transpose that moves only extents of 1 becomes a Reshape. So does
// a Transpose - Reshape - Transpose that leaves the elements in order.
//
// Each surviving tensor keeps its origins, with the permutation that leads back to the ONNX layout.
// Needs: fold_constants before it, so that weights are constants. Run remove_identities after it.
//
//   %a = transpose %x {perm 0,2,3,1}            %c = conv %x', ...
//   %c = conv %a, ...                      =>   %r = clip %c
//   %t = transpose %c {perm 0,3,1,2}            %y = conv %r, ...
//   %r = clip %t
//   %u = transpose %r {perm 0,2,3,1}
//   %y = conv %u, ...
void eliminate_transposes(Graph& graph);

}  // namespace spindle
