/* What verify_main.c runs. `spindle verify` generates the definitions for each model. */
#ifndef SPINDLE_VERIFY_JOB_H
#define SPINDLE_VERIFY_JOB_H

#define JOB_GUARD 1024 /* bytes before and after an arena */

/* A buffer with guards of `guard` bytes before and after, which nobody may write. */
struct job_buffer {
  unsigned char* data;
  long bytes;
  long guard;
};

extern const int job_arena_count; /* at most 16 */
extern const struct job_buffer job_arenas[];
extern unsigned char* const job_touched[]; /* of each arena, one bit per byte */

extern const int job_input_count, job_output_count;
extern const struct job_buffer job_inputs[], job_outputs[];

extern const int job_runs;   /* files in_<run>_<input>.bin, out_<run>_<output>.bin */
extern const int job_traced; /* 1: one run for the counts of the steps, nothing else */
extern const int job_mark;   /* the step that m_run's instructions belong to by default */

void job_prepare(void); /* puts inputs into the arena, if they belong there */
void job_call(void);    /* the model's m_run, or its m_begin to m_finish */

#endif
