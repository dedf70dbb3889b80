// Reads files as inputs of a model.
#pragma once

#include <filesystem>

#include "compiler/files/picture.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// Reads `file` as the tensor for the model's input `index`. A .npy array must have the input's type
// and shape; a picture is resized to the input. An input that takes codes where the file has floats
// (ProgramIo::codes) also takes a float array, which is quantized, as pictures are then. Reports
// E0420 (cannot be read), E0421 (does not fit) or E0424 (means or stds do not fit) and returns
// null.
[[nodiscard]] ConstantPtr read_input(const Program& program, std::size_t index,
                                     const std::filesystem::path& file,
                                     const PictureOptions& options, Diagnostics& diagnostics);

// The same for a model input that is described by `io`. May be called by several threads at once,
// each with diagnostics of its own.
[[nodiscard]] ConstantPtr read_input(const ProgramIo& io, const std::filesystem::path& file,
                                     const PictureOptions& options, Diagnostics& diagnostics);

}  // namespace spindle
