/* Threads that help with the parts of one call at a time. They start at the first need, and wait as long as the process
   lives: nobody waits for them but for a part that they have begun, so that a late one costs nothing.

   The interpreter is not asked for anything here. To hand parts over in Python costs some 70 µs a call, in waking
   threads and in waiting for the interpreter, which is as long as many layers take. */
#include "crew.h"

#if defined(__GNUC__) && !defined(_WIN32)
#include <pthread.h>
#include <stddef.h>
#include <time.h>

#define SPIN_NANOSECONDS 30000 /* as long as it takes to wake a thread: the next call often comes sooner */

#if defined(__x86_64__) || defined(__i386__)
#define PAUSE() __builtin_ia32_pause()
#else
#define PAUSE() (void)0
#endif

static pthread_mutex_t in_use = PTHREAD_MUTEX_INITIALIZER; /* held by the call that the helpers work for */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;   /* held to change what follows */
static pthread_cond_t called = PTHREAD_COND_INITIALIZER, left = PTHREAD_COND_INITIALIZER;
static Work work_now;
static const void *task_now;
static int64_t parts_now, next_part, wanted, working, helpers;

static int64_t read_now(const int64_t *number) { return __atomic_load_n(number, __ATOMIC_ACQUIRE); }
static void write_now(int64_t *number, int64_t value) { __atomic_store_n(number, value, __ATOMIC_RELEASE); }

static void take_parts(int64_t thread)
{
    for (int64_t part; (part = __atomic_fetch_add(&next_part, 1, __ATOMIC_RELAXED)) < parts_now;)
        work_now(task_now, thread, part);
}

static int64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Waits a short while for a number to become 0, or to become another one. */
static void spin(const int64_t *number, int until_zero)
{
    const int64_t end = nanoseconds() + SPIN_NANOSECONDS;
    while ((read_now(number) == 0) != until_zero && nanoseconds() < end)
        PAUSE();
}

static void *help(void *unused)
{
    pthread_mutex_lock(&lock);
    for (;;) {
        while (!wanted)
            pthread_cond_wait(&called, &lock);
        const int64_t thread = wanted;
        write_now(&wanted, wanted - 1);
        write_now(&working, working + 1);
        pthread_mutex_unlock(&lock);
        take_parts(thread);
        pthread_mutex_lock(&lock);
        write_now(&working, working - 1);
        if (!working)
            pthread_cond_signal(&left);
        pthread_mutex_unlock(&lock);
        spin(&wanted, 0);
        pthread_mutex_lock(&lock);
    }
    return unused;
}

/* A child of the process has none of its threads. */
static void forget_helpers(void)
{
    pthread_mutex_init(&in_use, NULL);
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&called, NULL);
    pthread_cond_init(&left, NULL);
    wanted = working = helpers = 0;
}

/* Starts the helpers that are missing; where none can be had, the others do the work. */
static void start_helpers(int64_t many)
{
    static int is_watched;
    if (!is_watched)
        is_watched = pthread_atfork(NULL, NULL, forget_helpers) == 0;
    for (pthread_t thread; is_watched && helpers < many && pthread_create(&thread, NULL, help, NULL) == 0; helpers++)
        pthread_detach(thread);
}

void share_parts(Work work, const void *task, int64_t parts, int64_t threads)
{
    if (threads < 2 || threads > MOST_THREADS || pthread_mutex_trylock(&in_use) != 0) {
        for (int64_t part = 0; part < parts; part++)
            work(task, 0, part);
        return;
    }
    pthread_mutex_lock(&lock);
    work_now = work;
    task_now = task;
    parts_now = parts;
    next_part = 0;
    start_helpers(threads - 1);
    write_now(&wanted, threads - 1);
    for (int64_t helper = 1; helper < threads; helper++)
        pthread_cond_signal(&called);
    pthread_mutex_unlock(&lock);
    take_parts(0);
    pthread_mutex_lock(&lock);
    write_now(&wanted, 0);
    pthread_mutex_unlock(&lock);
    spin(&working, 1);
    pthread_mutex_lock(&lock);
    while (working)
        pthread_cond_wait(&left, &lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&in_use);
}

#else /* the caller computes alone */

void share_parts(Work work, const void *task, int64_t parts, int64_t threads)
{
    for (int64_t part = 0; part < parts; part++)
        work(task, 0, part);
}

#endif
