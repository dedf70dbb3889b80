// Runs each network of tests/support/networks.h under QEMU on three cores, each in another form, as
// C; and on one of them as an object from LLVM. `network_table` runs every form on every core.
#include <algorithm>
#include <iostream>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/network_figures.h"

using namespace spindle;
using namespace spindle::testing;

TEST_CASE("networks compute on Cortex-M7, M55 and A53 what the reference computes") {
  for (const char* tool :
       {"arm-none-eabi-gcc", "qemu-system-arm", "aarch64-linux-gnu-gcc", "qemu-aarch64"}) {
    if (find_program(tool)) continue;
    std::cerr << "*** SKIPPED: no " << tool << " ***\n";
    return;
  }
  const bool known_flash = has_documented_compilers();
  if (!known_flash) {
    std::cerr << "*** SKIPPED: the bytes of flash in docs/networks.md are GCC 12.2's ***\n";
  }
  const std::vector<NetworkFigures> documented = documented_figures();
  const TemporaryDirectory folder;
  for (std::size_t i = 0; i < kNetworks.size(); ++i) {
    const KnownNetwork& network = kNetworks[i];
    for (std::size_t j = 0; j < kNetworkTargets.size(); ++j) {
      NetworkRun run{.form = kNetworkForms[(i + j) % kNetworkForms.size()],
                     .target = kNetworkTargets[j]};
      CAPTURE(network.name, run.form, run.target);
      write_network(folder.path(), network, run.form);
      const NetworkResult result = verify_network(folder.path(), network, run);
      CHECK(result.error == "");
      const auto row =
          std::find_if(documented.begin(), documented.end(), [&](const NetworkFigures& figures) {
            return figures.network == network.name && figures.form == run.form &&
                   figures.target == run.target;
          });
      REQUIRE(row != documented.end());
      if (known_flash) CHECK(row->flash == result.figures.flash);
      if (i / 3 % 3 != j || !has_llvm()) continue;
      run.emit = "obj";
      CHECK(verify_network(folder.path(), network, run).error == "");
    }
  }
}

TEST_CASE("an object for Helium multiplies what it has converted by a power of two") {
  if (!has_llvm() || !find_program("qemu-system-arm")) {
    std::cerr << "*** SKIPPED: no LLVM, or no qemu-system-arm ***\n";
    return;
  }
  // The output of u_net, a Sigmoid, has the scale 1/256 and the zero point -128.
  const auto* network = std::find_if(kNetworks.begin(), kNetworks.end(),
                                     [](const KnownNetwork& n) { return n.name == "u_net"; });
  const TemporaryDirectory folder;
  write_network(folder.path(), *network, "qdq");
  const NetworkRun run{.form = "qdq", .target = "cortex-m55", .emit = "obj"};
  CHECK(verify_network(folder.path(), *network, run).error == "");
}
