// The tables: layers with bars, the paper's figures, buffers.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/report/plan_html_parts.h"

namespace spindle {
namespace {

struct Heading {
  const char* text;
  const char* classes = "";
};

void open_table(Markup& m, const char* label, std::initializer_list<Heading> headings) {
  m.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "group"}, {"aria-label", label}});
  m.open("table");
  m.open("thead");
  m.open("tr");
  for (const Heading& heading : headings) {
    m.leaf("th", {{"scope", "col"}, {"class", heading.classes}}, heading.text);
  }
  m.close();
  m.close();
  m.open("tbody");
}

void close_table(Markup& m) {
  m.close();
  m.close();
  m.close();
}

void put_number(Markup& m, std::int64_t bytes) {
  m.open("td", {{"class", "number"}});
  put_bytes(m, bytes);
  m.close();
}

std::string kept_label(const ReportLayer& layer) {
  switch (layer.kept) {
    case Kept::kWhole:
      return "whole";
    case Kept::kRing:
      if (layer.rows == layer.of_rows) return layer.rows == 1 ? "its row" : "all rows";
      return fmt::format("{} of {} rows", layer.rows, layer.of_rows);
    case Kept::kTile:
      return fmt::format("{}×{} tile", layer.rows, layer.columns);
    case Kept::kSums:
      return "sums";
    case Kept::kOutput:
      break;
  }
  return "the caller's";
}

struct Largest {
  std::int64_t macs = 1, weights = 1, bytes = 1;
};

Largest largest_of(const PlanReport& report) {
  Largest most;
  for (const ReportLayer& layer : report.layers) {
    most.macs = std::max(most.macs, layer.macs + layer.extra_macs);
    most.weights = std::max(most.weights, layer.weight_bytes);
    most.bytes = std::max(most.bytes, layer.whole_bytes);
  }
  return most;
}

void put_layer(Markup& m, const PlanReport& report, LayerId id, const Largest& most) {
  const ReportLayer& layer = report.layers[id];
  m.line();
  Markup::Attributes attributes{{"id", fmt::format("layer-{}", id.number())}};
  if (layer.buffer) {
    attributes.emplace_back("data-buffer", std::to_string(layer.buffer.number()));
  }
  m.open("tr", attributes);
  m.leaf("td", {{"class", "number"}}, std::to_string(layer.cascade.number()));
  m.open("td",
         {{"class", "name"}, {"title", fmt::format("{}, writes {}", layer.name, layer.tensor)}});
  m.text(layer.block.empty() ? layer.name : layer.block);
  m.close();
  m.leaf("td", {}, layer.op);
  m.leaf("td", {{"title", layer.type}}, shape_label(layer.shape));
  m.open("td", {{"class", "bars"}});
  put_bar(m, layer.macs, layer.macs + layer.extra_macs, most.macs, "macs");
  put_count(m, layer.macs);
  if (layer.extra_macs > 0) {
    m.text(" + ");
    put_count(m, layer.extra_macs);
  }
  m.close();
  m.open("td", {{"class", "bars"}});
  put_bar(m, layer.weight_bytes, 0, most.weights, "weights");
  put_bytes(m, layer.weight_bytes);
  m.close();
  m.open("td", {{"class", "bars"}});
  put_bar(m, layer.bytes, layer.whole_bytes, most.bytes, "memory");
  put_bytes(m, layer.bytes);
  m.close();
  put_number(m, layer.whole_bytes);
  m.leaf("td", {{"class", "quiet"}}, kept_label(layer));
  m.close();
}

void put_paper_cell(Markup& m, const PaperCell* cell, int bits) {
  m.open("td", {{"class", "number"}});
  if (cell == nullptr) {
    m.text("–");
  } else {
    m.leaf("data",
           {{"value", std::to_string(paper_bytes(*cell, bits))},
            {"title", fmt::format("{} channels, {}K with 16 bits in the paper", cell->channels,
                                  cell->kilobytes)}},
           fmt::format("{:.0f} KiB", static_cast<double>(paper_bytes(*cell, bits)) / 1024));
  }
  m.close();
}

void put_resolution(Markup& m, const PlanReport& report, const ReportResolution& row,
                    std::int64_t most) {
  const PaperRow* paper = row.paper;
  m.line();
  m.open("tr");
  m.leaf("th", {{"scope", "row"}},
         fmt::format("{}×{}", row.resolution.rows, row.resolution.columns));
  put_paper_cell(m, paper == nullptr ? nullptr : &paper->mobilenet_v1, report.activation_bits);
  put_paper_cell(m, paper == nullptr ? nullptr : &paper->shufflenet, report.activation_bits);
  put_paper_cell(m, paper == nullptr ? nullptr : &paper->mobilenet_v2, report.activation_bits);
  put_number(m, row.tensor_bytes);
  m.open("td", {{"class", "number"}});
  if (row.bottleneck_bytes > 0) {
    put_bytes(m, row.bottleneck_bytes);
  } else {
    m.text("–");
  }
  m.close();
  put_number(m, row.kept_bytes);
  m.open("td", {{"class", "bars"}});
  put_bar(m, row.live_bytes, 0, most, "memory");
  put_bytes(m, row.live_bytes);
  m.close();
  m.close();
}

