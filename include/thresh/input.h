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

/** Largest input, in bytes; larger ones are refused before they are read. */
#define THRESH_MAX_INPUT ((size_t)1 << 30)

/** A format that can be read. */
typedef struct thresh_format {
    const char *name;  /**< as `--format` takes it: "json", "yaml", "lm-eval" */
    const char *title; /**< for people */
} thresh_format;

/** @return format `i`, or NULL behind the last. */
THRESH_API const thresh_format *thresh_format_at(size_t i);

/**
 * Reads `text[0, len)`.
 *
 * @param[out] out     the metrics; free with thresh_set_free()
 * @param path         for messages and the set's source; "-" for standard input
 * @param format       a format's name, or NULL to detect it
 * @param diags        receives every fault (with line and column) and what was skipped and why
 * @return THRESH_OK; THRESH_EFORMAT with at least one error in `diags`; THRESH_ENOENT: no such format
 */
THRESH_API thresh_status thresh_read_memory(thresh_set **out, const char *text, size_t len,
                                            const char *path, const char *format,
                                            thresh_diags *diags);

/**
 * Reads the file at `path`, or `standard_input` when `path` is "-" (may be NULL otherwise). Of a
 * folder: the newest results of lm-evaluation-harness, the results of Hugging Face, DVC or W&B, or
 * MLflow's files of metrics; the source of the set says which file it was.
 */
THRESH_API thresh_status thresh_read_file(thresh_set **out, const char *path, FILE *standard_input,
                                          const char *format, thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
