#include "compiler/codegen/c_emitter.h"

#include <utility>

#include "compiler/codegen/c_code.h"
#include "compiler/codegen/c_header.h"
#include "compiler/codegen/c_spelling.h"
#include "compiler/codegen/c_weights.h"
#include "compiler/support/stage_times.h"

namespace spindle {

std::vector<EmittedFile> emit_c(const Program& program, const CNames& names, WeightsForm weights) {
  const TimedStage stage(Stage::kEmit);
  const CSpelling c(program, names);
  std::vector<EmittedFile> files{{c.model + ".h", c_header(c)}, {c.model + ".c", c_code(c)}};
  for (EmittedFile& file : c_weights(c, weights)) files.push_back(std::move(file));
  return files;
}

std::string emit_header(const Program& program, const CNames& names) {
  return c_header(CSpelling(program, names));
}

}  // namespace spindle
