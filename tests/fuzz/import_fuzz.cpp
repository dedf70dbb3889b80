// libFuzzer target. It searches for a file that makes the importer crash, hang or build an invalid
// graph.
//
//   import_fuzz -dict=tests/fuzz/onnx.dict CORPUS    (import_seeds writes a first corpus)
//
// Build with -fsanitize=fuzzer,address,undefined (SPINDLE_FUZZ=ON).
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>

#include "compiler/ir/verifier.h"
#include "frontend/importer.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  spindle::Diagnostics diagnostics;
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto graph = spindle::import_onnx(bytes, "fuzz.onnx", {}, {}, diagnostics);
  if (graph.has_value() == diagnostics.has_errors()) {
    std::cerr << "neither a graph nor an error, or both\n";
    std::abort();
  }
  if (!graph) return 0;
  if (const std::string violation = spindle::verify(*graph); !violation.empty()) {
    std::cerr << violation << '\n';
    std::abort();
  }
  return 0;
}
