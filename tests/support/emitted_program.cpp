#include "tests/support/emitted_program.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "compiler/codegen/c_emitter.h"
#include "compiler/codegen/llvm_backend.h"
#include "compiler/execute/execute.h"
#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"

// The probes are also compiled into this process, for log_of_execute and log_of_jit.
#include "tests/support/probe.c"

namespace {

// Collects the output `by_rows`, which a program hands out row by row.
std::vector<std::byte> rows_received;

}  // namespace

// Code from LLVM's JIT calls this function for each row of `by_rows`.
extern "C" void model_by_rows_row(void* user, std::int32_t y, const std::uint8_t* row);
extern "C" void model_by_rows_row(void*, std::int32_t y, const std::uint8_t* row) {
  constexpr std::size_t kRowBytes = 16;
  const auto at = static_cast<std::size_t>(y) * kRowBytes;
  for (std::size_t i = 0; i < kRowBytes; ++i) {
    rows_received[at + i] = static_cast<std::byte>(row[i]);
  }
}

namespace spindle::testing {
namespace {

constexpr std::chrono::seconds kBuildTimeout{300};
constexpr std::chrono::seconds kRunTimeout{10};

// The lines that the probes log while `run` runs.
template <typename Run>
std::string recorded(const Run& run) {
  char* text = nullptr;
  std::size_t size = 0;
  FILE* file = open_memstream(&text, &size);
  probe_start(file, 0);
  run();
  std::fclose(file);
  std::string result(text, size);
  std::free(text);
  return result;
}

// The FNV-1a hash; the generated C harness computes the same.
std::uint32_t hash_of(std::span<const std::byte> bytes) {
  std::uint32_t hash = 2166136261U;
  for (const std::byte b : bytes) hash = (hash ^ static_cast<std::uint32_t>(b)) * 16777619U;
  return hash;
}

std::string output_lines(const std::vector<std::vector<std::byte>>& outputs) {
  std::string text;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "output {} {}\n", i, hash_of(outputs[i]));
  }
  return text;
}

bool is_readable(const ProgramBuffer& buffer) {
  return std::holds_alternative<ConstantId>(buffer.base) ||
         std::holds_alternative<InputId>(buffer.base);
}

bool pushes(const Program& program) {
  return program.input_mode == InputMode::kStreamed;
}

std::size_t output_bytes(const ProgramIo& io) {
  return static_cast<std::size_t>(element_count(io.shape)) * size_of(io.type);
}

// ---- The C harness that runs the programs ----

std::string byte_list(const std::vector<std::byte>& bytes) {
  std::string text;
  for (const std::byte b : bytes) {
    fmt::format_to(std::back_inserter(text), "{},", static_cast<int>(b));
  }
  return text;
}

// C definitions of the program's buffers: "p3_arena0" and so on, with 16 spare bytes before each.
std::string buffer_definitions(const std::string& name, const RandomProgram& random) {
  std::string text;
  const auto put = [&](const std::string& more) { text += more; };
  for (const ProgramBuffer& buffer : program_buffers(random.program)) {
    const std::string full = name + "_" + buffer.name;
    std::string type = "uint8_t";
    if (std::holds_alternative<ConstantId>(buffer.base)) continue;
    if (const auto* output = std::get_if<OutputId>(&buffer.base)) {
      type = c_type_of(random.program.outputs[output->index()].type);
    }
    if (const auto* input = std::get_if<InputId>(&buffer.base)) {
      put(fmt::format("static const uint8_t {}_memory[] = {{{}{}}};\n", full,
                      byte_list(std::vector<std::byte>(16)),
                      byte_list(random.inputs[input->index()])));
      type = "const uint8_t";
    } else {
      put(fmt::format("static uint64_t {}_memory[{}];\n", full, 2 + buffer.bytes / 8));
    }
    put(fmt::format("#define {0} (({1} *){0}_memory + 16)\n", full, type));
  }
  for (const ProgramIo& io : random.program.outputs) {
    if (io.rows == 0) continue;
    put(fmt::format(
        "static uint8_t {0}_rows[{1}];\n"
        "void {0}_{2}_row(void *user, int32_t y, const uint8_t row[{3}]) {{\n"
        "  (void)user;\n  memcpy({0}_rows + y * {3}, row, {3});\n}}\n",
        name, output_bytes(io), io.name, output_bytes(io) / static_cast<std::size_t>(io.rows)));
  }
  return text;
}

