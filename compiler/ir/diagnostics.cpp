#include "compiler/ir/diagnostics.h"

#include <ostream>
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

}  // namespace

void Diagnostics::print(std::ostream& out, bool color) const {
  const char* reset = color ? "\033[0m" : "";
  const char* bold = color ? "\033[1m" : "";
  const char* blue = color ? "\033[1;34m" : "";
  for (const Diagnostic& d : all_) {
    const Style style = style_of(d.severity);
    out << (color ? style.color : "") << style.word;
    if (!d.code.empty()) out << '[' << d.code << ']';
    out << reset << bold << ": " << printable_name(d.message) << reset << '\n';
    if (!d.place.empty()) out << blue << "  --> " << reset << printable_name(d.place) << '\n';
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
