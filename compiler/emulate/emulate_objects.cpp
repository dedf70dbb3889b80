// Builds images from objects that LLVM wrote: linked by lld, with the firmware's start-up code.
#include <fmt/format.h>

#include "compiler/emulate/emulate_internal.h"
#include "compiler/stack/stack_need.h"
#include "compiler/support/subprocess.h"
#include "compiler/target/embedded.h"

namespace spindle {
namespace {

constexpr std::chrono::seconds kLinkTimeout{120};

std::string find_linker() {
  for (const char* name : {"ld.lld-19", "ld.lld-20", "ld.lld-18", "ld.lld-17", "ld.lld"}) {
    if (find_program(name)) return name;
  }
  fail(EmulationError::Kind::setup, "verifying objects needs lld, which is not installed",
       {"on Debian: apt install lld-19"});
}

}  // namespace

ObjectBuilder::ObjectBuilder(const Workspace& workspace)
    : workspace_(workspace), linker_(find_linker()) {
  std::filesystem::create_directory(workspace.directory / "firmware");
  for (const EmbeddedFile& file : embedded::firmware()) {
    write_bytes(workspace.directory / "firmware" / file.name, file.data);
  }
}

Image ObjectBuilder::build(bool traced) {
  const EmulationObjects& objects =
      traced ? workspace_.job.objects->traced : workspace_.job.objects->plain;
  const std::string suffix = traced ? "_traced" : "";
  const std::string model = "model" + suffix + ".o";
  const std::string harness = "harness" + suffix + ".o";
  write_bytes(workspace_.directory / model, objects.model.data);
  write_bytes(workspace_.directory / harness, objects.harness.data);
  Image image;
  image.path = workspace_.directory / ("image" + suffix);
  std::vector<std::string> command{linker_, "-static", "-o", image.path.string(), harness, model};
  if (workspace_.emulator.kind == Emulator::Kind::kBoard) {
    command.insert(command.end(), {"-L", "firmware", "-T", workspace_.emulator.linker_script});
  }
  const ProcessResult result = workspace_.run_tool(command, kLinkTimeout);
  if (!result.ok()) fail_link(result.output);

  image.elf = read_elf(image.path);
  measure_sections(workspace_.directory / model, image);
  if (traced) return image;
  image.stack_bound = stack_bound(call_graph(objects.model.frames), entry_points(workspace_.job));
  const auto caller = objects.harness.frames.find("job_call");
  image.caller_frame_bytes = caller == objects.harness.frames.end() ? 0 : caller->second.bytes;
  return image;
}

void ObjectBuilder::fail_link(const std::string& output) const {
  fail(EmulationError::Kind::build,
       fmt::format("the program does not link for {}: {} failed", workspace_.emulator.target,
                   linker_),
       output_notes(output));
}

}  // namespace spindle
