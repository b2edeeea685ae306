/**
 * @file input.h
 * Reading of result files into metric sets. Formats are told apart by content, never by name.
 */
#ifndef THRESH_INPUT_H
#define THRESH_INPUT_H

#include <stdio.h>
#include <thresh/metric.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Largest input that is read as a whole, in bytes; samples are streamed and may be larger. */
#define THRESH_MAX_INPUT ((size_t)1 << 30)

/** A format that can be read. */
typedef struct thresh_format {
    const char *name;  /**< as `--format` takes it: "json", "yaml", "lm-eval" */
    const char *title; /**< for people */
} thresh_format;

/** @return format `i`, or NULL behind the last. */
THRESH_API const thresh_format *thresh_format_at(size_t i);

/** How to read; zero means the default. */
typedef struct thresh_read_options {
    const char *format;      /**< a format's name, or NULL to detect it */
    const char *const *keep; /**< columns of samples whose texts are wanted, ends with NULL; or NULL */
    const char *id; /**< column of the ids of samples, or NULL: the first of a usual name */
    bool table; /**< any table of CSV or JSON Lines: each column is a value, whatever its title, and the
                     id of a row is its line */
    bool has_step;           /**< of a log of training: the evaluation of this step or epoch */
    double step;
    /** Called now and then with bytes read and the size of the input (0: not known), or NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
    /** Is told of each file that was read to its end, of a folder each: its path and SHA-256; or NULL. */
    void (*seen)(void *context, const char *path, const char *sha256);
    void *seen_context;
} thresh_read_options;

/**
 * Reads `text[0, len)`.
 *
 * @param[out] out     the metrics, and the samples where the input has them; free with
 *                     thresh_set_free()
 * @param path         for messages and the set's source; "-" for standard input
 * @param options      may be NULL
 * @param diags        receives every fault (with line and column) and what was skipped and why
 * @return THRESH_OK; THRESH_EFORMAT with at least one error in `diags`; THRESH_ENOENT: no such format
 */
THRESH_API thresh_status thresh_read_memory(thresh_set **out, const char *text, size_t len,
                                            const char *path, const thresh_read_options *options,
                                            thresh_diags *diags);

/**
 * Reads the file at `path`, or `standard_input` when `path` is "-" (may be NULL otherwise). Of a
 * folder: the newest results of lm-evaluation-harness with its logs of samples, the results of
 * Hugging Face, DVC or W&B, or MLflow's files of metrics; the source of the set says which file it
 * was.
 */
THRESH_API thresh_status thresh_read_file(thresh_set **out, const char *path, FILE *standard_input,
                                          const thresh_read_options *options, thresh_diags *diags);

/**
 * Reads a list of ids, one on each line, such as those of golden samples.
 * @param[out] out  a table of rows without columns; free with thresh_samples_free()
 * @return THRESH_EFORMAT, with a message, when there is none
 */
THRESH_API thresh_status thresh_read_ids(thresh_samples **out, const char *path,
                                         FILE *standard_input, thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
