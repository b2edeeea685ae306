/* Candidates by scenarios: states, recommendation, exit codes; what is lent comes back. */
#include "unit.h"

#include "thresh/thresh.h"

#include <math.h>

static thresh_set *set_of(double accuracy, double latency)
{
    const thresh_metric m[] = { { .scope = "", .name = "accuracy", .value = accuracy },
                                { .scope = "", .name = "latency_ms", .value = latency } };
    thresh_set *set;

    assert_int_equal(thresh_set_new(&set), THRESH_OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(thresh_set_add(set, &m[i], NULL), THRESH_OK);
    return set;
}

static thresh_policy *policy_of(const char *first, const char *second)
{
    const char *const names[] = { first, second };
    const thresh_lookup nowhere = { .search_path = NULL };
    thresh_policy *policy;

    assert_int_equal(thresh_policy_new(&policy), THRESH_OK);
    for (size_t i = 0; i < 2; i++)
        if (names[i] != NULL)
            assert_int_equal(thresh_policy_add(policy, names[i], NULL, &nowhere, NULL), THRESH_OK);
    return policy;
}

typedef struct fixture {
    thresh_set *baseline, *candidates[2];
    thresh_policy *policies[3];
} fixture;

static thresh_matrix *matrix_of(fixture *f, size_t rows, const char *by)
{
    const thresh_matrix_input input = { .baseline = f->baseline,
                                        .candidates = f->candidates,
                                        .candidate_count = 2,
                                        .policies = (const thresh_policy *const *)f->policies,
                                        .policy_count = rows,
                                        .by = by };
    thresh_matrix *m;

    assert_int_equal(thresh_judge_matrix(&m, &input, NULL), THRESH_OK);
    return m;
}

static void free_fixture(fixture *f)
{
    thresh_set_free(f->baseline);
    for (size_t i = 0; i < 2; i++)
        thresh_set_free(f->candidates[i]);
    for (size_t i = 0; i < 3; i++)
        thresh_policy_free(f->policies[i]);
}

static void states_and_exit_codes(void **state)
{
    /* a good one, and one that is fast and 2 pp worse */
    fixture f = { set_of(0.9, 100),
                  { set_of(0.895, 80), set_of(0.88, 40) },
                  { policy_of("search", NULL), policy_of("core", NULL),
                    policy_of("core", "vip") } };
    thresh_matrix *m = matrix_of(&f, 3, "latency_ms");

    (void)state;
    assert_int_equal(m->row_count, 3);
    assert_string_equal(m->rows[0].name, "search");
    assert_string_equal(m->rows[2].name, "core + vip");
    /* the fastest of those accepted */
    assert_int_equal(m->rows[0].recommended, 1);
    assert_int_equal(m->rows[0].cells[1].place, 1);
    assert_int_equal(m->rows[0].cells[0].place, 2);
    assert_int_equal(m->rows[1].recommended, 0);
    assert_int_equal(m->rows[1].cells[1].verdict, THRESH_REJECT);
    assert_string_equal(m->rows[1].cells[1].binding->name, "accuracy");
    assert_int_equal(m->rows[2].recommended, THRESH_MATRIX_BASELINE);
    assert_int_equal(m->rows[2].state, THRESH_MATRIX_CLOSED);
    assert_string_equal(m->rows[2].closed_by->name, "vip");
    assert_int_equal(m->states[THRESH_MATRIX_SERVED], 2);
    /* what is closed counts for nothing */
    assert_int_equal(m->exit_code, 0);
    thresh_matrix_free(m);

    /* unless all is */
    thresh_policy *core = f.policies[0];
    f.policies[0] = f.policies[2];
    f.policies[2] = core;
    m = matrix_of(&f, 1, NULL);
    assert_int_equal(m->exit_code, 1);
    thresh_matrix_free(m);
    free_fixture(&f);
}

static void refused_outweighs_review(void **state)
{
    /* medical wants proof, which these have none of; core refuses both */
    fixture f = { set_of(0.9, 100),
                  { set_of(0.896, 80), set_of(0.88, 80) },
                  { policy_of("medical", NULL), policy_of("academic", "medical"),
                    policy_of("medical", "vip") } };
    thresh_matrix *m = matrix_of(&f, 3, NULL);

    (void)state;
    assert_int_equal(m->rows[0].state, THRESH_MATRIX_REVIEW);
    assert_int_equal(m->exit_code, 3);
    thresh_matrix_free(m);
    thresh_set_free(f.candidates[0]);
    f.candidates[0] = set_of(0.8, 80);
    m = matrix_of(&f, 3, NULL);
    assert_int_equal(m->rows[0].state, THRESH_MATRIX_REFUSED);
    assert_int_equal(m->exit_code, 1);
    thresh_matrix_free(m);
    free_fixture(&f);
}

static void faults(void **state)
{
    fixture f = { set_of(0.9, 100),
                  { set_of(0.896, 80), set_of(0.88, 80) },
                  { policy_of("search", NULL), NULL, NULL } };
    const thresh_matrix_input input = { .baseline = f.baseline,
                                        .candidates = f.candidates,
                                        .candidate_count = 2,
                                        .policies = (const thresh_policy *const *)f.policies,
                                        .policy_count = 1,
                                        .by = "throughput" };
    thresh_matrix *m;

    (void)state;
    assert_int_equal(thresh_judge_matrix(&m, &input, NULL), THRESH_ENOENT);
    assert_null(m);
    thresh_matrix_free(NULL);
    free_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(states_and_exit_codes),
                                        cmocka_unit_test(refused_outweighs_review),
                                        cmocka_unit_test(faults) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
