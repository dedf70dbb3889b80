// libFuzzer target: no file and no options make any stage fail, and nothing wrong comes out.
//
//   pipeline_fuzz -dict=tests/fuzz/onnx.dict CORPUS tests/fuzz/corpus
//
// Build with -fsanitize=fuzzer,address,undefined (SPINDLE_FUZZ=ON). tests/support/fuzz_input.h says
// what an input is.
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>

#include "tests/support/fuzz_input.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string fault = spindle::testing::fuzz_pipeline(std::as_bytes(std::span(data, size)));
  if (!fault.empty()) {
    std::cerr << fault << '\n';
    std::abort();
  }
  return 0;
}
