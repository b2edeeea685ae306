/* Many pieces of work of one kind, on all processors. */
#include "cli.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

typedef struct pool {
    pthread_mutex_t lock;
    void (*work)(void *context, size_t i);
    void *context;
    size_t next, done, count;
    FILE *out; /* NULL: nobody is watching */
    const thresh_language *language;
    double started, printed;
} pool;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What is over in half a second needs no bar. */
static void note_progress(pool *p)
{
    double at = p->out != NULL ? now() : 0;

    if (p->out == NULL || at - p->started < 0.5 || at - p->printed < 0.1)
        return;
    fputc('\r', p->out);
    fprintf(p->out, thresh_translate(p->language, N_("%zu of %zu files")), p->done, p->count);
    fputs(" \033[K", p->out);
    fflush(p->out);
    p->printed = at;
}

static void *work_on(void *data)
{
    pool *p = data;

    pthread_mutex_lock(&p->lock);
    while (p->next < p->count) {
        size_t i = p->next++;

        pthread_mutex_unlock(&p->lock);
        p->work(p->context, i);
        pthread_mutex_lock(&p->lock);
        p->done++;
        note_progress(p);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

void work_through(size_t count, void (*work)(void *context, size_t i), void *context,
                  const streams *io)
{
    enum { MOST_THREADS = 16 };
    pool p = { .lock = PTHREAD_MUTEX_INITIALIZER,
               .work = work,
               .context = context,
               .count = count,
               .out = isatty(fileno(io->err)) ? io->err : NULL,
               .language = io->language,
               .started = now() };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t threads[MOST_THREADS];
    size_t wanted = processors > 1 ? (size_t)processors : 1, n = 0;

    wanted = wanted > MOST_THREADS ? MOST_THREADS : wanted > count ? count : wanted;
    /* the caller is one of them; a thread that does not start leaves its work to the others */
    while (n + 1 < wanted && pthread_create(&threads[n], NULL, work_on, &p) == 0)
        n++;
    work_on(&p);
    while (n > 0)
        pthread_join(threads[--n], NULL);
    if (p.printed > 0)
        fputs("\r\033[K", io->err);
}
