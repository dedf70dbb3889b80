// Collects the importer's messages.
#pragma once

#include <string>

#include "compiler/ir/diagnostics.h"
#include "frontend/file/failure.h"
#include "frontend/file/onnx_proto.h"

namespace spindle::frontend {

// Diagnostics of one file; places start with its name.
class Report {
 public:
  Report(Diagnostics& diagnostics, std::string file)
      : diagnostics_(&diagnostics),
        file_(std::move(file)),
        errors_before_(diagnostics.error_count()) {}

  // "model.onnx", "model.onnx: node 'x' (Conv)", "model.onnx: constant 'x'".
  [[nodiscard]] const std::string& place() const { return file_; }
  [[nodiscard]] std::string place(const onnx::NodeProto& node) const;
  [[nodiscard]] std::string place(const std::string& kind, const std::string& name) const;

  void failure(const ImportFailure& failure, const std::string& place);
  Diagnostic& error(const std::string& code, const std::string& message, const std::string& place);
  Diagnostic& warning(const std::string& code, const std::string& message,
                      const std::string& place);

  // How many errors this file had, and whether it had any.
  [[nodiscard]] int errors() const { return diagnostics_->error_count() - errors_before_; }
  [[nodiscard]] bool failed() const { return errors() > 0; }

 private:
  Diagnostics* diagnostics_;
  std::string file_;
  int errors_before_;
};

}  // namespace spindle::frontend
