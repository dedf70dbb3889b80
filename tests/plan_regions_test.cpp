// Tests buffers in several memory regions: where they are placed, which faults the checker sees,
// and that the program equals the reference and touches exactly the bytes planned for each region.
#include "compiler/plan/regions.h"

#include <fmt/format.h>

#include <random>

#include "compiler/emulate/run_compiled.h"
#include "compiler/execute/execute.h"
#include "compiler/package/generated.h"
#include "compiler/plan/checker.h"
#include "compiler/plan/occupancy.h"
#include "compiler/plan/planner.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/random_model.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

Region region(const std::string& name, std::int64_t size, int rank) {
  return {.name = name, .size = size, .rank = rank, .attribute = ""};
}

// A stem and two blocks, whose plan has boundary tensors, rings and scratch.
StepGraph network() {
  StepBuilder b;
  ValueId x = b.window(b.input(16, 48), {.stride = 2, .pad_top = 0}, 64);
  for (BlockId block(1); block <= BlockId(2); ++block) {
    const ValueId expand = b.pointwise(x, 192, block);
    const ValueId depthwise = b.window(expand, {}, 192, block);
    x = b.add(b.pointwise(depthwise, 64, block), x, block);
  }
  b.output(b.mean(x));
  return std::move(b.graph);
}

Plan plan_in(const StepGraph& graph, const Regions& regions) {
  PlanSettings settings;
  settings.regions = regions;
  std::optional<Plan> plan = make_plan(graph, settings);
  REQUIRE(plan);
  return std::move(*plan);
}

// A random memory map of two to four regions with about as many bytes as one arena needs. Some
// regions are for weights only.
Regions random_regions(std::int64_t arena_bytes, std::mt19937& random) {
  Regions regions;
  const int count = 2 + static_cast<int>(random() % 3);
  for (int i = 0; i < count; ++i) {
    regions.push_back(region(fmt::format("r{}", i),
                             8 + arena_bytes * static_cast<int>(random() % 100) / 100,
                             static_cast<int>(random() % 3)));
    regions.back().activations = i == 0 || random() % 4 != 0;
  }
  return regions;
}

std::vector<std::vector<std::byte>> bytes_of(const std::vector<ConstantPtr>& inputs) {
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : inputs) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  return bytes;
}

// The bytes that a run of the plan touches, for each arena of the program.
std::vector<std::int64_t> planned_bytes(const Plan& plan) {
  std::vector<std::int64_t> bytes;
  for (const RegionId id : plan.regions.ids()) {
    if (plan.regions[id].arena_bytes > 0) bytes.push_back(occupied_bytes(plan, id));
  }
  return bytes;
}

}  // namespace

TEST_CASE("items with more traffic for their bytes go to the faster region") {
  // The fast region has 8 bytes, so of the items alive together it gets only the one with the most
  // traffic per byte.
  const std::vector<PlaceItem> items{{8, 0, 1}, {8, 0, 1}, {16, 0, 1}, {8, 2, 2}};
  const Regions regions{region("slow", 100, 5), region("fast", 8, 1)};
  const auto placement = place_in_regions(items, {}, {10, 80, 90, 1}, regions);
  REQUIRE(placement);
  // The last item has little traffic, but no other is alive at its time.
  CHECK(placement->regions == ids<RegionId>({0, 1, 0, 1}));
}

TEST_CASE("what finds no place goes first") {
  // If only traffic counted, the two small items would take the only region where the large one
  // fits.
  const std::vector<PlaceItem> items{{8, 0, 0}, {8, 0, 0}, {24, 0, 0}};
  const Regions regions{region("a", 24, 0), region("b", 16, 1)};
  const auto placement = place_in_regions(items, {}, {90, 80, 1}, regions);
  REQUIRE(placement);
  CHECK(placement->regions == ids<RegionId>({1, 1, 0}));
}

