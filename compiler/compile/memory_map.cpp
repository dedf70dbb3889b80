#include "compiler/compile/memory_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/support/names.h"
#include "compiler/support/read_file.h"
#include "compiler/support/size_text.h"

namespace spindle {
namespace {

using Json = nlohmann::json;

constexpr std::uintmax_t kMostText = 1U << 20;
constexpr std::int64_t kMostBytes = std::int64_t{1} << 31;  // generated code computes offsets in
                                                            // int32

class MapReader {
 public:
  MapReader(std::string place, Diagnostics& diagnostics)
      : file_(std::move(place)), place_(file_), diagnostics_(diagnostics) {}

  std::optional<Regions> read(const std::string& text) {
    const Json json = parsed(text);
    if (failed_) return std::nullopt;
    if (!json.is_object() || !json.contains("regions") || !json["regions"].is_array() ||
        json["regions"].empty()) {
      error("a memory map is an object with a list of \"regions\"",
            R"({"regions": [{"name": "sram", "size": "512K", "rank": 0}]})");
      return std::nullopt;
    }
    check_keys(json, {"regions"});
    if (json["regions"].size() > kMostRegions) {
      error(fmt::format("there are {} regions; the limit is {}", json["regions"].size(),
                        kMostRegions));
    }
    Regions regions;
    for (const Json& entry : json["regions"]) {
      place_ = fmt::format("{}: region {}", file_, regions.size());
      regions.push_back(region(entry));
    }
    place_ = file_;
    if (std::none_of(regions.begin(), regions.end(), [](const Region& r) { return r.activations; }))
      error("no region holds activations", R"("holds": ["activations", "weights"])");
    if (failed_) return std::nullopt;
    return regions;
  }

 private:
  Json parsed(const std::string& text) {
    try {
      return Json::parse(text);
    } catch (const Json::parse_error& caught) {
      const auto end =
          text.begin() + static_cast<std::ptrdiff_t>(std::min(
                             text.size(), caught.byte > 0 ? caught.byte - 1 : std::size_t{0}));
      place_ = fmt::format("{}: line {}", file_, 1 + std::count(text.begin(), end, '\n'));
      error("the memory map is not JSON",
            R"({"regions": [{"name": "sram", "size": "512K", "rank": 0}]})");
      return {};
    }
  }

  void error(std::string message, const std::string& help = {}) {
    failed_ = true;
    Diagnostic& diagnostic = diagnostics_.error("E0404", std::move(message), place_);
    if (!help.empty()) diagnostic.helps.push_back("for example " + help);
  }

  void check_keys(const Json& object, const std::set<std::string>& known) {
    for (const auto& [key, value] : object.items()) {
      if (!known.contains(key)) {
        error(fmt::format("unknown key '{}'; known keys are {}", key, fmt::join(known, ", ")));
      }
    }
  }

  Region region(const Json& entry) {
    Region region;
    if (!entry.is_object()) {
      error("a region is an object", R"({"name": "sram", "size": "512K", "rank": 0})");
      return region;
    }
    region.name = name(entry);
    check_keys(entry, {"name", "size", "rank", "attribute", "holds"});
    region.size = size(entry);
    if (entry.contains("rank") && entry["rank"].is_number_integer() &&
        std::abs(entry["rank"].get<double>()) <= 1e6) {
      region.rank = entry["rank"].get<int>();
    } else {
      error("the region has no rank, which is an integer: the lower, the faster the memory",
            "\"rank\": 0");
    }
    region.attribute = attribute(entry);
    set_holds(entry, region);
    return region;
  }

  // The text of a key; empty if it is missing or not a string.
  static std::string text_of(const Json& object, const char* key) {
    return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
  }

  // The name of a region. Macros and parameters are named after it, so it must be unique.
  std::string name(const Json& entry) {
    std::string text = text_of(entry, "name");
    const auto plain = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    if (text.empty() || !std::all_of(text.begin(), text.end(), plain)) {
      error("the region's name is not made of letters, digits and underscores",
            R"("name": "dtcm")");
      return {};
    }
    place_ = fmt::format("{}: region '{}'", file_, text);
    const std::string upper = upper_case(text);
    if (upper == "ALIGN" || upper == "BYTES" || upper.ends_with("_BYTES") ||
        upper.ends_with("_ATTR")) {
      error(fmt::format("generated code uses the name '{}' for something else", text));
    } else if (!names_.insert(upper).second) {
      error(fmt::format("two regions are named '{}'; upper and lower case count as equal", text));
    }
    return text;
  }

  std::int64_t size(const Json& entry) {
    std::int64_t bytes = 0;
    if (entry.contains("size") && entry["size"].is_number_unsigned()) {
      const auto number = entry["size"].get<std::uint64_t>();
      bytes = number > kMostBytes ? 0 : static_cast<std::int64_t>(number);
    } else if (entry.contains("size") && entry["size"].is_string()) {
      bytes = size_from_text(entry["size"].get<std::string>(), kMostBytes).value_or(0);
    }
    if (bytes <= 0) {
      error("the region needs a size from 1 byte to 2 GiB",
            R"("size": 131072, "size": "96K" or "size": "1.5MiB")");
    }
    return bytes;
  }

  std::string attribute(const Json& entry) {
    if (!entry.contains("attribute")) return {};
    const auto printable = [](char c) { return c >= ' ' && c <= '~' && c != '\\'; };
    std::string text = text_of(entry, "attribute");
    if (entry["attribute"].is_string() && std::all_of(text.begin(), text.end(), printable)) {
      return text;
    }
    error("the region's attribute is not a single line of C",
          R"x("attribute": "__attribute__((section(\".dtcm\")))")x");
    return {};
  }

  void set_holds(const Json& entry, Region& region) {
    if (!entry.contains("holds")) return;
    region.activations = region.weights = false;
    bool good = entry["holds"].is_array() && !entry["holds"].empty();
    for (const Json& what : good ? entry["holds"] : Json::array()) {
      if (what == "activations") {
        region.activations = true;
      } else if (what == "weights") {
        region.weights = true;
      } else {
        good = false;
      }
    }
    if (!good) {
      error("the region holds neither activations nor weights",
            R"("holds": ["activations"]; without it a region holds both)");
    }
  }

  std::string file_;
  std::string place_;  // place of the entry that is being read, for messages
  Diagnostics& diagnostics_;
  std::set<std::string> names_;
  bool failed_ = false;
};

}  // namespace

std::optional<Regions> parse_memory_map(const std::string& text, const std::string& place,
                                        Diagnostics& diagnostics) {
  return MapReader(place, diagnostics).read(text);
}

std::optional<Regions> read_memory_map(const std::filesystem::path& file,
                                       Diagnostics& diagnostics) {
  std::string error;
  const std::optional<std::string> text = read_file(file, kMostText, error);
  if (!text) {
    diagnostics.error("E0404", "the memory map cannot be read", file.string())
        .notes.push_back(error);
    return std::nullopt;
  }
  return parse_memory_map(*text, file.string(), diagnostics);
}

}  // namespace spindle
