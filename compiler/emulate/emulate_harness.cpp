#include <fmt/format.h>

#include "compiler/emulate/emulate_internal.h"
#include "compiler/support/names.h"

namespace spindle {
namespace {

constexpr std::string_view kPrologue = R"(#include <stdbool.h>
#include <stdint.h>

#include "verify_job.h"

#ifndef {upper}_ARENA_ALIGN
#define {upper}_ARENA_ALIGN 16
#endif

#if !defined(JOB_BOARD)
#define BUFFER
#elif ({arena_bytes}) / 8 * 9 + {tensor_bytes} > 3584 * 1024
#define BUFFER __attribute__((section(".buffers.big")))
#else
#define BUFFER __attribute__((section(".buffers.fast")))
#endif

#define TENSOR_GUARD 64

_Static_assert(({upper}_ARENA_ALIGN & ({upper}_ARENA_ALIGN - 1)) == 0 && {upper}_ARENA_ALIGN <= 512,
               "arena alignment");
)";

// The arena's address is a multiple of its alignment but not of twice that, so that a model which
// relies on more alignment fails.
constexpr std::string_view kArena = R"(
_Alignas(1024) BUFFER static unsigned char
    arena{index}[JOB_GUARD + {upper}_ARENA_ALIGN + {bytes} + JOB_GUARD];
BUFFER static unsigned char touched{index}[{bytes} / 8 + 1];
)";

// Name of the macro that holds the arena's size.
std::string arena_bytes(const EmulationJob& job, std::size_t index) {
  const std::string& name = job.arenas[index];
  return upper_case(
      fmt::format("{}_ARENA{}{}_BYTES", job.model_name, name.empty() ? "" : "_", name));
}

std::string arenas(const EmulationJob& job) {
  std::string text;
  std::string entries;
  std::string touched;
  for (std::size_t i = 0; i < job.arenas.size(); i++) {
    const std::string upper = upper_case(job.model_name);
    text += fmt::format(kArena, fmt::arg("index", i), fmt::arg("upper", upper),
                        fmt::arg("bytes", arena_bytes(job, i)));
    entries += fmt::format("    {{arena{} + JOB_GUARD + {}_ARENA_ALIGN, {}, JOB_GUARD}},\n", i,
                           upper, arena_bytes(job, i));
    touched += fmt::format("{}touched{}", i == 0 ? "" : ", ", i);
  }
  return text + fmt::format(
                    "\nconst int job_arena_count = {};\n"
                    "const struct job_buffer job_arenas[] = {{\n{}}};\n"
                    "unsigned char* const job_touched[] = {{{}}};\n",
                    job.arenas.size(), entries, touched);
}

// The buffers of all inputs or all outputs (`side` is "input" or "output"), and the table that
// lists them.
std::string tensors(const std::vector<EmulatedTensor>& list, std::string_view side, int guard) {
  std::string text;
  std::string entries;
  for (std::size_t i = 0; i < list.size(); i++) {
    text += fmt::format(
        "\n_Static_assert({1} % sizeof({0}) == 0, \"size of {2} {3}\");\n"
        "_Alignas(64) BUFFER static struct {{\n"
        "  unsigned char before[TENSOR_GUARD];\n"
        "  {0} values[{1} / sizeof({0})];\n"
        "  unsigned char after[TENSOR_GUARD];\n"
        "}} {2}{3};\n",
        list[i].c_type, list[i].bytes, side, i);
    entries += fmt::format("    {{(unsigned char*){0}{1}.values, {2}, {3}}},\n", side, i,
                           list[i].bytes, guard);
  }
  // One extra entry, because a model may have no inputs but C has no empty arrays.
  text += fmt::format(
      "\nconst int job_{0}_count = {1};\n"
      "const struct job_buffer job_{0}s[] = {{\n{2}    {{0, 0, 0}}}};\n",
      side, list.size(), entries);
  return text;
}

// The arena arguments that all functions of the model take.
std::string arena_arguments(const EmulationJob& job) {
  std::string text;
  for (std::size_t i = 0; i < job.arenas.size(); i++) {
    text += fmt::format("{}job_arenas[{}].data", i == 0 ? "" : ", ", i);
  }
  return text;
}

