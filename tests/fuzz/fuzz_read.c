/*
 * Reads any bytes as every format and as a profile, judges what came out against itself and prints
 * it. Under clang with -DTHRESH_FUZZ=ON this is a libFuzzer target; else see mutate.c.
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
    /* resampling sees numbers that were read, and no input; it would be all that this spends time
     * on */
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
