#include "compiler/options/option_parser.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "compiler/options/usage_error.h"
#include "compiler/support/nearest.h"
#include "compiler/support/size_text.h"

namespace spindle {
namespace {

namespace fs = std::filesystem;

// By option, the values given on the command line, or the default.
using Texts = std::map<std::string_view, std::vector<std::string>>;

std::string parser_name(const OptionSpec& option) {
  std::string name(option.name);
  if (!option.letter.empty()) name = fmt::format("{},{}", option.letter, name);
  if (!option.negation.empty()) name = fmt::format("{},!{}", name, option.negation);
  return name;
}

// CLI11 checks only the number of values. All other checks are made below, from the table.
CLI::Option* add_option(CLI::App& app, const OptionSpec& option) {
  if (option.values == Values::kNone) return app.add_flag(parser_name(option));
  CLI::Option* added = app.add_option(parser_name(option));
  // Because of required(), CLI11 leaves one word for the argument when an option before it takes
  // any number of words.
  if (option.positional()) added->required(option.required);
  if (option.values == Values::kMany) {
    return added->expected(CLI::detail::expected_max_vector_size)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  if (option.values == Values::kCommas) added->delimiter(',');
  return added->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

std::vector<std::string> option_names(Command command) {
  std::vector<std::string> names;
  for (const OptionSpec* option : options_of(command)) {
    if (option->positional()) continue;
    names.emplace_back(option->name);
    if (!option->negation.empty()) names.emplace_back(option->negation);
  }
  return names;
}

// A hint at the commands that have the option; empty if none has it.
std::string owners(const std::string& name) {
  std::vector<std::string_view> found;
  for (const CommandSpec& command : all_commands()) {
    const std::vector<std::string> names = option_names(command.command);
    if (std::find(names.begin(), names.end(), name) != names.end()) found.push_back(command.name);
  }
  return found.empty() ? "" : fmt::format("it is an option of {}", fmt::join(found, ", "));
}

UsageError unexpected_word(const std::string& text, Command command) {
  const std::string word = text.substr(0, text.find('='));
  if (word.starts_with('-')) {
    const std::string elsewhere = owners(word);
    return {word, "there is no such option",
            elsewhere.empty() ? did_you_mean(word, option_names(command)) : elsewhere};
  }
  if (is_size_unit(word)) {
    return {text, "one word too many", "a size with a space needs quotes: --ram='96 KiB'"};
  }
  const std::string meant = did_you_mean("--" + word, option_names(command));
  return {text, "one word too many",
          meant.empty() ? "options begin with dashes: --target=cortex-m7" : meant};
}

// CLI11's own errors are about the number of values: "--ram: 1 required TEXT missing".
UsageError parser_error(const CLI::Error& error) {
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find_first_of(": "));
  if (text.ends_with(" missing")) return {name, "a value is missing"};
  const std::size_t colon = text.find(": ");
  if (colon == std::string::npos) return {"options", text};
  return {text.substr(0, colon), text.substr(colon + 2)};
}

Texts read_texts(Command command, std::span<const std::string> words, CommandLine& line) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::map<const OptionSpec*, CLI::Option*> added;
  for (const OptionSpec* option : options_of(command)) added[option] = add_option(app, *option);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::RequiredError&) {  // NOLINT(bugprone-empty-catch)
    // check_required reports this, after mistyped options have been reported.
  } catch (const CLI::Error& error) {
    throw parser_error(error);
  }
  const std::vector<std::string> extra = app.remaining();
  Texts texts;
  for (const OptionSpec* option : options_of(command)) {
    if (added[option]->count() == 0) continue;
    texts[option->name] = added[option]->results();
    line.given.emplace(option->name);
  }
  if (!extra.empty() && !line.has("--help")) throw unexpected_word(extra.front(), command);
  return texts;
}

void check_required(const OptionSpec& option, const CommandLine& line) {
  if (!option.required || line.has(option.name)) return;
  const std::string help = option.choices.empty()
                               ? std::string(option.help)
                               : fmt::format("one of {}", fmt::join(option.choices, ", "));
  throw UsageError(std::string(option.name),
                   option.positional() ? "this argument is missing" : "this option is required",
                   help);
}

void check_values(const OptionSpec& option, const std::vector<std::string>& texts) {
  const std::string name(option.name);
  if (option.values == Values::kOne && texts.size() > 1) {
    throw UsageError(name, "given more than once", "omit all but one");
  }
  if (option.choices.empty() || option.other_values) return;
  for (const std::string& text : texts) {
    if (std::find(option.choices.begin(), option.choices.end(), text) != option.choices.end()) {
      continue;
    }
    throw UsageError(name,
                     fmt::format("'{}' is not one of {}", text, fmt::join(option.choices, ", ")),
                     did_you_mean(text, option.choices));
  }
}

// Whether the other option was given, or has one of the relation's values (by default too).
bool holds(const OptionRelation& relation, const CommandLine& line, const Texts& texts) {
  if (relation.values.empty()) return line.has(relation.option);
  const auto found = texts.find(relation.option);
  if (found == texts.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](const std::string& text) {
    return std::find(relation.values.begin(), relation.values.end(), text) != relation.values.end();
  });
}

