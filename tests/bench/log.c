/* Appends decisions to a new log, and verifies it. usage: bench_log FILE|URL COUNT
 * Each has a document and a file of its own; baseline and profile are the same in all. A line for
 * each tenth: how many there are, and milliseconds of an append (median of those of the tenth). */
#include <thresh/log.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DOCUMENT = 20000, CANDIDATE = 4000, SHARED = 4000 };

static double now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Text that packs about as well as a verdict does. */
static void fill(char *text, size_t len, unsigned seed)
{
    size_t n = 0;

    while (n + 64 < len) {
        seed = seed * 1103515245 + 12345;
        n += (size_t)snprintf(text + n, len - n, "{\"name\": \"metric_%u\", \"value\": 0.%u},\n",
                              seed % 97, seed);
    }
    memset(text + n, ' ', len - n);
}

static thresh_log_file file_of(const char *role, const char *path, const char *bytes, size_t len)
{
    return (thresh_log_file){
        .role = role, .asked = path, .axis = "", .path = path, .bytes = bytes, .size = len
    };
}

static thresh_status append(thresh_store *s, unsigned i, thresh_diags *diags)
{
    static char document[DOCUMENT], candidate[CANDIDATE], shared[SHARED];
    static const char *const command[] = { "eval", "baseline.json", "candidate.json" };
    thresh_log_file files[3];
    thresh_log_entry e = { .time = "2026-11-25T04:12:48.123456Z",
                           .kind = "eval",
                           .verdict = "accept",
                           .who = "ci",
                           .host = "bench",
                           .folder = "/",
                           .revision = "",
                           .version = thresh_version(),
                           .command = command,
                           .command_count = 3,
                           .files = files,
                           .file_count = 3 };

    fill(document, sizeof document, i);
    fill(candidate, sizeof candidate, ~i);
    fill(shared, sizeof shared, 0);
    files[0] = file_of("input", "baseline.json", shared, sizeof shared);
    files[1] = file_of("input", "candidate.json", candidate, sizeof candidate);
    files[2] = file_of("built-in", "search", shared, sizeof shared / 2);
    e.document = file_of("", "", document, sizeof document);
    return thresh_log_append(s, &e, diags);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    thresh_diags *diags = thresh_diags_new();
    thresh_store *s = NULL;
    thresh_log_check check;
    unsigned count = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) / 10 * 10 : 0;
    double *times = calloc(count / 10 + 1, sizeof *times), began, worked;
    thresh_status rc = count == 0 ? THRESH_EINVAL : thresh_store_open(&s, argv[1], diags);

    for (unsigned i = 0; i < count && rc == THRESH_OK; i++) {
        began = now(CLOCK_MONOTONIC);
        rc = append(s, i, diags);
        times[i % (count / 10)] = now(CLOCK_MONOTONIC) - began;
        if ((i + 1) % (count / 10) == 0) {
            qsort(times, count / 10, sizeof *times, by_size);
            printf("%u %.4f\n", i + 1, times[count / 20] * 1e3);
            fflush(stdout);
        }
    }
    began = now(CLOCK_MONOTONIC);
    worked = now(CLOCK_PROCESS_CPUTIME_ID);
    if (rc == THRESH_OK)
        rc = thresh_log_verify(s, NULL, &check, diags);
    if (rc == THRESH_OK)
        printf("verify %llu %.3f %.3f\n", (unsigned long long)check.bytes,
               now(CLOCK_MONOTONIC) - began, now(CLOCK_PROCESS_CPUTIME_ID) - worked);
    for (size_t i = 0; i < thresh_diags_count(diags); i++)
        fprintf(stderr, "%s\n", thresh_diags_at(diags, i)->text);
    thresh_store_close(s);
    thresh_diags_free(diags);
    free(times);
    return rc == THRESH_OK && check.fault == THRESH_LOG_HOLDS ? 0 : 1;
}
