/* Tables of samples: columns that grow with their rows, ids, and the rows that tables share. */
#include "unit.h"

#include "thresh/samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static thresh_samples *new_table(const char *const *keep)
{
    thresh_samples *s = NULL;

    assert_int_equal(thresh_samples_new(&s, "task", ",filter", keep), THRESH_OK);
    return s;
}

static void row(thresh_samples *s, const char *id)
{
    assert_int_equal(thresh_samples_add_row(s, id, id == NULL ? 0 : strlen(id), false), THRESH_OK);
}

static size_t column(thresh_samples *s, const char *name)
{
    size_t i = thresh_samples_column(s, name, strlen(name));

    assert_true(i != SIZE_MAX);
    return i;
}

static void number(thresh_samples *s, const char *name, double value)
{
    assert_int_equal(thresh_samples_put_number(s, column(s, name), value), THRESH_OK);
}

static thresh_status text(thresh_samples *s, const char *name, const char *value)
{
    return thresh_samples_put_text(s, column(s, name), value, strlen(value));
}

/* A table whose rows have these ids, ends with NULL. */
static thresh_samples *with_ids(const char *const *ids)
{
    thresh_samples *s = new_table(NULL);

    for (size_t i = 0; ids[i] != NULL; i++) {
        row(s, ids[i]);
        number(s, "position", (double)i);
    }
    assert_int_equal(thresh_samples_finish(s), THRESH_OK);
    return s;
}

static const char *id_of(const thresh_samples *s, size_t r)
{
    static char out[THRESH_ID_MAX];

    return thresh_samples_id(out, s, r);
}

/* --- columns --- */

static void rows_without_a_value(void **state)
{
    thresh_samples *s = new_table(NULL);
    const thresh_column *early, *late;

    (void)state;
    row(s, "a");
    number(s, "early", 1);
    row(s, "b");
    row(s, "c");
    number(s, "late", 3);
    number(s, "early", INFINITY);
    row(s, "d");
    assert_int_equal(thresh_samples_finish(s), THRESH_OK);
    assert_string_equal(thresh_samples_scope(s), "task");
    assert_string_equal(thresh_samples_suffix(s), ",filter");
    assert_int_equal(thresh_samples_count(s), 4);
    early = thresh_samples_find(s, "early");
    late = thresh_samples_find(s, "late");
    assert_ptr_equal(early, thresh_samples_column_at(s, 0));
    assert_ptr_equal(late, thresh_samples_column_at(s, 1));
    assert_null(thresh_samples_column_at(s, 2));
    assert_null(thresh_samples_find(s, "lat"));
    assert_int_equal(early->missing, 3);
    assert_int_equal(late->missing, 3);
    assert_true(early->numbers[0] == 1 && isnan(early->numbers[1]) && isnan(early->numbers[2]));
    assert_true(isnan(late->numbers[0]) && late->numbers[2] == 3 && isnan(late->numbers[3]));
    thresh_samples_free(s);
}

/* The last one counts, as in JSON. */
static void a_cell_twice(void **state)
{
    thresh_samples *s = new_table(NULL);

    (void)state;
    row(s, "a");
    number(s, "acc", NAN);
    number(s, "acc", 1);
    assert_int_equal(text(s, "label", "cat"), THRESH_OK);
    assert_int_equal(text(s, "label", "dog"), THRESH_OK);
    assert_int_equal(thresh_samples_finish(s), THRESH_OK);
    assert_int_equal(thresh_samples_find(s, "acc")->missing, 0);
    assert_true(thresh_samples_find(s, "acc")->numbers[0] == 1);
    const thresh_column *label = thresh_samples_find(s, "label");
    assert_string_equal(label->texts[label->codes[0] - 1], "dog");
    thresh_samples_free(s);
}

static void numbers_become_texts(void **state)
{
    thresh_samples *s = new_table(NULL);
    const thresh_column *label;

    (void)state;
    row(s, "1");
    number(s, "label", 1);
    row(s, "2");
    row(s, "3");
    assert_int_equal(text(s, "label", "cat"), THRESH_OK);
    row(s, "4");
    number(s, "label", 0.5);
    row(s, "5");
    number(s, "label", 1);
    row(s, "6");
    number(s, "label", NAN); /* nothing, not a class called NaN */
    assert_int_equal(thresh_samples_finish(s), THRESH_OK);
    label = thresh_samples_of_role(s, THRESH_ROLE_LABEL);
    assert_null(label->numbers);
    assert_int_equal(label->missing, 2);
    assert_int_equal(label->text_count, 3);
    assert_string_equal(label->texts[label->codes[0] - 1], "1");
    assert_int_equal(label->codes[1], 0);
    assert_string_equal(label->texts[label->codes[2] - 1], "cat");
    assert_string_equal(label->texts[label->codes[3] - 1], "0.5");
    assert_int_equal(label->codes[4], label->codes[0]);
    assert_int_equal(label->codes[5], 0);
    thresh_samples_free(s);
}

