/* The job of verify_main.c. `spindle verify` generates the definitions for each model. */
#ifndef SPINDLE_VERIFY_JOB_H
#define SPINDLE_VERIFY_JOB_H

#define JOB_GUARD 1024 /* bytes before and after an arena */

/* A buffer; the `guard` bytes before and after it must not be written. */
struct job_buffer {
  unsigned char* data;
  long bytes;
  long guard;
};

extern const int job_arena_count; /* at most 16 */
extern const struct job_buffer job_arenas[];
extern unsigned char* const job_touched[]; /* for each arena, one bit per byte */

extern const int job_input_count, job_output_count;
extern const struct job_buffer job_inputs[], job_outputs[];

extern const int job_runs;   /* files in_<run>_<input>.bin, out_<run>_<output>.bin */
extern const int job_traced; /* 1: only one run, to count instructions per step */
extern const int job_mark;   /* step of job_call's instructions until a trace hook names another */

void job_prepare(void); /* copies inputs to the arenas, if they belong there */
void job_call(void);    /* calls the model: NAME_run, or NAME_begin to NAME_finish */

#endif
