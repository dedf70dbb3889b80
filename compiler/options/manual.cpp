#include "compiler/options/manual.h"

#include <fmt/format.h>

namespace spindle {
namespace {

void add_sentence(std::string& text, std::string_view sentence) {
  if (sentence.empty()) return;
  if (!text.empty()) text += ' ';
  text += sentence;
}

// All spellings of the option: "--ram=SIZE", "-o DIR, --output=DIR", "MODEL.onnx...".
std::string term_of(const OptionSpec& option) {
  const std::string more = option.values == Values::kMany ? "..." : "";
  if (option.positional()) return std::string(option.name) + more;
  const std::string value = value_text(option);
  std::string term = option.letter.empty()
                         ? ""
                         : fmt::format("{}{}{}, ", option.letter, value.empty() ? "" : " ", value);
  term += option.name;
  if (!value.empty()) term += '=' + value;
  if (!option.negation.empty()) term += fmt::format(", {}", option.negation);
  return term;
}

void add_option_sections(ManualPage& page, Command command, ManualDetail detail) {
  ManualSection arguments{.title = "Arguments"};
  for (const OptionSpec* option : options_of(command)) {
    if (option->positional()) arguments.items.push_back(option_item(*option, detail));
  }
  if (!arguments.items.empty()) page.sections.push_back(std::move(arguments));
  for (OptionGroup group : {OptionGroup::kOwn, OptionGroup::kPicture, OptionGroup::kModel,
                            OptionGroup::kPlan, OptionGroup::kDebugging, OptionGroup::kGeneral}) {
    ManualSection section{.title = std::string(group_title(group))};
    for (const OptionSpec* option : options_of(command, group)) {
      if (!option->positional()) section.items.push_back(option_item(*option, detail));
    }
    if (!section.items.empty()) page.sections.push_back(std::move(section));
  }
}

std::string other_pages(std::string_view without) {
  std::string text;
  if (!without.empty()) text = "spindle(1)";
  for (const CommandSpec& command : all_commands()) {
    if (command.name == without) continue;
    text += fmt::format("{}spindle-{}(1)", text.empty() ? "" : ", ", command.name);
  }
  return text;
}

void add_ending(ManualPage& page, std::string_view command) {
  page.sections.push_back({.title = "Exit status", .items = exit_items()});
  page.sections.push_back({.title = "See also", .paragraphs = {other_pages(command)}});
}

}  // namespace

ManualItem option_item(const OptionSpec& option, ManualDetail detail) {
  std::string text = std::string(option.help);
  if (detail == ManualDetail::kBrief) {
    if (option.required && !option.positional()) text += " (required)";
    if (!option.initial.empty()) text += fmt::format(" (default: {})", option.initial);
    return {.term = term_of(option), .text = std::move(text)};
  }
  text += '.';
  add_sentence(text, option.details);
  if (option.required && !option.positional()) add_sentence(text, "It is required.");
  add_sentence(text, rules_text(option));
  return {.term = term_of(option), .text = std::move(text), .page = std::string(option.page)};
}

std::vector<ManualItem> exit_items() {
  std::vector<ManualItem> items;
  for (const ExitStatus& status : exit_statuses()) {
    items.push_back({.term = std::string(status.codes), .text = std::string(status.meaning)});
  }
  return items;
}

std::string command_synopsis(Command command) {
  std::string text = fmt::format("spindle {}", spec_of(command).name);
  for (const OptionSpec* option : options_of(command)) {
    if (!option->positional() && !option->required) continue;
    std::string part = term_of(*option);
    // Only the first spelling: "-o DIR" from "-o DIR, --output=DIR".
    if (!option->positional()) part = part.substr(0, part.find(", "));
    text += option->required ? " " + part : " [" + part + "]";
  }
  return text + " [OPTIONS]";
}

ManualPage command_page(Command command, ManualDetail detail) {
  const CommandSpec& spec = spec_of(command);
  ManualPage page{.name = fmt::format("spindle-{}", spec.name),
                  .summary = std::string(spec.help),
                  .synopsis = command_synopsis(command),
                  .sections = {}};
  if (detail == ManualDetail::kFull) {
    page.sections.push_back({.title = "Description", .paragraphs = {std::string(spec.details)}});
  }
  add_option_sections(page, command, detail);
  if (detail == ManualDetail::kBrief) {
    page.sections.push_back(
        {.title = "More",
         .paragraphs = {fmt::format("`spindle help {}` says what each option does.", spec.name)}});
    return page;
  }
  page.sections.push_back({.title = "Example", .code = {std::string(spec.example)}});
  add_ending(page, spec.name);
  return page;
}

ManualPage overview_page(ManualDetail detail) {
  ManualPage page{.name = "spindle",
                  .summary =
                      "Compile MobileNetV2-family ONNX models to static C for Arm Cortex-M "
                      "and Cortex-A",
                  .synopsis = "spindle COMMAND [ARGUMENTS] [OPTIONS]",
                  .sections = {}};
  ManualSection commands{.title = "Commands"};
  for (const CommandSpec& command : all_commands()) {
    std::string text(command.help);
    if (detail == ManualDetail::kFull) {
      text += '.';
      add_sentence(text, command.details);
    }
    commands.items.push_back({.term = std::string(command.name), .text = std::move(text)});
  }
  page.sections.push_back(std::move(commands));
  ManualSection options{.title = "Options"};
  for (const GlobalOption& option : global_options()) {
    options.items.push_back({.term = option.letter.empty()
                                         ? std::string(option.name)
                                         : fmt::format("{}, {}", option.letter, option.name),
                             .text = std::string(option.help)});
  }
  page.sections.push_back(std::move(options));
  if (detail == ManualDetail::kFull) {
    add_ending(page, "");
  } else {
    page.sections.push_back(
        {.title = "More", .paragraphs = {"`spindle COMMAND --help` lists a command's options."}});
  }
  return page;
}

}  // namespace spindle
