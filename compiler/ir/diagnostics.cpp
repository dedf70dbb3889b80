#include "compiler/ir/diagnostics.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <tuple>
#include <utility>

#include "compiler/support/human.h"

namespace spindle {

Diagnostic& Diagnostics::add(Severity severity, std::string code, std::string message,
                             std::string place) {
  if (severity == Severity::kError) ++errors_;
  all_.push_back({.severity = severity,
                  .code = std::move(code),
                  .message = std::move(message),
                  .place = std::move(place)});
  return all_.back();
}

Diagnostic& Diagnostics::error(std::string code, std::string message, std::string place) {
  return add(Severity::kError, std::move(code), std::move(message), std::move(place));
}

Diagnostic& Diagnostics::warning(std::string code, std::string message, std::string place) {
  return add(Severity::kWarning, std::move(code), std::move(message), std::move(place));
}

Diagnostic& Diagnostics::note(std::string message, std::string place) {
  return add(Severity::kNote, {}, std::move(message), std::move(place));
}

namespace {

struct Style {
  const char* word;
  const char* color;
};

Style style_of(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return {"error", "\033[1;31m"};
    case Severity::kWarning:
      return {"warning", "\033[1;33m"};
    case Severity::kNote:
      break;
  }
  return {"note", "\033[1;36m"};
}

// Messages that say the same of different places, in the order of the first of each.
std::vector<std::vector<const Diagnostic*>> grouped(const std::vector<Diagnostic>& all) {
  std::vector<std::vector<const Diagnostic*>> groups;
  using Text = std::tuple<Severity, std::string, std::string, std::vector<std::string>,
                          std::vector<std::string>>;
  std::map<Text, std::size_t> known;
  for (const Diagnostic& d : all) {
    const auto [group, is_new] =
        known.try_emplace({d.severity, d.code, d.message, d.notes, d.helps}, groups.size());
    if (is_new || d.place.empty()) {
      groups.push_back({&d});
    } else {
      groups[group->second].push_back(&d);
    }
  }
  return groups;
}

}  // namespace

void Diagnostics::print(std::ostream& out, bool color) const {
  const char* reset = color ? "\033[0m" : "";
  const char* bold = color ? "\033[1m" : "";
  const char* blue = color ? "\033[1;34m" : "";
  constexpr std::size_t kMostPlaces = 3;
  for (const std::vector<const Diagnostic*>& group : grouped(all_)) {
    const Diagnostic& d = *group.front();
    const Style style = style_of(d.severity);
    out << (color ? style.color : "") << style.word;
    if (!d.code.empty()) out << '[' << d.code << ']';
    out << reset << bold << ": " << printable_name(d.message) << reset << '\n';
    for (std::size_t i = 0; i < std::min(group.size(), kMostPlaces); ++i) {
      const std::string& place = group[i]->place;
      if (!place.empty()) out << blue << "  --> " << reset << printable_name(place) << '\n';
    }
    if (group.size() > kMostPlaces) {
      const std::size_t more = group.size() - kMostPlaces;
      out << blue << "  --> " << reset << "and " << more << " more place" << (more > 1 ? "s" : "")
          << '\n';
    }
    for (const std::string& note : d.notes) {
      out << blue << "   = " << reset << "note: " << printable_name(note) << '\n';
    }
    for (const std::string& help : d.helps) {
      out << blue << "   = " << reset << "help: " << printable_name(help) << '\n';
    }
  }
}

void check_internal(bool condition, const char* message) {
  if (!condition) throw InternalError(message);
}

void check_internal(bool condition, const std::string& message) {
  if (!condition) throw InternalError(message);
}

}  // namespace spindle
