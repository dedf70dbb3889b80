// Measures the networks of tests/support/networks.h on emulated cores and writes the tables of
// docs/networks.md:
//
//   network_table                  measures all, as C and as objects, and updates the page
//   network_table --write=FOLDER   writes all models and an input of each to the folder instead
//
// Fails if a result is not that of the reference interpreter.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <string>

#include "compiler/support/temporary_directory.h"
#include "tests/support/network_figures.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

void write_all(const std::filesystem::path& folder) {
  for (const KnownNetwork& network : kNetworks) {
    for (const std::string_view form : kNetworkForms) write_network(folder, network, form);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string option = argc > 1 ? argv[1] : "";
  if (option.starts_with("--write=")) {
    write_all(option.substr(8));
    return 0;
  }
  if (argc > 1) {
    std::cerr << "usage: " << argv[0] << " [--write=FOLDER]\n";
    return 2;
  }
  const TemporaryDirectory folder;
  write_all(folder.path());
  std::vector<NetworkFigures> rows;
  bool good = true;
  for (const KnownNetwork& network : kNetworks) {
    for (const std::string_view form : kNetworkForms) {
      for (const std::string_view target : kNetworkTargets) {
        const NetworkRun run{.form = form, .target = target, .count = true};
        const NetworkResult as_c = verify_network(folder.path(), network, run);
        NetworkRun object = run;
        object.emit = "obj";
        const NetworkResult as_object = verify_network(folder.path(), network, object);
        std::cout << fmt::format("{} {} {}: {} {}; object {} {}\n", network.name, form, target,
                                 as_c.identical ? "identical" : "within tolerance", as_c.error,
                                 as_object.identical ? "identical" : "within tolerance",
                                 as_object.error)
                  << std::flush;
        good = good && as_c.error.empty() && as_object.error.empty();
        rows.push_back(as_c.figures);
      }
    }
  }
  document_figures(rows);
  return good ? 0 : 1;
}
