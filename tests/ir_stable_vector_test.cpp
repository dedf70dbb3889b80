// Checks that elements of a StableVector keep their address when others are added or erased.
#include "compiler/ir/stable_vector.h"

#include <memory>
#include <stdexcept>
#include <string>

#include "compiler/ir/graph.h"
#include "tests/catch.h"

using namespace spindle;

using WordId = Id<struct WordTag>;
using NumberId = Id<struct NumberTag>;

TEST_CASE("references hold while elements are added, erased and put into another order") {
  StableVector<WordId, std::string> words{"a", "b", "c", "d"};
  const std::string& c = words[WordId(2)];
  for (int i = 0; i < 1000; ++i) words.push_back("more");
  CHECK(&c == &words[WordId(2)]);
  words.erase(WordId(0));
  CHECK(&c == &words[WordId(1)]);
  CHECK(words.erase_if([](const std::string& word) { return word == "more"; }) == 1000);
  words.reorder({WordId(2), WordId(1)});
  REQUIRE(words.size() == 2);
  CHECK(words[WordId(0)] == "d");
  CHECK(&c == &words[WordId(1)]);
  CHECK(c == "c");
}

TEST_CASE("a loop over elements goes on while it adds some") {
  StableVector<NumberId, int> numbers{1, 2, 3};
  int sum = 0;
  for (const int number : numbers) {
    for (int i = 0; i < 100; ++i) numbers.push_back(number);
    sum += number;
  }
  CHECK(sum == 6);
  CHECK(numbers.size() == 303);
  sum = 0;
  for (const NumberId id : numbers.ids()) sum += numbers[numbers.push_back(numbers[id])];
  CHECK(sum == 6 + 100 * 6);
  CHECK(numbers.size() == 606);
  CHECK_FALSE(numbers.contains(numbers.end_id()));
  CHECK_THROWS_AS(numbers[numbers.end_id()], std::out_of_range);
}

TEST_CASE("copies are copies, moves keep elements in place") {
  StableVector<NumberId, int> numbers{1, 2};
  const StableVector<NumberId, int> copy = numbers;
  const int* first = &numbers[NumberId(0)];
  numbers[NumberId(1)] = 5;
  CHECK(copy[NumberId(1)] == 2);
  const StableVector<NumberId, int> moved = std::move(numbers);
  CHECK(&moved[NumberId(0)] == first);
  CHECK(moved.end() - moved.begin() == 2);
  CHECK(*moved.rbegin() == 5);
}

TEST_CASE("a node and a tensor at hand outlive what a pass adds") {
  Graph graph;
  Tensor in;
  in.name = "x";
  in.shape = {1, 4};
  const TensorId x = graph.add_tensor(in);
  graph.inputs = {x};
  const TensorId y = graph.append("y", Unary{UnaryKind::kNeg, 0, 0}, {x});
  const Node& node = graph.nodes[NodeId(0)];
  const Tensor& tensor = graph.tensor(y);
  for (int i = 0; i < 100; ++i) (void)graph.append("z", Unary{UnaryKind::kAbs, 0, 0}, {y});
  CHECK(&node == &graph.nodes[NodeId(0)]);
  CHECK(&tensor == &graph.tensor(y));
  graph.outputs = {y};
  CHECK(graph.remove_dead() == 100);
  CHECK(node.output() == y);
}
