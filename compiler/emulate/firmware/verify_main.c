/* Runs a generated model on inputs from the host and checks what it does to memory.
 *
 * The first input is run twice. Before each run the arena, the outputs and the stack are filled
 * with a pattern, a different one each time. If the model writes a byte that equals one pattern, it
 * differs from the other, so the write is seen. If a result depends on the former contents of
 * memory, the two results differ. Only the first of the two runs is counted. */
#include <stdint.h>
#include <string.h>

#include "host_io.h"
#include "mark.h"
#include "stack.h"
#include "verify_job.h"

enum { exit_violation = 90, exit_host_io = 91 };
enum { stack_region = 128 * 1024, guard_value = 0xC3 };

static int counted;
static uintptr_t call_sp;

static char* append_text(char* at, const char* text) {
  while (*text != '\0') *at++ = *text++;
  *at = '\0';
  return at;
}

static char* append_number(char* at, long number) {
  char digits[24];
  int n = 0;
  do {
    digits[n++] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (n > 0) *at++ = digits[--n];
  *at = '\0';
  return at;
}

static void stop(int code, const char* before, long number, const char* after) {
  char line[160];
  char* at = append_text(line, before);
  if (number >= 0) at = append_number(at, number);
  at = append_text(at, after);
  append_text(at, "\n");
  host_print(line);
  host_exit(code);
}

static void file_name(char* at, const char* kind, int run, int tensor) {
  at = append_text(at, kind);
  at = append_number(at, run);
  at = append_text(at, "_");
  at = append_number(at, tensor);
  append_text(at, ".bin");
}

static uint32_t add_to_hash(uint32_t hash, const struct job_buffer* buffer) {
  for (long i = 0; i < buffer->bytes; i++) hash = (hash ^ buffer->data[i]) * 16777619u;
  return hash;
}

static uint32_t hash_all(const struct job_buffer* buffers, int count) {
  uint32_t hash = 2166136261u;
  for (int i = 0; i < count; i++) hash = add_to_hash(hash, &buffers[i]);
  return hash;
}

static void paint(const struct job_buffer* buffer, unsigned char value) {
  memset(buffer->data - buffer->guard, guard_value, (size_t)buffer->guard);
  memset(buffer->data, value, (size_t)buffer->bytes);
  memset(buffer->data + buffer->bytes, guard_value, (size_t)buffer->guard);
}

static void stop_outside(const char* name, int number, long distance, const char* where) {
  char text[96];
  char* at = append_text(text, "wrote outside ");
  at = append_text(at, name);
  if (number >= 0) at = append_number(at, number);
  append_text(at, ": ");
  stop(exit_violation, text, distance, where);
}

static void check_guards(const struct job_buffer* buffer, const char* name, int number) {
  for (long i = 0; i < buffer->guard; i++) {
    if (buffer->data[-1 - i] != guard_value) {
      stop_outside(name, number, i + 1, " bytes before its start");
    }
    if (buffer->data[buffer->bytes + i] != guard_value) {
      stop_outside(name, number, i, " bytes past its end");
    }
  }
}

static void call_model(void* unused) {
  (void)unused;
  call_sp = spindle_stack_pointer();
  if (counted) spindle_mark(job_mark);
  job_call();
  if (counted) spindle_mark(0);
}

static void load_inputs(int run) {
  char name[64];
  for (int i = 0; i < job_input_count; i++) {
    file_name(name, "in_", run, i);
    if (host_read_file(name, job_inputs[i].data, job_inputs[i].bytes) != job_inputs[i].bytes) {
      stop(exit_host_io, "cannot read input ", i, " from the host");
    }
  }
}

static void store_outputs(int run) {
  char name[64];
  for (int i = 0; i < job_output_count; i++) {
    file_name(name, "out_", run, i);
    if (host_write_file(name, job_outputs[i].data, job_outputs[i].bytes) != 0) {
      stop(exit_host_io, "cannot write output ", i, " to the host");
    }
  }
}

/* Fills arenas, outputs and stack with the pattern, calls the model once and checks what it wrote.
 * Returns the bytes of stack that it used. */
static long painted_call(unsigned char value) {
  const uint32_t inputs = hash_all(job_inputs, job_input_count);
  for (int i = 0; i < job_arena_count; i++) paint(&job_arenas[i], value);
  for (int i = 0; i < job_output_count; i++) paint(&job_outputs[i], value);
  job_prepare();

  const uintptr_t lowest = spindle_stack_lowest(call_model, 0, stack_region, value);
  if (lowest == 0) stop(exit_violation, "needs more stack than ", stack_region, " bytes");

  for (int i = 0; i < job_arena_count; i++) {
    check_guards(&job_arenas[i], job_arena_count == 1 ? "the arena" : "arena ",
                 job_arena_count == 1 ? -1 : i);
  }
  for (int i = 0; i < job_output_count; i++) check_guards(&job_outputs[i], "output ", i);
  if (hash_all(job_inputs, job_input_count) != inputs) {
    stop(exit_violation, "changed its input", -1, "");
  }
  for (int k = 0; k < job_arena_count; k++) {
    const struct job_buffer* arena = &job_arenas[k];
    for (long i = 0; i < arena->bytes; i++) {
      if (arena->data[i] != value) job_touched[k][i / 8] |= (unsigned char)(1 << (i % 8));
    }
  }
  return lowest < call_sp ? (long)(call_sp - lowest) : 0;
}

static long first_run(void) {
  for (int k = 0; k < job_arena_count; k++) {
    memset(job_touched[k], 0, (size_t)(job_arenas[k].bytes + 7) / 8);
  }
  counted = 1;
  const long stack = painted_call(0xA5);
  counted = 0;
  if (job_traced) return stack;
  const uint32_t result = hash_all(job_outputs, job_output_count);
  const long stack_again = painted_call(0x5A);
  if (hash_all(job_outputs, job_output_count) != result) {
    stop(exit_violation, "result depends on what the arena, the outputs or the stack held before",
         -1, "");
  }
  return stack > stack_again ? stack : stack_again;
}

static char* append_value(char* at, const char* name, int index, long value) {
  at = append_text(at, name);
  if (index >= 0) at = append_number(append_text(at, " "), index);
  at = append_number(append_text(at, " "), value);
  return append_text(at, "\n");
}

static void store_report(long stack) {
  static char text[1024];
  char* at = text;
  for (int k = 0; k < job_arena_count; k++) {
    long touched = 0;
    long extent = 0;
    for (long i = 0; i < job_arenas[k].bytes; i++) {
      if ((job_touched[k][i / 8] >> (i % 8) & 1) != 0) {
        touched++;
        extent = i + 1;
      }
    }
    at = append_value(at, "touched", k, touched);
    at = append_value(at, "extent", k, extent);
  }
  at = append_value(at, "stack", -1, stack);
  if (host_write_file("report.txt", text, (long)(at - text)) != 0) {
    stop(exit_host_io, "cannot write the report to the host", -1, "");
  }
}

int main(void) {
  long stack = 0;
  for (int run = 0; run < job_runs; run++) {
    load_inputs(run);
    if (run == 0) {
      stack = first_run();
      if (job_traced) return 0;
    } else {
      painted_call(0xA5);
    }
    store_outputs(run);
  }
  store_report(stack);
  return 0;
}
