#include "compiler/llvm/assembly_cpu.h"

#include <string_view>

namespace spindle {

std::string with_known_cpu(std::string assembly) {
  for (const std::string_view core : {"cortex-m55", "cortex-m85"}) {
    const std::string line = "\t.cpu\t" + std::string(core) + "\n";
    const std::size_t at = assembly.find(line);
    if (at != std::string::npos) assembly.replace(at, line.size(), "\t.arch\tarmv8.1-m.main\n");
  }
  return assembly;
}

}  // namespace spindle