static void texts_that_nobody_asked_for(void **state)
{
    const char *const keep[] = { "language", NULL };
    thresh_samples *s = new_table(keep);

    (void)state;
    row(s, "1");
    assert_int_equal(text(s, "answer", "long"), THRESH_OK);
    assert_int_equal(text(s, "language", "de"), THRESH_OK);
    number(s, "acc", 1);
    row(s, "2");
    number(s, "answer", 3); /* a text before: the column stays one of texts */
    assert_int_equal(text(s, "acc", "failed"), THRESH_EDOMAIN);
    assert_int_equal(thresh_samples_finish(s), THRESH_OK);
    assert_true(thresh_samples_find(s, "answer")->texts_unkept);
    assert_null(thresh_samples_find(s, "answer")->numbers);
    assert_null(thresh_samples_find(s, "answer")->codes);
    assert_int_equal(thresh_samples_find(s, "language")->text_count, 1);
    assert_int_equal(thresh_samples_find(s, "language")->missing, 1);
    thresh_samples_free(s);
}

static void to_texts_afterwards(void **state)
{
    thresh_samples *s = new_table(NULL);
    const thresh_column *c;

    (void)state;
    for (int i = 0; i < 100; i++) {
        row(s, NULL);
        number(s, "label", i % 3 == 0 ? (double)NAN : i % 3);
    }
    assert_int_equal(thresh_samples_finish(s), THRESH_OK);
    c = thresh_samples_find(s, "label");
    assert_non_null(c->numbers);
    assert_int_equal(thresh_samples_make_texts(s, c), THRESH_OK);
    assert_int_equal(thresh_samples_make_texts(s, c), THRESH_OK);
    assert_null(c->numbers);
    assert_int_equal(c->text_count, 2);
    assert_int_equal(c->missing, 34);
    assert_string_equal(c->texts[c->codes[98] - 1], "2");
    assert_int_equal(c->codes[99], 0);
    assert_string_equal(id_of(s, 99), "100");
    thresh_samples_free(s);
}

static void names_and_roles(void **state)
{
    static const struct {
        const char *name;
        thresh_role role;
    } known[] = { { "label", THRESH_ROLE_LABEL },        { "Gold-Label", THRESH_ROLE_LABEL },
                  { "TRUE LABEL", THRESH_ROLE_LABEL },   { "标签", THRESH_ROLE_LABEL },
                  { "y_pred", THRESH_ROLE_PREDICTION },  { "预测", THRESH_ROLE_PREDICTION },
                  { "probability", THRESH_ROLE_SCORE },  { "rank", THRESH_ROLE_RANK },
                  { "rel", THRESH_ROLE_RELEVANCE },      { "doc_hash", THRESH_ROLE_CHECK },
                  { "labelled", THRESH_ROLE_VALUE },     { "", THRESH_ROLE_VALUE } };
    thresh_samples *s = new_table(NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(known); i++)
        assert_int_equal(thresh_role_of(known[i].name), known[i].role);
    row(s, "1");
    number(s, "gt", 1);
    thresh_samples_set_unit(s, column(s, "gt"), "ms");
    assert_int_equal(thresh_samples_finish(s), THRESH_OK);
    assert_null(thresh_samples_of_role(s, THRESH_ROLE_LABEL));
    assert_false(thresh_samples_rename(s, "truth", "label"));
    assert_true(thresh_samples_rename(s, "gt", "label"));
    assert_null(thresh_samples_find(s, "gt"));
    assert_string_equal(thresh_samples_of_role(s, THRESH_ROLE_LABEL)->unit, "ms");
    thresh_samples_free(s);
}

/* --- ids --- */

static void ids_as_they_were_written(void **state)
{
    static const char *const ids[] = { "0", "-0", "7", "007", "-3", "1e3", "+5", "", "a b", "é",
                                       "999999999999999999", "-999999999999999999",
                                       "1000000000000000000", "18446744073709551616", "3.0", NULL };
    thresh_samples *s = with_ids(ids);
    thresh_samples *const both[] = { s, s };
    thresh_pairs p;

    (void)state;
    for (size_t i = 0; ids[i] != NULL; i++)
        assert_string_equal(id_of(s, i), ids[i]);
    assert_int_equal(thresh_samples_pair(&p, both, 2), THRESH_OK);
    assert_int_equal(p.count, COUNT(ids) - 1);
    assert_int_equal(p.twice[0] + p.twice[1] + p.only[0] + p.only[1], 0);
    thresh_pairs_dispose(&p);
    thresh_samples_free(s);
}

