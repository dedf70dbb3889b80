#include "compiler/emulate/emulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "compiler/emulate/emulate_internal.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/embedded.h"

namespace spindle {
namespace {

using Kind = EmulationError::Kind;

// Exit codes of firmware/verify_main.c and firmware/startup_cortexm.c.
constexpr int kExitViolation = 90;
constexpr int kExitHostIo = 91;
constexpr int kExitFirstFault = 101;
constexpr int kExitLastFault = 106;
// The number of arenas that firmware/verify_main.c can report.
constexpr std::size_t kMostArenas = 16;

bool is_identifier(std::string_view text) {
  const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  return !text.empty() && !std::isdigit(static_cast<unsigned char>(text[0])) &&
         std::ranges::all_of(text, word);
}

void check(const EmulationJob& job) {
  if (!is_identifier(job.model_name)) {
    fail(Kind::setup, fmt::format("'{}' is not a C identifier", job.model_name));
  }
  if (job.runs.empty()) fail(Kind::setup, "there is no input to run");
  if (job.arenas.empty() || job.arenas.size() > kMostArenas) {
    fail(Kind::setup, fmt::format("a model cannot have {} arenas", job.arenas.size()));
  }
  if (job.steps < 0) fail(Kind::setup, "the number of steps is negative");
  for (const auto* side : {&job.inputs, &job.outputs}) {
    for (const EmulatedTensor& tensor : *side) {
      if (!is_identifier(tensor.c_type) || tensor.bytes <= 0) {
        fail(Kind::setup, fmt::format("a tensor of type '{}' and {} bytes cannot be passed",
                                      tensor.c_type, tensor.bytes));
      }
    }
  }
  for (std::size_t run = 0; run < job.runs.size(); run++) {
    if (job.runs[run].size() != job.inputs.size()) {
      fail(Kind::setup, fmt::format("run {} has {} inputs, the model has {}", run,
                                    job.runs[run].size(), job.inputs.size()));
    }
    for (std::size_t i = 0; i < job.inputs.size(); i++) {
      if (std::ssize(job.runs[run][i]) != job.inputs[i].bytes) {
        fail(Kind::setup, fmt::format("input {} of run {} has {} bytes, the model takes {}", i, run,
                                      job.runs[run][i].size(), job.inputs[i].bytes));
      }
    }
  }
}

Emulator require_emulator(const std::string& target) {
  std::optional<Emulator> emulator = find_emulator(target);
  if (!emulator) {
    std::vector<std::string_view> names;
    for (const Target& known : targets()) names.push_back(known.name);
    fail(Kind::setup, fmt::format("no emulator is known for target '{}'", target),
         {fmt::format("known: {}", fmt::join(names, ", "))});
  }
  if (!emulator->emulator.empty() && !find_program(emulator->emulator)) {
    fail(Kind::setup,
         fmt::format("target {} needs {}, which is not installed", target, emulator->emulator),
         {fmt::format("on Debian: apt install {}", emulator->emulator_package)});
  }
  return *std::move(emulator);
}

// Reads lines like "stack 12" or "step 3 12": the last word is the value, the words before it are
// the key.
std::map<std::string, std::uint64_t> read_values(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::map<std::string, std::uint64_t> values;
  for (std::string line; std::getline(in, line);) {
    const std::size_t space = line.rfind(' ');
    if (space == std::string::npos) continue;
    std::from_chars(line.data() + space + 1, line.data() + line.size(),
                    values[line.substr(0, space)]);
  }
  return values;
}

std::string plugin_argument(std::string_view plugin, const Image& image) {
  const ElfSymbol* mark = image.elf.find("spindle_mark");
  const ElfSymbol* marks = image.elf.find("spindle_marks");
  if (mark == nullptr || marks == nullptr) {
    fail(Kind::build, "the linked program lost its trace hooks");
  }
  return fmt::format("./{},mark={:#x}+{},marks={:#x}+{},out=count.txt", plugin, mark->address,
                     mark->size, marks->address, marks->size);
}

// Finds the functions in which a fault like "fault: HardFault pc=0x00000123 lr=0x..." occurred.
std::vector<std::string> locate_fault(const std::string& output, const ElfFile& elf) {
  std::vector<std::string> notes;
  for (const auto& [label, what] : {std::pair{" pc=0x", "at"}, {" lr=0x", "called from"}}) {
    const std::size_t at = output.find(label);
    if (at == std::string::npos) continue;
    std::uint64_t address = 0;
    const char* digits = output.data() + at + std::string_view(label).size();
    std::from_chars(digits, output.data() + output.size(), address, 16);
    if (const ElfSymbol* symbol = elf.function_at(address & ~std::uint64_t{1})) {
      notes.push_back(fmt::format("{} {} + {}", what, symbol->name, address - symbol->address));
    }
  }
  return notes;
}

[[noreturn]] void fail_run(const Workspace& workspace, const ProcessResult& result,
                           const Image& image) {
  const std::string& target = workspace.emulator.target;
  std::vector<std::string> notes = output_notes(result.output);
  switch (result.end) {
    case ProcessResult::End::timed_out:
      fail(Kind::run,
           fmt::format("the model did not finish on {} within {} s", target,
                       workspace.job.timeout.count()),
           std::move(notes));
    case ProcessResult::End::not_started:
      fail(Kind::setup, fmt::format("cannot start the program for {}: {}", target,
                                    std::generic_category().message(result.code)));
    case ProcessResult::End::signalled:
      fail(Kind::run, fmt::format("the model crashed on {}: signal {}", target, result.code),
           std::move(notes));
    case ProcessResult::End::exited:
      break;
  }
  if (result.code == kExitViolation && !notes.empty()) {
    fail(Kind::run, fmt::format("the model misbehaved on {}: {}", target, notes.back()));
  }
  if (result.code == kExitHostIo) {
    fail(Kind::setup, fmt::format("the program for {} cannot reach its files", target),
         std::move(notes));
  }
  if (result.code >= kExitFirstFault && result.code <= kExitLastFault) {
    std::vector<std::string> where = locate_fault(result.output, image.elf);
    notes.insert(notes.end(), where.begin(), where.end());
    fail(Kind::run, fmt::format("the model crashed on {}", target), std::move(notes));
  }
  fail(Kind::run, fmt::format("the program for {} ended with code {}", target, result.code),
       std::move(notes));
}

// `plugin` is the file name of the counting plugin, or empty for none.
ProcessResult start_image(const Workspace& workspace, const Image& image, std::string_view plugin) {
  const Emulator& emulator = workspace.emulator;
  std::vector<std::string> command;
  if (emulator.kind != Emulator::Kind::kNative) {
    command.push_back(emulator.emulator);
    command.insert(command.end(), emulator.emulator_args.begin(), emulator.emulator_args.end());
    if (!plugin.empty()) {
      command.insert(command.end(), {"-plugin", plugin_argument(plugin, image)});
    }
    if (emulator.kind == Emulator::Kind::kBoard) command.emplace_back("-kernel");
  }
  command.push_back("./" + image.path.filename().string());
  return workspace.run(std::move(command), workspace.job.timeout);
}

void run_image(const Workspace& workspace, const Image& image) {
  const ProcessResult result = start_image(workspace, image, "");
  if (!result.ok()) fail_run(workspace, result, image);
}

// Whether the emulated program itself started and failed. Another run would then end in the same
// way.
bool is_the_models_fault(const ProcessResult& result) {
  const bool reported = result.code == kExitViolation || result.code == kExitHostIo ||
                        (result.code >= kExitFirstFault && result.code <= kExitLastFault);
  return result.end == ProcessResult::End::timed_out ||
         (result.end == ProcessResult::End::exited && reported);
}

struct Count {
  std::map<std::string, std::uint64_t> values;
  std::string why_not;  // why there are no `values`; empty if there are
};

// Runs the image and returns what the plugin counted. If the emulator takes no plugin, because it
// was built without them or for another version of the interface, runs the image without counting.
Count count_image(const Workspace& workspace, const Image& image) {
  std::string why_not;
  for (const EmbeddedFile& plugin : embedded::plugin()) {
    write_bytes(workspace.directory / plugin.name, plugin.data);
    const ProcessResult result = start_image(workspace, image, plugin.name);
    if (is_the_models_fault(result)) fail_run(workspace, result, image);
    if (result.ok()) {
      auto values = read_values(workspace.directory / "count.txt");
      if (values.contains("total")) return {std::move(values), ""};
    }
    const std::vector<std::string> lines = output_notes(result.output);
    why_not = fmt::format("{} takes no plugin that counts{}", workspace.emulator.emulator,
                          lines.empty() ? "" : ": " + lines.front());
  }
  run_image(workspace, image);
  return {{}, why_not};
}

void write_inputs(const Workspace& workspace) {
  for (std::size_t run = 0; run < workspace.job.runs.size(); run++) {
    for (std::size_t i = 0; i < workspace.job.inputs.size(); i++) {
      const TensorBytes& bytes = workspace.job.runs[run][i];
      write_bytes(workspace.directory / fmt::format("in_{}_{}.bin", run, i),
                  {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
  }
}

std::vector<std::vector<TensorBytes>> read_outputs(const Workspace& workspace) {
  std::vector<std::vector<TensorBytes>> outputs(workspace.job.runs.size());
  for (std::size_t run = 0; run < outputs.size(); run++) {
    for (std::size_t i = 0; i < workspace.job.outputs.size(); i++) {
      outputs[run].push_back(
          read_bytes(workspace.directory / fmt::format("out_{}_{}.bin", run, i)));
    }
  }
  return outputs;
}

std::unique_ptr<ImageBuilder> make_builder(const Workspace& workspace) {
  if (workspace.job.objects) return std::make_unique<ObjectBuilder>(workspace);
  return std::make_unique<Builder>(workspace);
}

EmulationResult emulate_in(const Workspace& workspace) {
  const EmulationJob& job = workspace.job;
  const bool count = job.count && workspace.emulator.kind != Emulator::Kind::kNative;
  write_inputs(workspace);

  const std::unique_ptr<ImageBuilder> builder = make_builder(workspace);
  const Image image = builder->build(false);
  Count counted;
  if (count) {
    counted = count_image(workspace, image);
  } else {
    run_image(workspace, image);
  }
  auto report = read_values(workspace.directory / "report.txt");

  EmulationResult result;
  result.outputs = read_outputs(workspace);
  result.instructions = counted.values["total"];
  result.why_not_counted = counted.why_not;
  for (std::size_t i = 0; i < job.arenas.size(); i++) {
    result.touched_bytes.push_back(static_cast<std::int64_t>(report[fmt::format("touched {}", i)]));
    result.arena_touched_bytes += result.touched_bytes.back();
    result.arena_extent_bytes += static_cast<std::int64_t>(report[fmt::format("extent {}", i)]);
  }
  result.stack_bytes = std::max<std::int64_t>(
      static_cast<std::int64_t>(report["stack"]) - image.caller_frame_bytes, 0);
  result.stack_bound = image.stack_bound;
  result.text_bytes = image.text_bytes;
  result.rodata_bytes = image.rodata_bytes;
  if (count && counted.why_not.empty() && job.steps > 0) {
    Count steps = count_image(workspace, builder->build(true));
    for (int k = 1; k <= job.steps; k++) {
      result.step_instructions.push_back(steps.values[fmt::format("step {}", k)]);
    }
  }
  return result;
}

}  // namespace

void fail(EmulationError::Kind kind, std::string message, std::vector<std::string> notes) {
  throw EmulationFailure{{kind, std::move(message), std::move(notes)}};
}

ProcessResult Workspace::run_tool(std::vector<std::string> command,
                                  std::chrono::seconds timeout) const {
  const std::string tool = command.front();
  ProcessResult result = run(std::move(command), timeout);
  switch (result.end) {
    case ProcessResult::End::exited:
      return result;
    case ProcessResult::End::timed_out:
      fail(Kind::setup,
           fmt::format("{} did not finish for {} within {} s", tool, emulator.target,
                       timeout.count()),
           {"the machine may be busy, or out of memory"});
    case ProcessResult::End::signalled:
      fail(Kind::setup,
           fmt::format("{} was stopped for {} by signal {}", tool, emulator.target, result.code),
           output_notes(result.output));
    case ProcessResult::End::not_started:
      break;
  }
  fail(Kind::setup, fmt::format("cannot start {} for {}: {}", tool, emulator.target,
                                std::generic_category().message(result.code)));
}

ProcessResult Workspace::run(std::vector<std::string> command,
                             std::chrono::milliseconds timeout) const {
  return run_process({.command = std::move(command),
                      .directory = directory,
                      .temporary = directory,
                      .timeout = timeout});
}

std::vector<std::string> output_notes(std::string_view output) {
  constexpr std::size_t kMost = 40;
  std::istringstream in{std::string(output)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  if (lines.size() > kMost) lines.erase(lines.begin(), lines.end() - kMost);
  return lines;
}

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<std::byte> bytes(in ? std::filesystem::file_size(path) : 0);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!in) fail(Kind::setup, fmt::format("cannot read {}", path.string()));
  return bytes;
}

void write_bytes(const std::filesystem::path& path, std::string_view data) {
  std::ofstream out(path, std::ios::binary);
  out.write(data.data(), static_cast<std::streamsize>(data.size()));
  out.close();
  if (!out) fail(Kind::setup, fmt::format("cannot write {}", path.string()));
}

EmulationOutcome emulate(const EmulationJob& job) {
  try {
    check(job);
    Emulator emulator = require_emulator(job.target);
    const TemporaryDirectory directory;
    return emulate_in({job, std::move(emulator), directory.path()});
  } catch (const EmulationFailure& failure) {
    return failure.error;
  } catch (const std::filesystem::filesystem_error& error) {
    return EmulationError{Kind::setup, error.what(), {}};
  }
}

}  // namespace spindle
