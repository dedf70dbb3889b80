/* The few calls of QEMU's TCG plugin interface that count.c uses, declared after its documentation
 * (docs/devel/tcg-plugins). They are the same from interface version 1 (QEMU 5.2 to 8.x) on; QEMU 9
 * and later accept plugins of version 2 and up only. */
#ifndef SPINDLE_QEMU_PLUGIN_API_H
#define SPINDLE_QEMU_PLUGIN_API_H

#include <stddef.h>
#include <stdint.h>

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_info_t;
struct qemu_plugin_tb;   /* a translation block, valid during its translation only */
struct qemu_plugin_insn; /* an instruction in it */

enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS = 0 };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_R = 1, QEMU_PLUGIN_MEM_W = 2 };

typedef void (*spindle_translate_cb)(qemu_plugin_id_t, struct qemu_plugin_tb*);
typedef void (*spindle_exec_cb)(unsigned vcpu, void* user);
typedef void (*spindle_mem_cb)(unsigned vcpu, qemu_plugin_meminfo_t, uint64_t address, void* user);
typedef void (*spindle_exit_cb)(qemu_plugin_id_t, void* user);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, spindle_translate_cb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb*, spindle_exec_cb,
                                          enum qemu_plugin_cb_flags, void* user);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn*, spindle_exec_cb,
                                            enum qemu_plugin_cb_flags, void* user);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn*, spindle_mem_cb,
                                      enum qemu_plugin_cb_flags, enum qemu_plugin_mem_rw,
                                      void* user);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, spindle_exit_cb, void* user);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb*);
struct qemu_plugin_insn* qemu_plugin_tb_get_insn(const struct qemu_plugin_tb*, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn*);

#endif
