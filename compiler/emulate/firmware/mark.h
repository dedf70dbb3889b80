/* spindle_mark(step) tells the counting plugin that instructions from now on belong to `step`. With
 * step 0 nothing is counted. Steps from SPINDLE_MARKS on are ignored. Generated code calls it as
 * SPINDLE_TRACE. */
#ifndef SPINDLE_MARK_H
#define SPINDLE_MARK_H

#ifndef SPINDLE_MARKS
#define SPINDLE_MARKS 1024
#endif

#ifdef __cplusplus
extern "C" {
#endif

void spindle_mark(int step);

#ifdef __cplusplus
}
#endif

#endif
