// Networks of the kinds that run on microcontrollers (tests/support/networks.h), float and
// quantized in both forms: compiled for three cores, run in this process, and compared with the
// reference interpreter. What docs/networks.md says about RAM and MACs must be so.
// networks_emulated_test.cpp runs their code under QEMU.
#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "compiler/check/exercised_values.h"
#include "compiler/reference/interpreter.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"
#include "tests/support/network_figures.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

Graph imported(const KnownNetwork& network, std::string_view form) {
  Diagnostics diagnostics;
  auto graph = import_onnx(network_model(network, form), "network.onnx", {}, {}, diagnostics);
  REQUIRE(graph);
  CHECK(diagnostics.all().empty());
  return std::move(*graph);
}

// The names of 8-bit activations of many elements that take few of their codes, as the self-check
// understands it; empty if there are none. Behind such a one, a wrong kernel would not show.
std::string dead_activation(const Graph& graph, std::span<const ConstantPtr> inputs) {
  std::string dead;
  const auto observe = [&](TensorId id, const ConstantPtr& value) {
    const Tensor& tensor = graph.tensor(id);
    if (!is_8bit(tensor) || value->size() < 200) return;
    const std::span<const std::byte> bytes = value->bytes();
    if (std::set<std::byte>(bytes.begin(), bytes.end()).size() < kEnoughCodes)
      dead += tensor.name + " ";
  };
  static_cast<void>(interpret(graph, inputs, observe));
  return dead;
}

void check_network(const KnownNetwork& network, const std::vector<NetworkFigures>& documented) {
  for (const std::string_view form : kNetworkForms) {
    const Graph graph = imported(network, form);
    for (const std::string_view target : kNetworkTargets) {
      CAPTURE(network.name, form, target);
      const Compilation compiled =
          compile_graph(graph, std::string(target).c_str(), CompilationOptions{});
      Random random(5);
      const std::vector<ConstantPtr> inputs{
          random_floats(random, compiled.graph.tensor(compiled.graph.inputs[0]).shape)};
      CHECK(check_against_reference(compiled, inputs) == "");
      if (target == kNetworkTargets[0]) CHECK(dead_activation(compiled.graph, inputs) == "");
      const auto row =
          std::find_if(documented.begin(), documented.end(), [&](const NetworkFigures& figures) {
            return figures.network == network.name && figures.form == form &&
                   figures.target == target;
          });
      REQUIRE(row != documented.end());
      CHECK(row->ram == compiled.plan.arena_bytes);
      CHECK(row->macs == total_macs(compiled.graph));
    }
  }
}

}  // namespace

TEST_CASE("every network in every form, on three cores; docs/networks.md says what it costs") {
  const std::vector<NetworkFigures> documented = documented_figures();
  for (const KnownNetwork& network : kNetworks) check_network(network, documented);
  CHECK(documented.size() == kNetworks.size() * kNetworkForms.size() * kNetworkTargets.size());
}

// Banbury et al. 2021 give 7.5, 12.5, 2.7 and 0.26 million.
TEST_CASE("the networks of MLPerf Tiny have the work of the originals") {
  for (const NetworkFigures& row : documented_figures()) {
    CAPTURE(row.form, row.target);
    if (row.network == "mobilenet_v1") CHECK(row.macs == 7'489'664);
    if (row.network == "resnet_8") CHECK(row.macs == 12'501'632);
    if (row.network == "ds_cnn") CHECK(row.macs == 2'656'768);
    if (row.network == "autoencoder") CHECK(row.macs == 264'192);
  }
}
