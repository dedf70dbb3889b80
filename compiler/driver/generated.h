// The folder that `compile` writes.
#pragma once

#include <string>
#include <vector>

#include "compiler/codegen/c_emitter.h"
#include "compiler/compile/compilation.h"
#include "compiler/driver/output_folder.h"

namespace spindle {

// Generated code, the runtime files it uses, and lists of its sources for CMake and make.
[[nodiscard]] std::vector<OutputFile> generated_files(const Compilation& compilation,
                                                      const std::string& name,
                                                      const std::string& model_file,
                                                      WeightsForm weights = WeightsForm::kC);

// The .c and .S files among them.
[[nodiscard]] std::vector<std::string> generated_sources(const Compilation& compilation,
                                                         const std::string& name,
                                                         WeightsForm weights = WeightsForm::kC);

}  // namespace spindle