static void long_ids_are_cut_when_printed(void **state)
{
    char first[200], second[200];
    const char *const ids[] = { first, second, NULL };
    thresh_samples *s;

    (void)state;
    memset(first, 'x', sizeof first);
    first[sizeof first - 1] = '\0';
    memcpy(second, first, sizeof first);
    second[sizeof second - 2] = 'y';
    s = with_ids(ids);
    assert_int_equal(strlen(id_of(s, 0)), THRESH_ID_MAX - 1);
    thresh_samples *const one[] = { s };
    thresh_pairs p;
    assert_int_equal(thresh_samples_pair(&p, one, 1), THRESH_OK);
    assert_int_equal(p.count, 2); /* they differ in what is not printed */
    thresh_pairs_dispose(&p);
    thresh_samples_free(s);
}

/* --- pairs --- */

static size_t row_at(const thresh_pairs *p, size_t t, size_t i)
{
    return p->rows[t] == NULL ? i : p->rows[t][i];
}

/* Every pair has one id, and together they are as many as expected. */
static void check_pairs(thresh_pairs *p, thresh_samples *const *tables, size_t count, size_t pairs)
{
    assert_int_equal(thresh_samples_pair(p, tables, count), THRESH_OK);
    assert_int_equal(p->count, pairs);
    for (size_t i = 0; i < p->count; i++)
        for (size_t t = 1; t < count; t++) {
            char first[THRESH_ID_MAX];
            thresh_samples_id(first, tables[0], row_at(p, 0, i));
            assert_string_equal(first, id_of(tables[t], row_at(p, t, i)));
        }
}

static void in_the_same_order(void **state)
{
    static const char *const ids[] = { "1", "2", "5", "9", NULL };
    thresh_samples *a = with_ids(ids), *b = with_ids(ids);
    thresh_samples *const tables[] = { a, b };
    thresh_pairs p;

    (void)state;
    check_pairs(&p, tables, 2, 4);
    assert_null(p.rows[0]); /* no memory is spent on it */
    assert_false(p.by_position || p.some_numbered || p.types_differ);
    thresh_pairs_dispose(&p);
    thresh_samples_free(a);
    thresh_samples_free(b);
}

/* Integers by sorting, texts by a hash table: what comes out is the same. */
static void in_disorder(void **state)
{
    static const char *const ids[][2][7] = {
        { { "9", "2", "-4", "2", "5", NULL }, { "5", "7", "9", "9", "2", "-1", NULL } },
        { { "i", "b", "x", "b", "e", NULL }, { "e", "g", "i", "i", "b", "y", NULL } },
        { { "9", "2", "x", "2", "5", NULL }, { "5", "7", "9", "9", "2", "y", NULL } },
    };

    (void)state;
    for (size_t k = 0; k < COUNT(ids); k++) {
        thresh_samples *a = with_ids(ids[k][0]), *b = with_ids(ids[k][1]);
        thresh_samples *const tables[] = { a, b };
        thresh_pairs p;

        check_pairs(&p, tables, 2, 3);
        assert_int_equal(p.twice[0], 1);
        assert_int_equal(p.first_twice[0], 3);
        assert_int_equal(p.twice[1], 1);
        assert_int_equal(p.first_twice[1], 3);
        assert_int_equal(p.only[0], 1);
        assert_int_equal(p.first_only[0], 2);
        assert_int_equal(p.lacks[1], 1);
        assert_int_equal(p.first_lacks[1], 2);
        assert_int_equal(p.only[1], 2);
        /* of one id that stands twice the first row is taken */
        for (size_t i = 0; i < p.count; i++)
            assert_true(row_at(&p, 0, i) != 3 && row_at(&p, 1, i) != 3);
        thresh_pairs_dispose(&p);
        thresh_samples_free(a);
        thresh_samples_free(b);
    }
}

