#include "compiler/report/plan_html.h"

#include <fmt/format.h>

#include "compiler/ir/diagnostics.h"
#include "compiler/report/plan_html_parts.h"
#include "compiler/support/human.h"
#include "compiler/target/embedded.h"

namespace spindle {
namespace {

std::string_view asset(std::string_view name) {
  for (const EmbeddedFile& file : embedded::plan_html()) {
    if (file.name == name) return file.data;
  }
  throw InternalError(fmt::format("'{}' is not embedded", name));
}

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// Replaces spaces by no-break spaces, so that a number and its unit stay on one line.
std::string kept_together(std::string number) {
  for (auto at = number.find(' '); at != std::string::npos; at = number.find(' ')) {
    number.replace(at, 1, "\xC2\xA0");
  }
  return number;
}

void put_tile(Markup& m, const std::string& title, const std::string& figure,
              const std::string& exact, const std::string& text) {
  m.line();
  m.open("div", {{"class", "figure"}});
  m.leaf("dt", {}, title);
  m.open("dd");
  m.leaf("b", {{"title", exact}}, figure);
  m.leaf("span", {}, text);
  m.close();
  m.close();
}

std::string work_text(const PlanReport& r) {
  if (r.macs == 0) return "Nothing that multiplies and accumulates.";
  if (r.extra_macs == 0) return "None computed twice.";
  return fmt::format("{} of the model, {} ({:.1f} %) computed again to save RAM.",
                     kept_together(human_count(r.macs)), kept_together(human_count(r.extra_macs)),
                     r.extra_percent({r.arena_bytes, r.extra_macs}));
}

void put_figures(Markup& m, const PlanReport& r) {
  m.open("dl", {{"class", "figures"}});
  put_tile(m, "RAM", human_bytes(r.arena_bytes), fmt::format("{} bytes", r.arena_bytes),
           "Arena. " + input_text(r, kept_together(human_bytes(r.input_bytes))));
  put_tile(m, "Flash", human_bytes(r.weights_bytes), fmt::format("{} bytes", r.weights_bytes),
           fmt::format("Weights and tables; about {} of code besides.",
                       kept_together(human_bytes(r.code_bytes))));
  put_tile(m, "Stack", r.stack.bytes ? human_bytes(*r.stack.bytes) : "not known",
           r.stack.bytes ? fmt::format("{} bytes", *r.stack.bytes) : "",
           r.stack.bytes ? "At most, library functions included. " + r.stack.basis + "."
                         : r.stack.basis + ".");
  put_tile(m, "Work", human_count(r.macs + r.extra_macs) + " MACs",
           std::to_string(r.macs + r.extra_macs), work_text(r));
  if (r.time) {
    put_tile(m, "Time, estimated", "≈ " + human_milliseconds(r.time->milliseconds()),
             fmt::format("{} cycles", r.time->cycles),
             fmt::format("At {:.0f} MHz: {} cycles, {:.2f} per MAC ({}).", r.time->megahertz,
                         kept_together(human_count(r.time->cycles)), r.time->cycles_per_mac,
                         r.time->basis));
  }
  if (r.arena_bytes > 0 && r.whole_tensors_bytes > r.arena_bytes) {
    put_tile(m, "Layer by layer",
             fmt::format("{:.1f}×", static_cast<double>(r.whole_tensors_bytes) /
                                        static_cast<double>(r.arena_bytes)),
             fmt::format("{} bytes", r.whole_tensors_bytes),
             fmt::format("The RAM if every tensor were whole until its last use: {}.",
                         kept_together(human_bytes(r.whole_tensors_bytes))));
  }
  if (r.shows_coexisting()) {
    put_tile(m, "Lower bound", human_bytes(r.coexisting_bytes),
             fmt::format("{} bytes", r.coexisting_bytes),
             fmt::format("What no plan avoids that computes nothing twice: until {} is done, {} "
                         "must be whole.",
                         r.coexisting_until, coexisting_text(r)));
  }
  m.close();
}

void put_head(Markup& m, const std::string& title) {
  m.open("head");
  m.empty("meta", {{"charset", "utf-8"}});
  m.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  m.empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  m.leaf("title", {}, title);
  m.open("style");
  m.line();
  m.raw(asset("plan.css"));
  m.close();
  m.close();
}

}  // namespace

std::string plan_html(const PlanReport& report) {
  const std::string model = file_name(report.model);
  Markup m;
  m.raw("<!DOCTYPE html>\n");
  m.open("html", {{"lang", "en"}});
  put_head(m, fmt::format("{} on {}: memory plan", model, report.target));
  m.line();
  m.open("body");
  m.open("header");
  m.leaf("p", {{"class", "kicker"}}, "Spindle memory plan");
  m.leaf("h1", {{"title", report.model}}, model);
  m.leaf("p", {{"class", "target"}}, "for " + report.target);
  m.close();
  m.open("main");
  put_figures(m, report);
  put_arena(m, report);
  put_cascades(m, report);
  put_frontier(m, report);
  put_layers(m, report);
  put_paper(m, report);
  put_buffers(m, report);
  m.close();
  m.line();
  m.open("script");
  m.line();
  m.raw(asset("plan.js"));
  m.close();
  m.close();
  m.close();
  m.line();
  return m.finish();
}

}  // namespace spindle
