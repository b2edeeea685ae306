/* From a path or bytes to a metric set: limits, hash, detection of the format. */
#include "base/language.h"
#include "base/file.h"
#include "base/words.h"
#include "input/folder.h"
#include "input/reader.h"
#include "input/stream.h"

#include <stdlib.h>
#include <string.h>

/* The first that recognises an input reads it: special ones before those that take any shape. */
static const reader *const readers[] = {
    &lm_eval_samples_reader,
    &samples_jsonl_reader,
    &samples_csv_reader,
    &lm_eval_reader,
    &trainer_reader,
    &gbench_reader,
    &k6_reader,
    &hyperfine_reader,
    &mlperf_reader,
    &trec_eval_reader,
    &ir_measures_reader,
    &mlflow_reader,
    &report_reader,
    &report_tree_reader,
    &mteb_reader,
    &model_card_reader,
    &sacrebleu_reader,
    &jiwer_reader,
    &rouge_reader,
    &beir_reader,
    &llama_reader,
    &llama_bench_reader,
    &ultralytics_reader,
    &prometheus_reader,
    &coco_reader,
    &detectron2_reader,
    &jsonl_reader,
    &csv_reader,
    &json_reader,
    &yaml_reader,
};
enum { READERS = sizeof readers / sizeof *readers, FIRST_LOOK = 1 << 18 };

const thresh_format *thresh_format_at(size_t i)
{
    return i < READERS ? &readers[i]->format : NULL;
}

static const reader *find_reader(const char *format, const char *path, thresh_diags *diags)
{
    nearest best = NEAREST_INIT;
    char hint[THRESH_HINT_MAX];

    for (size_t i = 0; i < READERS; i++) {
        if (strcmp(readers[i]->format.name, format) == 0)
            return readers[i];
        nearest_offer(&best, format, readers[i]->format.name);
    }
    thresh_diags_add(diags, THRESH_ERROR, path, 0, 0, "unknown format '%s'%s", format,
                     thresh_hint(hint, best.word, thresh_diags_language(diags)));
    return NULL;
}

static thresh_status refuse(const input *in, const char *what)
{
    thresh_diags_add(in->diags, THRESH_ERROR, in->path, 0, 0, "%s", diag_text(in->diags, what));
    return THRESH_EFORMAT;
}

/* What the first bytes say. */
static thresh_status check_beginning(input *in)
{
    size_t i = 0;

    if (in->len >= 3 && memcmp(in->text, "\xEF\xBB\xBF", 3) == 0) {
        in->text += 3;
        in->len -= 3;
    } else if (in->len >= 2
               && (memcmp(in->text, "\xFF\xFE", 2) == 0 || memcmp(in->text, "\xFE\xFF", 2) == 0)) {
        return refuse(in, "the file is in UTF-16; expected UTF-8");
    }
    while (i < in->len && strchr(" \t\r\n", in->text[i]) != NULL && in->text[i] != '\0')
        i++;
    in->json = i < in->len && (in->text[i] == '{' || in->text[i] == '[');
    return THRESH_OK;
}

/* What can be said of a whole text before any parser sees it. */
static thresh_status check_bytes(const input *in)
{
    size_t i = 0;

    if (memchr(in->text, 0, in->len) != NULL)
        return refuse(in, "a binary file; expected text");
    while (i < in->len && strchr(" \t\r\n", in->text[i]) != NULL)
        i++;
    if (i == in->len)
        return refuse(in, in->len == 0 ? N_("the file is empty")
                                       : N_("the file holds only white space"));
    return THRESH_OK;
}

/* libyaml finds invalid UTF-8 too, but names no column. */
static thresh_status check_utf8(const input *in)
{
    uint32_t row = 1, column = 1;
    size_t at;

    if (is_utf8(in->text, in->len, &at))
        return THRESH_OK;
    for (size_t i = 0; i < at; i++) {
        bool newline = in->text[i] == '\n';
        row += newline;
        column = newline ? 1 : column + (((unsigned char)in->text[i] & 0xC0) != 0x80);
    }
    thresh_diags_add(in->diags, THRESH_ERROR, in->path, row, column,
                     "invalid UTF-8; expected the file in UTF-8");
    return THRESH_EFORMAT;
}

thresh_status no_such_step(const input *in)
{
    char step[THRESH_NUMBER_MAX];

    thresh_diags_add(in->diags, THRESH_ERROR, in->path, 0, 0, "no evaluation of step or epoch %s",
                     thresh_format_number(step, in->options->step));
    return THRESH_EFORMAT;
}

/* Every special format has few keys at its top; each detector looks through all of them. */
static bool is_wide(const node *root)
{
    enum { WIDE = 10000 };

    return root != NULL && root->type == NODE_MAP && node_count(root) > WIDE;
}

static const reader *recognise(const input *in, reader_source source)
{
    if (source == FROM_TREE && is_wide(in->root))
        return in->json ? &json_reader : &yaml_reader;
    for (size_t i = 0; i < READERS; i++)
        if (readers[i]->source == source && readers[i]->detect(in))
            return readers[i];
    return NULL;
}

