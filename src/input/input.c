/* From a path or bytes to a metric set: limits, hash, detection of the format. */
#include "base/file.h"
#include "base/words.h"
#include "input/folder.h"
#include "input/reader.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* The first that recognises an input reads it: special ones before those that take any shape. */
static const reader *const readers[] = {
    &lm_eval_reader,    &trainer_reader,   &gbench_reader,      &k6_reader,
    &hyperfine_reader,  &mlperf_reader,    &trec_eval_reader,   &ir_measures_reader,
    &mlflow_reader,     &report_reader,    &report_tree_reader, &mteb_reader,
    &model_card_reader, &sacrebleu_reader, &jiwer_reader,       &rouge_reader,
    &beir_reader,       &llama_reader,     &llama_bench_reader, &ultralytics_reader,
    &prometheus_reader, &coco_reader,      &detectron2_reader,  &jsonl_reader,
    &csv_reader,        &json_reader,      &yaml_reader,
};
enum { READERS = sizeof readers / sizeof *readers };

const thresh_format *thresh_format_at(size_t i)
{
    return i < READERS ? &readers[i]->format : NULL;
}

static const reader *find_reader(const char *format, const char *path, thresh_diags *diags)
{
    nearest best = NEAREST_INIT;

    for (size_t i = 0; i < READERS; i++) {
        if (strcmp(readers[i]->format.name, format) == 0)
            return readers[i];
        nearest_offer(&best, format, readers[i]->format.name);
    }
    thresh_diags_add(diags, THRESH_ERROR, path, 0, 0, "unknown format '%s'%s%s%s", format,
                     best.word ? "; did you mean '" : "", best.word ? best.word : "",
                     best.word ? "'?" : "");
    return NULL;
}

static thresh_status refuse(const input *in, const char *what)
{
    thresh_diags_add(in->diags, THRESH_ERROR, in->path, 0, 0, "%s", what);
    return THRESH_EFORMAT;
}

/* What can be said of the bytes before any parser sees them. */
static thresh_status check_bytes(input *in)
{
    if (in->len >= 3 && memcmp(in->text, "\xEF\xBB\xBF", 3) == 0) {
        in->text += 3;
        in->len -= 3;
    } else if (in->len >= 2
               && (memcmp(in->text, "\xFF\xFE", 2) == 0 || memcmp(in->text, "\xFE\xFF", 2) == 0)) {
        return refuse(in, "the file is in UTF-16; expected UTF-8");
    }
    if (memchr(in->text, 0, in->len) != NULL)
        return refuse(in, "a binary file; expected text");
    size_t i = 0;
    while (i < in->len && strchr(" \t\r\n", in->text[i]) != NULL)
        i++;
    if (i == in->len)
        return refuse(in, in->len == 0 ? "the file is empty" : "the file holds only white space");
    in->json = in->text[i] == '{' || in->text[i] == '[';
    return THRESH_OK;
}

/* libyaml finds invalid UTF-8 too, but names no column. */
static thresh_status check_utf8(const input *in)
{
    uint32_t row = 1, column = 1;

    for (size_t i = 0; i < in->len;) {
        utf8proc_int32_t code;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)in->text + i,
                                              (utf8proc_ssize_t)(in->len - i), &code);
        if (n <= 0) {
            thresh_diags_add(in->diags, THRESH_ERROR, in->path, row, column,
                             "invalid UTF-8; expected the file in UTF-8");
            return THRESH_EFORMAT;
        }
        i += (size_t)n;
        column = code == '\n' ? 1 : column + 1;
        row += code == '\n';
    }
    return THRESH_OK;
}

static const reader *recognise(const input *in, reader_source source)
{
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

thresh_status thresh_read_memory(thresh_set **out, const char *text, size_t len, const char *path,
                                 const char *format, thresh_diags *diags)
{
    input in = { .path = path, .text = text, .len = len, .diags = diags };
    char hash[SHA256_HEX];
    arena a = ARENA_INIT;
    const reader *r = NULL;
    thresh_set *set = NULL;
    char *unpacked = NULL;
    thresh_status rc;

    *out = NULL;
    if (format != NULL && (r = find_reader(format, path, diags)) == NULL)
        return THRESH_ENOENT;
    if (is_packed(text, len)) {
        if ((rc = unpack(&unpacked, &in.len, text, len, path, diags)) != THRESH_OK)
            goto done;
        in.text = unpacked;
    }
    if ((rc = check_bytes(&in)) != THRESH_OK)
        goto done;
    if ((rc = prepare(&in, &a, &r)) != THRESH_OK || (rc = thresh_set_new(&set)) != THRESH_OK)
        goto done;
    if ((rc = r->read(&in, set)) != THRESH_OK)
        goto done;
    sha256_hex(hash, text, len);
    rc = thresh_set_set_source(set, &(thresh_source){ path, r->format.name, hash, NULL });
    if (rc == THRESH_OK) {
        *out = set;
        set = NULL;
    }
done:
    thresh_set_free(set);
    arena_free(&a);
    free(unpacked);
    return rc;
}

thresh_status thresh_read_file(thresh_set **out, const char *path, FILE *standard_input,
                               const char *format, thresh_diags *diags)
{
    char *text = NULL;
    size_t len = 0;
    thresh_status rc;

    *out = NULL;
    if (strcmp(path, "-") != 0 && is_folder(path))
        return read_folder(out, path, format, diags);
    rc = file_read(&text, &len, path, standard_input, THRESH_MAX_INPUT, diags);
    if (rc == THRESH_OK)
        rc = thresh_read_memory(out, text, len, path, format, diags);
    free(text);
    return rc;
}
