/* host_io.h with system calls, for static Linux programs without a C library. */
#include "host_io.h"

enum { open_read = 0, open_create = 0x241, at_working_directory = -100, mode = 0644 };

#if defined(__x86_64__)
enum { call_read = 0, call_write = 1, call_close = 3, call_exit = 60, call_openat = 257 };

static long system_call(long number, long a, long b, long c, long d) {
  register long r10 __asm("r10") = d;
  long result;
  __asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                 : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { call_read = 63, call_write = 64, call_close = 57, call_exit = 93, call_openat = 56 };

static long system_call(long number, long a, long b, long c, long d) {
  register long x8 __asm("x8") = number;
  register long x0 __asm("x0") = a;
  register long x1 __asm("x1") = b;
  register long x2 __asm("x2") = c;
  register long x3 __asm("x3") = d;
  __asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
#elif defined(__arm__)
enum { call_read = 3, call_write = 4, call_close = 6, call_exit = 1, call_openat = 322 };

static long system_call(long number, long a, long b, long c, long d) {
  register long r0 __asm("r0") = a;
  register long r1 __asm("r1") = b;
  register long r2 __asm("r2") = c;
  register long r3 __asm("r3") = d;
  register long r4 __asm("r4") = number;
  /* saves r7, which may be the frame pointer */
  __asm volatile("mov r12, r7\n mov r7, r4\n svc 0\n mov r7, r12"
                 : "+r"(r0)
                 : "r"(r1), "r"(r2), "r"(r3), "r"(r4)
                 : "r12", "memory");
  return r0;
}
#endif

static long open_file(const char* path, int flags) {
  return system_call(call_openat, at_working_directory, (long)path, flags, mode);
}

long host_read_file(const char* path, void* buffer, long capacity) {
  const long file = open_file(path, open_read);
  if (file < 0) return -1;
  long length = 0;
  char beyond;
  while (length <= capacity) {
    const long left = capacity - length;
    char* at = left > 0 ? (char*)buffer + length : &beyond;
    const long got = system_call(call_read, file, (long)at, left > 0 ? left : 1, 0);
    if (got <= 0) {
      if (got < 0) length = -1;
      break;
    }
    length += got; /* one more than `capacity` if the file is longer */
  }
  system_call(call_close, file, 0, 0, 0);
  return length <= capacity ? length : -1;
}

static int write_all(long file, const char* data, long bytes) {
  while (bytes > 0) {
    const long done = system_call(call_write, file, (long)data, bytes, 0);
    if (done <= 0) return -1;
    data += done;
    bytes -= done;
  }
  return 0;
}

int host_write_file(const char* path, const void* data, long bytes) {
  const long file = open_file(path, open_create);
  if (file < 0) return -1;
  const int result = write_all(file, (const char*)data, bytes);
  return system_call(call_close, file, 0, 0, 0) == 0 ? result : -1;
}

void host_print(const char* text) {
  long length = 0;
  while (text[length] != '\0') length++;
  write_all(2, text, length);
}

void host_exit(int code) {
  for (;;) system_call(call_exit, code, 0, 0, 0);
}
