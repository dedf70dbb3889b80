// Stands for the table of kernels in the library, whose file then is not linked, so that execute()
// calls probes. For one source file of a test.
#pragma once

#include "compiler/driver/kernel_table.h"
#include "tests/support/probe.h"

spindle::KernelFunction spindle::find_kernel(std::string_view symbol) {
  if (symbol == "spindle_probe") return reinterpret_cast<KernelFunction>(&spindle_probe);
  if (symbol == "spindle_probe_ints") return reinterpret_cast<KernelFunction>(&spindle_probe_ints);
  if (symbol == "spindle_probe_base") return reinterpret_cast<KernelFunction>(&spindle_probe_base);
  return nullptr;
}
