// Changes ONNX models by their structure, not byte by byte. The results still parse, and many of
// them can be imported.
#pragma once

#include <cstdint>
#include <random>

#include <onnx/onnx_pb.h>

namespace spindle::fuzz {

// Makes one random change: to a node's operator, operands or attributes; to a constant's values,
// type or shape; to an input's shape; to the list of outputs; or it adds or removes a node.
void mutate(onnx::ModelProto& model, std::minstd_rand& random);

}  // namespace spindle::fuzz
