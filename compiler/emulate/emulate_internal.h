// Shared by the emulate*.cpp files only.
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

// Thrown only inside emulate(), which returns its error.
struct EmulationFailure {
  EmulationError error;
};
[[noreturn]] void fail(EmulationError::Kind kind, std::string message,
                       std::vector<std::string> notes = {});

struct Workspace {
  const EmulationJob& job;
  Emulator emulator;
  std::filesystem::path directory;  // temporary; the working directory of all tools

  [[nodiscard]] ProcessResult run(std::vector<std::string> command,
                                  std::chrono::milliseconds timeout) const;
  // The same for a compiler or linker. Fails if it does not run to its end, because then what it
  // was given is not to blame.
  [[nodiscard]] ProcessResult run_tool(std::vector<std::string> command,
                                       std::chrono::seconds timeout) const;
};

// The last lines of a tool's output as notes, at most 40.
std::vector<std::string> output_notes(std::string_view output);

std::vector<std::byte> read_bytes(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, std::string_view data);

// ---- emulate_harness.cpp

// C source with the definitions for the job that firmware/verify_job.h declares.
std::string job_source(const EmulationJob& job);

// ---- emulate_build.cpp and emulate_objects.cpp

struct Image {
  std::filesystem::path path;
  ElfFile elf;
  std::int64_t text_bytes = 0;  // of the model only
  std::int64_t rodata_bytes = 0;
  // The stack bound of the model, and the frame of the function that calls the model. Not set for a
  // traced image.
  StackBound stack_bound;
  std::int64_t caller_frame_bytes = 0;
};

// Reads an ELF file. Throws EmulationFailure if `path` is not one.
ElfFile read_elf(const std::filesystem::path& path);
// Names of the functions that a user of the model calls.
std::vector<std::string> entry_points(const EmulationJob& job);
// Sets the image's text_bytes and rodata_bytes from `model`, an object that holds only the model.
void measure_sections(const std::filesystem::path& model, Image& image);

class ImageBuilder {
 public:
  virtual ~ImageBuilder() = default;
  // Builds an image, with trace hooks if `traced`. Throws EmulationFailure if something does not
  // build. The traced image must be built after the plain one, whose objects it may reuse.
  virtual Image build(bool traced) = 0;
};

// Builds with the target's C compiler from the generated files.
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
  bool call_graph_;  // whether the compiler can write call graphs
};

// Links EmulationJob::objects with lld.
class ObjectBuilder : public ImageBuilder {
 public:
  // Unpacks the firmware's files. Throws EmulationFailure if there is no lld.
  explicit ObjectBuilder(const Workspace& workspace);
  Image build(bool traced) override;

 private:
  [[noreturn]] void fail_link(const std::string& output) const;

  const Workspace& workspace_;
  std::string linker_;
};

}  // namespace spindle
