#include <fmt/format.h>

#include <cctype>

#include "compiler/driver/emulate_internal.h"

namespace spindle {
namespace {

// In #if, so that the board's larger, slower memory takes over where the faster is too small.
constexpr std::string_view kPrologue = R"(#include <stdbool.h>
#include <stdint.h>

#include "verify_job.h"

#ifndef {upper}_ARENA_ALIGN
#define {upper}_ARENA_ALIGN 16
#endif

#if !defined(JOB_BOARD)
#define BUFFER
#elif {upper}_ARENA_BYTES / 8 * 9 + {tensor_bytes} > 3584 * 1024
#define BUFFER __attribute__((section(".buffers.big")))
#else
#define BUFFER __attribute__((section(".buffers.fast")))
#endif

#define TENSOR_GUARD 64

_Static_assert(({upper}_ARENA_ALIGN & ({upper}_ARENA_ALIGN - 1)) == 0 && {upper}_ARENA_ALIGN <= 512,
               "arena alignment");

/* The arena's address is a multiple of its alignment, but never of twice that. */
_Alignas(1024) BUFFER static unsigned char
    arena[JOB_GUARD + {upper}_ARENA_ALIGN + {upper}_ARENA_BYTES + JOB_GUARD];
BUFFER static unsigned char touched[{upper}_ARENA_BYTES / 8 + 1];
const struct job_buffer job_arena = {{arena + JOB_GUARD + {upper}_ARENA_ALIGN,
                                     {upper}_ARENA_BYTES, JOB_GUARD}};
unsigned char* const job_touched = touched;
)";

std::string upper_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// The buffers of one side and the table that lists them.
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
  // One more entry, since a model may have no inputs but C has no empty arrays.
  text += fmt::format(
      "\nconst int job_{0}_count = {1};\n"
      "const struct job_buffer job_{0}s[] = {{\n{2}    {{0, 0, 0}}}};\n",
      side, list.size(), entries);
  return text;
}

std::string arguments(const EmulationJob& job) {
  std::string text = "job_arena.data";
  for (std::size_t i = 0; i < job.inputs.size(); i++) text += fmt::format(", input{}.values", i);
  for (std::size_t i = 0; i < job.outputs.size(); i++) text += fmt::format(", output{}.values", i);
  return text;
}

}  // namespace

std::string job_source(const EmulationJob& job) {
  std::int64_t tensor_bytes = 0;
  for (const auto* side : {&job.inputs, &job.outputs}) {
    for (const EmulatedTensor& tensor : *side) tensor_bytes += tensor.bytes + 256;
  }
  std::string text = fmt::format(kPrologue, fmt::arg("upper", upper_case(job.model_name)),
                                 fmt::arg("tensor_bytes", tensor_bytes));
  text += tensors(job.inputs, "input", 0);
  text += tensors(job.outputs, "output", 64);
  text += fmt::format(
      "\nconst int job_runs = {};\n"
      "const int job_traced = JOB_TRACED;\n"
      "const int job_mark = JOB_MARK;\n\n"
      "void job_call(void) {{ {}_run({}); }}\n",
      job.runs.size(), job.model_name, arguments(job));
  return text;
}

}  // namespace spindle
