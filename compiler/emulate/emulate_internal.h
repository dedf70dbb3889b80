// Shared by emulate.cpp, emulate_build.cpp and emulate_harness.cpp; for nobody else.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "compiler/emulate/elf_file.h"
#include "compiler/emulate/emulate.h"
#include "compiler/support/subprocess.h"
#include "compiler/target/emulator.h"

namespace spindle {

// Thrown inside emulate() only, which turns it into its result.
struct EmulationFailure {
  EmulationError error;
};
[[noreturn]] void fail(EmulationError::Kind kind, std::string message,
                       std::vector<std::string> notes = {});

struct Workspace {
  const EmulationJob& job;
  Emulator emulator;
  std::filesystem::path directory;  // temporary; all tools run here, and leave here what they leave

  [[nodiscard]] ProcessResult run(std::vector<std::string> command,
                                  std::chrono::milliseconds timeout) const;
};

// Splits a tool's output into notes, at most the last 40 lines.
std::vector<std::string> output_notes(std::string_view output);

std::vector<std::byte> read_bytes(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, std::string_view data);

// ---- emulate_harness.cpp

// The definitions of firmware/verify_job.h for the job.
std::string job_source(const EmulationJob& job);

// ---- emulate_build.cpp and emulate_objects.cpp

struct Image {
  std::filesystem::path path;
  ElfFile elf;
  std::int64_t text_bytes = 0;  // of the model alone
  std::int64_t rodata_bytes = 0;
  // Of the model and of the function that calls it; not of a traced image.
  StackBound stack_bound;
  std::int64_t caller_frame_bytes = 0;
};

// Throws EmulationFailure if it is none.
ElfFile read_elf(const std::filesystem::path& path);
// The functions that the model's users call.
std::vector<std::string> entry_points(const EmulationJob& job);
// The image's text_bytes and rodata_bytes, from the object that is the model.
void measure_sections(const std::filesystem::path& model, Image& image);

class ImageBuilder {
 public:
  virtual ~ImageBuilder() = default;
  // Throws EmulationFailure if something does not build. A traced image is built after the plain
  // one and may reuse its objects.
  virtual Image build(bool traced) = 0;
};

// From the generated files, by the target's C compiler.
class Builder : public ImageBuilder {
 public:
  // Unpacks the firmware. Throws EmulationFailure if the compiler is missing.
  explicit Builder(const Workspace& workspace);
  Image build(bool traced) override;

 private:
  struct Unit {
    std::filesystem::path source;
    std::filesystem::path object;
    std::vector<std::string> flags;
  };

  void compile(std::span<const Unit> units);
  bool can_write_call_graph() const;
  void read_call_graph(Image& image, const std::vector<std::string>& objects) const;
  std::vector<std::string> model_objects(bool traced);
  std::string combine_model(const std::vector<std::string>& objects, bool traced);
  void run_compiler(std::vector<std::string> arguments, const std::string& what);

  const Workspace& workspace_;
  bool call_graph_;  // whether the compiler writes one
};

// From EmulationJob::objects, by lld.
class ObjectBuilder : public ImageBuilder {
 public:
  // Unpacks the linker scripts. Throws EmulationFailure if there is no lld.
  explicit ObjectBuilder(const Workspace& workspace);
  Image build(bool traced) override;

 private:
  [[noreturn]] void fail_link(const std::string& output) const;

  const Workspace& workspace_;
  std::string linker_;
};

}  // namespace spindle
