// The folder that `compile` writes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/codegen/c_emitter.h"
#include "compiler/compile/compilation.h"
#include "compiler/files/output_folder.h"

namespace spindle {

// Generated code and the runtime files it uses. With `facts` the header tells them.
[[nodiscard]] std::vector<OutputFile> generated_files(
    const Compilation& compilation, const std::string& name, const std::string& model_file,
    WeightsForm weights = WeightsForm::kC, std::optional<ModelFacts> facts = std::nullopt);

// The .c and .S files among them: the model's own, and the runtime's.
[[nodiscard]] std::vector<std::string> generated_sources(const Compilation& compilation,
                                                         const std::string& name,
                                                         WeightsForm weights = WeightsForm::kC);
[[nodiscard]] std::vector<std::string> model_sources(const std::string& name, WeightsForm weights);
[[nodiscard]] std::vector<std::string> runtime_sources(const Compilation& compilation);

}  // namespace spindle
