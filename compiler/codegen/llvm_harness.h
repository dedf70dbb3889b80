// The program around a model that `verify` runs, made without a C compiler: the firmware as an
// object, with the definitions that verify_job.h asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/codegen/llvm_backend.h"

namespace spindle {

struct HarnessJob {
  // An output that is handed out row by row, to NAME_<name>_row.
  struct RowOutput {
    std::size_t output = 0;  // index into `outputs`
    std::string name;
    std::int64_t bytes = 0;  // bytes of a row
  };

  std::string model;                  // the prefix NAME of NAME_run and so on
  std::vector<std::int64_t> arenas;   // bytes of each
  std::vector<std::int64_t> inputs;   // bytes of each
  std::vector<std::int64_t> outputs;  // bytes of each
  std::vector<RowOutput> row_outputs;
  InputMode input_mode = InputMode::kExternal;
  std::vector<ArenaPlace> input_places;  // kArena: by input
  std::int64_t input_rows = 0;           // kStreamed: rows to push
  int runs = 1;
  bool traced = false;
  int mark = 1;  // the step to which the model's instructions are counted by default
};

// The object and its stack frames. NAME_run and so on are undefined in it. Reports like emit_llvm.
[[nodiscard]] std::optional<LlvmOutput> emit_harness(const HarnessJob& job, const Target& target,
                                                     Diagnostics& diagnostics);

}  // namespace spindle
