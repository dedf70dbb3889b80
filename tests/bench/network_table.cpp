// Measures the networks of tests/support/networks.h on emulated cores and writes the tables of
// docs/networks.md:
//
//   network_table [NAME...]        measures these networks, or all, as C and as objects, and
//   updates
//                                  their rows of the page unless a result is wrong
//   network_table --write=FOLDER   writes all models and an input of each to the folder instead
//
// Fails if a result is not that of the reference interpreter.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <future>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "compiler/support/temporary_directory.h"
#include "tests/support/network_figures.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Runs one form of a network on one core, as C and as an object, and says how on stdout. Returns
// what the C costs, or nothing if a result was wrong.
std::optional<NetworkFigures> measure(const std::filesystem::path& folder,
                                      const KnownNetwork& network, const NetworkRun& run) {
  const NetworkResult as_c = verify_network(folder, network, run);
  const NetworkResult as_object =
      verify_network(folder, network, {.form = run.form, .target = run.target, .emit = "obj"});
  const auto how = [](const NetworkResult& result) {
    if (!result.error.empty()) return result.error;
    return std::string(result.identical ? "identical" : "within tolerance");
  };
  std::cout << fmt::format("{} {} {}: C {}, object {}\n", network.name, run.form, run.target,
                           how(as_c), how(as_object))
            << std::flush;
  if (!as_c.error.empty() || !as_object.error.empty()) return std::nullopt;
  return as_c.figures;
}

// Measures all forms of a network on all cores, the cores at the same time. Appends the rows;
// returns false if a result was wrong.
bool measure_all(const std::filesystem::path& folder, const KnownNetwork& network,
                 std::vector<NetworkFigures>& rows) {
  bool good = true;
  for (const std::string_view form : kNetworkForms) {
    write_network(folder, network, form);
    std::vector<std::future<std::optional<NetworkFigures>>> running;
    for (const std::string_view target : kNetworkTargets) {
      const NetworkRun run{.form = form, .target = target, .count = true};
      running.push_back(std::async(std::launch::async, measure, folder, std::cref(network), run));
    }
    for (auto& result : running) {
      const std::optional<NetworkFigures> figures = result.get();
      good = good && figures.has_value();
      if (figures) rows.push_back(*figures);
    }
  }
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> names(argv + 1, argv + argc);
  if (!names.empty() && names[0].starts_with("--write=")) {
    for (const KnownNetwork& network : kNetworks) {
      for (const std::string_view form : kNetworkForms) {
        write_network(names[0].substr(8), network, form);
      }
    }
    return 0;
  }
  const auto known = [](const std::string& name) {
    return std::any_of(kNetworks.begin(), kNetworks.end(),
                       [&](const KnownNetwork& network) { return network.name == name; });
  };
  if (!std::all_of(names.begin(), names.end(), known)) {
    std::cerr << "usage: " << argv[0] << " [--write=FOLDER | NAME...]\n";
    return 2;
  }
  const TemporaryDirectory folder;
  bool good = true;
  for (const KnownNetwork& network : kNetworks) {
    if (!names.empty() && std::find(names.begin(), names.end(), network.name) == names.end()) {
      continue;
    }
    std::vector<NetworkFigures> rows;
    if (measure_all(folder.path(), network, rows)) {
      document_figures(network, rows);
    } else {
      good = false;
    }
  }
  return good ? 0 : 1;
}
