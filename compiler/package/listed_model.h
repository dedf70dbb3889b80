// A model's entry in the lists of a folder that `compile` wrote.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace spindle {

struct ListedModel {
  struct ArenaSize {
    std::string name;  // of the region; empty without a memory map
    std::int64_t bytes = 0;
  };

  std::string name;
  std::string version;  // version of Spindle that compiled it
  std::string target;
  std::string sha256;  // of the model file
  std::vector<ArenaSize> arenas;
  std::vector<std::string> sources;  // its own sources: NAME.c, and NAME_weights.c or .S
  std::vector<std::string> kernels;  // runtime sources, shared with other models
  std::vector<std::string> objects;  // NAME.o
  std::vector<std::string> files;    // all files that it needs in the folder
};

}  // namespace spindle
