// Changes ONNX models as models, not as bytes: what comes out still parses, and often imports.
#pragma once

#include <cstdint>
#include <random>

#include <onnx/onnx_pb.h>

namespace spindle::fuzz {

// One random change: of an operator, its operands or an attribute; of a constant's values, type or
// shape; of an input's shape; of what is an output; a node more or less.
void mutate(onnx::ModelProto& model, std::minstd_rand& random);

}  // namespace spindle::fuzz
