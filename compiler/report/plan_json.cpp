#include "compiler/report/plan_json.h"
#include "compiler/support/id.h"

#include <nlohmann/json.hpp>

namespace spindle {

// The library finds this for ids: they are written as numbers.
template <typename Tag>
static void to_json(nlohmann::ordered_json& json, Id<Tag> id) {
  json = id.number();
}
namespace {

using Json = nlohmann::ordered_json;

void put_totals(Json& json, const PlanReport& r) {
  json["schema_version"] = 1;
  json["model"] = r.model;
  json["target"] = r.target;
  json["arena_bytes"] = r.arena_bytes;
  json["lower_bound_bytes"] = r.lower_bound_bytes;
  json["whole_tensors_bytes"] = r.whole_tensors_bytes;
  json["coexisting"] = {
      {"bytes", r.coexisting_bytes}, {"until", r.coexisting_until}, {"tensors", Json::array()}};
  for (const ReportWhole& whole : r.coexisting) {
    json["coexisting"]["tensors"].push_back(
        {{"name", whole.name}, {"bytes", whole.bytes}, {"shape", whole.shape}});
  }
  json["weights_bytes"] = r.weights_bytes;
  json["code_bytes_estimate"] = r.code_bytes;
  json["stack_bytes"] = r.stack.bytes ? Json(*r.stack.bytes) : Json(nullptr);
  json["stack_basis"] = r.stack.basis;
  json["input_mode"] = mode_name(r.input_mode);
  json["input_bytes"] = r.input_bytes;
  json["input_counted"] = r.input_counted();
  json["output_bytes"] = r.output_bytes;
  json["macs"] = r.macs;
  json["extra_macs"] = r.extra_macs;
  json["activation_bits"] = r.activation_bits;
  if (r.time) {
    json["time_estimate"] = {{"cycles", r.time->cycles},
                             {"cycles_per_mac", r.time->cycles_per_mac},
                             {"megahertz", r.time->megahertz},
                             {"milliseconds", r.time->milliseconds()},
                             {"basis", r.time->basis}};
  } else {
    json["time_estimate"] = nullptr;
  }
  json["peak_cascade"] = r.peak_cascade;
}

Json step_json(const PlanReport& r, const ReportStep& step) {
  Json json{{"name", step.name},
            {"rows", step.rows},
            {"macs", step.macs},
            {"extra_macs", step.extra_macs},
            {"weight_bytes", step.weight_bytes},
            {"band_rows", step.band},
            {"layers", step.layers}};
  if (step.tile_columns > 0) {
    json["tile_columns"] = step.tile_columns;
    for (const LayerId layer : step.layers) json["members"].push_back(r.layers[layer].name);
  }
  json["reads"] = Json::array();
  for (const ReportRead& read : step.reads) {
    Json entry{{"name", read.name}};
    if (read.buffer) entry["buffer"] = read.buffer;
    json["reads"].push_back(std::move(entry));
  }
  return json;
}

Json cascade_json(const PlanReport& r, CascadeId id) {
  const ReportCascade& cascade = r.cascades[id];
  Json json{{"index", id},
            {"name", cascade.name},
            {"live_bytes", cascade.live_bytes},
            {"macs", cascade.macs},
            {"extra_macs", cascade.extra_macs},
            {"steps", Json::array()}};
  for (const ReportStep& step : cascade.steps) json["steps"].push_back(step_json(r, step));
  return json;
}

Json buffer_json(const PlanReport& r, BufferId id) {
  const ReportBuffer& buffer = r.buffers[id];
  Json json{{"index", id},
            {"name", buffer.name},
            {"kind", kind_name(buffer.kind)},
            {"offset", buffer.offset},
            {"bytes", buffer.bytes},
            {"first_cascade", buffer.first_cascade},
            {"last_cascade", buffer.last_cascade},
            {"in_peak", buffer.live_in(r.peak_cascade)}};
  if (buffer.rows > 0) {
    json["rows"] = buffer.rows;
    json["of_rows"] = buffer.of_rows;
    json["row_bytes"] = buffer.row_bytes;
  }
  if (!buffer.shape.empty()) json["shape"] = buffer.shape;
  if (!r.regions.empty()) json["region"] = r.regions[buffer.region].name;
  if (buffer.over) json["in_place_over"] = buffer.over;
  return json;
}

Json layer_json(const PlanReport& r, LayerId id) {
  const ReportLayer& layer = r.layers[id];
  Json json{{"index", id},
            {"name", layer.name},
            {"step", layer.step},
            {"tensor", layer.tensor},
            {"op", layer.op},
            {"type", layer.type},
            {"shape", layer.shape},
            {"cascade", layer.cascade},
            {"macs", layer.macs},
            {"extra_macs", layer.extra_macs},
            {"weight_bytes", layer.weight_bytes},
            {"kept", kept_name(layer.kept)},
            {"rows", layer.rows},
            {"of_rows", layer.of_rows},
            {"kept_bytes", layer.bytes},
            {"tensor_bytes", layer.whole_bytes}};
  if (!layer.block.empty()) json["block"] = layer.block;
  if (layer.columns > 0) json["columns"] = layer.columns;
  if (layer.buffer) json["buffer"] = layer.buffer;
  return json;
}

Json paper_json(const PaperCell& cell, int bits) {
  Json json;
  if (cell.channels > 0) json["channels"] = cell.channels;
  json["bytes"] = paper_bytes(cell, bits);
  return json;
}

Json paper_json(const PaperRow& row, int bits) {
  Json json;
  if (row.resolution > 0) json["resolution"] = row.resolution;
  json["mobilenet_v1"] = paper_json(row.mobilenet_v1, bits);
  json["mobilenet_v2"] = paper_json(row.mobilenet_v2, bits);
  json["shufflenet"] = paper_json(row.shufflenet, bits);
  return json;
}

Json resolution_json(const PlanReport& r, const ReportResolution& entry) {
  Json json{{"rows", entry.resolution.rows},
            {"columns", entry.resolution.columns},
            {"live_bytes", entry.live_bytes},
            {"kept_bytes", entry.kept_bytes},
            {"largest_tensor_bytes", entry.tensor_bytes},
            {"largest_bottleneck_bytes", entry.bottleneck_bytes}};
  if (entry.paper != nullptr) json["paper"] = paper_json(*entry.paper, r.activation_bits);
  return json;
}

}  // namespace

std::string plan_json(const PlanReport& r) {
  Json json;
  put_totals(json, r);
  json["regions"] = Json::array();
  for (const ReportRegion& region : r.regions) {
    json["regions"].push_back(
        {{"name", region.name}, {"size_bytes", region.size}, {"arena_bytes", region.arena_bytes}});
  }
  json["cascades"] = Json::array();
  for (const CascadeId id : r.cascades.ids()) json["cascades"].push_back(cascade_json(r, id));
  json["buffers"] = Json::array();
  for (const BufferId id : r.buffers.ids()) json["buffers"].push_back(buffer_json(r, id));
  json["layers"] = Json::array();
  for (const LayerId id : r.layers.ids()) json["layers"].push_back(layer_json(r, id));
  json["resolutions"] = Json::array();
  for (const ReportResolution& entry : r.resolutions) {
    json["resolutions"].push_back(resolution_json(r, entry));
  }
  json["paper_maximum"] = paper_json(kPaperMaximum, r.activation_bits);
  json["frontier"] = Json::array();
  for (const PlanPoint& point : r.frontier) {
    json["frontier"].push_back(
        {{"arena_bytes", point.arena_bytes}, {"extra_macs", point.extra_macs}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace spindle
