/* State as bytes: everything comes back, and no rubbish is believed. */
#include "unit.h"

#include "base/bytes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void fill(bytes *b)
{
    const double some[] = { 0.1, -0.0, INFINITY };

    bytes_put_tag(b, "TST1");
    bytes_put_u8(b, 200);
    bytes_put_u32(b, 0xDEADBEEFu);
    bytes_put_u64(b, UINT64_MAX - 1);
    bytes_put_i64(b, INT64_MIN);
    bytes_put_double(b, NAN);
    bytes_put_u64(b, COUNT(some));
    bytes_put_doubles(b, some, COUNT(some));
    bytes_put_text(b, "latency");
    bytes_put_text(b, "");
    bytes_put_text(b, NULL);
    bytes_put_block(b, "abc", 3);
}

static bool take(bytes_reader *r)
{
    double some[3] = { 0 };
    const char *text;
    size_t len;
    bytes_reader part;
    bool same = true;

    bytes_take_tag(r, "TST1");
    same &= bytes_take_u8(r) == 200;
    same &= bytes_take_u32(r) == 0xDEADBEEFu;
    same &= bytes_take_u64(r) == UINT64_MAX - 1;
    same &= bytes_take_i64(r) == INT64_MIN;
    same &= isnan(bytes_take_double(r));
    same &= bytes_take_count(r, sizeof(double), 3) == 3;
    bytes_take_doubles(r, some, 3);
    same &= some[0] == 0.1 && some[1] == 0 && signbit(some[1]) && isinf(some[2]);
    text = bytes_take_text(r, &len);
    same &= text != NULL && len == 7 && memcmp(text, "latency", 7) == 0;
    text = bytes_take_text(r, &len);
    same &= text != NULL && len == 0;
    same &= bytes_take_text(r, &len) == NULL;
    part = bytes_take_block(r);
    same &= bytes_take_u8(&part) == 'a' && bytes_take_u8(&part) == 'b';
    same &= !bytes_done(&part) && bytes_take_u8(&part) == 'c' && bytes_done(&part);
    return same;
}

static void everything_comes_back(void **state)
{
    bytes b = BYTES_INIT;

    (void)state;
    fill(&b);
    assert_false(b.failed);
    bytes_reader r = bytes_read(b.data, b.len);
    assert_true(take(&r));
    assert_true(bytes_done(&r));
    bytes_free(&b);
}

static void the_order_is_fixed(void **state)
{
    bytes b = BYTES_INIT;

    (void)state;
    bytes_put_u32(&b, 0x01020304u);
    assert_int_equal(b.len, 4);
    assert_memory_equal(b.data, "\4\3\2\1", 4);
    bytes_free(&b);
}

static void what_is_cut_fails(void **state)
{
    bytes b = BYTES_INIT;

    (void)state;
    fill(&b);
    for (size_t len = 0; len < b.len; len++) {
        bytes_reader r = bytes_read(b.data, len);
        take(&r);
        assert_true(r.failed);
        assert_false(bytes_done(&r));
    }
    bytes_free(&b);
}

static void rubbish_is_not_believed(void **state)
{
    bytes b = BYTES_INIT;
    bytes_reader r = bytes_read(NULL, 0);

    (void)state;
    assert_true(bytes_done(&r));
    assert_int_equal(bytes_take_u32(&r), 0);
    assert_true(r.failed);

    bytes_put_u64(&b, UINT64_MAX);
    r = bytes_read(b.data, b.len);
    assert_int_equal(bytes_take_count(&r, 8, SIZE_MAX), 0);
    assert_true(r.failed);
    r = bytes_read(b.data, b.len);
    assert_true(bytes_take_block(&r).failed);
    bytes_free(&b);

    bytes_put_u64(&b, 3);
    bytes_put(&b, "abc", 3);
    r = bytes_read(b.data, b.len);
    assert_int_equal(bytes_take_count(&r, 1, 2), 0); /* more than may be */
    assert_true(r.failed);
    r = bytes_read(b.data, b.len);
    bytes_take_tag(&r, "ABCD");
    assert_true(r.failed);
    bytes_free(&b);
}

static void strings_are_whole(void **state)
{
    arena a = ARENA_INIT;
    bytes b = BYTES_INIT;
    bytes_reader r;
    size_t len;
    unsigned char *data;

    (void)state;
    bytes_put_text(&b, "latency");
    bytes_put_text(&b, "");
    bytes_put_text(&b, NULL);
    data = bytes_give(&b, &len);
    assert_non_null(data);
    assert_null(b.data);
    r = bytes_read(data, len);
    assert_string_equal(bytes_take_string(&r, &a), "latency");
    assert_string_equal(bytes_take_string(&r, &a), "");
    assert_false(r.failed);
    assert_string_equal(bytes_take_string(&r, &a), "");
    assert_true(r.failed); /* none is none */
    data[1 + sizeof(uint64_t)] = '\0';
    r = bytes_read(data, len);
    assert_string_equal(bytes_take_string(&r, &a), "");
    assert_true(r.failed); /* not "", and then more */
    free(data);
    arena_free(&a);

    b.failed = true; /* as when memory ran out */
    assert_null(bytes_give(&b, &len));
    assert_int_equal(len, 0);
    assert_false(b.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_back),
        cmocka_unit_test(the_order_is_fixed),
        cmocka_unit_test(what_is_cut_fails),
        cmocka_unit_test(rubbish_is_not_believed),
        cmocka_unit_test(strings_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
