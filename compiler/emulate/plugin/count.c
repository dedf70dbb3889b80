/* QEMU plugin that counts executed instructions per step of a program.
 *
 * Arguments: mark=ADDRESS+SIZE of the function spindle_mark, marks=ADDRESS+COUNT of the array
 * spindle_marks, out=FILE. When spindle_mark stores to element k of the array, k becomes the
 * current step. Instructions of step 0 and of spindle_mark itself are not counted.
 *
 * FILE gets lines "total N", and "step K N" for each step that executed anything.
 *
 * All instructions of a translation block are counted when the block starts. This is exact, because
 * only spindle_mark can change the step. In a block that contains instructions of spindle_mark, the
 * others are counted one by one, so those after the store go to the new step. A conditional
 * instruction counts even if its condition is false, because the core fetches it all the same. The
 * plugin assumes a single virtual CPU. */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin_api.h"

/* Two libraries are built from this file, for versions 1 and 2 of QEMU's interface. */
#ifndef SPINDLE_PLUGIN_API
#define SPINDLE_PLUGIN_API 1
#endif

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = SPINDLE_PLUGIN_API;
EXPORT int qemu_plugin_install(qemu_plugin_id_t, const struct qemu_info_t*, int, char**);

struct range {
  uint64_t start;
  uint64_t size;
};

static struct range mark;  /* the code of spindle_mark */
static struct range marks; /* the array, one byte per step */
static const char* out_path;
static uint64_t* counts;  /* marks.size elements */
static uint64_t* current; /* points into counts */

static bool contains(struct range range, uint64_t address) {
  return address - range.start < range.size;
}

static void on_execute(unsigned vcpu, void* instructions) {
  (void)vcpu;
  *current += (uintptr_t)instructions;
}

static void on_mark_store(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void* user) {
  (void)vcpu, (void)info, (void)user;
  if (contains(marks, address)) current = &counts[address - marks.start];
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  (void)id;
  const size_t n = qemu_plugin_tb_n_insns(block);
  size_t outside = 0;
  for (size_t i = 0; i < n; i++) {
    struct qemu_plugin_insn* insn = qemu_plugin_tb_get_insn(block, i);
    if (contains(mark, qemu_plugin_insn_vaddr(insn))) {
      qemu_plugin_register_vcpu_mem_cb(insn, on_mark_store, QEMU_PLUGIN_CB_NO_REGS,
                                       QEMU_PLUGIN_MEM_W, NULL);
    } else {
      outside++;
    }
  }
  if (outside == n) {
    qemu_plugin_register_vcpu_tb_exec_cb(block, on_execute, QEMU_PLUGIN_CB_NO_REGS,
                                         (void*)(uintptr_t)n);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    struct qemu_plugin_insn* insn = qemu_plugin_tb_get_insn(block, i);
    if (contains(mark, qemu_plugin_insn_vaddr(insn))) continue;
    qemu_plugin_register_vcpu_insn_exec_cb(insn, on_execute, QEMU_PLUGIN_CB_NO_REGS,
                                           (void*)(uintptr_t)1);
  }
}

static void on_exit_write(qemu_plugin_id_t id, void* user) {
  (void)id, (void)user;
  FILE* file = fopen(out_path, "w");
  if (file == NULL) {
    fprintf(stderr, "count plugin: cannot write %s\n", out_path);
    return;
  }
  uint64_t total = 0;
  for (uint64_t k = 1; k < marks.size; k++) total += counts[k];
  fprintf(file, "total %llu\n", (unsigned long long)total);
  for (uint64_t k = 1; k < marks.size; k++) {
    if (counts[k] != 0) {
      fprintf(file, "step %llu %llu\n", (unsigned long long)k, (unsigned long long)counts[k]);
    }
  }
  fclose(file);
}

static bool parse_range(const char* text, struct range* range) {
  char* end;
  range->start = strtoull(text, &end, 0);
  if (*end != '+') return false;
  range->size = strtoull(end + 1, &end, 0);
  return *end == '\0' && range->size > 0;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t* info, int argc,
                        char** argv) {
  (void)info;
  for (int i = 0; i < argc; i++) {
    bool ok = false;
    if (strncmp(argv[i], "mark=", 5) == 0) {
      ok = parse_range(argv[i] + 5, &mark);
    } else if (strncmp(argv[i], "marks=", 6) == 0) {
      ok = parse_range(argv[i] + 6, &marks);
    } else if (strncmp(argv[i], "out=", 4) == 0) {
      out_path = strdup(argv[i] + 4);
      ok = out_path != NULL;
    }
    if (!ok) {
      fprintf(stderr, "count plugin: bad argument '%s'\n", argv[i]);
      return -1;
    }
  }
  if (mark.size == 0 || marks.size == 0 || out_path == NULL) {
    fprintf(stderr, "count plugin: needs mark=ADDRESS+SIZE,marks=ADDRESS+COUNT,out=FILE\n");
    return -1;
  }
  counts = calloc(marks.size, sizeof *counts);
  if (counts == NULL) return -1;
  current = counts;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
  qemu_plugin_register_atexit_cb(id, on_exit_write, NULL);
  return 0;
}
