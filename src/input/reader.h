/* What every reader of a format shares. A new format is one file and one row in input.c. */
#ifndef INPUT_READER_H
#define INPUT_READER_H

#include "base/language.h"
#include "base/tree.h"
#include "thresh/input.h"

/* An input before its format is known. */
typedef struct input {
    const char *path;
    const char *text; /* byte order mark removed */
    size_t len;
    const node *root;      /* the document, for readers that take a tree; else NULL */
    struct stream *stream; /* for readers that take lines as they come; text is its beginning */
    bool json;             /* begins as JSON does */
    const char *scope;     /* of the samples of this file, "" where it is read alone */
    const thresh_read_options *options;
    thresh_diags *diags;
} input;

/* What a reader looks at: the text, the tree that the JSON or YAML front makes of it, or lines as
 * they come, of which none is kept. */
typedef enum reader_source { FROM_TREE, FROM_TEXT, FROM_STREAM } reader_source;

typedef struct reader {
    thresh_format format;
    reader_source source;
    bool (*detect)(const input *in);
    thresh_status (*read)(const input *in, thresh_set *set);
    bool steps; /* has evaluations of several steps, of which --step takes one */
} reader;

extern const reader lm_eval_samples_reader, samples_jsonl_reader, samples_csv_reader;
extern const reader lm_eval_reader, trainer_reader, gbench_reader, k6_reader, hyperfine_reader;
extern const reader mlperf_reader, trec_eval_reader, ir_measures_reader, mlflow_reader;
extern const reader prometheus_reader, coco_reader, detectron2_reader;
extern const reader mteb_reader, beir_reader, model_card_reader;
extern const reader llama_bench_reader, ultralytics_reader, sacrebleu_reader, jiwer_reader,
    rouge_reader;
extern const reader report_reader, report_tree_reader, llama_reader, jsonl_reader, csv_reader;
extern const reader json_reader, yaml_reader;

/* The step that was asked for by --step is not there. @return THRESH_EFORMAT */
thresh_status no_such_step(const input *in);

/* Fills state, value, unit and text from a scalar; false for a list or a map. */
bool metric_from_node(thresh_metric *m, const node *n);

/* Adds a metric and reports it when the file had it before. */
thresh_status add_metric(const input *in, thresh_set *set, const thresh_metric *m);

/* scope + '/' + key, or the one that is not empty; NULL when it grew beyond the limit (reported).
 */
const char *join_scope(const input *in, arena *a, const char *scope, const char *key,
                       const node *at);

enum { MAX_SCOPE_LENGTH = 4096 };

/* --- tree.c: what the readers of a tree share --- */

double number_in(const node *map, const char *key);    /* NaN when there is none */
const char *text_in(const node *map, const char *key); /* "" when there is none */
/* Is it of that step or, where it names one, epoch? */
bool is_of_step(const node *entry, double step);
/* A fault of a document, at its place. @return THRESH_EFORMAT */
thresh_status tree_fault(const input *in, const node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Says that a list or a map was not expected there. */
void not_understood(const input *in, const node *n);
/* Adds what stands in a scalar; `about` says all but the value. A list or a map is noted. */
thresh_status add_node(const input *in, thresh_set *set, const thresh_metric *about, const node *n);

/* --- text.c: lines and their fields --- */

/* Whether it is UTF-8; else `*at` is where it is not. */
bool is_utf8(const char *text, size_t len, size_t *at);

typedef struct field {
    const char *text; /* not terminated */
    size_t len;
} field;

typedef struct line {
    const char *text; /* not terminated, without its end */
    size_t len;
    uint32_t number; /* from 1 */
} line;

/* The line at `*at`, which moves behind it; false at the end. Start with `*at` and `number` at 0.
 */
bool next_line(const input *in, size_t *at, line *out);
bool next_full_line(const input *in, size_t *at, line *out); /* blank ones are passed over */
/* Fields between white space, at most `most`; the rest of the line is left out. @return how many.
 */
size_t split_fields(const line *l, field *out, size_t most);
/* Cells between delimiters, a comma or a semicolon, at most `most`, unquoted and trimmed; fewer than
 * there are: the arena failed. A quoted cell ends with its line. @return how many. */
size_t split_csv(arena *a, const line *l, char delimiter, const char **cells, size_t most);
bool line_contains(const line *l, const char *text);
bool field_is(field f, const char *text);
bool field_number(field f, double *out);
field trimmed(field f);
/* Adds what stands in a field, a number with its unit or a text, under `scope` and `name`. */
thresh_status add_field(const input *in, thresh_set *set, arena *a, const char *scope,
                        const char *name, field value, uint32_t line_number);
/* Adds a number. `m` gives scope, name, value and what is known beside it. */
thresh_status add_measured(const input *in, thresh_set *set, const thresh_metric *m);
/* A fault of a text format. @return THRESH_EFORMAT */
thresh_status text_fault(const input *in, uint32_t line_number, const char *format, ...)
    THRESH_PRINTF(3, 4);

/* --- stream.c --- */

/* The next line of a stream, borrowed until the next call; THRESH_EEMPTY at the end. */
thresh_status stream_line(struct stream *s, line *out);

#endif
