#include "compiler/report/plan_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/lower/kernel/kernel_table.h"
#include "compiler/plan/coexistence.h"
#include "compiler/plan/fuse_columns.h"
#include "compiler/plan/occupancy.h"
#include "compiler/plan/planner.h"
#include "compiler/report/plan_resolutions.h"
#include "compiler/report/summary.h"
#include "compiler/support/human.h"
#include "compiler/support/id.h"

namespace spindle {
namespace {

std::int64_t io_bytes(const std::vector<ProgramIo>& list) {
  std::int64_t bytes = 0;
  for (const ProgramIo& io : list) {
    bytes += element_count(io.shape) * static_cast<std::int64_t>(size_of(io.type));
  }
  return bytes;
}

// Peak memory of a layer-by-layer schedule: every value is whole from the step that writes it to
// the last step that reads it.
std::int64_t whole_tensor_bytes(const StepGraph& graph) {
  const ValueUses uses(graph);
  IdVector<StepId, std::int64_t> change(graph.steps.size() + 1);
  for (const ValueId id : graph.values.ids()) {
    const Value& value = graph.value(id);
    if (value.storage != Storage::kArena || !uses.last(id)) continue;
    const std::int64_t bytes = value.accumulator ? value.row_bytes : value.bytes();
    change[std::max(uses.producer[id], StepId(0))] += bytes;
    change[uses.last(id) + 1] -= bytes;
  }
  std::int64_t live = 0;
  std::int64_t most = 0;
  for (std::int64_t bytes : change) {
    live += bytes;
    most = std::max(most, live);
  }
  return most;
}

// Rows of the largest image that a convolution reads.
std::int64_t picture_rows(const Graph& graph) {
  const Resolutions resolutions(graph);
  std::int64_t rows = 1;
  for (const Node& node : graph.nodes) {
    if (node.as<Conv>() == nullptr) continue;
    rows = std::max(rows, resolutions.of(node.inputs[0]).rows);
  }
  return rows;
}

class Reporter {
 public:
  Reporter(const Compilation& compilation, PlanReport& report)
      : c_(compilation),
        plan_(compilation.plan),
        selected_(c_.selection.steps),
        uses_(plan_.steps),
        summary_(summarize(c_.graph)),
        resolutions_(c_.graph),
        r_(report) {}

  void run() {
    put_totals();
    for (const Buffer& buffer : plan_.buffers) put_buffer(buffer);
    for (const CascadeId id : plan_.cascades.ids()) put_cascade(id);
    put_work();
  }

 private:
  void put_totals() {
    // Without the folder, so that the report does not depend on where the file is.
    r_.model = std::filesystem::path(c_.graph.name).filename().string();
    r_.target = c_.target->name;
    r_.arena_bytes = plan_.arena_bytes;
    r_.lower_bound_bytes = plan_.lower_bound;
    r_.whole_tensors_bytes = whole_tensor_bytes(selected_);
    put_coexisting();
    r_.weights_bytes = c_.program.weight_bytes;
    r_.code_bytes = estimate_code_bytes(c_.program);
    r_.stack = c_stack_need(c_.program, *c_.target);
    r_.input_mode = plan_.input_mode;
    r_.input_bytes = io_bytes(c_.program.inputs);
    r_.output_bytes = io_bytes(c_.program.outputs);
    std::int64_t base = 0;
    for (const Region& region : plan_.regions) {
      r_.regions.push_back({.name = region.name,
                            .size = region.size,
                            .arena_bytes = region.arena_bytes,
                            .base = base});
      base += region.arena_bytes;
    }
    r_.macs = plan_.macs;
    r_.extra_macs = plan_.extra_macs;
  }

  void put_coexisting() {
    const Coexistence found = largest_coexistence(selected_);
    if (!found.step) return;
    r_.coexisting_bytes = found.bytes;
    r_.coexisting_until = selected_.step(found.step).name;
    for (ValueId id : found.values) {
      const Value& value = selected_.value(id);
      ReportWhole whole{value.name, value.bytes(), {}};
      if (value.tensor != kNoTensor) whole.shape = c_.graph.tensor(value.tensor).shape;
      r_.coexisting.push_back(std::move(whole));
    }
  }

  // Whether all steps of the cascade that read the value read it row by row, and at least one does.
  [[nodiscard]] bool read_by_rows(ValueId value, const Cascade& cascade) const {
    bool read = false;
    for (PlannedStepId step = cascade.first; step < cascade.end; ++step) {
      for (const StepInput& input : plan_.steps.step(step).inputs) {
        if (input.value != value) continue;
        if (input.access.num == 0) return false;
        read = true;
      }
    }
    return read;
  }