// The arguments of a call in order: arenas, `given` (the input), outputs, and the receivers of
// rows.
std::string arguments(const std::string& name, const Program& program, const std::string& given,
                      bool outputs) {
  std::string text;
  const auto put = [&](const std::string& argument) {
    if (!argument.empty()) text += (text.empty() ? "" : ", ") + argument;
  };
  for (const ProgramBuffer& buffer : program_buffers(program)) {
    if (std::holds_alternative<ArenaId>(buffer.base)) put(name + "_" + buffer.name);
  }
  put(given);
  bool rows = false;
  for (const ProgramBuffer& buffer : program_buffers(program)) {
    if (outputs && std::holds_alternative<OutputId>(buffer.base)) put(name + "_" + buffer.name);
  }
  for (const ProgramIo& io : program.outputs) rows = rows || io.rows > 0;
  if (outputs && rows) put("NULL");
  return text;
}

std::string calls(const std::string& name, const Program& program) {
  const auto call = [&](const char* entry, const std::string& given, bool outputs) {
    return fmt::format("  {}_{}({});\n", name, entry, arguments(name, program, given, outputs));
  };
  if (program.input_mode == InputMode::kExternal) {
    std::string given;
    for (std::size_t i = 0; i < program.inputs.size(); ++i) {
      given += fmt::format("{}{}_in{}", i == 0 ? "" : ", ", name, i);
    }
    return call("run", given, true);
  }
  if (!pushes(program)) {
    const ArenaPlace& place = program.input_places[0];
    return fmt::format("  memcpy({0}_arena{1} + {2}, {0}_in0, {3});\n", name, place.arena.number(),
                       place.offset, output_bytes(program.inputs[0])) +
           call("run", "", true);
  }
  const Streaming& s = program.streaming;
  // Pushes one row too many, which the program must ignore.
  return call("begin", "", false) +
         fmt::format(
             "  for (int y = 0; y <= {0}; ++y) {{\n"
             "  const uint8_t *row = {1}_in0 + (y < {0} ? y * {2} : 0);\n",
             s.rows, name, s.row_bytes) +
         call("push_row", "row", false) + "  }\n" + call("finish", "", true);
}

std::string run_function(const std::string& name, const RandomProgram& random, bool traced) {
  const Program& program = random.program;
  std::string text = fmt::format("static void run_{}(FILE *file) {{\n  probe_start(file, {});\n",
                                 name, traced ? 1 : 0);
  for (const ProgramBuffer& buffer : program_buffers(program)) {
    const bool known = !std::holds_alternative<ConstantId>(buffer.base);
    text += fmt::format("  probe_add_base(\"{}\", {}, {}, {});\n", buffer.name,
                        known ? name + "_" + buffer.name : "NULL", buffer.bytes,
                        is_readable(buffer) ? 1 : 0);
  }
  text += calls(name, program);
  for (std::size_t i = 0; i < program.outputs.size(); ++i) {
    const ProgramIo& io = program.outputs[i];
    const std::string at = io.rows > 0   ? name + "_rows"
                           : io.constant ? name + "_" + program.constants[io.constant].name
                                         : fmt::format("{}_out{}", name, i);
    text += fmt::format("  put_hash(file, {}, {}, {});\n", i, at, output_bytes(io));
  }
  return text + "}\n\n";
}

std::string name_of(std::size_t program) {
  return fmt::format("p{}", program);
}