static void three_tables(void **state)
{
    static const char *const ids[][3][6] = {
        { { "1", "2", "3", "4", NULL }, { "4", "2", "1", NULL }, { "2", "4", "3", "8", NULL } },
        { { "a", "b", "c", "d", NULL }, { "d", "b", "a", NULL }, { "b", "d", "c", "h", NULL } },
    };

    (void)state;
    for (size_t k = 0; k < COUNT(ids); k++) {
        thresh_samples *t[3];
        thresh_pairs p;

        for (size_t i = 0; i < 3; i++)
            t[i] = with_ids(ids[k][i]);
        check_pairs(&p, t, 3, 2);
        assert_int_equal(p.only[0], 2); /* 1 and 3 are not in every other */
        assert_int_equal(p.only[1], 0);
        assert_int_equal(p.only[2], 1);
        assert_int_equal(p.first_only[2], 3);
        assert_int_equal(p.lacks[1], 1);
        assert_int_equal(p.first_lacks[1], 2);
        assert_int_equal(p.lacks[2], 1);
        assert_int_equal(p.first_lacks[2], 0);
        thresh_pairs_dispose(&p);
        for (size_t i = 0; i < 3; i++)
            thresh_samples_free(t[i]);
    }
}

static void nothing_shared(void **state)
{
    static const char *const ids[][3] = { { "1", "2", NULL }, { "3", "4", NULL }, { "a", "b", NULL } };
    thresh_samples *a = with_ids(ids[0]), *b = with_ids(ids[1]), *c = with_ids(ids[2]);
    thresh_samples *const numbers[] = { a, b }, *const texts[] = { a, c };
    thresh_pairs p;

    (void)state;
    check_pairs(&p, numbers, 2, 0);
    assert_int_equal(p.only[0], 2);
    assert_int_equal(p.only[1], 2);
    thresh_pairs_dispose(&p);
    check_pairs(&p, texts, 2, 0);
    assert_int_equal(p.only[0], 2);
    assert_int_equal(p.only[1], 2);
    thresh_pairs_dispose(&p);
    thresh_samples_free(a);
    thresh_samples_free(b);
    thresh_samples_free(c);
}

/* An empty table has no partner for anybody. */
static void an_empty_table(void **state)
{
    static const char *const ids[] = { "2", "1", NULL }, *const none[] = { NULL };
    thresh_samples *a = with_ids(ids), *b = with_ids(none);
    thresh_samples *const tables[] = { a, b }, *const turned[] = { b, a };
    thresh_pairs p;

    (void)state;
    check_pairs(&p, tables, 2, 0);
    assert_int_equal(p.lacks[1], 2);
    thresh_pairs_dispose(&p);
    check_pairs(&p, turned, 2, 0);
    assert_int_equal(p.only[1], 2);
    thresh_pairs_dispose(&p);
    thresh_samples_free(a);
    thresh_samples_free(b);
}

static void by_position(void **state)
{
    static const char *const ids[] = { "1", "2", NULL };
    thresh_samples *a = new_table(NULL), *b = new_table(NULL), *c = with_ids(ids);
    thresh_samples *const tables[] = { a, b }, *const mixed[] = { a, c };
    thresh_pairs p;

    (void)state;
    for (int i = 0; i < 3; i++)
        row(a, NULL);
    for (int i = 0; i < 2; i++)
        row(b, NULL);
    assert_int_equal(thresh_samples_finish(a), THRESH_OK);
    assert_int_equal(thresh_samples_finish(b), THRESH_OK);
    check_pairs(&p, tables, 2, 2);
    assert_true(p.by_position && !p.some_numbered);
    assert_int_equal(p.lacks[1], 1);
    thresh_pairs_dispose(&p);
    check_pairs(&p, mixed, 2, 2);
    assert_true(!p.by_position && p.some_numbered);
    thresh_pairs_dispose(&p);
    thresh_samples_free(a);
    thresh_samples_free(b);
    thresh_samples_free(c);
}

static void quoted_ids(void **state)
{
    static const char *const ids[] = { "1", "2", NULL };
    thresh_samples *a = with_ids(ids), *b = new_table(NULL);
    thresh_samples *const tables[] = { a, b };
    thresh_pairs p;

    (void)state;
    for (size_t i = 0; ids[i] != NULL; i++)
        assert_int_equal(thresh_samples_add_row(b, ids[i], 1, true), THRESH_OK);
    assert_int_equal(thresh_samples_finish(b), THRESH_OK);
    check_pairs(&p, tables, 2, 2);
    assert_true(p.types_differ);
    thresh_pairs_dispose(&p);
    thresh_samples_free(a);
    thresh_samples_free(b);
}