TEST_CASE("overlays hold within a region only") {
  // As an overlay the two items need 16 bytes, side by side they need 32.
  const std::vector<PlaceItem> items{{16, 0, 1}, {16, 1, 2}};
  const std::vector<PlaceOverlay> overlays{{0, 1, 0}};
  const auto together =
      place_in_regions(items, overlays, {1, 1}, Regions{region("a", 16, 0), region("b", 16, 1)});
  REQUIRE(together);
  CHECK(together->regions == ids<RegionId>({0, 0}));
  const auto apart =
      place_in_regions(items, {}, {1, 1}, Regions{region("a", 16, 0), region("b", 16, 1)});
  REQUIRE(apart);
  CHECK(apart->regions == ids<RegionId>({0, 1}));
  CHECK_FALSE(place_in_regions(items, {}, {1, 1}, Regions{region("a", 16, 0), region("b", 8, 1)}));
}

TEST_CASE("regions that hold weights only get no buffers") {
  Regions regions{region("fast", 1000, 0), region("slow", 1000, 1)};
  regions.front().activations = false;
  const auto placement = place_in_regions({{8, 0, 0}}, {}, {1}, regions);
  REQUIRE(placement);
  CHECK(placement->regions == ids<RegionId>({1}));
}

TEST_CASE("the bound counts overlaid bytes once") {
  const std::vector<PlaceItem> items{{16, 0, 1}, {24, 1, 2}, {8, 1, 1}};
  CHECK(place_bound(items, {}) == 48);
  CHECK(place_bound(items, {{0, 1, 0}}) == 32);
  CHECK(place_bound(items, {{0, 1, 16}}) == 16 + 16 + 8);
}

TEST_CASE("traffic is rows times accesses") {
  StepBuilder b;
  const ValueId a = b.pointwise(b.input(8, 4), 16);
  const ValueId c = b.window(a, {}, 16);
  b.output(b.pointwise(c, 16));
  const Plan plan = make_plan(b.graph);
  const auto traffic = [counted = buffer_traffic(plan), &plan](ValueId value) {
    return counted[plan.buffer_of[value]];
  };
  // 8 rows are written; windows of 2, 3, 3, 3, 3, 3, 3 and 2 rows are read, 22 in all.
  CHECK(traffic(a) == 16 * (8 + 22));
  CHECK(traffic(c) == 16 * 16);
}

TEST_CASE("a plan in two regions passes the checker, spoilt ones do not") {
  const StepGraph graph = network();
  const std::int64_t whole = make_plan(graph).arena_bytes;
  const Regions regions{region("fast", whole / 2 / 8 * 8, 0), region("slow", whole, 1)};
  const Plan good = plan_in(graph, regions);
  REQUIRE(check_plan(good).empty());
  REQUIRE(good.regions.front().arena_bytes > 0);
  REQUIRE(good.regions.back().arena_bytes > 0);
  CHECK(good.arena_bytes == good.regions.front().arena_bytes + good.regions.back().arena_bytes);

  SECTION("a buffer in no region") {
    Plan plan = good;
    plan.buffers.front().region = RegionId(2);
    CHECK_THAT(check_plan(plan), contains_text("in no region"));
  }
  SECTION("a region that does not hold activations") {
    Plan plan = good;
    plan.regions.front().activations = false;
    CHECK_THAT(check_plan(plan), contains_text("in no region"));
  }
  SECTION("an arena larger than its region") {
    Plan plan = good;
    plan.regions.back().size = plan.regions.back().arena_bytes - 1;
    CHECK_THAT(check_plan(plan), contains_text("does not fit region 'slow'"));
  }
  SECTION("an arena that is too small") {
    Plan plan = good;
    plan.regions.back().arena_bytes -= 8;
    plan.arena_bytes -= 8;
    CHECK_THAT(check_plan(plan), contains_text("outside of the arena"));
  }
  SECTION("arenas that do not add up") {
    Plan plan = good;
    plan.arena_bytes += 8;
    CHECK_THAT(check_plan(plan), contains_text("add up"));
  }
  SECTION("a buffer moved over one that lives in the other region") {
    int caught = 0;
    for (const BufferId i : good.buffers.ids()) {
      for (const BufferId k : good.buffers.ids()) {
        if (good.buffers[i].region == good.buffers[k].region) continue;
        Plan plan = good;
        for (Region& r : plan.regions) {
          r.size += 4096;
          r.arena_bytes += 4096;
          plan.arena_bytes += 4096;
        }
        plan.buffers[i].region = plan.buffers[k].region;
        plan.buffers[i].offset = plan.buffers[k].offset;
        const bool alive = plan.buffers[i].first_cascade <= plan.buffers[k].last_cascade &&
                           plan.buffers[k].first_cascade <= plan.buffers[i].last_cascade;
        if (alive && !check_plan(plan).empty()) ++caught;
      }
    }
    CHECK(caught > 0);
  }
}

