// The program around a model that `verify` runs, without a C compiler: the firmware of
// target/firmware as an object, with what verify_job.h leaves to be defined.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/codegen/llvm_backend.h"

namespace spindle {

struct HarnessJob {
  // An output that comes by rows, to NAME_<name>_row.
  struct RowOutput {
    std::size_t output = 0;  // index into `outputs`
    std::string name;
    std::int64_t bytes = 0;  // of a row
  };

  std::string model;                  // NAME of NAME_run and its kind
  std::vector<std::int64_t> arenas;   // bytes of each
  std::vector<std::int64_t> inputs;   // bytes of each
  std::vector<std::int64_t> outputs;  // bytes of each
  std::vector<RowOutput> row_outputs;
  InputMode input_mode = InputMode::kExternal;
  std::vector<ArenaPlace> input_places;  // kArena: by input
  std::int64_t input_rows = 0;           // kStreamed: rows to push
  int runs = 1;
  bool traced = false;
  int mark = 1;  // the step that the model's instructions belong to by default
};

// The object and its frames; NAME_run and the like are undefined in it. Reports as emit_llvm.
[[nodiscard]] std::optional<LlvmOutput> emit_harness(const HarnessJob& job, const Target& target,
                                                     Diagnostics& diagnostics);

}  // namespace spindle
