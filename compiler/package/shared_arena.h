// spindle_models.h: the models of a folder in one header, with an arena that they share.
#pragma once

#include <span>
#include <string>

#include "compiler/package/listed_model.h"

namespace spindle {

[[nodiscard]] std::string shared_arena_header(std::span<const ListedModel> models);

}  // namespace spindle
