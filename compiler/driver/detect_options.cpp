#include "compiler/driver/detect_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "compiler/support/nearest.h"

namespace spindle {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

template <typename T>
bool read_number(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end;
}

bool in_unit(float value) {
  return value >= 0 && value <= 1;
}

bool read_variances(const std::string& text, std::array<float, 4>& variance) {
  const std::vector<std::string> parts = split(text, ':');
  if (parts.size() != 4) return false;
  for (std::size_t i = 0; i < 4; ++i) {
    if (!read_number(parts[i], variance[i]) || !(variance[i] > 0) || !std::isfinite(variance[i])) {
      return false;
    }
  }
  return true;
}

bool read_choice(const std::string& text, const char* no, const char* yes, bool& value) {
  value = text == yes;
  return value || text == no;
}

bool read_background(const std::string& text, int& value) {
  if (text == "none") {
    value = -1;
    return true;
  }
  return read_number(text, value) && value >= 0;
}

bool read_anchors(const std::string& text, DetectSettings& options) {
  if (read_choice(text, "centers", "corners", options.anchors_corners)) return true;
  options.anchors_corners = true;
  options.anchors_file = text;
  return options.anchors_file.extension() == ".npy";
}

bool read_setting(const std::string& name, const std::string& value, DetectSettings& options) {
  if (name == "score") return read_number(value, options.score) && in_unit(options.score);
  if (name == "iou") return read_number(value, options.overlap) && in_unit(options.overlap);
  if (name == "max") {
    return read_number(value, options.most) && options.most > 0 && options.most <= 1000;
  }
  if (name == "background") return read_background(value, options.background);
  if (name == "variances") return read_variances(value, options.variance);
  if (name == "boxes") return read_choice(value, "centers", "corners", options.corners);
  if (name == "order") return read_choice(value, "yx", "xy", options.x_first);
  return name == "anchors" && read_anchors(value, options);
}

const std::vector<std::string> kSettings{"score",     "iou",   "max",     "background",
                                         "variances", "boxes", "anchors", "order"};

bool is_setting(const std::string& name) {
  return std::find(kSettings.begin(), kSettings.end(), name) != kSettings.end();
}

}  // namespace

DetectSettings parse_detect(const std::string& text, std::string& error) {
  DetectSettings options;
  const std::vector<std::string> settings = split(text, ',');
  if (settings[0] != "ssd") {
    error = fmt::format("'{}' is not a kind of detector; the only kind is 'ssd'", settings[0]);
    return options;
  }
  bool variances = false;
  for (std::size_t i = 1; i < settings.size(); ++i) {
    const std::size_t equals = settings[i].find('=');
    const std::string name = settings[i].substr(0, equals);
    const std::string value =
        equals == std::string::npos ? std::string() : settings[i].substr(equals + 1);
    variances = variances || name == "variances";
    if (!read_setting(name, value, options)) {
      const std::string meant = is_setting(name) ? "" : did_you_mean(name, kSettings);
      error = fmt::format("'{}' is not a setting of a detector{}{}", settings[i],
                          meant.empty() ? "" : "; ", meant);
      return options;
    }
  }
  // Without `variances=`, offsets of corners are in units of the anchor's size.
  if (options.corners && !variances) options.variance = {1, 1, 1, 1};
  return options;
}

}  // namespace spindle
