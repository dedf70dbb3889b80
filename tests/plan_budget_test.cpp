// Plans random networks within random budgets, in all input modes. Each plan must pass the checker
// (make_plan calls it) and fit. The program must equal the reference and touch exactly the bytes
// that were planned.
#include <random>

#include "compiler/plan/planner.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/random_model.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr InputMode kModes[] = {InputMode::kExternal, InputMode::kArena, InputMode::kStreamed};

struct Tally {
  int planned = 0, recomputed = 0, refused = 0;
};

void check_budgets(DType type, std::uint64_t first, std::uint64_t count, Tally& tally) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    PlanSettings settings{std::nullopt, kModes[seed % 3]};
    CAPTURE(seed);
    const Compilation free =
        compile_graph(random_model(seed, type, Branches::kMany), "host", settings);
    const std::vector<ConstantPtr> inputs = random_inputs(free.graph, seed + 1);
    CHECK(free.plan.extra_macs == 0);
    CHECK(check_against_reference(free, inputs) == "");
    // No budget finds a smaller plan that computes nothing twice, and the frontier begins there.
    settings.ram = free.plan.arena_bytes - 1;
    if (const auto less = make_plan(free.selection.steps, settings)) {
      CHECK(less->extra_macs > 0);
    }
    CHECK(plan_frontier(free.selection.steps, settings).front().arena_bytes ==
          make_plan(free.selection.steps, {std::nullopt, settings.input})->arena_bytes);
    std::mt19937 random(static_cast<unsigned>(seed));
    settings.ram = free.plan.arena_bytes * (40 + static_cast<int>(random() % 60)) / 100;
    try {
      const Compilation tight =
          compile_graph(random_model(seed, type, Branches::kMany), "host", settings);
      ++tally.planned;
      if (tight.plan.extra_macs > 0) ++tally.recomputed;
      CHECK(tight.plan.arena_bytes <= *settings.ram);
      CHECK(check_against_reference(tight, inputs) == "");
    } catch (const NoPlan&) {
      ++tally.refused;
      const auto frontier = plan_frontier(free.selection.steps, settings);
      CHECK(frontier.back().arena_bytes > *settings.ram);
    }
  }
}

}  // namespace

TEST_CASE("random int8 networks fit their budgets and stay identical") {
  Tally tally;
  check_budgets(DType::kI8, 5000, 300, tally);
  CHECK(tally.recomputed > 30);
  CHECK(tally.refused > 0);
}

TEST_CASE("random uint8 and float networks do, too") {
  Tally tally;
  check_budgets(DType::kU8, 6000, 120, tally);
  check_budgets(DType::kF32, 7000, 120, tally);
  CHECK(tally.recomputed > 20);
}

TEST_CASE("three thousand random step graphs under random budgets pass the checker") {
  int fitted = 0;
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    const StepGraph graph = random_image_network(seed, 1 + static_cast<int>(seed % 6));
    CAPTURE(seed);
    const Plan free = make_plan(graph);
    PlanSettings settings;
    settings.ram = free.arena_bytes * (50 + static_cast<int>(seed * 7919U % 50)) / 100;
    std::optional<Plan> plan;
    REQUIRE_NOTHROW(plan = make_plan(graph, settings));
    if (!plan) continue;
    ++fitted;
    CHECK(plan->arena_bytes <= *settings.ram);
  }
  CHECK(fitted > 100);
}

TEST_CASE("along the frontier RAM falls and work grows") {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    const std::vector<PlanPoint> points = plan_frontier(random_image_network(seed, 5), {});
    CAPTURE(seed);
    REQUIRE_FALSE(points.empty());
    CHECK(points.front().extra_macs == 0);
    for (std::size_t i = 1; i < points.size(); ++i) {
      CHECK(points[i].arena_bytes < points[i - 1].arena_bytes);
      CHECK(points[i].extra_macs >= points[i - 1].extra_macs);
    }
  }
}