/* 1 and "1" and 1.0 are one label; nothing is another than something. */
static void other_labels_under_one_id(void **state)
{
    thresh_samples *a = new_table(NULL), *b = new_table(NULL);
    thresh_samples *const tables[] = { a, b };
    thresh_pairs p;

    (void)state;
    for (int i = 0; i < 4; i++) {
        char id[] = { (char)('1' + i), '\0' };
        row(a, id);
        row(b, id);
        number(a, "label", i);
        if (i == 1)
            assert_int_equal(text(b, "gold", "dog"), THRESH_OK);
        else if (i != 3)
            number(b, "gold", i);
    }
    assert_int_equal(thresh_samples_finish(a), THRESH_OK);
    assert_int_equal(thresh_samples_finish(b), THRESH_OK);
    check_pairs(&p, tables, 2, 4);
    assert_int_equal(p.differing, 2);
    assert_int_equal(p.first_differing, 1);
    thresh_pairs_dispose(&p);
    thresh_samples_free(a);
    thresh_samples_free(b);
}

/* Many rows: the table, the sort and the one walk agree. */
static void many_rows(void **state)
{
    enum { ROWS = 20011 };
    thresh_samples *ascending = new_table(NULL), *shuffled = new_table(NULL), *texts = new_table(NULL);
    thresh_samples *const sorted[] = { ascending, shuffled }, *const hashed[] = { shuffled, texts };
    thresh_pairs p;

    (void)state;
    for (unsigned i = 0; i < ROWS; i++) {
        char id[32];
        snprintf(id, sizeof id, "%llu", i * 1000003ull);
        row(ascending, id);
        snprintf(id, sizeof id, "%llu", (i * 7919u % ROWS) * 1000003ull);
        row(shuffled, id);
        snprintf(id, sizeof id, "%llu", (i * 104729u % ROWS) * 1000003ull);
        row(texts, id);
    }
    row(texts, "a text");
    assert_int_equal(thresh_samples_finish(ascending), THRESH_OK);
    assert_int_equal(thresh_samples_finish(shuffled), THRESH_OK);
    assert_int_equal(thresh_samples_finish(texts), THRESH_OK);
    check_pairs(&p, sorted, 2, ROWS);
    assert_int_equal(p.only[0] + p.only[1] + p.twice[0] + p.twice[1], 0);
    thresh_pairs_dispose(&p);
    check_pairs(&p, hashed, 2, ROWS);
    assert_int_equal(p.only[0], 0);
    assert_int_equal(p.only[1], 1);
    thresh_pairs_dispose(&p);
    thresh_samples_free(ascending);
    thresh_samples_free(shuffled);
    thresh_samples_free(texts);
}

/* --- groups --- */

static void groups_of_one_id(void **state)
{
    static const char *const ids[] = { "b", "7", "b", "a", "7", "b", NULL };
    static const uint32_t wanted[] = { 0, 2, 5, 1, 4, 3 };
    thresh_samples *s = with_ids(ids);
    uint32_t order[6];
    size_t starts[7], groups;

    (void)state;
    assert_int_equal(thresh_samples_group(s, order, starts, &groups), THRESH_OK);
    assert_int_equal(groups, 3);
    assert_memory_equal(order, wanted, sizeof wanted);
    assert_int_equal(starts[0], 0);
    assert_int_equal(starts[1], 3);
    assert_int_equal(starts[2], 5);
    assert_int_equal(starts[3], 6);
    thresh_samples_free(s);
}

static void groups_of_nothing(void **state)
{
    static const char *const none[] = { NULL };
    thresh_samples *s = with_ids(none);
    uint32_t order[1];
    size_t starts[1] = { 9 }, groups = 9;

    (void)state;
    assert_int_equal(thresh_samples_group(s, order, starts, &groups), THRESH_OK);
    assert_int_equal(groups, 0);
    assert_int_equal(starts[0], 0);
    thresh_samples_free(s);
    thresh_samples_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_without_a_value),
        cmocka_unit_test(a_cell_twice),
        cmocka_unit_test(numbers_become_texts),
        cmocka_unit_test(texts_that_nobody_asked_for),
        cmocka_unit_test(to_texts_afterwards),
        cmocka_unit_test(names_and_roles),
        cmocka_unit_test(ids_as_they_were_written),
        cmocka_unit_test(long_ids_are_cut_when_printed),
        cmocka_unit_test(in_the_same_order),
        cmocka_unit_test(in_disorder),
        cmocka_unit_test(three_tables),
        cmocka_unit_test(nothing_shared),
        cmocka_unit_test(an_empty_table),
        cmocka_unit_test(by_position),
        cmocka_unit_test(quoted_ids),
        cmocka_unit_test(other_labels_under_one_id),
        cmocka_unit_test(many_rows),
        cmocka_unit_test(groups_of_one_id),
        cmocka_unit_test(groups_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
