#include "compiler/driver/run_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "compiler/files/draw.h"
#include "compiler/run/labels.h"
#include "compiler/support/human.h"

namespace spindle {
namespace {

using Json = nlohmann::ordered_json;

std::string name_of_class(const std::vector<std::string>& labels, std::int64_t label) {
  const bool named = label >= 0 && label < std::ssize(labels);
  return named ? labels[label] : std::string();
}

// The indices of the `top` largest scores, best first. Equal scores keep their order.
std::vector<std::int64_t> best_of(const Constant& scores, int top) {
  std::vector<std::int64_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return scores.as_double(a) > scores.as_double(b);
  });
  order.resize(std::min<std::size_t>(order.size(), top));
  return order;
}

void print_top(const Constant& scores, const std::vector<std::string>& labels, int top) {
  for (std::int64_t index : best_of(scores, top)) {
    const double score = scores.as_double(index);
    const std::string text =
        scores.type() == DType::kF32 ? fmt::format("{:>9.4f}", score) : fmt::format("{:>5}", score);
    std::cout << fmt::format("{}  {:>5}  {}\n", text, index, name_of_class(labels, index));
  }
}

void print_detections(const std::vector<Detection>& detections,
                      const std::vector<std::string>& labels) {
  if (!detections.empty()) {
    std::cout << "   score  class     top    left  bottom   right\n";
  }
  for (const Detection& d : detections) {
    std::cout << fmt::format("{:>8.4f}  {:>5}  {:>6.3f}  {:>6.3f}  {:>6.3f}  {:>6.3f}  {}\n",
                             d.score, d.label, d.top, d.left, d.bottom, d.right,
                             name_of_class(labels, d.label));
  }
  std::cout << fmt::format("{} detection{}\n", detections.size(),
                           detections.size() == 1 ? "" : "s");
}

// The `top` most frequent classes as pairs of class and number of pixels, largest part first.
std::vector<std::pair<std::int64_t, std::int64_t>> parts_of(const Constant& classes, int top) {
  std::map<std::int64_t, std::int64_t> counts;
  for (std::int64_t i = 0; i < classes.size(); ++i) ++counts[classes.as_int(i)];
  std::vector<std::pair<std::int64_t, std::int64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (std::ssize(order) > top) order.resize(top);
  return order;
}

double share(std::int64_t pixels, const Constant& classes) {
  return static_cast<double>(pixels) / static_cast<double>(classes.size());
}

void print_classes(const Constant& classes, const std::vector<std::string>& labels, int top) {
  for (const auto& [label, pixels] : parts_of(classes, top)) {
    std::cout << fmt::format("{:>8.2f} %  {:>5}  {}\n", 100.0 * share(pixels, classes), label,
                             name_of_class(labels, label));
  }
}

// For example {"class": 3, "label": "three"}; without `labels` there is no "label".
Json class_json(std::int64_t label, const std::vector<std::string>& labels) {
  Json json{{"class", label}};
  if (!labels.empty()) json["label"] = name_of_class(labels, label);
  return json;
}

Json detections_json(const std::vector<Detection>& detections,
                     const std::vector<std::string>& labels) {
  Json list = Json::array();
  for (const Detection& d : detections) {
    Json json = class_json(d.label, labels);
    json.update({{"score", d.score},
                 {"top", d.top},
                 {"left", d.left},
                 {"bottom", d.bottom},
                 {"right", d.right}});
    list.push_back(json);
  }
  return list;
}

Json output_json(const ProgramIo& io, const Constant& value, const std::vector<std::string>& labels,
                 int top) {
  Json json{{"name", io.onnx_name}, {"type", name_of(io.type)}, {"shape", io.shape}};
  if (!is_scores(io.shape)) return json;
  json["best"] = Json::array();
  for (std::int64_t index : best_of(value, top)) {
    Json one = class_json(index, labels);
    one["score"] = value.as_double(index);
    json["best"].push_back(one);
  }
  return json;
}

}  // namespace

ConstantPtr find_detections(const RunOptions& options, const std::vector<ConstantPtr>& outputs) {
  return options.model.compile.detect && outputs.size() == 1 ? outputs[0] : nullptr;
}

ClassMap find_classes(const Program& program, const std::vector<ConstantPtr>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ProgramIo& io = program.outputs[i];
    // 8-bit numbers with a scale are scores.
    const bool indices =
        io.type == DType::kI64 || io.type == DType::kI32 || (io.type == DType::kU8 && !io.quant);
    Shape extents;  // those other than 1
    for (std::int64_t extent : io.shape) {
      if (extent != 1) extents.push_back(extent);
    }
    if (!indices || extents.size() != 2) continue;
    return {outputs[i], static_cast<int>(extents[1]), static_cast<int>(extents[0])};
  }
  return {};
}

void print_result(const RunOptions& options, const Program& program,
                  const std::vector<ConstantPtr>& outputs, const std::vector<std::string>& labels) {
  if (const ConstantPtr detections = find_detections(options, outputs)) {
    print_detections(detections_of(*detections, options.model.compile.detect->x_first), labels);
    return;
  }
  if (const ClassMap map = find_classes(program, outputs); map.classes != nullptr) {
    print_classes(*map.classes, labels, options.top);
    return;
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ProgramIo& io = program.outputs[i];
    if (outputs.size() > 1 || !is_scores(io.shape)) {
      std::cout << fmt::format("{}: {} {}\n", printable_name(io.onnx_name), name_of(io.type),
                               to_string(io.shape));
    }
    if (is_scores(io.shape)) print_top(*outputs[i], labels, options.top);
  }
}

Json result_json(const RunOptions& options, const Program& program,
                 const std::vector<ConstantPtr>& outputs, const std::vector<std::string>& labels) {
  Json json;
  if (const ConstantPtr detections = find_detections(options, outputs)) {
    json["detections"] =
        detections_json(detections_of(*detections, options.model.compile.detect->x_first), labels);
    return json;
  }
  if (const ClassMap map = find_classes(program, outputs); map.classes != nullptr) {
    json["classes"] = Json::array();
    for (const auto& [label, pixels] : parts_of(*map.classes, options.top)) {
      Json one = class_json(label, labels);
      one["share"] = share(pixels, *map.classes);
      json["classes"].push_back(one);
    }
    return json;
  }
  json["outputs"] = Json::array();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    json["outputs"].push_back(output_json(program.outputs[i], *outputs[i], labels, options.top));
  }
  return json;
}

}  // namespace spindle
