// Replaces the library's find_kernel, so that execute() calls the probes. The linker then leaves
// out the library's own table of kernels. To be included by one source file of a test.
#pragma once

#include "compiler/execute/kernel_functions.h"
#include "tests/support/probe.h"

const spindle::Kernel* spindle::find_kernel(std::string_view symbol) {
  static const Kernel probe = kernel_of<&spindle_probe>();
  static const Kernel ints = kernel_of<&spindle_probe_ints>();
  static const Kernel base = kernel_of<&spindle_probe_base>();
  if (symbol == "spindle_probe") return &probe;
  if (symbol == "spindle_probe_ints") return &ints;
  return symbol == "spindle_probe_base" ? &base : nullptr;
}
