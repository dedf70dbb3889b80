#include "compiler/run/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "compiler/support/read_file.h"

namespace spindle {
namespace {

constexpr std::uintmax_t kMostText = std::uintmax_t{16} << 20;

}  // namespace

std::vector<std::string> read_labels(const std::filesystem::path& file, Diagnostics& diagnostics) {
  std::vector<std::string> labels;
  std::string error;
  const std::optional<std::string> text = read_file(file, kMostText, error);
  if (!text) {
    diagnostics.error("E0420", "the labels cannot be read", file.string()).notes.push_back(error);
    return labels;
  }
  std::istringstream in(*text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    labels.push_back(line);
  }
  while (!labels.empty() && labels.back().empty()) labels.pop_back();
  return labels;
}

bool is_scores(const Shape& shape) {
  const std::int64_t count = element_count(shape);
  return count >= 1 && std::any_of(shape.begin(), shape.end(),
                                   [&](std::int64_t extent) { return extent == count; });
}

std::int64_t count_classes(const Compilation& compilation) {
  const Graph& graph = compilation.graph;
  for (const Node& node : graph.nodes) {
    if (node.as<Detect>() != nullptr) return graph.tensor(node.inputs[0]).shape[2];
  }
  for (const Node& node : graph.nodes) {
    const auto* argmax = node.as<ArgMax>();
    if (argmax == nullptr) continue;
    return graph.tensor(node.inputs[0]).shape[argmax->axis];
  }
  std::int64_t classes = 0;
  for (const ProgramIo& io : compilation.program.outputs) {
    if (is_scores(io.shape)) classes = std::max(classes, element_count(io.shape));
  }
  return classes;
}

void check_labels(const std::filesystem::path& file, const std::vector<std::string>& labels,
                  const Compilation& compilation, Diagnostics& diagnostics) {
  const std::int64_t classes = count_classes(compilation);
  const auto count = static_cast<std::int64_t>(labels.size());
  if (classes == 0) {
    diagnostics
        .error("E0423", "the model's outputs are no classes, so labels have nothing to name",
               file.string())
        .helps.emplace_back("omit `--labels`");
    return;
  }
  if (count == classes) return;
  const std::string text =
      fmt::format("{} label{} for {} classes", count, count == 1 ? "" : "s", classes);
  Diagnostic& message = count < classes ? diagnostics.error("E0423", text, file.string())
                                        : diagnostics.warning("W0402", text, file.string());
  message.notes.emplace_back("line 1 names class 0, line 2 class 1, and so on");
  message.helps.emplace_back(
      "if there is one line too many or too few, compare 'background', which is class 0 in some "
      "data sets");
}

}  // namespace spindle
