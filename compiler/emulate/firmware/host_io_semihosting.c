/* host_io.h with Arm semihosting (BKPT 0xAB). */
#include <stdint.h>

#include "host_io.h"

enum {
  sys_open = 0x01,
  sys_close = 0x02,
  sys_write0 = 0x04,
  sys_write = 0x05,
  sys_read = 0x06,
  sys_flen = 0x0C,
  sys_exit_extended = 0x20
};
enum { mode_read_binary = 1, mode_write_binary = 5 };

static long call_host(uint32_t operation, const void* argument) {
  register uint32_t r0 __asm("r0") = operation;
  register const void* r1 __asm("r1") = argument;
  __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return (long)(int32_t)r0;
}

static long open_file(const char* path, uint32_t mode) {
  uint32_t length = 0;
  while (path[length] != '\0') length++;
  const uint32_t block[3] = {(uint32_t)path, mode, length};
  return call_host(sys_open, block);
}

static void close_file(long handle) {
  const uint32_t block[1] = {(uint32_t)handle};
  call_host(sys_close, block);
}

/* sys_read and sys_write return how many bytes they did NOT transfer. */
static long transfer(uint32_t operation, long handle, const void* data, long bytes) {
  const uint32_t block[3] = {(uint32_t)handle, (uint32_t)data, (uint32_t)bytes};
  return bytes == 0 ? 0 : call_host(operation, block);
}

long host_read_file(const char* path, void* buffer, long capacity) {
  const long handle = open_file(path, mode_read_binary);
  if (handle < 0) return -1;
  const uint32_t block[1] = {(uint32_t)handle};
  long length = call_host(sys_flen, block);
  if (length > capacity || (length > 0 && transfer(sys_read, handle, buffer, length) != 0)) {
    length = -1;
  }
  close_file(handle);
  return length;
}

int host_write_file(const char* path, const void* data, long bytes) {
  const long handle = open_file(path, mode_write_binary);
  if (handle < 0) return -1;
  const long missing = transfer(sys_write, handle, data, bytes);
  close_file(handle);
  return missing == 0 ? 0 : -1;
}

void host_print(const char* text) {
  call_host(sys_write0, text);
}

void host_exit(int code) {
  const uint32_t block[2] = {0x20026u, (uint32_t)code}; /* "application exit" */
  call_host(sys_exit_extended, block);
  for (;;) {
  }
}
