// Which input files form a run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/ir/diagnostics.h"

namespace spindle {

// One run: a file for each input of the model.
struct InputSet {
  std::vector<std::filesystem::path> files;
  std::string name;  // shown to the user: the file, or the first of several
};

// The runs for the files `given`. If the model has one input, each file is a run, and a folder
// stands for the pictures and .npy arrays in it, sorted by name. If it has several, the files are
// one run in the order of the model's inputs. Reports E0420 for a folder that has no such files or
// cannot be read, and E0421 if the number of files is not that of the inputs. Returns the runs
// without those.
[[nodiscard]] std::vector<InputSet> input_sets(const std::vector<std::filesystem::path>& given,
                                               std::size_t inputs, Diagnostics& diagnostics);

}  // namespace spindle
