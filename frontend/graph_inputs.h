// The run-time inputs of a model.
#pragma once

#include "frontend/file/onnx_proto.h"
#include "frontend/file/report.h"
#include "frontend/import_context.h"
#include "frontend/importer.h"

namespace spindle::frontend {

// Adds every input that is no initializer as a graph input. Symbolic dimensions take the values of
// `options.dims`; a first dimension without a value becomes 1. Reports E0107 for inputs without a
// usable type or shape, and W0104 for values of dimensions that the model does not have.
void add_graph_inputs(const onnx::GraphProto& graph, const ImportOptions& options,
                      ImportContext& context, Report& report);

}  // namespace spindle::frontend
