#include "tests/support/network_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "compiler/files/npy.h"
#include "compiler/support/subprocess.h"
#include "tests/support/random_tensor.h"
#include "tests/support/tool.h"

namespace spindle::testing {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kPage = SPINDLE_SOURCE_DIR "/docs/networks.md";

std::string begin_of(std::string_view target) {
  return fmt::format("<!-- generated: networks on {} -->\n", target);
}
constexpr std::string_view kEnd = "<!-- end -->";

// The number with blanks between groups of three digits, and back.
std::string grouped(std::int64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, " ");
  }
  return digits;
}
std::int64_t ungrouped(const std::string& text) {
  std::int64_t value = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') value = 10 * value + (c - '0');
  }
  return value;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line.substr(1));
  for (std::string cell; std::getline(stream, cell, '|');) {
    const std::size_t first = cell.find_first_not_of(' ');
    if (first != std::string::npos) {
      cells.push_back(cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    }
  }
  return cells;
}

std::string row_text(const NetworkFigures& row) {
  return fmt::format("| {} | {} | {} | {} | {} | {} | {:.2f} |\n", row.network, row.form,
                     grouped(row.macs), grouped(row.ram), grouped(row.flash),
                     grouped(row.instructions),
                     static_cast<double>(row.instructions) / static_cast<double>(row.macs));
}

fs::path model_of(const fs::path& folder, const KnownNetwork& network, std::string_view form) {
  return folder / fmt::format("{}_{}.onnx", network.name, form);
}
fs::path input_of(const fs::path& folder, const KnownNetwork& network) {
  return folder / fmt::format("{}.npy", network.name);
}

}  // namespace

void write_network(const fs::path& folder, const KnownNetwork& network, std::string_view form) {
  const std::vector<std::byte> bytes = network_model(network, form);
  write_text(model_of(folder, network, form),
             {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  Random random(5);
  std::string error;
  const ConstantPtr input = random_floats(random, network.build().input().shape);
  if (!write_npy(input_of(folder, network), *input, error)) throw std::runtime_error(error);
}

NetworkResult verify_network(const fs::path& folder, const KnownNetwork& network,
                             const NetworkRun& run) {
  NetworkResult result;
  result.figures.network = network.name;
  result.figures.form = run.form;
  result.figures.target = run.target;
  std::vector<std::string> command{"verify",
                                   model_of(folder, network, run.form).string(),
                                   fmt::format("--target={}", run.target),
                                   "--emit=" + run.emit,
                                   "--format=json",
                                   "--input",
                                   input_of(folder, network).string()};
  if (run.count) command.emplace_back("--count");
  const ProcessResult process = run_tool(command);
  if (!process.ok()) {
    result.error = process.output;
    return result;
  }
  // Warnings may stand before and behind.
  std::istringstream text(process.output.substr(process.output.find('{')));
  Json json;
  text >> json;
  result.identical = json.at("identical");
  result.figures.ram = json.at("arena_bytes");
  result.figures.flash =
      json.at("text_bytes").get<std::int64_t>() + json.at("rodata_bytes").get<std::int64_t>();
  result.figures.macs = json.at("macs");
  if (run.count) result.figures.instructions = json.at("instructions");
  if (json.at("matches_reference") != true) result.error = "the outputs differ";
  if (json.at("arena_touched_bytes") != json.at("arena_planned_bytes")) {
    result.error = "the arena is not used as planned";
  }
  return result;
}

std::vector<NetworkFigures> documented_figures() {
  std::vector<NetworkFigures> rows;
  const std::string page = read_text(kPage);
  for (const std::string_view target : kNetworkTargets) {
    const std::size_t begin = page.find(begin_of(target));
    if (begin == std::string::npos) continue;
    std::istringstream lines(page.substr(begin, page.find(kEnd, begin) - begin));
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("| ") || line.starts_with("| network")) continue;
      const std::vector<std::string> cells = cells_of(line);
      NetworkFigures row;
      row.network = cells.at(0);
      row.form = cells.at(1);
      row.target = target;
      row.macs = ungrouped(cells.at(2));
      row.ram = ungrouped(cells.at(3));
      row.flash = ungrouped(cells.at(4));
      row.instructions = ungrouped(cells.at(5));
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

void document_figures(const KnownNetwork& network, const std::vector<NetworkFigures>& rows) {
  std::vector<NetworkFigures> all = documented_figures();
  std::erase_if(all, [&](const NetworkFigures& row) { return row.network == network.name; });
  all.insert(all.end(), rows.begin(), rows.end());
  std::string page = read_text(kPage);
  for (const std::string_view target : kNetworkTargets) {
    std::string table =
        "| network | form | MACs | RAM, bytes | flash, bytes | instructions | per MAC |\n"
        "|---|---|---|---|---|---|---|\n";
    for (const KnownNetwork& known : kNetworks) {
      for (const std::string_view form : kNetworkForms) {
        const auto row = std::find_if(all.begin(), all.end(), [&](const NetworkFigures& figures) {
          return figures.network == known.name && figures.form == form && figures.target == target;
        });
        if (row != all.end()) table += row_text(*row);
      }
    }
    const std::size_t begin = page.find(begin_of(target));
    if (begin == std::string::npos) throw std::runtime_error("no table in docs/networks.md");
    const std::size_t first = begin + begin_of(target).size();
    page.replace(first, page.find(kEnd, first) - first, table);
  }
  write_text(kPage, page);
}

bool has_documented_compilers() {
  for (const char* compiler : {"arm-none-eabi-gcc", "aarch64-linux-gnu-gcc"}) {
    if (!find_program(compiler)) return false;
    const std::string version = run_process({.command = {compiler, "-dumpfullversion"}}).output;
    if (!version.starts_with("12.2.")) return false;
  }
  return true;
}

}  // namespace spindle::testing
