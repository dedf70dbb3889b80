// Lists of a folder's sources for build systems.
#pragma once

#include <span>
#include <string>

#include "compiler/package/listed_model.h"

namespace spindle {

// Contents of sources.mk and of sources.cmake. The lists of several folders can be included
// together. A kernel that is in a list included before is not listed again. Kernels of different
// versions of Spindle are an error.
[[nodiscard]] std::string make_list(std::span<const ListedModel> models);
[[nodiscard]] std::string cmake_list(std::span<const ListedModel> models);

}  // namespace spindle
