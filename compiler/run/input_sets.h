// Which files are run together.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/ir/diagnostics.h"

namespace spindle {

// One run: a file for each input of the model.
struct InputSet {
  std::vector<std::filesystem::path> files;
  std::string name;  // for people: the file, or the first of several
};

// The runs that `given` stands for. With one model input each file is a run, and a folder stands
// for the pictures and arrays in it, by name; with several the files are one run, in the model's
// order. Reports E0420 (a folder without such files, or unreadable) and E0421 (files and inputs do
// not go together), and returns what there is.
[[nodiscard]] std::vector<InputSet> input_sets(const std::vector<std::filesystem::path>& given,
                                               std::size_t inputs, Diagnostics& diagnostics);

}  // namespace spindle
