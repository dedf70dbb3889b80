#include <fmt/format.h>

#include <sstream>

#include "compiler/emulate/emulate_internal.h"
#include "compiler/stack/stack_need.h"
#include "compiler/support/parallel.h"
#include "compiler/support/subprocess.h"
#include "compiler/target/embedded.h"

namespace spindle {
namespace {

constexpr std::chrono::seconds kToolTimeout{300};
// Generated code and kernels must compile in users' projects without any of these warnings.
const std::vector<std::string> kWarnings{"-Wall", "-Wextra", "-Wconversion", "-Wpedantic",
                                         "-Werror"};
constexpr const char* kCallGraphFlag = "-fcallgraph-info=su";  // GCC 10 or later

std::vector<std::string> split_words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// Only sources that name the trace hook differ in a traced build. Kernels never name it.
bool names_trace_hook(const std::filesystem::path& source) {
  const std::vector<std::byte> bytes = read_bytes(source);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.find("SPINDLE_TRACE") != std::string_view::npos;
}

// Unwind tables are allocated sections, but users do not flash them.
bool is_unwind_table(const ElfSection& section) {
  return section.name.starts_with(".eh_frame") || section.name.starts_with(".ARM.ex");
}

}  // namespace

ElfFile read_elf(const std::filesystem::path& path) {
  std::optional<ElfFile> elf = parse_elf(read_bytes(path));
  if (!elf) fail(EmulationError::Kind::build, "the compiler's output is not an ELF file", {});
  return *std::move(elf);
}

void measure_sections(const std::filesystem::path& model, Image& image) {
  for (const ElfSection& section : read_elf(model).sections) {
    if (!section.allocated || section.writable || is_unwind_table(section)) continue;
    (section.executable ? image.text_bytes : image.rodata_bytes) +=
        static_cast<std::int64_t>(section.size);
  }
}

std::vector<std::string> entry_points(const EmulationJob& job) {
  return entry_points(job.model_name, job.input_mode);
}

Builder::Builder(const Workspace& workspace) : workspace_(workspace), call_graph_(false) {
  const Emulator& emulator = workspace.emulator;
  if (!find_program(emulator.compiler)) {
    fail(EmulationError::Kind::setup,
         fmt::format("target {} needs {}, which is not installed", emulator.target,
                     emulator.compiler),
         {fmt::format("on Debian: apt install {}", emulator.compiler_package)});
  }
  std::filesystem::create_directory(workspace.directory / "firmware");
  for (const EmbeddedFile& file : embedded::firmware()) {
    write_bytes(workspace.directory / "firmware" / file.name, file.data);
  }
  write_bytes(workspace.directory / "verify_job.c", job_source(workspace.job));
  call_graph_ = can_write_call_graph();
}

Image Builder::build(bool traced) {
  const bool board = workspace_.emulator.kind == Emulator::Kind::kBoard;
  const std::string suffix = traced ? "_traced.o" : ".o";
  const std::vector<std::string> marks = {
      fmt::format("-DSPINDLE_MARKS={}", traced ? workspace_.job.steps + 2 : 2)};

  std::vector<Unit> units;
  const auto add = [&](const std::string& name, std::vector<std::string> flags) {
    const std::filesystem::path source = std::filesystem::path("firmware") / (name + ".c");
    flags.emplace_back("-O2");
    units.push_back({source, name + suffix, std::move(flags)});
  };
  add("verify_main", marks);
  add("mark", marks);
  add("stack", {});
  add(board ? "host_io_semihosting" : "host_io_posix", {});
  if (board) add("startup_cortexm", {});

  const std::filesystem::path header =
      std::filesystem::absolute(workspace_.job.generated / (workspace_.job.model_name + ".h"));
  // The measured stack includes the frame of job_call, which calls the model; it is subtracted
  // later. So that call must not become a jump, which would drop the frame.
  std::vector<std::string> flags = {
      "-O2", "-fno-optimize-sibling-calls", "-include", header.string(), "-I", "firmware",
      fmt::format("-DJOB_TRACED={:d}", traced),
      // In a traced build, instructions outside of all steps count for a step number that the model
      // does not use.
      fmt::format("-DJOB_MARK={}", traced ? workspace_.job.steps + 1 : 1)};
  if (board) flags.emplace_back("-DJOB_BOARD");
  append(flags, workspace_.job.compile_flags);
  if (call_graph_) flags.emplace_back(kCallGraphFlag);
  units.push_back({"verify_job.c", "verify_job" + suffix, std::move(flags)});
  compile(units);

  const std::vector<std::string> objects = model_objects(traced);
  const std::string model = combine_model(objects, traced);
  const std::string image = traced ? "image_traced" : "image";
  std::vector<std::string> link = workspace_.emulator.flags;
  append(link, {"-o", image});
  for (const Unit& unit : units) link.push_back(unit.object.string());
  link.push_back(model);
  if (board) append(link, {"-L", "firmware", "-T", workspace_.emulator.linker_script});
  append(link, workspace_.emulator.link_flags);
  run_compiler(std::move(link), "the program does not link");

  Image result;
  result.path = workspace_.directory / image;
  result.elf = read_elf(result.path);
  measure_sections(workspace_.directory / model, result);
  if (!traced) read_call_graph(result, objects);
  return result;
}

std::vector<std::string> Builder::model_objects(bool traced) {
  const EmulationJob& job = workspace_.job;
  std::vector<std::string> flags;
  if (job.strict) append(flags, kWarnings);  // first, so that the user's flags can undo them
  append(flags, split_words(job.optimize));
  append(flags, {"-ffunction-sections", "-fdata-sections", "-fno-asynchronous-unwind-tables"});
  append(flags, job.compile_flags);
  if (call_graph_) flags.emplace_back(kCallGraphFlag);
  std::vector<std::string> traced_flags = flags;
  append(traced_flags, {"-DSPINDLE_TRACE=spindle_mark", "-include", "firmware/mark.h"});

  std::vector<std::string> objects;
  std::vector<Unit> units;
  for (std::size_t i = 0; i < job.sources.size(); i++) {
    const std::filesystem::path source = std::filesystem::absolute(job.generated / job.sources[i]);
    if (!std::filesystem::exists(source)) {
      fail(EmulationError::Kind::build, fmt::format("no generated file {}", source.string()), {});
    }
    if (source.extension() == ".o") {
      objects.push_back(source.string());
      continue;
    }
    const bool hooked = traced && source.extension() == ".c" && names_trace_hook(source);
    objects.push_back(fmt::format("model_{}{}.o", i, hooked ? "_traced" : ""));
    if (!traced || hooked) units.push_back({source, objects.back(), hooked ? traced_flags : flags});
  }
  compile(units);
  return objects;
}

bool Builder::can_write_call_graph() const {
  write_bytes(workspace_.directory / "empty.c", "typedef int empty;\n");
  return workspace_
      .run({workspace_.emulator.compiler, "-Werror", kCallGraphFlag, "-c", "empty.c", "-o",
            "empty.o"},
           kToolTimeout)
      .ok();
}

// Sets image.stack_bound from the .ci files next to the objects of the model and of its caller.
void Builder::read_call_graph(Image& image, const std::vector<std::string>& objects) const {
  const auto add = [&](CallGraph& graph, const std::filesystem::path& object,
                       std::int64_t assembly_bytes) {
    const std::filesystem::path file =
        workspace_.directory / std::filesystem::path(object).replace_extension(".ci");
    if (!std::filesystem::exists(file)) return;  // an assembly source, or a given object
    const std::vector<std::byte> bytes = read_bytes(file);
    graph.add({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, object.string(),
              assembly_bytes);
  };
  if (!call_graph_) {
    image.stack_bound.reason =
        fmt::format("{} does not tell the frames of functions", workspace_.emulator.compiler);
    return;
  }
  CallGraph model;
  for (std::size_t i = 0; i < objects.size(); i++) {
    std::set<std::filesystem::path> seen;
    add(model, objects[i],
        assembly_stack_bytes(workspace_.job.generated / workspace_.job.sources[i], seen));
  }
  image.stack_bound = stack_bound(model, entry_points(workspace_.job));
  CallGraph caller;
  add(caller, "verify_job.o", 0);
  image.caller_frame_bytes = caller.functions["job_call"].frame.value_or(0);
}

// Links everything that the entry points (NAME_run or the like) reach into one relocatable object,
// to measure the model's own size. Returns its name.
std::string Builder::combine_model(const std::vector<std::string>& objects, bool traced) {
  const std::string model = traced ? "model_traced.o" : "model.o";
  const std::vector<std::string> entries = entry_points(workspace_.job);
  std::vector<std::string> link = workspace_.emulator.flags;
  append(link, {"-r", "-nostdlib", "-Wl,--gc-sections", "-Wl,-e," + entries[0], "-o", model});
  for (const std::string& entry : entries) link.push_back("-Wl,-u," + entry);
  append(link, objects);
  run_compiler(std::move(link), "the generated files do not link");
  return model;
}

void Builder::compile(std::span<const Unit> units) {
  parallel_for(units.size(), [&](std::size_t i) {
    const Unit& unit = units[i];
    std::vector<std::string> command = workspace_.emulator.flags;
    append(command, unit.flags);
    append(command, {"-c", unit.source.string(), "-o", unit.object.string()});
    run_compiler(std::move(command),
                 fmt::format("{} does not compile", unit.source.filename().string()));
  });
}

void Builder::run_compiler(std::vector<std::string> arguments, const std::string& what) {
  arguments.insert(arguments.begin(), workspace_.emulator.compiler);
  const ProcessResult result = workspace_.run_tool(std::move(arguments), kToolTimeout);
  if (result.ok()) return;
  fail(EmulationError::Kind::build,
       fmt::format("{} for {}: {} failed", what, workspace_.emulator.target,
                   workspace_.emulator.compiler),
       output_notes(result.output));
}

}  // namespace spindle
