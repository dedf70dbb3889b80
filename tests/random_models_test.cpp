// Compiles random networks of the MobileNetV2 family. The program must compute what the reference
// computes, in exactly the memory that was planned.
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/random_model.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

void check_models(DType type, std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    CAPTURE(seed);
    const Compilation compiled = compile_graph(random_model(seed, type, Branches::kMany));
    CHECK(check_against_reference(compiled, random_inputs(compiled.graph, seed + 1)) == "");
  }
}

}  // namespace

TEST_CASE("random int8 networks are identical to the reference") {
  check_models(DType::kI8, 1, 1000);
}

TEST_CASE("random uint8 networks with zero points in the weights are identical too") {
  check_models(DType::kU8, 100000, 700);
}

TEST_CASE("random float networks agree with the reference") {
  check_models(DType::kF32, 200000, 500);
}
