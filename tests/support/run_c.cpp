#include "tests/support/run_c.h"

#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/available.h"

namespace spindle::testing {
namespace {

const std::string kFirmware = SPINDLE_SOURCE_DIR "/compiler/emulate/firmware";

}  // namespace

bool available(const Emulator& emulator) {
  for (const std::string& program : {emulator.compiler, emulator.emulator}) {
    if (!program.empty() && !available(program)) return false;
  }
  return true;
}

ProcessResult run_c(const Emulator& emulator, std::vector<std::string> files,
                    const std::vector<std::string>& flags) {
  const bool board = emulator.kind == Emulator::Kind::kBoard;
  const TemporaryDirectory folder;
  const std::string image = (folder.path() / "image").string();
  std::vector<std::string> build{emulator.compiler};
  const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
  };
  files.push_back(kFirmware + (board ? "/host_io_semihosting.c" : "/host_io_posix.c"));
  if (board) files.push_back(kFirmware + "/startup_cortexm.c");
  append(build, emulator.flags);
  append(build, flags);
  append(build, {"-I", SPINDLE_RUNTIME_FLAT, "-I", kFirmware, "-ffunction-sections", "-o", image});
  append(build, files);
  if (board) append(build, {"-L", kFirmware, "-T", emulator.linker_script});
  append(build, emulator.link_flags);
  const ProcessResult built = run_process({build});
  INFO(built.output);
  REQUIRE(built.ok());
  std::vector<std::string> run;
  if (board) {
    run.push_back(emulator.emulator);
    append(run, emulator.emulator_args);
    run.emplace_back("-kernel");
  }
  run.push_back(image);
  return run_process({run});
}

std::string kernel_source(const std::string& kernel) {
  return SPINDLE_RUNTIME_FLAT "/spindle_" + kernel + ".c";
}

}  // namespace spindle::testing
