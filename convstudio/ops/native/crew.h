/* Threads that share the parts of a call: "crew.c" keeps them. */
#ifndef CONVSTUDIO_CREW_H
#define CONVSTUDIO_CREW_H

#include <stdint.h>

#define MOST_THREADS 64

/* Computes one part of a task, in one of its threads, which count from 0. */
typedef void (*Work)(const void *task, int64_t thread, int64_t part);

/* Has all parts computed, by this thread and, as far as they are free, by `threads - 1` others, MOST_THREADS in all. */
void share_parts(Work work, const void *task, int64_t parts, int64_t threads);

#endif
