#include "frontend/file/report.h"

#include <fmt/format.h>

namespace spindle::frontend {

std::string Report::place(const onnx::NodeProto& node) const {
  return fmt::format("{}: node '{}' ({})", file_, name_of(node), printable(node.op_type()));
}

std::string Report::place(const std::string& kind, const std::string& name) const {
  return fmt::format("{}: {} '{}'", file_, kind, printable(name));
}

void Report::failure(const ImportFailure& failure, const std::string& place) {
  Diagnostic& diagnostic = error(failure.code, failure.message, place);
  diagnostic.notes = failure.notes;
  diagnostic.helps = failure.helps;
  if (failure.code == "E0102" && failure.helps.empty()) {
    diagnostic.helps.emplace_back(
        "docs/operators.md says what can be compiled; change the model, or let it end before this "
        "operator");
  }
}

Diagnostic& Report::error(const std::string& code, const std::string& message,
                          const std::string& place) {
  return diagnostics_->error(code, message, place);
}

Diagnostic& Report::warning(const std::string& code, const std::string& message,
                            const std::string& place) {
  return diagnostics_->warning(code, message, place);
}

}  // namespace spindle::frontend
