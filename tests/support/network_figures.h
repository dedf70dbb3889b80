// What the networks of networks.h cost: measured by `spindle verify`, and as docs/networks.md says.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/networks.h"

namespace spindle::testing {

inline constexpr std::array<std::string_view, 3> kNetworkTargets{"cortex-m7", "cortex-m55",
                                                                 "cortex-a53"};

struct NetworkFigures {
  std::string network, form, target;
  std::int64_t ram = 0;    // bytes of the arena
  std::int64_t flash = 0;  // bytes of code and constants
  std::int64_t macs = 0;
  std::int64_t instructions = 0;  // 0 if they were not counted
};

// Writes FOLDER/NETWORK_FORM.onnx and its input FOLDER/NETWORK.npy, random values from -1 to 1.
void write_network(const std::filesystem::path& folder, const KnownNetwork& network,
                   std::string_view form);

struct NetworkRun {
  std::string_view form, target;
  std::string emit = "c";  // or obj
  bool count = false;      // count instructions
};
// Runs what write_network() wrote by `spindle verify`. Returns what it cost, or an error: a result
// that is not that of the reference (to the bit, unless the network computes in float), or an arena
// that is not used as planned.
struct NetworkResult {
  NetworkFigures figures;
  bool identical = false;
  std::string error;  // empty if all is well
};
[[nodiscard]] NetworkResult verify_network(const std::filesystem::path& folder,
                                           const KnownNetwork& network, const NetworkRun& run);

// The rows of the tables in docs/networks.md.
[[nodiscard]] std::vector<NetworkFigures> documented_figures();
// Writes these rows, which are the network's, into the tables of docs/networks.md in place of the
// rows that it has there. Tables have the order of kNetworks and kNetworkForms.
void document_figures(const KnownNetwork& network, const std::vector<NetworkFigures>& rows);

// Whether the cross compilers for kNetworkTargets are those that the page's bytes of flash are
// for.
[[nodiscard]] bool has_documented_compilers();

}  // namespace spindle::testing
