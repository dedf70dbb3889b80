// libFuzzer target. It searches for a file and options that make any stage of the compiler fail, or
// give a program with wrong results.
//
//   pipeline_fuzz -dict=tests/fuzz/onnx.dict CORPUS tests/fuzz/corpus
//
// Build with -fsanitize=fuzzer,address,undefined (SPINDLE_FUZZ=ON). tests/support/fuzz_input.h
// describes the format of an input.
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <span>
#include <string>

#include "tests/fuzz/model_mutator.h"
#include "tests/support/fuzz_input.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {
constexpr std::size_t kKnobs = 4;
}  // namespace

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

// Mostly changes the model by model_mutator.h. Sometimes it changes the four bytes of options, or
// arbitrary bytes, which tests the importer.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  std::minstd_rand random(seed);
  onnx::ModelProto model;
  if (size <= kKnobs || random() % 16 == 0 ||
      !model.ParseFromArray(data + kKnobs, static_cast<int>(size - kKnobs))) {
    return LLVMFuzzerMutate(data, size, most);
  }
  if (random() % 4 == 0) data[random() % kKnobs] = static_cast<std::uint8_t>(random());
  for (unsigned i = 0; i <= random() % 3; ++i) spindle::fuzz::mutate(model, random);
  const std::size_t bytes = model.ByteSizeLong();
  if (bytes + kKnobs > most) return LLVMFuzzerMutate(data, size, most);
  model.SerializeToArray(data + kKnobs, static_cast<int>(bytes));
  return bytes + kKnobs;
}