std::string main_source(const std::vector<RandomProgram>& programs, bool traced) {
  std::string text = "#include <string.h>\n\n#include \"tests/support/probe.h\"\n";
  for (std::size_t i = 0; i < programs.size(); ++i) {
    text += fmt::format("#include \"{}.h\"\n", name_of(i));
  }
  text +=
      "\nstatic void put_hash(FILE *file, int output, const void *at, size_t bytes) {\n"
      "  uint32_t hash = 2166136261u;\n"
      "  for (size_t i = 0; i < bytes; ++i) hash = (hash ^ ((const uint8_t *)at)[i]) * "
      "16777619u;\n"
      "  fprintf(file, \"output %d %lu\\n\", output, (unsigned long)hash);\n}\n\n";
  std::string main_text = "int main(int argc, char **argv) {\n  (void)argc;\n";
  for (std::size_t i = 0; i < programs.size(); ++i) {
    text +=
        buffer_definitions(name_of(i), programs[i]) + run_function(name_of(i), programs[i], traced);
    main_text += fmt::format(
        "  {{\n    FILE *file = fopen(argv[{}], \"w\");\n    if (file == NULL) return 1;\n"
        "    setvbuf(file, NULL, _IOLBF, 1 << 16);\n    run_{}(file);\n    fclose(file);\n  }}\n",
        i + 1, name_of(i));
  }
  return text + main_text + "  return 0;\n}\n";
}

std::string ir_of(const Program& program, const std::string& name) {
  Diagnostics diagnostics;
  auto output =
      emit_llvm(program, {name, name}, *find_target("host"), LlvmForm::kIr, {}, diagnostics);
  if (!output) throw std::runtime_error("LLVM refuses a random program");
  return output->data;
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Writes the files that the emitters print. Returns those to compile.
std::vector<std::string> write_programs(const std::vector<RandomProgram>& programs,
                                        const ProgramBuild& build,
                                        const std::filesystem::path& folder) {
  std::vector<std::string> sources;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const std::string name = name_of(i);
    for (const EmittedFile& file : emit_c(programs[i].program, {name, name})) {
      const bool code = file.name == name + ".c";
      if (build.ir && file.name != name + ".h") continue;
      write(folder / file.name, code && build.change ? build.change(file.text) : file.text);
      if (file.name.ends_with(".c")) sources.push_back((folder / file.name).string());
    }
    if (!build.ir) continue;
    const std::string text = ir_of(programs[i].program, name);
    sources.push_back((folder / (name + ".ll")).string());
    write(sources.back(), build.change ? build.change(text) : text);
  }
  return sources;
}

ProcessResult compile(const ProgramBuild& build, std::vector<std::string> sources,
                      const std::filesystem::path& folder) {
  std::vector<std::string> command = build.compiler;
  for (const std::string& flag :
       {std::string("-I"), folder.string(), std::string("-I"), std::string(SPINDLE_SOURCE_DIR),
        std::string("-DSPINDLE_TRACE=spindle_mark"), std::string("-o"),
        (folder / "programs").string()}) {
    command.push_back(flag);
  }
  command.push_back((folder / "main.c").string());
  command.push_back(std::string(SPINDLE_SOURCE_DIR) + "/tests/support/probe.c");
  command.insert(command.end(), sources.begin(), sources.end());
  return run_process({.command = command, .directory = folder, .timeout = kBuildTimeout});
}

}  // namespace

ProgramLog log_of_execute(const RandomProgram& random) {
  std::vector<std::vector<std::byte>> outputs;
  const std::vector<ProgramBuffer> buffers = program_buffers(random.program);
  const std::string lines = recorded([&] {
    for (const ProgramBuffer& buffer : buffers) {
      const auto* input = std::get_if<InputId>(&buffer.base);
      probe_add_base(buffer.name.c_str(),
                     input != nullptr ? random.inputs[input->index()].data() : nullptr,
                     buffer.bytes, is_readable(buffer) ? 1 : 0);
    }
    outputs = execute(random.program, random.inputs).outputs;
  });
  return lines + output_lines(outputs);
}