TEST_CASE("two thousand random networks in random regions pass the checker") {
  int split = 0;
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    const StepGraph graph = random_network(seed, 1 + static_cast<int>(seed % 6));
    std::mt19937 random(seed);
    PlanSettings settings;
    settings.regions = random_regions(make_plan(graph).arena_bytes, random);
    CAPTURE(seed);
    std::optional<Plan> plan;
    REQUIRE_NOTHROW(plan = make_plan(graph, settings));
    if (!plan) continue;
    int used = 0;
    for (const Region& r : plan->regions) used += r.arena_bytes > 0 ? 1 : 0;
    split += used > 1 ? 1 : 0;
  }
  CHECK(split > 200);
}

TEST_CASE("random models in random regions equal the reference, in the bytes planned for each") {
  constexpr InputMode kModes[] = {InputMode::kExternal, InputMode::kArena, InputMode::kStreamed};
  constexpr DType kTypes[] = {DType::kI8, DType::kU8, DType::kF32};
  int split = 0;
  int refused = 0;
  for (std::uint64_t seed = 9000; seed < 9150; ++seed) {
    PlanSettings settings{std::nullopt, kModes[seed % 3], {}};
    const Graph graph = random_model(seed, kTypes[seed / 3 % 3], Branches::kMany);
    const Compilation free = compile_graph(graph, "host", settings);
    std::mt19937 random(static_cast<unsigned>(seed));
    settings.regions = random_regions(free.plan.arena_bytes, random);
    CAPTURE(seed);
    try {
      const Compilation compiled = compile_graph(graph, "host", settings);
      split += compiled.program.arenas.size() > 1 ? 1 : 0;
      const std::vector<ConstantPtr> inputs = random_inputs(compiled.graph, seed);
      CHECK(check_against_reference(compiled, inputs) == "");
      const std::vector<std::int64_t> planned = planned_bytes(compiled.plan);
      if (!planned.empty()) {
        CHECK(execute_painted(compiled.program, bytes_of(inputs)).touched_bytes == planned);
      }
      for (const Region& r : compiled.plan.regions) CHECK(r.arena_bytes <= r.size);
    } catch (const NoPlan&) {
      ++refused;
    }
  }
  CHECK(split > 30);
  CHECK(refused < 120);
}

TEST_CASE("generated code takes an arena for each region and stays in it") {
  for (const InputMode mode : {InputMode::kExternal, InputMode::kArena, InputMode::kStreamed}) {
    PlanSettings settings{std::nullopt, mode, {}};
    const Graph graph = random_model(77, DType::kI8);
    const std::int64_t whole = compile_graph(graph, "host", settings).plan.arena_bytes;
    settings.regions = {region("dtcm", whole / 2, 0), region("sram", whole, 1)};
    settings.regions.front().attribute = "__attribute__((aligned(32)))";
    const Compilation compiled = compile_graph(graph, "host", settings);
    REQUIRE(compiled.program.arenas.size() == 2);
    std::string header;
    for (const OutputFile& file : generated_files(compiled, "net", "net.onnx")) {
      if (file.name == "net.h") header = file.data;
    }
    for (const char* text : {"#define NET_ARENA_DTCM_BYTES ", "#define NET_ARENA_SRAM_BYTES ",
                             "void *arena_dtcm, void *arena_sram", "NET_ARENA_DTCM(name)",
                             "#define SPINDLE_ARENA_DTCM_ATTR __attribute__((aligned(32)))"}) {
      CHECK_THAT(header, contains_text(text));
    }
    Diagnostics diagnostics;
    const std::vector<ConstantPtr> inputs = random_inputs(compiled.graph, 3);
    const auto result = run_compiled(compiled, "host", {inputs}, {}, diagnostics);
    REQUIRE(result);
    const Execution expected = execute_painted(compiled.program, bytes_of(inputs));
    CHECK(result->outputs[0] == expected.outputs);
    CHECK(result->touched_bytes == expected.touched_bytes);
  }
}
