// A model in a folder that `compile` wrote, as the folder's lists know it.
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
  std::string version;  // of the Spindle that compiled it
  std::string target;
  std::string sha256;  // of the model file
  std::vector<ArenaSize> arenas;
  std::vector<std::string> sources;  // its own: NAME.c, and NAME_weights.c or .S
  std::vector<std::string> kernels;  // of the runtime, shared with other models
  std::vector<std::string> objects;  // NAME.o
  std::vector<std::string> files;    // all that it needs in the folder
};

}  // namespace spindle