std::string arguments(const EmulationJob& job, bool inputs) {
  std::string text = arena_arguments(job);
  for (std::size_t i = 0; inputs && i < job.inputs.size(); i++) {
    text += fmt::format(", input{}.values", i);
  }
  bool rows = false;
  for (std::size_t i = 0; i < job.outputs.size(); i++) {
    rows = rows || job.outputs[i].rows > 0;
    if (job.outputs[i].rows == 0) text += fmt::format(", output{}.values", i);
  }
  return text + (rows ? ", 0" : "");
}

// Functions that take the rows of outputs that are handed out row by row. They copy each row to its
// place in the output's buffer.
std::string row_functions(const EmulationJob& job) {
  std::string text;
  for (std::size_t i = 0; i < job.outputs.size(); i++) {
    const EmulatedTensor& output = job.outputs[i];
    if (output.rows == 0) continue;
    text += fmt::format(
        "\nvoid {0}_{1}_row(void* user, int32_t y, const {2}* row) {{\n"
        "  enum {{ count = {3} / {4} / sizeof({2}) }};\n"
        "  (void)user;\n"
        "  for (long i = 0; i < (long)count; i++) output{5}.values[(long)y * (long)count + i] = "
        "row[i];\n}}\n",
        job.model_name, output.row_name, output.c_type, output.bytes, output.rows, i);
  }
  return text;
}

// Defines job_prepare, which copies inputs into the arenas if they belong there, and job_call,
// which runs the model.
std::string calls(const EmulationJob& job) {
  std::string prepare = "\nvoid job_prepare(void) {\n";
  for (std::size_t i = 0; i < job.input_places.size(); i++) {
    prepare += fmt::format(
        "  for (long i = 0; i < {0}; i++) {{\n"
        "    job_arenas[{1}].data[{2} + i] = job_inputs[{3}].data[i];\n  }}\n",
        job.inputs[i].bytes, job.input_places[i].arena.number(), job.input_places[i].offset, i);
  }
  prepare += "}\n\n";
  const bool external = job.input_mode == InputMode::kExternal;
  if (job.input_mode != InputMode::kStreamed) {
    return prepare + fmt::format("void job_call(void) {{ {}_run({}); }}\n", job.model_name,
                                 arguments(job, external));
  }
  return prepare +
         fmt::format(
             "void job_call(void) {{\n"
             "  {0}_begin({4});\n"
             "  for (long y = 0; y < {1}; y++) {{\n"
             "    {0}_push_row({4}, input0.values + y * ({2} / {1}));\n"
             "  }}\n  {0}_finish({3});\n}}\n",
             job.model_name, job.input_rows,
             fmt::format("(long)({} / sizeof({}))", job.inputs[0].bytes, job.inputs[0].c_type),
             arguments(job, false), arena_arguments(job));
}

}  // namespace

std::string job_source(const EmulationJob& job) {
  std::int64_t tensor_bytes = 0;
  for (const auto* side : {&job.inputs, &job.outputs}) {
    for (const EmulatedTensor& tensor : *side) tensor_bytes += tensor.bytes + 256;
  }
  // For an #if, which selects the board's larger memory if the smaller one is too small.
  std::string all_bytes;
  for (std::size_t i = 0; i < job.arenas.size(); i++) {
    all_bytes += (i == 0 ? "" : " + ") + arena_bytes(job, i);
  }
  std::string text =
      fmt::format(kPrologue, fmt::arg("upper", upper_case(job.model_name)),
                  fmt::arg("arena_bytes", all_bytes), fmt::arg("tensor_bytes", tensor_bytes));
  text += arenas(job);
  text += tensors(job.inputs, "input", 0);
  text += tensors(job.outputs, "output", 64);
  text += fmt::format(
      "\nconst int job_runs = {};\n"
      "const int job_traced = JOB_TRACED;\n"
      "const int job_mark = JOB_MARK;\n",
      job.runs.size());
  text += row_functions(job);
  text += calls(job);
  return text;
}

}  // namespace spindle
