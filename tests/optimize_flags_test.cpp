// Tests flags with which users compile generated code. Kernels work with them, or `verify` says why
// it refuses them.
#include <string>

#include "compiler/support/subprocess.h"
#include "tests/catch.h"

using namespace spindle;

namespace {

const std::string kDigits = std::string(SPINDLE_SOURCE_DIR) + "/examples/digits/";

ProcessResult verify(const std::string& target, const std::string& flags) {
  return run_process(
      {.command = {SPINDLE_TOOL, "verify", kDigits + "digits_int8.onnx", "--target=" + target,
                   "--optimize=" + flags, "--input=" + kDigits + "pictures/3.png", "--mean=127.5",
                   "--std=127.5"}});
}

}  // namespace

TEST_CASE("arithmetic that is a call does not take the registers of assembly") {
  for (const char* level : {"-O0", "-O1", "-O2", "-Os"}) {
    const ProcessResult result = verify("cortex-m7", std::string(level) + " -ftrapv");
    INFO(level << ": " << result.output);
    CHECK(result.ok());
  }
}

TEST_CASE("flags that the target's compiler cannot take are told of") {
  const ProcessResult result = verify("cortex-m7", "-mcpu=cortex-m0");
  CHECK(result.code == 1);
  CHECK_THAT(result.output, contains_text("error[E0432]"));
  CHECK_THAT(result.output, contains_text("-mcpu=cortex-m0"));
}

TEST_CASE("flags that leave nothing to measure are wrong usage") {
  for (const char* flags : {"-flto", "-O2 -fsanitize=address", "-fprofile-arcs", "-O9", "-c",
                            "-o x", "-Wl,-s", "x.c"}) {
    INFO(flags);
    CHECK(verify("host", flags).code == 2);
  }
}
