// The lists of a folder's sources for build systems.
#pragma once

#include <span>
#include <string>

#include "compiler/package/listed_model.h"

namespace spindle {

// sources.mk and sources.cmake. Each may be included beside those of other folders: a kernel that
// an earlier list has is not listed again, and kernels of two versions of Spindle are an error.
[[nodiscard]] std::string make_list(std::span<const ListedModel> models);
[[nodiscard]] std::string cmake_list(std::span<const ListedModel> models);

}  // namespace spindle
