/* Files and messages on the machine that runs the emulator. host_io_semihosting.c implements them
 * for Cortex-M, host_io_linux.c for static Linux programs without a C library, host_io_posix.c
 * where there is one. */
#ifndef SPINDLE_HOST_IO_H
#define SPINDLE_HOST_IO_H

/* Reads the whole file into `buffer`. Returns its length in bytes, or -1 if it cannot be read or is
 * longer than `capacity`. */
long host_read_file(const char* path, void* buffer, long capacity);

/* Creates or replaces a file. Returns 0, or -1. */
int host_write_file(const char* path, const void* data, long bytes);

void host_print(const char* text);

/* Ends the program; `code` (0..255) becomes the emulator's exit code. */
__attribute__((noreturn)) void host_exit(int code);

#endif