  void put_buffer(const Buffer& buffer) {
    ReportBuffer out;
    out.name = buffer.name;
    out.kind = buffer.kind;
    out.offset = buffer.offset;
    out.region = buffer.region;
    out.at = buffer.offset;
    if (!r_.regions.empty()) out.at += r_.regions[buffer.region].base;
    out.bytes = buffer.bytes;
    out.first_cascade = buffer.first_cascade;
    out.last_cascade = buffer.last_cascade;
    out.over = buffer.over;
    if (buffer.value) {
      const Value& value = plan_.steps.value(buffer.value);
      out.rows = buffer.rows;
      out.of_rows = value.rows;
      out.row_bytes = value.row_bytes;
      if (value.tensor != kNoTensor && !value.accumulator) {
        out.shape = c_.graph.tensor(value.tensor).shape;
        out.resolution = resolutions_.of(value.tensor);
      }
      const bool whole = buffer.kind == BufferKind::kBoundary || buffer.kind == BufferKind::kInput;
      out.fills = whole && uses_.producer[buffer.value];
      // A model whose outputs are all constant has inputs but no cascade.
      out.drains = whole && !plan_.cascades.empty() &&
                   read_by_rows(buffer.value, plan_.cascades[buffer.last_cascade]);
    }
    r_.buffers.push_back(std::move(out));
  }

  void put_cascade(CascadeId id) {
    const Cascade& cascade = plan_.cascades[id];
    ReportCascade out;
    out.name = cascade.name;
    out.live_bytes = live_bytes(plan_, id);
    out.first_layer = r_.layers.end_id();
    for (PlannedStepId step = cascade.first; step < cascade.end; ++step) {
      out.steps.push_back(step_of(step, id));
      out.macs += out.steps.back().macs;
      out.extra_macs += out.steps.back().extra_macs;
    }
    out.end_layer = r_.layers.end_id();
    const std::int64_t most = r_.peak_cascade ? r_.cascades[r_.peak_cascade].live_bytes : 0;
    if (out.live_bytes > most) r_.peak_cascade = id;
    r_.cascades.push_back(std::move(out));
  }

  ReportStep step_of(PlannedStepId id, CascadeId cascade) {
    const PlannedStep& step = plan_.steps.step(id);
    ReportStep out;
    out.name = step.name;
    out.rows = plan_.steps.rows(id);
    out.band = step.band;
    out.tile_columns = step.members.empty() ? 0 : step.tile;
    out.macs = step.macs;
    out.extra_macs = step.extra_macs;
    out.weight_bytes = step.weight_bytes;
    std::set<ValueId> read;
    for (const StepInput& input : step.inputs) {
      const Value& value = plan_.steps.value(input.value);
      if (value.storage == Storage::kConstant || !read.insert(input.value).second) continue;
      out.reads.push_back({value.name, value.storage, plan_.buffer_of[input.value]});
    }
    if (step.members.empty()) {
      out.layers.push_back(add_layer(step.selected, cascade));
      keep_buffer(r_.layers.back(), step.output);
    }
    for (const PlannedStep::Member& member : step.members) {
      const bool last = &member == &step.members.back();
      out.layers.push_back(add_layer(member.step, cascade));
      r_.layers.back().extra_macs = recomputed_macs(selected_, step, member);
      last ? keep_buffer(r_.layers.back(), step.output) : keep_tile(r_.layers.back(), step, member);
    }
    return out;
  }

  // A description of a step that comes from no operator of the graph: its kernel's name as words.
  [[nodiscard]] std::string synthesized_op(StepId id) const {
    if (selected_.step(id).receives) return "receive";
    if (c_.selection.calls[id].empty()) return selected_.step(id).name;
    std::string words = c_.selection.calls[id].front().symbol;
    constexpr std::string_view kPrefix = "spindle_";
    if (words.starts_with(kPrefix)) words.erase(0, kPrefix.size());
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
  }

  LayerId add_layer(StepId id, CascadeId cascade) {
    const Step& step = selected_.step(id);
    const Value& output = selected_.value(step.output);
    ReportLayer layer;
    layer.name = layer.step = step.name;
    layer.tensor = output.name;
    layer.cascade = cascade;
    layer.macs = step.macs;
    layer.weight_bytes = step.weight_bytes;
    layer.of_rows = output.rows;
    layer.whole_bytes = output.accumulator ? output.row_bytes : output.bytes();
    if (step.node) {
      const LayerSummary& node = summary_.layers[step.node];
      layer.name = node.name;
      layer.op = node.op;
      layer.type = node.type;
      layer.block = node.block;
      const Node& made_by = c_.graph.nodes[step.node];
      const bool narrow = made_by.role == Role::kProject || made_by.role == Role::kAdd;
      layer.bottleneck = narrow && made_by.group < 0;  // a split block's groups end in partial sums
    }
    if (layer.op.empty()) layer.op = synthesized_op(id);
    if (output.tensor != kNoTensor) {
      layer.shape = c_.graph.tensor(output.tensor).shape;
      layer.resolution = resolutions_.of(output.tensor);
      layer.type = name_of(c_.graph.tensor(output.tensor).type);
    }
    return r_.layers.push_back(std::move(layer));
  }

