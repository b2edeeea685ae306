/* Answers of Prometheus: read, changed in every byte, and where memory runs out. What a server may
 * send besides is in tests/live/check_prometheus.py. */
#include "unit.h"
#include "failing.h"

#include "input/prometheus_api.h"

#include <stdlib.h>
#include <string.h>

static const char MATRIX[] =
    "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
    "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\",\"zone\":\"\\u00e9\"},"
    "\"values\":[[1700000000.123,\"0.5\"],[1700000015,\"NaN\"]]},"
    "{\"metric\":{},\"values\":[[1700000000,\"-1e-3\"]]}]},\"warnings\":[\"slow\"]}";

static thresh_status read_copy(api_result *r, api_kind *kind, const char *text, size_t len)
{
    char *copy = __real_malloc(len > 0 ? len : 1); /* its end is where sanitizers look */
    thresh_status rc;

    assert_non_null(copy);
    memcpy(copy, text, len);
    rc = prometheus_api_read(r, kind, copy, len, "http://x", NULL);
    free(copy);
    return rc;
}

static void matrix_and_vector(void **unused)
{
    static const char vector[] =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        "{\"metric\":{\"a\":\"b\"},\"value\":[1.5,\"+Inf\"]},"
        "{\"metric\":{\"a\":\"c\"},\"value\":[-1.5,\"7\"]}]}}";
    api_result r = API_RESULT_INIT, v = API_RESULT_INIT;
    api_kind kind;

    (void)unused;
    assert_int_equal(read_copy(&r, &kind, MATRIX, sizeof MATRIX - 1), THRESH_OK);
    assert_true(kind == API_SUCCESS && r.series == 2 && r.count == 2 && r.not_numbers == 1);
    assert_string_equal(r.list[0].scope, "job=a/zone=\xc3\xa9");
    assert_string_equal(r.list[1].scope, "");
    assert_string_equal(api_label_of(&r.list[0], "job"), "a");
    assert_null(api_label_of(&r.list[1], "job"));
    assert_true(r.samples[0].ts == 1700000000123000 && r.samples[0].value == 0.5);
    assert_true(r.samples[1].series == 1 && r.samples[1].value == -1e-3);
    api_result_free(&r);
    assert_int_equal(read_copy(&v, &kind, vector, sizeof vector - 1), THRESH_OK);
    assert_true(v.count == 1 && v.not_numbers == 1 && v.samples[0].ts == -1500000);
    assert_string_equal(v.list[v.samples[0].series].scope, "a=c");
    api_result_free(&v);
}

static void changed_bytes(void **unused)
{
    static const char others[] = "\"\\{}[]:,0-.eN\0\x80\xff n";
    char text[sizeof MATRIX];
    size_t refused = 0, read = 0;

    (void)unused;
    for (size_t i = 0; i + 1 < sizeof MATRIX; i++)
        for (size_t k = 0; k < sizeof others - 1; k++)
            for (int cut = 0; cut < 2; cut++) {
                api_result r = API_RESULT_INIT;
                api_kind kind;
                memcpy(text, MATRIX, sizeof text);
                text[i] = others[k];
                thresh_status rc = read_copy(&r, &kind, text, cut ? i + 1 : sizeof MATRIX - 1);
                assert_true(rc == THRESH_OK || rc == THRESH_EFORMAT);
                for (size_t s = 0; s < r.count; s++)
                    assert_true(r.samples[s].series < r.series);
                refused += rc != THRESH_OK;
                read += rc == THRESH_OK;
                api_result_free(&r);
            }
    assert_true(refused > 1000 && read > 100);
}

static void memory_runs_out(void **unused)
{
    thresh_status rc = THRESH_ENOMEM;
    long n = 0;

    (void)unused;
    for (; rc == THRESH_ENOMEM; n++) {
        api_result r = API_RESULT_INIT;
        api_kind kind;
        fail_after = n;
        rc = prometheus_api_read(&r, &kind, MATRIX, sizeof MATRIX - 1, "http://x", NULL);
        fail_after = -1;
        api_result_free(&r);
    }
    assert_int_equal(rc, THRESH_OK);
    assert_true(n > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrix_and_vector),
        cmocka_unit_test(changed_bytes),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
