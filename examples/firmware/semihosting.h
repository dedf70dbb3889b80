/* Files and messages on the machine that runs the emulator or the debugger, by Arm semihosting. A
 * product has a camera and a display instead. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

/* Reads the whole file into `buffer`. Returns its length in bytes, or -1 if it cannot be read or is
 * longer than `capacity`. */
long host_read_file(const char *path, void *buffer, long capacity);

/* Creates or replaces a file. Returns 0, or -1. */
int host_write_file(const char *path, const void *data, long bytes);

void host_print(const char *text);

/* Ends the program; `code` (0 to 255) becomes the emulator's exit code. */
__attribute__((noreturn)) void host_exit(int code);

#endif
