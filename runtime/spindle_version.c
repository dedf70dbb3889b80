/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

const unsigned char spindle_runtime_0_1_0 = 1;
