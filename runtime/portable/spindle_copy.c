/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "spindle.h"

void spindle_copy(const void* in, void* out, int32_t bytes) {
  memcpy(out, in, (size_t)bytes);
}