  void keep_buffer(ReportLayer& layer, ValueId value) const {
    layer.buffer = plan_.buffer_of[value];
    if (!layer.buffer) {
      layer.kept = Kept::kOutput;
      layer.rows = layer.of_rows;
      return;
    }
    const ReportBuffer& buffer = r_.buffers[layer.buffer];
    layer.kept = buffer.kind == BufferKind::kRing          ? Kept::kRing
                 : buffer.kind == BufferKind::kAccumulator ? Kept::kSums
                                                           : Kept::kWhole;
    layer.rows = buffer.rows;
    layer.bytes = buffer.bytes;
  }

  void keep_tile(ReportLayer& layer, const PlannedStep& step,
                 const PlannedStep::Member& member) const {
    layer.kept = Kept::kTile;
    layer.rows = member.rows;
    layer.columns = member.columns > 0 ? member.columns : step.tile;
    layer.bytes = member.tile_bytes;
  }

  void put_work() {
    std::int64_t s8 = 0;
    std::int64_t f32 = 0;
    for (const ReportLayer& layer : r_.layers) {
      (layer.type == "f32" ? f32 : s8) += layer.macs + layer.extra_macs;
    }
    r_.activation_bits = f32 > s8 ? 32 : 8;
    r_.time = estimate_time(*c_.target, s8, f32);
  }

  const Compilation& c_;
  const Plan& plan_;
  const StepGraph& selected_;
  PlannedUses uses_;
  ModelSummary summary_;
  Resolutions resolutions_;
  PlanReport& r_;
};

}  // namespace

std::int64_t estimate_code_bytes(const Program& program) {
  std::int64_t bytes = 0;
  for (const std::string& source : program.sources) {
    bytes += find_kernel_info(source.substr(0, source.rfind('.'))).code_bytes;
  }
  return bytes + static_cast<std::int64_t>(program.steps.size()) * kStepCodeBytes;
}

const char* kind_name(BufferKind kind) {
  switch (kind) {
    case BufferKind::kBoundary:
      return "boundary";
    case BufferKind::kRing:
      return "ring";
    case BufferKind::kAccumulator:
      return "sums";
    case BufferKind::kScratch:
      return "scratch";
    case BufferKind::kInput:
      return "input";
    case BufferKind::kState:
      return "state";
  }
  throw InternalError("a buffer of no kind");
}

const char* kept_name(Kept kept) {
  switch (kept) {
    case Kept::kWhole:
      return "whole";
    case Kept::kRing:
      return "ring";
    case Kept::kTile:
      return "tile";
    case Kept::kSums:
      return "sums";
    case Kept::kOutput:
      return "output";
  }
  throw InternalError("a tensor kept in no way");
}

const char* mode_name(InputMode mode) {
  switch (mode) {
    case InputMode::kExternal:
      return "external";
    case InputMode::kArena:
      return "arena";
    case InputMode::kStreamed:
      return "streamed";
  }
  throw InternalError("an input of no mode");
}

std::string input_text(const PlanReport& report, const std::string& bytes) {
  switch (report.input_mode) {
    case InputMode::kExternal:
      return fmt::format("The input, {}, is in the caller's buffer and not counted.", bytes);
    case InputMode::kArena:
      return fmt::format("The input, {}, is in the arena and counted.", bytes);
    case InputMode::kStreamed:
      return fmt::format("The input, {}, is pushed row by row and never whole.", bytes);
  }
  throw InternalError("an input of no mode");
}

std::string coexisting_text(const PlanReport& report) {
  std::string text;
  for (const ReportWhole& whole : report.coexisting) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {} ({})", whole.name, to_string(whole.shape), human_bytes(whole.bytes));
  }
  return text;
}

PlanReport make_plan_report(const Compilation& compilation, std::vector<PlanPoint> frontier) {
  PlanReport report;
  Reporter(compilation, report).run();
  report.resolutions = plan_resolutions(report, picture_rows(compilation.graph));
  report.frontier = std::move(frontier);
  return report;
}

}  // namespace spindle
