// Checks that elements of a StableVector keep their address when others are added or erased.
#include "compiler/ir/stable_vector.h"

#include <memory>
#include <string>

#include "compiler/ir/graph.h"
#include "tests/catch.h"

using namespace spindle;

TEST_CASE("references hold while elements are added, erased and put into another order") {
  StableVector<std::string> words{"a", "b", "c", "d"};
  const std::string& c = words[2];
  for (int i = 0; i < 1000; ++i) words.push_back("more");
  CHECK(&c == &words[2]);
  words.erase(0);
  CHECK(&c == &words[1]);
  CHECK(words.erase_if([](const std::string& word) { return word == "more"; }) == 1000);
  words.reorder({2, 1});
  REQUIRE(words.size() == 2);
  CHECK(words[0] == "d");
  CHECK(&c == &words[1]);
  CHECK(c == "c");
}

TEST_CASE("a loop over elements goes on while it adds some") {
  StableVector<int> numbers{1, 2, 3};
  int sum = 0;
  for (const int number : numbers) {
    for (int i = 0; i < 100; ++i) numbers.push_back(number);
    sum += number;
  }
  CHECK(sum == 6);
  CHECK(numbers.size() == 303);
}

TEST_CASE("copies are copies, moves keep elements in place") {
  StableVector<int> numbers{1, 2};
  const StableVector<int> copy = numbers;
  const int* first = &numbers[0];
  numbers[1] = 5;
  CHECK(copy[1] == 2);
  const StableVector<int> moved = std::move(numbers);
  CHECK(&moved[0] == first);
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
  const Node& node = graph.nodes[0];
  const Tensor& tensor = graph.tensor(y);
  for (int i = 0; i < 100; ++i) (void)graph.append("z", Unary{UnaryKind::kAbs, 0, 0}, {y});
  CHECK(&node == &graph.nodes[0]);
  CHECK(&tensor == &graph.tensor(y));
  graph.outputs = {y};
  CHECK(graph.remove_dead() == 100);
  CHECK(node.output() == y);
}
