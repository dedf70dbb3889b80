// Messages for users. They are collected, not thrown, so that one run can report several errors.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

namespace spindle {

enum class Severity : std::uint8_t { kNote, kWarning, kError };

// One message. `code` is stable ("E0102") and listed in docs/diagnostics.md; `place` says where in
// the user's files ("model.onnx: node 'x' (Conv)"), and may be empty.
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;
  std::string message;
  std::string place;
  std::vector<std::string> notes{};
  std::vector<std::string> helps{};
};

// The messages of one command, in the order reported.
class Diagnostics {
 public:
  Diagnostic& error(std::string code, std::string message, std::string place = {});
  Diagnostic& warning(std::string code, std::string message, std::string place = {});
  Diagnostic& note(std::string message, std::string place = {});

  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  [[nodiscard]] int error_count() const { return errors_; }
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }

  // Prints all messages as compilers do: "error[E0102]: ..." with place, notes and helps on the
  // lines below. Messages that differ only in their place are printed once, with the first few of
  // the places and the number of the others. Characters that are not printable are escaped. `color`
  // adds ANSI escapes.
  void print(std::ostream& out, bool color) const;

 private:
  Diagnostic& add(Severity severity, std::string code, std::string message, std::string place);

  std::vector<Diagnostic> all_;
  int errors_ = 0;
};

// An internal error: a bug in Spindle, never the user's fault. The driver prints it and exits with
// code 70.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// Throws InternalError unless `condition` holds.
void check_internal(bool condition, const char* message);
void check_internal(bool condition, const std::string& message);

}  // namespace spindle