std::string paper_note(const PlanReport& report) {
  return fmt::format(
      "Table 3 of the MobileNetV2 paper (Sandler et al., 2018) gives the memory that must be "
      "materialized at each resolution of a 224×224 network of width 1.0, with activations of 16 "
      "bits. Its figures are {} here, because this model's activations have {} bits; where this "
      "model's picture or width is another, compare proportions. Rows are matched by how often the "
      "picture was halved.",
      report.activation_bits == 8 ? "halved" : "doubled", report.activation_bits);
}

}  // namespace

void put_layers(Markup& m, const PlanReport& report) {
  if (report.layers.empty()) return;
  open_section(
      m, "layers", "Layers",
      "Work, constants, and what the output takes: dark is what is kept in the arena, light "
      "the whole tensor. Bars of a column share one scale.");
  open_table(m, "Layers",
             {{"cascade", "number"},
              {"layer"},
              {"operator"},
              {"output"},
              {"MACs"},
              {"weights"},
              {"kept of it"},
              {"whole", "number"},
              {"as"}});
  const Largest most = largest_of(report);
  for (const LayerId id : report.layers.ids()) put_layer(m, report, id, most);
  close_table(m);
  m.close();
}

void put_paper(Markup& m, const PlanReport& report) {
  if (report.resolutions.empty()) return;
  open_section(m, "paper", "Beside the paper", paper_note(report));
  open_table(m, "Memory by resolution",
             {{"resolution"},
              {"paper: MobileNetV1", "number"},
              {"paper: ShuffleNet", "number"},
              {"paper: MobileNetV2", "number"},
              {"largest tensor", "number"},
              {"largest bottleneck", "number"},
              {"kept at this resolution", "number"},
              {"alive meanwhile, in all"}});
  std::int64_t most = 1;
  ReportResolution total;
  for (const ReportResolution& row : report.resolutions) {
    most = std::max(most, row.live_bytes);
    total.tensor_bytes = std::max(total.tensor_bytes, row.tensor_bytes);
    total.bottleneck_bytes = std::max(total.bottleneck_bytes, row.bottleneck_bytes);
    total.kept_bytes = std::max(total.kept_bytes, row.kept_bytes);
  }
  for (const ReportResolution& row : report.resolutions) put_resolution(m, report, row, most);
  m.open("tr", {{"class", "total"}});
  m.leaf("th", {{"scope", "row"}}, "most");
  put_paper_cell(m, &kPaperMaximum.mobilenet_v1, report.activation_bits);
  put_paper_cell(m, &kPaperMaximum.shufflenet, report.activation_bits);
  put_paper_cell(m, &kPaperMaximum.mobilenet_v2, report.activation_bits);
  put_number(m, total.tensor_bytes);
  put_number(m, total.bottleneck_bytes);
  put_number(m, total.kept_bytes);
  m.open("td", {{"class", "bars"}});
  put_bar(m, report.arena_bytes, 0, most, "memory");
  put_bytes(m, report.arena_bytes);
  m.close();
  m.close();
  close_table(m);
  m.close();
}

void put_buffers(Markup& m, const PlanReport& report) {
  if (report.buffers.empty()) return;
  open_section(m, "buffers", "Buffers", "Everything in the arena, in order of execution.");
  open_table(m, "Buffers",
             {{"", ""},
              {"name"},
              {"kind"},
              {"shape"},
              {"rows"},
              {"size", "number"},
              {"address", "number"},
              {"end", "number"},
              {"cascades"},
              {"in place over"}});
  for (const BufferId id : report.buffers.ids()) {
    const ReportBuffer& buffer = report.buffers[id];
    m.line();
    m.open("tr", {{"id", fmt::format("buffer-{}", id.number())},
                  {"data-buffer", std::to_string(id.number())}});
    m.open("td");
    m.leaf("span", {{"class", "swatch " + colour_of(report, id)}, {"aria-hidden", "true"}}, "");
    m.close();
    m.leaf("td", {{"class", "name"}, {"title", buffer.name}}, buffer.name);
    m.leaf("td", {}, kind_name(buffer.kind));
    m.leaf("td", {}, shape_label(buffer.shape));
    m.leaf("td", {}, rows_label(buffer));
    put_number(m, buffer.bytes);
    const std::string region =
        report.regions.empty() ? "" : report.regions[buffer.region].name + " + ";
    m.leaf("td", {{"class", "number"}}, region + std::to_string(buffer.offset));
    m.leaf("td", {{"class", "number"}}, std::to_string(buffer.offset + buffer.bytes));
    m.leaf("td", {}, life_label(buffer));
    m.leaf("td", {{"class", "name"}}, buffer.over ? report.buffers[buffer.over].name : "");
    m.close();
  }
  close_table(m);
  m.close();
}

}  // namespace spindle
