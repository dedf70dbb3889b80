// Contents of spindle_models.h: one header for all models of a folder, with an arena that they
// share.
#pragma once

#include <span>
#include <string>

#include "compiler/package/listed_model.h"

namespace spindle {

[[nodiscard]] std::string shared_arena_header(std::span<const ListedModel> models);

}  // namespace spindle
