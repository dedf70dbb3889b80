// The folder that `compile` writes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/codegen/c_emitter.h"
#include "compiler/compile/compilation.h"
#include "compiler/files/output_folder.h"

namespace spindle {

// The generated code and the runtime files that it uses. If `facts` are given, the header states
// them.
[[nodiscard]] std::vector<OutputFile> generated_files(
    const Compilation& compilation, const std::string& name, const std::string& model_file,
    WeightsForm weights = WeightsForm::kC, std::optional<ModelFacts> facts = std::nullopt);

// The names of the .c and .S files among them: those of the model and those of the runtime. The two
// functions below return each part.
[[nodiscard]] std::vector<std::string> generated_sources(const Compilation& compilation,
                                                         const std::string& name,
                                                         WeightsForm weights = WeightsForm::kC);
[[nodiscard]] std::vector<std::string> model_sources(const std::string& name, WeightsForm weights);
[[nodiscard]] std::vector<std::string> runtime_sources(const Compilation& compilation);

}  // namespace spindle