void check_relations(const OptionSpec& option, const CommandLine& line, const Texts& texts) {
  if (!line.has(option.name)) return;
  const auto refuse = [&](const OptionRelation& relation) {
    throw UsageError(std::string(option.name), std::string(relation.why),
                     std::string(relation.help));
  };
  for (const OptionRelation& relation : option.needs) {
    if (!holds(relation, line, texts)) refuse(relation);
  }
  for (const OptionRelation& relation : option.excludes) {
    if (holds(relation, line, texts)) refuse(relation);
  }
}

template <typename T>
T number_from(const OptionSpec& option, const std::string& text) {
  T value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool read = code == std::errc() && end == text.data() + text.size();
  const OptionRange range = option.range;
  if (read && value >= range.least && value <= range.most) return value;
  const std::string kind = std::is_integral_v<T> ? "a whole number" : "a number";
  throw UsageError(
      std::string(option.name),
      std::isinf(range.most)
          ? fmt::format("'{}' is not {} of at least {}", text, kind, range.least)
          : fmt::format("'{}' is not {} from {} to {}", text, kind, range.least, range.most));
}

bool flag_from(const OptionSpec& option, const std::string& text) {
  try {
    return CLI::detail::to_flag_value(text) > 0;
  } catch (const std::invalid_argument&) {
    throw UsageError(std::string(option.name), fmt::format("'{}' is neither true nor false", text));
  }
}

// Converts an option's texts (at least one) and stores them in the member of CommandLine that the
// table names.
class Store {
 public:
  Store(const OptionSpec& option, const std::vector<std::string>& texts, CommandLine& line)
      : option_(option), texts_(texts), line_(line) {}

  void operator()(bool CommandLine::* member) const {
    line_.*member = flag_from(option_, texts_.back());
  }
  void operator()(int CommandLine::* member) const {
    line_.*member = number_from<int>(option_, texts_[0]);
  }
  void operator()(double CommandLine::* member) const {
    line_.*member = number_from<double>(option_, texts_[0]);
  }
  void operator()(std::string CommandLine::* member) const { line_.*member = texts_[0]; }
  void operator()(fs::path CommandLine::* member) const { line_.*member = texts_[0]; }
  template <typename T>
  void operator()(std::vector<T> CommandLine::* member) const {
    (line_.*member).assign(texts_.begin(), texts_.end());
  }

 private:
  const OptionSpec& option_;
  const std::vector<std::string>& texts_;
  CommandLine& line_;
};

}  // namespace

CommandLine parse_options(Command command, std::span<const std::string> words) {
  CommandLine line;
  line.command = command;
  Texts texts = read_texts(command, words, line);
  line.help = line.has("--help");
  if (line.help) return line;
  const std::vector<const OptionSpec*> options = options_of(command);
  for (const OptionSpec* option : options) {
    if (line.has(option->name)) {
      check_values(*option, texts[option->name]);
    } else if (!option->initial.empty()) {
      texts[option->name] = {std::string(option->initial)};
    }
  }
  for (const OptionSpec* option : options) check_required(*option, line);
  for (const OptionSpec* option : options) check_relations(*option, line, texts);
  // Defaults are stored first. Two options may share a member, as --input-mode and its old spelling
  // --input do; the one that was given must win.
  for (const bool given : {false, true}) {
    for (const OptionSpec* option : options) {
      const auto found = texts.find(option->name);
      if (found == texts.end() || line.has(option->name) != given) continue;
      std::visit(Store(*option, found->second, line), option->store);
    }
  }
  return line;
}

}  // namespace spindle
