#include "compiler/driver/plan_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/driver/summary.h"
#include "compiler/plan/planner.h"
#include "compiler/target/code_size.h"

namespace spindle {
namespace {

const char* kind_name(BufferKind kind) {
  switch (kind) {
    case BufferKind::kBoundary:
      return "boundary";
    case BufferKind::kRing:
      return "ring";
    case BufferKind::kAccumulator:
      return "sums";
    case BufferKind::kScratch:
      break;
  }
  return "scratch";
}

std::int64_t io_bytes(const std::vector<ProgramIo>& list) {
  std::int64_t bytes = 0;
  for (const ProgramIo& io : list) {
    bytes += element_count(io.shape) * static_cast<std::int64_t>(size_of(io.type));
  }
  return bytes;
}

// The buffers alive in `cascade`, by offset.
std::vector<const Buffer*> live_buffers(const Plan& plan, int cascade) {
  std::vector<const Buffer*> live;
  for (const Buffer& buffer : plan.buffers) {
    if (buffer.first_cascade <= cascade && cascade <= buffer.last_cascade) live.push_back(&buffer);
  }
  std::stable_sort(live.begin(), live.end(),
                   [](const Buffer* a, const Buffer* b) { return a->offset < b->offset; });
  return live;
}

// The cascade whose live buffers reach highest: the one that sets the arena's size.
int peak_cascade(const Plan& plan) {
  int peak = 0;
  std::int64_t most = -1;
  for (int i = 0; i < static_cast<int>(plan.cascades.size()); ++i) {
    const std::int64_t bytes = live_bytes(plan, i);
    if (bytes > most) {
      most = bytes;
      peak = i;
    }
  }
  return peak;
}

std::string rows_text(const Compilation& c, const Buffer& buffer) {
  if (buffer.value < 0) return "";
  const Value& value = c.plan.steps.value(buffer.value);
  if (buffer.kind == BufferKind::kRing) return fmt::format("{} of {}", buffer.rows, value.rows);
  return buffer.kind == BufferKind::kBoundary ? fmt::format("{}", value.rows) : "";
}

std::string shape_text(const Compilation& c, const Buffer& buffer) {
  if (buffer.value < 0) return "";
  const Value& value = c.plan.steps.value(buffer.value);
  return value.tensor == kNoTensor ? "" : to_string(c.graph.tensor(value.tensor).shape);
}

std::string cut(const std::string& text, std::size_t width) {
  return text.size() <= width ? text : text.substr(0, width - 2) + "..";
}

void strip_line_ends(std::string& text) {
  std::string result;
  for (char c : text) {
    if (c == '\n') {
      while (!result.empty() && result.back() == ' ') result.pop_back();
    }
    result += c;
  }
  text = std::move(result);
}

void put_totals(std::string& out, const Compilation& c) {
  const Plan& plan = c.plan;
  out += fmt::format("{} for {}\n\n", c.graph.name, c.target->name);
  out += fmt::format("RAM     {} ({} bytes) of arena\n", human_bytes(plan.arena_bytes),
                     plan.arena_bytes);
  out += fmt::format("        input external: the caller's {}, not counted; output {}\n",
                     human_bytes(io_bytes(c.program.inputs)),
                     human_bytes(io_bytes(c.program.outputs)));
  out +=
      fmt::format("Flash   {} of weights and tables, about {} of code\n",
                  human_bytes(c.program.weight_bytes), human_bytes(estimate_code_bytes(c.program)));
  out += fmt::format("Work    {} MACs, none computed twice\n\n", human_count(plan.macs));
}

}  // namespace

std::int64_t estimate_code_bytes(const Program& program) {
  std::int64_t bytes = 0;
  for (const std::string& source : program.sources) bytes += kernel_code_bytes(source);
  return bytes + static_cast<std::int64_t>(program.steps.size()) * kStepCodeBytes;
}

std::string plan_text(const Compilation& c) {
  const Plan& plan = c.plan;
  std::string out;
  put_totals(out, c);

  const int peak = peak_cascade(plan);
  out += "Cascades: each runs row by row, only what passes between them is ever whole\n";
  out += fmt::format("{:>4} {:>11} {:>6}  {}\n", "#", "live", "steps", "from .. to");
  for (std::size_t i = 0; i < plan.cascades.size(); ++i) {
    const Cascade& cascade = plan.cascades[i];
    const bool is_peak = static_cast<int>(i) == peak;
    out +=
        fmt::format("{:>4} {:>11} {:>6}  {}{}\n", i,
                    human_bytes(live_bytes(plan, static_cast<int>(i))), cascade.end - cascade.first,
                    cut(cascade.name, is_peak ? 64 : 72), is_peak ? "  <- peak" : "");
  }

  out += "\nBuffers\n";
  out += fmt::format("{:>8} {:>8}  {:<8} {:>10}  {:<7} {:<14} {}\n", "offset", "bytes", "kind",
                     "rows", "live", "shape", "name");
  for (const Buffer& buffer : plan.buffers) {
    std::string name = cut(buffer.name, 40);
    if (buffer.over >= 0) {
      name = cut(buffer.name, 24) + ", in place";
    }
    const std::string live = buffer.first_cascade == buffer.last_cascade
                                 ? fmt::format("{}", buffer.first_cascade)
                                 : fmt::format("{}-{}", buffer.first_cascade, buffer.last_cascade);
    out += fmt::format("{:>8} {:>8}  {:<8} {:>10}  {:<7} {:<14} {}\n", buffer.offset, buffer.bytes,
                       kind_name(buffer.kind), rows_text(c, buffer), live, shape_text(c, buffer),
                       name);
  }

  if (!plan.cascades.empty()) {
    out += fmt::format("\nThe peak is cascade {}, with these alive:\n", peak);
    for (const Buffer* buffer : live_buffers(plan, peak)) {
      out += fmt::format("{:>8} .. {:<8} {:<8} {}{}\n", buffer->offset,
                         buffer->offset + buffer->bytes, kind_name(buffer->kind),
                         cut(buffer->name, 50), buffer->over >= 0 ? ", in place" : "");
    }
    if (plan.arena_bytes > live_bytes(plan, peak)) {
      out += fmt::format("  {} bytes lie between them unused\n",
                         plan.arena_bytes - live_bytes(plan, peak));
    }
  }
  strip_line_ends(out);
  return out;
}

std::string plan_json(const Compilation& c) {
  using Json = nlohmann::ordered_json;
  const Plan& plan = c.plan;
  const int peak = peak_cascade(plan);
  Json json;
  json["schema_version"] = 1;
  json["model"] = c.graph.name;
  json["target"] = c.target->name;
  json["arena_bytes"] = plan.arena_bytes;
  json["lower_bound_bytes"] = plan.lower_bound;
  json["weights_bytes"] = c.program.weight_bytes;
  json["code_bytes_estimate"] = estimate_code_bytes(c.program);
  json["input_mode"] = "external";
  json["input_bytes"] = io_bytes(c.program.inputs);
  json["input_counted"] = false;
  json["output_bytes"] = io_bytes(c.program.outputs);
  json["macs"] = plan.macs;
  json["extra_macs"] = plan.extra_macs;
  json["peak_cascade"] = peak;
  json["cascades"] = Json::array();
  for (std::size_t i = 0; i < plan.cascades.size(); ++i) {
    const Cascade& cascade = plan.cascades[i];
    Json entry{{"index", i},
               {"name", cascade.name},
               {"live_bytes", live_bytes(plan, static_cast<int>(i))},
               {"steps", Json::array()}};
    for (StepId step = cascade.first; step < cascade.end; ++step) {
      const Step& s = c.plan.steps.step(step);
      Json item{{"name", s.name},
                {"rows", c.plan.steps.rows(step)},
                {"macs", s.macs},
                {"weight_bytes", s.weight_bytes}};
      if (!s.members.empty()) item["tile_columns"] = s.tile;
      for (const Step::Member& member : s.members) {
        item["members"].push_back(c.selection.steps.step(member.step).name);
      }
      entry["steps"].push_back(std::move(item));
    }
    json["cascades"].push_back(std::move(entry));
  }
  json["buffers"] = Json::array();
  for (std::size_t i = 0; i < plan.buffers.size(); ++i) {
    const Buffer& buffer = plan.buffers[i];
    Json entry{{"index", i},
               {"name", buffer.name},
               {"kind", kind_name(buffer.kind)},
               {"offset", buffer.offset},
               {"bytes", buffer.bytes},
               {"first_cascade", buffer.first_cascade},
               {"last_cascade", buffer.last_cascade},
               {"in_peak", buffer.first_cascade <= peak && peak <= buffer.last_cascade}};
    if (buffer.value >= 0) {
      const Value& value = c.plan.steps.value(buffer.value);
      entry["rows"] = buffer.rows;
      entry["of_rows"] = value.rows;
      entry["row_bytes"] = value.row_bytes;
      if (value.tensor != kNoTensor) entry["shape"] = c.graph.tensor(value.tensor).shape;
    }
    if (buffer.over >= 0) entry["in_place_over"] = buffer.over;
    json["buffers"].push_back(std::move(entry));
  }
  return json.dump(2) + "\n";
}

}  // namespace spindle
