#include "spindle.h"

#define SPINDLE_ARG_MAX_ELEMENT int8_t
#include "spindle_arg_max.h"

void spindle_arg_max_s8(const spindle_arg_max_params* p, const void* in, void* out, int32_t count) {
  arg_max(p, (const int8_t*)in, out, count);
}
