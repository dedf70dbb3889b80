#include "compiler/report/plan_resolutions.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace spindle {
namespace {

// Bytes of the arena that buffers of `resolution` take while `cascade` runs. Bytes that two buffers
// share count once.
std::int64_t kept_in(const PlanReport& report, const Resolution& resolution, CascadeId cascade) {
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
  for (const ReportBuffer& buffer : report.buffers) {
    if (!buffer.live_in(cascade) || buffer.shape.empty()) continue;
    if (buffer.resolution != resolution) continue;
    ranges.emplace_back(buffer.at, buffer.at + buffer.bytes);
  }
  std::sort(ranges.begin(), ranges.end());
  std::int64_t bytes = 0;
  std::int64_t reach = 0;
  for (const auto& [begin, end] : ranges) {
    bytes += std::max<std::int64_t>(end - std::max(begin, reach), 0);
    reach = std::max(reach, end);
  }
  return bytes;
}

// The paper's row for a picture halved as often: once, twice, ... Null if there is none.
const PaperRow* paper_row(const Resolution& resolution, std::int64_t picture_rows) {
  if (resolution == Resolution{}) return &kPaperTable.back();
  const double ratio = static_cast<double>(picture_rows) / static_cast<double>(resolution.rows);
  const auto halvings = static_cast<std::size_t>(std::lround(std::log2(std::max(ratio, 1.0))));
  if (halvings == 0 || halvings >= kPaperTable.size()) return nullptr;
  return &kPaperTable[halvings - 1];
}

}  // namespace

std::vector<ReportResolution> plan_resolutions(const PlanReport& report,
                                               std::int64_t picture_rows) {
  std::map<Resolution, ReportResolution, std::greater<>> found;
  for (const ReportLayer& layer : report.layers) {
    const Resolution& resolution = layer.resolution;
    ReportResolution& entry = found[resolution];
    const ReportCascade& cascade = report.cascades[layer.cascade];
    entry.live_bytes = std::max(entry.live_bytes, cascade.live_bytes);
    entry.kept_bytes = std::max(entry.kept_bytes, kept_in(report, resolution, layer.cascade));
    entry.tensor_bytes = std::max(entry.tensor_bytes, layer.whole_bytes);
    if (layer.bottleneck) {
      entry.bottleneck_bytes = std::max(entry.bottleneck_bytes, layer.whole_bytes);
    }
  }
  std::vector<ReportResolution> resolutions;
  for (auto& [resolution, entry] : found) {
    entry.resolution = resolution;
    entry.paper = paper_row(resolution, picture_rows);
    resolutions.push_back(entry);
  }
  return resolutions;
}

}  // namespace spindle
