// Checks that objects for every target link without warnings with code from the target's C
// compiler.
#include <iostream>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/emulator.h"
#include "tests/catch.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;

TEST_CASE("an object links where warnings of the linker are errors") {
  if (!has_llvm()) {
    std::cerr << "*** SKIPPED: built without LLVM ***\n";
    return;
  }
  for (const Target& listed : targets()) {
    const std::string target(listed.name);
    const Emulator emulator = *find_emulator(target);
    if (!find_program(emulator.compiler)) {
      std::cerr << "*** SKIPPED: no " << emulator.compiler << " ***\n";
      continue;
    }
    const TemporaryDirectory folder;
    const ProcessResult compiled =
        run_tool({"compile", digits_model("int8"), "--no-check", "--emit=obj,asm", "--name=m",
                  "--target=" + target, "-o", folder.path().string()});
    INFO(target << ": " << compiled.output);
    REQUIRE(compiled.ok());
    write_text(folder.path() / "main.c",
               "#include \"m.h\"\nM_ARENA(arena);\n"
               "static float in[M_INPUT_SIZE], out[M_OUTPUT_SIZE];\n"
               "int main(void) { m_run(arena, in, out); return 0; }\n");
    for (const char* model : {"m.o", "m.s"}) {
      std::vector<std::string> command{emulator.compiler};
      command.insert(command.end(), emulator.flags.begin(), emulator.flags.end());
      command.insert(command.end(), {"main.c", model, "-o", "program", "-Wl,--fatal-warnings"});
      if (emulator.kind == Emulator::Kind::kBoard) {
        command.insert(command.end(), {"--specs=nano.specs", "--specs=rdimon.specs"});
      }
      const ProcessResult linked = run_process({.command = command, .directory = folder.path()});
      INFO(target << " " << model << ": " << linked.output);
      CHECK(linked.ok());
    }
  }
}
