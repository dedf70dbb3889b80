// Tests the reading of memory maps, and the diagnostics for every kind of mistake in them.
#include "compiler/compile/memory_map.h"

#include <fmt/format.h>

#include "tests/catch.h"

using namespace spindle;

namespace {

Regions read(const std::string& text) {
  Diagnostics diagnostics;
  const auto regions = parse_memory_map(text, "map.json", diagnostics);
  REQUIRE(regions);
  REQUIRE_FALSE(diagnostics.has_errors());
  return *regions;
}

// A map with a valid region and one that has these members.
std::string with(const std::string& members) {
  return R"({"regions": [{"name": "sram", "size": "512K", "rank": 1}, {)" + members + "}]}";
}

void refuse(const std::string& text, const std::string& place, const std::string& message) {
  Diagnostics diagnostics;
  INFO(text);
  CHECK_FALSE(parse_memory_map(text, "map.json", diagnostics));
  REQUIRE(diagnostics.error_count() == 1);
  const Diagnostic& error = diagnostics.all().front();
  CHECK(error.code == "E0404");
  CHECK(error.place == place);
  CHECK_THAT(error.message, contains_text(message));
}

}  // namespace

TEST_CASE("a map says where things may go") {
  const Regions map = read(R"j({"regions": [
    {"name": "dtcm", "size": "64K", "rank": 0,
     "attribute": "__attribute__((section(\".dtcm\")))", "holds": ["activations"]},
    {"name": "SRAM_1", "size": 524289, "rank": 3},
    {"name": "flash", "size": "2M", "rank": 10, "holds": ["weights"]}]})j");
  const std::vector<Region>& regions = map.items();
  REQUIRE(regions.size() == 3);
  CHECK(regions[0].name == "dtcm");
  CHECK(regions[0].size == 65536);
  CHECK(regions[0].attribute == "__attribute__((section(\".dtcm\")))");
  CHECK(regions[0].activations);
  CHECK_FALSE(regions[0].weights);
  CHECK(regions[1].size == 524289);
  CHECK(regions[1].rank == 3);
  CHECK(regions[1].attribute.empty());
  CHECK(regions[1].activations);
  CHECK(regions[1].weights);
  CHECK(regions[2].size == 2 * 1024 * 1024);
  CHECK_FALSE(regions[2].activations);
}

TEST_CASE("sizes of regions are read as those of --ram") {
  for (const char* size : {"98304", "\"96k\"", "\"96 KiB\"", "\"0.09375MB\""}) {
    const Regions regions =
        read(fmt::format(R"({{"regions": [{{"name": "a", "size": {}, "rank": 0}}]}})", size));
    REQUIRE(regions.size() == 1);
    CHECK(regions.front().size == 98304);
  }
}

TEST_CASE("what is no map is refused, with the place") {
  refuse("{\"regions\": [\n{]}", "map.json: line 2", "not JSON");
  refuse("", "map.json: line 1", "not JSON");
  refuse("[]", "map.json", "list of \"regions\"");
  refuse("{\"regions\": []}", "map.json", "list of \"regions\"");
  refuse("{\"regions\": [7]}", "map.json: region 0", "a region is an object");
  refuse(R"({"regions": [{"name": "a", "size": 1, "rank": 0, "holds": ["weights"]}]})", "map.json",
         "no region holds activations");
  refuse(R"({"region": 1, "regions": [{"name": "a", "size": 1, "rank": 0}]})", "map.json",
         "unknown key 'region'");
  std::string many;
  for (std::size_t i = 0; i <= kMostRegions; ++i) {
    many += (i == 0 ? "" : ",") + (R"({"name": "r)" + std::to_string(i)) +
            R"(", "size": 1, "rank": 0})";
  }
  refuse("{\"regions\": [" + many + "]}", "map.json", "there are 17 regions");
}

TEST_CASE("a region that says something wrong is named") {
  const std::string place = "map.json: region 'x'";
  refuse(with(R"("size": 1, "rank": 0)"), "map.json: region 1", "name is not made of");
  refuse(with(R"("name": "a-b", "size": 1, "rank": 0)"), "map.json: region 1",
         "name is not made of");
  refuse(with(R"("name": "SRam", "size": 1, "rank": 0)"), "map.json: region 'SRam'",
         "two regions are named");
  refuse(with(R"("name": "align", "size": 1, "rank": 0)"), "map.json: region 'align'",
         "for something else");
  refuse(with(R"("name": "sram_bytes", "size": 1, "rank": 0)"), "map.json: region 'sram_bytes'",
         "for something else");
  refuse(with(R"("name": "x", "rank": 0)"), place, "needs a size");
  for (const char* size :
       {"0", "-4", "1.5", "\"\"", "\"K\"", "\"64q\"", "\"64 \"", "\"K64\"", "\"1.\"", "\"-1K\"",
        "\"0x10\"", "\"9999999M\"", "99999999999999999999", "null"}) {
    refuse(with(fmt::format(R"("name": "x", "size": {}, "rank": 0)", size)), place, "needs a size");
  }
  refuse(with(R"("name": "x", "size": 1)"), place, "no rank");
  refuse(with(R"("name": "x", "size": 1, "rank": "fast")"), place, "no rank");
  refuse(with(R"("name": "x", "size": 1, "rank": 1e30)"), place, "no rank");
  refuse(with(R"("name": "x", "size": 1, "rank": 0, "attribute": "a\nb")"), place,
         "not a single line of C");
  refuse(with(R"("name": "x", "size": 1, "rank": 0, "attribute": 3)"), place,
         "not a single line of C");
  for (const char* holds : {"[]", "\"weights\"", "[\"code\"]", "[\"weights\", 1]"}) {
    refuse(with(fmt::format(R"("name": "x", "size": 1, "rank": 0, "holds": {})", holds)), place,
           "neither activations nor weights");
  }
  refuse(with(R"("name": "x", "size": 1, "rank": 0, "speed": 1)"), place, "unknown key 'speed'");
}

TEST_CASE("all that is wrong is reported at once") {
  Diagnostics diagnostics;
  CHECK_FALSE(parse_memory_map(
      R"({"regions": [{"name": "a", "size": 0, "rank": 0}, {"name": "b", "size": 1}]})", "map.json",
      diagnostics));
  CHECK(diagnostics.error_count() == 2);
}

TEST_CASE("a missing file is reported") {
  Diagnostics diagnostics;
  CHECK_FALSE(read_memory_map("no/such/map.json", diagnostics));
  REQUIRE(diagnostics.error_count() == 1);
  CHECK(diagnostics.all()[0].place == "no/such/map.json");
}
