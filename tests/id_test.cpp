// Ids of one kind do not pass for those of another, nor for numbers.
#include "compiler/support/id.h"

#include <stdexcept>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "tests/catch.h"

namespace spindle {
namespace {

using CatId = Id<struct CatTag>;
using DogId = Id<struct DogTag>;

static_assert(!std::is_convertible_v<CatId, DogId> && !std::is_constructible_v<CatId, DogId>);
static_assert(!std::is_convertible_v<int, CatId> && !std::is_convertible_v<CatId, int>);
static_assert(!std::is_convertible_v<CatId, bool>);
static_assert(sizeof(CatId) == sizeof(int));

TEST_CASE("an id is a position or none") {
  const CatId none, first(0), fifth(4U);
  REQUIRE_FALSE(none);
  REQUIRE(first);
  REQUIRE(none < first);
  REQUIRE(first < fifth);
  REQUIRE(first + 4 == fifth);
  REQUIRE(fifth - 4 == first);
  REQUIRE(fifth - first == 4);
  REQUIRE(fifth.index() == 4);
  REQUIRE(none.number() == -1);
  REQUIRE(fifth.number() == 4);
  REQUIRE(std::unordered_set<CatId>{none, first, CatId(0)}.size() == 2);
}

TEST_CASE("only its own ids index an IdVector") {
  IdVector<CatId, int> ages = {3, 5};
  static_assert(
      !std::is_invocable_v<decltype([](auto& v, auto i) -> decltype(v[i]) { return v[i]; }),
                           IdVector<CatId, int>&, DogId>);
  REQUIRE(ages.push_back(8) == CatId(2));
  int sum = 0;
  for (const CatId cat : ages.ids()) sum += ages[cat] * (cat - CatId(0));
  REQUIRE(sum == 5 + 16);
  REQUIRE(ages.contains(CatId(2)));
  REQUIRE_FALSE(ages.contains(ages.end_id()));
  REQUIRE_FALSE(ages.contains(CatId()));
  REQUIRE_THROWS_AS(ages[CatId()], std::out_of_range);
  REQUIRE_THROWS_AS(ages[ages.end_id()], std::out_of_range);
  IdVector<CatId, bool> fed(2, false);
  fed[CatId(1)] = true;
  REQUIRE(fed.items() == std::vector<bool>{false, true});
}

}  // namespace
}  // namespace spindle
