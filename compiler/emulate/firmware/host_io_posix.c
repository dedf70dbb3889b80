/* host_io.h with the C library, for native runs and user-mode emulation. */
#include <stdio.h>
#include <stdlib.h>

#include "host_io.h"

long host_read_file(const char* path, void* buffer, long capacity) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) return -1;
  long length = (long)fread(buffer, 1, (size_t)capacity, file);
  if (ferror(file) || fgetc(file) != EOF) length = -1;
  fclose(file);
  return length;
}

int host_write_file(const char* path, const void* data, long bytes) {
  FILE* file = fopen(path, "wb");
  if (file == NULL) return -1;
  const size_t written = fwrite(data, 1, (size_t)bytes, file);
  return fclose(file) == 0 && written == (size_t)bytes ? 0 : -1;
}

void host_print(const char* text) {
  fputs(text, stderr);
  fflush(stderr);
}

void host_exit(int code) {
  exit(code);
}
