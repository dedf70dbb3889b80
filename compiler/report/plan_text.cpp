#include "compiler/report/plan_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/report/plan_map.h"
#include "compiler/support/human.h"
#include "compiler/support/id.h"

namespace spindle {
namespace {

// Replaces everything but printable ASCII by '?', so that each character takes one column.
std::string printable(const std::string& text) {
  std::string result;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue;  // continuation byte of a UTF-8 sequence
    result += byte >= 0x20 && byte < 0x7F ? c : '?';
  }
  return result;
}

std::string cut(const std::string& text, std::size_t width) {
  const std::string shown = printable(text);
  return shown.size() <= width ? shown : fmt::format("{}..", shown.substr(0, width - 2));
}

std::string cut_front(const std::string& text, std::size_t width) {
  const std::string shown = printable(text);
  return shown.size() <= width ? shown
                               : fmt::format("..{}", shown.substr(shown.size() - width + 2));
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

void put_coexisting(std::string& out, const PlanReport& r) {
  if (!r.shows_coexisting()) return;
  out += fmt::format("        at least {} unless something is computed twice; whole until {}:\n",
                     human_bytes(r.coexisting_bytes), cut(r.coexisting_until, 32));
  for (const ReportWhole& whole : r.coexisting) {
    out += fmt::format("        {} {}, {}\n", cut(whole.name, 40), to_string(whole.shape),
                       human_bytes(whole.bytes));
  }
}

std::string stack_text(const StackNeed& stack) {
  if (!stack.bytes) return fmt::format("Stack   not known: {}\n", stack.basis);
  return fmt::format("Stack   at most {} bytes, library functions included\n        {}\n",
                     *stack.bytes, stack.basis);
}

void put_totals(std::string& out, const PlanReport& r) {
  out += fmt::format("{} for {}\n\n", cut_front(r.model, 75), r.target);
  out += fmt::format("RAM     {} ({} bytes) of arena\n", human_bytes(r.arena_bytes), r.arena_bytes);
  out += fmt::format("        {} The output takes {}.\n", input_text(r, human_bytes(r.input_bytes)),
                     human_bytes(r.output_bytes));
  for (const ReportRegion& region : r.regions) {
    out += fmt::format("        {}: {} of {}\n", cut(region.name, 32),
                       human_bytes(region.arena_bytes), human_bytes(region.size));
  }
  if (r.arena_bytes > 0 && r.whole_tensors_bytes > r.arena_bytes) {
    out += fmt::format("        layer by layer, with every tensor whole, it would be {}\n",
                       human_bytes(r.whole_tensors_bytes));
  }
  put_coexisting(out, r);
  out += fmt::format("Flash   {} of weights and tables, about {} of code\n",
                     human_bytes(r.weights_bytes), human_bytes(r.code_bytes));
  out += stack_text(r.stack);
  if (r.macs == 0) {
    out += "Work    no multiply-accumulates\n";
  } else if (r.extra_macs == 0) {
    out += fmt::format("Work    {} MACs, none computed twice\n", human_count(r.macs));
  } else {
    out +=
        fmt::format("Work    {} MACs: {} of the model, {} ({:.1f} %) computed again to save RAM\n",
                    human_count(r.macs + r.extra_macs), human_count(r.macs),
                    human_count(r.extra_macs), r.extra_percent({r.arena_bytes, r.extra_macs}));
  }
  if (r.time) {
    out += fmt::format("Time    roughly {} cycles, {} at {:.0f} MHz\n", human_count(r.time->cycles),
                       human_milliseconds(r.time->milliseconds()), r.time->megahertz);
    out += fmt::format("        an estimate: {:.2f} cycles per MAC ({})\n", r.time->cycles_per_mac,
                       r.time->basis);
  }
}

void put_cascades(std::string& out, const PlanReport& r) {
  if (r.cascades.empty()) return;
  out += "\nCascades: each runs row by row, only what passes between them is ever whole\n";
  const bool extra = r.extra_macs > 0;
  out += fmt::format("{:>4} {:>11} {:>9} {}{:>6}  {}\n", "#", "live", "MACs",
                     extra ? "    again " : "", "steps", "from .. to");
  for (const CascadeId id : r.cascades.ids()) {
    const ReportCascade& cascade = r.cascades[id];
    const bool peak = id == r.peak_cascade;
    const std::size_t width = 64 - (extra ? 10 : 0) - (peak ? 9 : 0);
    out += fmt::format("{:>4} {:>11} {:>9} {}{:>6}  {}{}\n", id.number(),
                       human_bytes(cascade.live_bytes), human_count(cascade.macs),
                       extra ? fmt::format("{:>9} ", human_count(cascade.extra_macs)) : "",
                       cascade.steps.size(), cut(cascade.name, width), peak ? "  <- peak" : "");
  }
}

std::string rows_text(const ReportBuffer& buffer) {
  switch (buffer.kind) {
    case BufferKind::kRing:
      return fmt::format("{} of {}", buffer.rows, buffer.of_rows);
    case BufferKind::kBoundary:
    case BufferKind::kInput:
      return fmt::format("{}", buffer.rows);
    default:
      return "";
  }
}

void put_buffers(std::string& out, const PlanReport& r) {
  if (r.buffers.empty()) return;
  const IdVector<BufferId, char> marks = buffer_marks(r);
  out += "\nBuffers\n";
  out += fmt::format("{:>8} {:>8}    {:<8} {:>10}  {:<7} {:<14} {}\n", "offset", "bytes", "kind",
                     "rows", "live", "shape", "name");
  for (const BufferId id : r.buffers.ids()) {
    const ReportBuffer& buffer = r.buffers[id];
    std::string suffix = buffer.over ? ", in place" : "";
    if (!r.regions.empty()) {
      suffix += fmt::format(", {}", cut(r.regions[buffer.region].name, 10));
    }
    std::string live = std::to_string(buffer.first_cascade.number());
    if (buffer.first_cascade != buffer.last_cascade) {
      live += fmt::format("-{}", buffer.last_cascade.number());
    }
    out += fmt::format("{:>8} {:>8}  {} {:<8} {:>10}  {:<7} {:<14} {}{}\n", buffer.offset,
                       buffer.bytes, marks[id], kind_name(buffer.kind), rows_text(buffer), live,
                       buffer.shape.empty() ? "" : cut(to_string(buffer.shape), 14),
                       cut(buffer.name, 32 - suffix.size()), suffix);
  }
}

void put_frontier(std::string& out, const PlanReport& r) {
  if (r.frontier.empty()) return;
  out += "\nRAM against work: no plan found has less of both; --ram=BYTES picks one\n";
  out += fmt::format("{:>11} {:>10}  {:>9} {:>8}\n", "arena", "bytes", "again", "of MACs");
  for (const PlanPoint& point : r.frontier) {
    const bool this_plan = point.arena_bytes == r.arena_bytes && point.extra_macs == r.extra_macs;
    out += fmt::format("{:>11} {:>10}  {:>9} {:>6.1f} %{}\n", human_bytes(point.arena_bytes),
                       point.arena_bytes, human_count(point.extra_macs), r.extra_percent(point),
                       this_plan ? "  <- this plan" : "");
  }
}

void put_map(std::string& out, const PlanReport& r) {
  if (r.buffers.empty()) return;
  out += "\nArena: addresses upwards, time to the right\n";
  out += arena_map(r);
  for (const ReportRegion& region : r.regions) {
    if (region.arena_bytes == 0) continue;
    out += fmt::format("{:>12} begins {}\n", human_bytes(region.base), cut(region.name, 32));
  }
  out +=
      "letters: whole tensors; AABB: A gives way to B, which is made from it in the same place\n";
  out += "digits: rings; + sums; : scratch; @ input; % state between rows\n";
  if (!r.peak_cascade) return;
  const std::int64_t peak = r.cascades[r.peak_cascade].live_bytes;
  if (r.arena_bytes > peak) {
    out += fmt::format("{} bytes of the arena are unused at the peak\n", r.arena_bytes - peak);
  }
}

}  // namespace

std::string plan_text(const PlanReport& report) {
  std::string out;
  put_totals(out, report);
  put_cascades(out, report);
  put_frontier(out, report);
  put_buffers(out, report);
  put_map(out, report);
  strip_line_ends(out);
  return out;
}

}  // namespace spindle