ProgramLog log_of_jit(const RandomProgram& random) {
  const Program& program = random.program;
  Diagnostics diagnostics;
  const std::unique_ptr<JitModel> model = jit_model(program, LlvmLevel::kO1, diagnostics);
  if (model == nullptr) throw std::runtime_error("LLVM refuses a random program");
  const std::vector<ProgramBuffer> buffers = program_buffers(program);
  std::vector<std::vector<std::byte>> memory(buffers.size());
  std::vector<void*> arenas, inputs, results;
  std::vector<std::vector<std::byte>> outputs(program.outputs.size());
  const std::string lines = recorded([&] {
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      const ProgramBuffer& buffer = buffers[i];
      memory[i].resize(buffer.bytes);
      if (const auto* input = std::get_if<InputId>(&buffer.base)) {
        memory[i] = random.inputs[input->index()];
        inputs.push_back(memory[i].data());
      }
      if (std::holds_alternative<ArenaId>(buffer.base)) arenas.push_back(memory[i].data());
      if (std::holds_alternative<OutputId>(buffer.base)) results.push_back(memory[i].data());
      const bool known = !std::holds_alternative<ConstantId>(buffer.base);
      probe_add_base(buffer.name.c_str(), known ? memory[i].data() : nullptr, buffer.bytes,
                     is_readable(buffer) ? 1 : 0);
    }
    for (const ProgramIo& io : program.outputs) {
      if (io.rows == 0) continue;
      rows_received.assign(output_bytes(io), std::byte{0});
      results.push_back(nullptr);
    }
    const auto call = [&](const char* entry, const std::vector<void*>& given, bool ends) {
      std::vector<void*> pointers = arenas;
      pointers.insert(pointers.end(), given.begin(), given.end());
      if (ends) pointers.insert(pointers.end(), results.begin(), results.end());
      model->call(entry, pointers);
    };
    if (pushes(program)) {
      const Streaming& s = program.streaming;
      call("begin", {}, false);
      for (std::int64_t y = 0; y <= s.rows; ++y) {
        auto* row = static_cast<std::byte*>(inputs[0]) + (y < s.rows ? y * s.row_bytes : 0);
        call("push_row", {row}, false);
      }
      call("finish", {}, true);
    } else if (program.input_mode == InputMode::kArena) {
      const ArenaPlace& place = program.input_places[0];
      std::copy(random.inputs[0].begin(), random.inputs[0].end(),
                static_cast<std::byte*>(arenas[place.arena.index()]) + place.offset);
      call("run", {}, true);
    } else {
      call("run", inputs, true);
    }
  });
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const auto* output = std::get_if<OutputId>(&buffers[i].base);
    if (output != nullptr) outputs[output->index()] = memory[i];
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ProgramIo& io = program.outputs[i];
    if (io.rows > 0) outputs[i] = rows_received;
    if (io.constant) outputs[i] = program.constants[io.constant].bytes;
  }
  return lines + output_lines(outputs);
}

ProgramRun run_programs(const std::vector<RandomProgram>& programs, const ProgramBuild& build) {
  const TemporaryDirectory folder;
  write(folder.path() / "spindle.h", "#include \"tests/support/probe.h\"\n");
  write(folder.path() / "main.c", main_source(programs, build.traced));
  ProgramRun run;
  const ProcessResult built =
      compile(build, write_programs(programs, build, folder.path()), folder.path());
  run.built = built.ok();
  run.message = built.output;
  if (!run.built) return run;
  std::vector<std::string> command{(folder.path() / "programs").string()};
  for (std::size_t i = 0; i < programs.size(); ++i) {
    command.push_back((folder.path() / (name_of(i) + ".log")).string());
  }
  const ProcessResult ran = run_process({.command = command, .timeout = kRunTimeout});
  if (!ran.ok()) run.message = fmt::format("the programs did not end well: {}", ran.output);
  for (std::size_t i = 0; i < programs.size(); ++i) run.logs.push_back(read(command[i + 1]));
  return run;
}

std::string log_difference(const ProgramLog& got, const ProgramLog& expected) {
  if (got == expected) return {};
  std::istringstream first(got);
  std::istringstream second(expected);
  for (int number = 1;; ++number) {
    std::string a;
    std::string b;
    const bool more = static_cast<bool>(std::getline(first, a));
    if (static_cast<bool>(std::getline(second, b)) && more && a == b) continue;
    return fmt::format("line {}: got '{}', expected '{}'", number, a, b);
  }
}

ProgramLog without_traces(const ProgramLog& log) {
  std::istringstream in(log);
  std::string result;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("step ", 0) != 0) result += line + "\n";
  }
  return result;
}

}  // namespace spindle::testing
