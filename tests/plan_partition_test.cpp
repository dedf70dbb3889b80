#include "compiler/plan/partition.h"

#include "compiler/plan/cascade_cost.h"

#include <algorithm>
#include <limits>

#include "tests/catch.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using spindle::testing::ids;
using spindle::testing::random_network;
using spindle::testing::StepBuilder;

namespace {

std::vector<StepId> ends_of(const Partition& partition) {
  std::vector<StepId> ends;
  for (const CascadeChoice& choice : partition.cascades) ends.push_back(choice.end);
  return ends;
}

std::int64_t peak_of(const StepGraph& graph, const std::vector<StepId>& ends) {
  const ValueUses uses(graph);
  std::int64_t peak = 0;
  StepId first(0);
  for (StepId end : ends) {
    peak = std::max(peak, cascade_cost(graph, uses, first, end).bytes);
    first = end;
  }
  return peak;
}

// The smallest peak of all possible choices of cuts.
std::int64_t least_peak(const StepGraph& graph) {
  const std::vector<StepId> cuts = cut_points(graph);
  const std::size_t inner = cuts.size() - 2;
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  for (unsigned choice = 0; choice < (1U << inner); ++choice) {
    std::vector<StepId> ends;
    for (std::size_t i = 0; i < inner; ++i) {
      if ((choice >> i & 1U) != 0) ends.push_back(cuts[i + 1]);
    }
    ends.push_back(cuts.back());
    best = std::min(best, peak_of(graph, ends));
  }
  return best;
}

}  // namespace

TEST_CASE("the partition is as good as the best of all partitions") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const StepGraph graph = random_network(seed, 2 + static_cast<int>(seed % 5));
    const ValueUses uses(graph);
    CAPTURE(seed);
    const Partition found = PartitionSearch(graph, uses).without_recompute();
    CHECK(peak_of(graph, ends_of(found)) == least_peak(graph));
    CHECK(found.peak == least_peak(graph));
    CHECK(found.extra_macs == 0);
  }
}

TEST_CASE("an inverted residual is never cut, nor stem and first block, nor a sum") {
  StepBuilder b;
  const ValueId in = b.input(32, 96);
  const ValueId stem = b.window(in, {.stride = 2, .pad_top = 0}, 256);
  const ValueId dw = b.window(stem, {}, 256, BlockId(0));
  const ValueId first = b.pointwise(dw, 128, BlockId(0));
  const ValueId expand = b.pointwise(first, 768, BlockId(1));
  const ValueId dw1 = b.window(expand, {}, 768, BlockId(1));
  const ValueId second = b.add(b.pointwise(dw1, 128, BlockId(1)), first, BlockId(1));
  const ValueId head = b.pointwise(second, 640);
  b.output(b.pointwise(b.mean(head), 10));
  // The steps are 0: stem, 1-2: block 0, 3-6: block 1, 7: head, 8-9: mean, 10: classifier.
  CHECK(cut_points(b.graph) == ids<StepId>({0, 3, 7, 10, 11}));
}

TEST_CASE("a cascade's cost counts rings, ends and what only passes by") {
  StepBuilder b;
  const ValueId in = b.input(8, 8);
  const ValueId a = b.pointwise(in, 16);  // step 0, read again by step 3
  const ValueId c = b.pointwise(a, 32);   // step 1
  const ValueId d = b.window(c, {}, 16);  // step 2
  b.output(b.add(d, a));                  // step 3
  const ValueUses uses(b.graph);
  // A cascade of steps 1 and 2: a is alive but not used (8*16), c is a ring of 3 rows (3*32), d is
  // whole (8*16).
  CHECK(cascade_cost(b.graph, uses, StepId(1), StepId(3)).bytes == 128 + 96 + 128);
  // A cascade of all four: a keeps 2 rows, c 3 and d 1; the output is in the caller's buffer.
  CHECK(cascade_cost(b.graph, uses, StepId(0), StepId(4)).bytes == 32 + 96 + 16);
}
