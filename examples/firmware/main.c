/* A firmware that classifies pictures with a model compiled by Spindle.
 *
 * It needs three things of the generated code: the arena, which digits.h sizes; the call
 * digits_run(); and the sizes of input and output. Everything else here stands in for a camera: the
 * inputs input_00.npy, input_01.npy, ... are read from the machine that runs the emulator, and the
 * scores are written there as output_00.bin, output_01.bin, ..., raw float32. */
#include <stdint.h>
#include <string.h>

#include "digits.h"
#include "semihosting.h"

/* The model's stack is known; main and what it calls take less than a kilobyte. */
#if defined(DIGITS_STACK_BYTES) && DIGITS_STACK_BYTES + 1024 > FIRMWARE_STACK_BYTES
#error "the stack is too small: set STACK"
#endif

enum { max_npy_header = 4096 };

DIGITS_ARENA(arena);
static float input[DIGITS_INPUT_SIZE];
static float output[DIGITS_OUTPUT_SIZE];
static unsigned char file[max_npy_header + sizeof input];

/* Where the values of a .npy file begin: after its magic number, version, and counted header. */
static long npy_header_bytes(void) {
  const int version = file[6];
  if (version == 1) return 10 + file[8] + 256L * file[9];
  return 12 + file[8] + 256L * file[9] + 65536L * file[10] + 16777216L * file[11];
}

static int load_input(const char *name) {
  const long length = host_read_file(name, file, sizeof file);
  if (length < 12 || memcmp(file, "\x93NUMPY", 6) != 0) return 0;
  const long header = npy_header_bytes();
  if (header < 0 || length - header != (long)sizeof input) return 0;
  memcpy(input, file + header, sizeof input);
  return 1;
}

static int best_class(void) {
  int best = 0;
  for (int i = 1; i < (int)DIGITS_OUTPUT_SIZE; i++) {
    if (output[i] > output[best]) best = i;
  }
  return best;
}

static void print_answer(const char *name) {
  char line[] = ": class 0\n";
  line[8] = (char)('0' + best_class());
  host_print(name);
  host_print(line);
}

/* Puts `number` (0 to 99) where a name has its two digits. */
static void number_file(char *name, int number) {
  char *digits = strchr(name, '_') + 1;
  digits[0] = (char)('0' + number / 10);
  digits[1] = (char)('0' + number % 10);
}

int main(void) {
  char input_name[] = "input_00.npy";
  char output_name[] = "output_00.bin";
  int pictures = 0;
  while (pictures < 100) {
    number_file(input_name, pictures);
    number_file(output_name, pictures);
    if (!load_input(input_name)) break;
    digits_run(arena, input, output);
    print_answer(input_name);
    if (host_write_file(output_name, output, sizeof output) != 0) return 2;
    pictures++;
  }
  if (pictures == 0) host_print("no input_00.npy here, or not of the model's size\n");
  return pictures > 0 ? 0 : 1; /* becomes the emulator's exit code */
}