/* Finds the reader that was not asked for by name, and the tree for one that takes a tree. */
static thresh_status prepare(input *in, arena *a, const reader **r)
{
    thresh_status rc;

    if (*r == NULL)
        *r = recognise(in, FROM_TEXT);
    if (*r != NULL && (*r)->source == FROM_TEXT)
        return check_utf8(in);
    if (*r == &json_reader && !in->json)
        return refuse(in, "not JSON: expected '{' or '['");
    if (*r == &yaml_reader)
        in->json = false;
    if (in->json)
        rc = json_read(&in->root, a, in->text, in->len, in->path, 1, in->diags);
    else if ((rc = check_utf8(in)) == THRESH_OK)
        rc = yaml_read(&in->root, a, in->text, in->len, in->path, in->diags);
    if (rc == THRESH_OK && *r == NULL)
        *r = recognise(in, FROM_TREE);
    return rc;
}

/* The beginning of the input: at least its first line, by which a log of samples is told. */
static thresh_status peek(input *in)
{
    size_t want = FIRST_LOOK;
    thresh_status rc;

    while ((rc = stream_peek(in->stream, want, &in->text, &in->len)) == THRESH_OK && in->len == want
           && want < MAX_LINE && memchr(in->text, '\n', in->len) == NULL)
        want *= 4;
    return rc;
}

/* Reads a log of samples line by line, or the whole of what is left of any other input. */
static thresh_status read_as(const reader *r, input *in, thresh_set *set, arena *a,
                             const reader **used)
{
    thresh_status rc;

    if (r == NULL && in->options->table)
        r = in->json ? &samples_jsonl_reader : &samples_csv_reader;
    if (r == NULL)
        r = recognise(in, FROM_STREAM);
    if (r == NULL || r->source != FROM_STREAM) {
        if ((rc = stream_rest(in->stream, &in->text, &in->len)) != THRESH_OK
            || (rc = check_beginning(in)) != THRESH_OK || (rc = check_bytes(in)) != THRESH_OK
            || (rc = prepare(in, a, &r)) != THRESH_OK)
            return rc;
    }
    *used = r;
    if (in->options->has_step && !r->steps)
        return refuse(in, "--step: a file of this format has no steps to choose from");
    return r->read(in, set);
}

static thresh_status read_stream(thresh_set **out, stream *s, const char *path, const char *scope,
                                 const thresh_read_options *options, thresh_diags *diags)
{
    input in = { .path = path, .stream = s, .scope = scope, .options = options, .diags = diags };
    char hash[SHA256_HEX];
    arena a = ARENA_INIT;
    const reader *r = NULL;
    const char *peeked;
    thresh_set *set = NULL;
    thresh_status rc;

    if (options->format != NULL && (r = find_reader(options->format, path, diags)) == NULL)
        return THRESH_ENOENT;
    if ((rc = peek(&in)) != THRESH_OK)
        goto done;
    peeked = in.text;
    if ((rc = check_beginning(&in)) != THRESH_OK || (rc = thresh_set_new(&set)) != THRESH_OK)
        goto done;
    stream_skip(s, (size_t)(in.text - peeked)); /* the byte order mark */
    if ((rc = read_as(r, &in, set, &a, &r)) != THRESH_OK)
        goto done;
    if ((rc = stream_hash(s, hash)) == THRESH_OK)
        rc = thresh_set_set_source(set, &(thresh_source){ path, r->format.name, hash, NULL });
    if (rc == THRESH_OK) {
        if (options->seen != NULL)
            options->seen(options->seen_context, path, hash);
        *out = set;
        set = NULL;
    }
done:
    thresh_set_free(set);
    arena_free(&a);
    return rc;
}

static const thresh_read_options defaults;

thresh_status thresh_read_memory(thresh_set **out, const char *text, size_t len, const char *path,
                                 const thresh_read_options *options, thresh_diags *diags)
{
    stream *s = NULL;
    thresh_status rc = stream_over(&s, text, len, path, diags);

    *out = NULL;
    if (rc == THRESH_OK)
        rc = read_stream(out, s, path, "", options != NULL ? options : &defaults, diags);
    stream_close(s);
    return rc;
}

thresh_status read_one_file(thresh_set **out, const char *path, FILE *standard_input,
                            const char *scope, const thresh_read_options *options,
                            thresh_diags *diags)
{
    stream *s = NULL;
    thresh_status rc = stream_open(&s, path, standard_input, options, diags);

    *out = NULL;
    if (rc == THRESH_OK)
        rc = read_stream(out, s, path, scope, options, diags);
    stream_close(s);
    return rc;
}

thresh_status thresh_read_file(thresh_set **out, const char *path, FILE *standard_input,
                               const thresh_read_options *options, thresh_diags *diags)
{
    *out = NULL;
    if (options == NULL)
        options = &defaults;
    if (strcmp(path, "-") != 0 && is_folder(path))
        return read_folder(out, path, options, diags);
    return read_one_file(out, path, standard_input, "", options, diags);
}
