/* Reading the files of a command: large ones on a core each, with their progress on a terminal. */
#include "cli.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool collect(const arguments *a, const char *name, const char *values[MAX_PATTERNS + 1])
{
    size_t n = 0;

    for (const char *v; (v = option_at(a, name, n)) != NULL; n++) {
        if (n == MAX_PATTERNS)
            return false;
        values[n] = v;
    }
    values[n] = NULL;
    return true;
}

/* --- progress --- */

typedef struct progress {
    pthread_mutex_t lock;
    FILE *out; /* NULL: nobody is watching */
    const thresh_language *language;
    double started, printed;
    uint64_t done[MOST_INPUTS], total[MOST_INPUTS];
    size_t count;
} progress;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print_progress(progress *p, double at)
{
    enum { BAR = 30 };
    static const char bar[] = "##############################";
    double done = 0, total = 0, rate;

    for (size_t i = 0; i < p->count; i++) {
        done += (double)p->done[i];
        total += p->total[i] > 0 ? (double)p->total[i] : NAN; /* standard input has no size */
    }
    rate = done / (at - p->started);
    if (total > 0) {
        double part = done < total ? done / total : 1;
        fprintf(p->out, "\r[%-*.*s] ", BAR, (int)(part * BAR), bar);
        fprintf(
            p->out,
            thresh_translate(p->language, N_("%3.0f %%  %.0f of %.0f MB  %.0f MB/s  %.0f s left")),
            part * 100, done / 1e6, total / 1e6, rate / 1e6, (total - done) / rate);
    } else {
        fputc('\r', p->out);
        fprintf(p->out, thresh_translate(p->language, N_("%.0f MB read  %.0f MB/s")), done / 1e6,
                rate / 1e6);
    }
    fputs(" \033[K", p->out);
    fflush(p->out);
}

typedef struct reading {
    input_file *file;
    const streams *io;
    const arguments *a;
    thresh_read_options options;
    thresh_diags *diags; /* of its own: lists are not shared between threads */
    progress *progress;
    size_t position;
    thresh_status rc;
    pthread_t thread;
    bool started;
} reading;

/* Called by the readers, each from its own thread. */
static void note_progress(void *context, uint64_t done, uint64_t total)
{
    const reading *r = context;
    progress *p = r->progress;
    double at;

    pthread_mutex_lock(&p->lock);
    p->done[r->position] = done;
    p->total[r->position] = total;
    at = now();
    /* what is over in half a second needs no bar */
    if (p->out != NULL && at - p->started > 0.5 && at - p->printed > 0.1) {
        print_progress(p, at);
        p->printed = at;
    }
    pthread_mutex_unlock(&p->lock);
}

/* --- reading --- */

static void *read_one(void *data)
{
    reading *r = data;

    r->rc = r->diags == NULL
                ? THRESH_ENOMEM
                : read_noted(&r->file->set, r->file->path, r->io, r->a, &r->options, r->diags);
    return NULL;
}

/* Starting a thread costs more than reading a small file. */
static bool is_large(const char *path)
{
    enum { LARGE = 4 << 20 };
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= LARGE;
}

static thresh_status read_step(const arguments *a, thresh_read_options *options,
                               thresh_diags *diags)
{
    const char *step = option_value(a, "step");

    options->has_step = step != NULL;
    if (step == NULL
        || (thresh_parse_number(&options->step, step, strlen(step)) && isfinite(options->step)))
        return THRESH_OK;
    thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0, "--step: found '%s', expected a number",
                     step);
    return THRESH_EINVAL;
}

static void finish_reading(reading *r, thresh_diags *diags)
{
    if (r->started)
        pthread_join(r->thread, NULL);
    thresh_diags_append(diags, r->diags);
    thresh_diags_free(r->diags);
}

thresh_status read_inputs(input_file *files, size_t count, const streams *io, const arguments *a,
                          const char *const *keep, thresh_diags *diags)
{
    progress p = { .lock = PTHREAD_MUTEX_INITIALIZER, .started = now(), .language = io->language };
    reading readings[MOST_INPUTS] = { { 0 } };
    thresh_read_options options = { .keep = keep,
                                    .id = option_value(a, "id"),
                                    .progress = note_progress };
    thresh_status rc = read_step(a, &options, diags);
    size_t n = 0;

    p.out = isatty(fileno(io->err)) ? io->err : NULL;
    for (size_t i = 0; i < count; i++)
        p.count += files[i].path != NULL;
    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        reading *r = &readings[n];
        if (files[i].path == NULL)
            continue;
        *r = (reading){ .file = &files[i],
                        .io = io,
                        .a = a,
                        .options = options,
                        .diags = new_diags(io),
                        .progress = &p,
                        .position = n++ };
        r->options.format = files[i].format != NULL ? files[i].format : option_value(a, "format");
        r->options.progress_context = r;
        r->started = n < p.count && is_large(files[i].path)
                     && pthread_create(&r->thread, NULL, read_one, r) == 0;
        if (!r->started)
            read_one(r);
    }
    if (rc != THRESH_OK)
        return rc;
    for (size_t i = 0; i < n; i++) {
        finish_reading(&readings[i], diags);
        if (readings[i].rc != THRESH_OK)
            rc = readings[i].rc;
    }
    if (p.printed > 0)
        fputs("\r\033[K", io->err);
    return rc;
}

thresh_status read_measured(thresh_set **out, const char *path, const streams *io,
                            const arguments *a, const thresh_policy *policy, thresh_diags *diags)
{
    const char *slice_by[MAX_PATTERNS + 1];
    input_file file = { .path = path };
    thresh_pair_options options = { .slice_by = slice_by };
    thresh_status rc;

    *out = NULL;
    if (!collect(a, "slice-by", slice_by)) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0, "--slice-by can stand %d times",
                         MAX_PATTERNS);
        return THRESH_EINVAL;
    }
    rc = read_inputs(&file, 1, io, a, slice_by, diags);
    if (rc == THRESH_OK && policy != NULL)
        rc = thresh_measure_samples(NULL, file.set, NULL, NULL, policy, &options, diags);
    if (rc != THRESH_OK) {
        thresh_set_free(file.set);
        return rc;
    }
    *out = file.set;
    return THRESH_OK;
}
