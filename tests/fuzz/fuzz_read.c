/*
 * Reads any bytes as every format and as a profile, judges what came out against itself and prints
 * it. Under clang with -DTHRESH_FUZZ=ON this is a libFuzzer target; else main() feeds it mutations
 * of the files given, always the same ones. usage: fuzz_read ROUNDS FILE...
 */
#include <thresh/thresh.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_as(const char *format, const char *text, size_t size, const thresh_policy *policy,
                    FILE *sink)
{
    thresh_diags *diags = thresh_diags_new();
    thresh_set *set = NULL, *again = NULL;
    thresh_result *result = NULL;
    thresh_text_options options = { .width = 60, .all = true };
    const thresh_read_options read = { .format = format };
    /* resampling sees numbers that were read, and no input; it would be all that this spends time on */
    const thresh_pair_options pair = { .no_resampling = true };
    thresh_status rc = thresh_read_memory(&set, text, size, "fuzz", &read, diags);

    /* a refusal has to say why */
    if (rc != THRESH_OK && thresh_diags_errors(diags) == 0)
        abort();
    /* samples are paired with themselves */
    if (rc == THRESH_OK && thresh_set_samples(set, 0) != NULL
        && thresh_read_memory(&again, text, size, "fuzz", &read, diags) != THRESH_OK)
        abort();
    if (rc == THRESH_OK)
        rc = thresh_measure_samples(NULL, set, again, NULL, policy, &pair, diags);
    if (rc != THRESH_OK && thresh_diags_errors(diags) == 0)
        abort();
    if (rc == THRESH_OK) {
        thresh_report_set(set, policy, diags, &options, sink);
        if (thresh_judge(&result, set, again != NULL ? again : set, NULL, policy, NULL, diags)
            == THRESH_OK) {
            /* a file compared with itself holds no metric that got worse */
            for (size_t i = 0; i < result->metric_count; i++)
                if (result->metrics[i].degradation > 0)
                    abort();
            thresh_report_text(result, &options, sink);
            thresh_report_json(result, sink);
        }
    }
    thresh_result_free(result);
    thresh_set_free(set);
    thresh_set_free(again);
    thresh_diags_free(diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const thresh_format *format;
    thresh_policy *policy = NULL, *loaded = NULL;
    thresh_diags *diags = thresh_diags_new();
    FILE *sink = fopen("/dev/null", "w");

    if (sink == NULL || thresh_policy_new(&policy) != THRESH_OK
        || thresh_policy_new(&loaded) != THRESH_OK)
        abort();
    read_as(NULL, (const char *)data, size, policy, sink);
    for (size_t i = 0; (format = thresh_format_at(i)) != NULL; i++)
        read_as(format->name, (const char *)data, size, policy, sink);
    if (thresh_policy_add_text(loaded, (const char *)data, size, "fuzz", NULL, diags) == THRESH_OK)
        read_as("json", "{\"accuracy\": 0.9, \"a\": {\"accuracy\": 0.8}, \"latency_ms\": 3}", 58,
                loaded, sink);
    else if (thresh_diags_errors(diags) == 0)
        abort();
    fclose(sink);
    thresh_policy_free(policy);
    thresh_policy_free(loaded);
    thresh_diags_free(diags);
    return 0;
}

#ifndef THRESH_LIBFUZZER
enum { LARGEST = 1 << 16, FULL = 2048 };

static uint64_t drawn = 20240501;

static size_t draw(size_t below)
{
    drawn = drawn * 6364136223846793005u + 1442695040888963407u;
    return below == 0 ? 0 : (size_t)(drawn >> 33) % below;
}

/* One change of the kinds that break parsers: a byte, a piece gone, doubled, or a token put in. */
static size_t mutate(uint8_t *data, size_t size)
{
    static const char *const tokens[] = {
        "NaN",   "-Infinity", "1e999",    "{",       "}",   "[",      "]",    "\"",
        ",",     ":",         "\n",       "- ",      "&a ", "*a",     "\xFF", "\xC3",
        "null",  "true",      "\\u0000",  "\\ud800", "%",   "pp",     "<",    "extends: [x]",
        "\t",    "0.1",       "accuracy", "value",   "n",   "stderr", "/",    "_stderr",
        ",none", "!!int",     "---"
    };
    size_t at = draw(size + 1), len = draw(12);

    switch (draw(4)) {
    case 0:
        if (size > 0)
            data[draw(size)] = (uint8_t)draw(256);
        return size;
    case 1:
        if (at + len > size)
            len = size - at;
        memmove(data + at, data + at + len, size - at - len);
        return size - len;
    case 2:
        if (at + len > size || size + len > LARGEST)
            return size;
        memmove(data + at + len, data + at, size - at);
        return size + len;
    default: {
        const char *token = tokens[draw(sizeof tokens / sizeof *tokens)];
        len = strlen(token);
        if (size + len > LARGEST)
            return size;
        memmove(data + at + len, data + at, size - at);
        memcpy(data + at, token, len);
        return size + len;
    }
    }
}

int main(int argc, char **argv)
{
    static uint8_t seed[LARGEST], data[LARGEST];
    long rounds = argc > 2 ? strtol(argv[1], NULL, 10) : 0, inputs = 0;

    for (int i = 2; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        size_t size = f == NULL ? 0 : fread(seed, 1, sizeof seed, f);

        if (f == NULL) {
            fprintf(stderr, "cannot read %s\n", argv[i]);
            return 1;
        }
        fclose(f);
        /* large files fewer times: it is their shape that counts */
        long times = size > FULL ? rounds * FULL / (long)size + 1 : rounds;
        for (long round = 0; round < times; round++, inputs++) {
            size_t len = size;
            memcpy(data, seed, size);
            for (size_t changes = draw(6); changes > 0; changes--)
                len = mutate(data, len);
            LLVMFuzzerTestOneInput(data, len);
        }
    }
    printf("%ld inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}
#endif
