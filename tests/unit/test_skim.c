/* The members of a JSON object without a tree: lines that a hasty reader gets wrong. */
#include "unit.h"

#include "input/skim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 4096 };

static const char *const types[] = { [SKIM_TEXT] = "text", [SKIM_NUMBER] = "number",
                                     [SKIM_TRUE] = "true", [SKIM_FALSE] = "false",
                                     [SKIM_NULL] = "null", [SKIM_LIST] = "list",
                                     [SKIM_MAP] = "map" };

/* "key=type:text;" for each member, and what was wrong. The line is copied to where nothing lies
 * behind it, so that a sanitizer sees any step too far. */
static const char *skimmed(const char *line)
{
    static char out[LONGEST];
    size_t len = strlen(line), at = 0;
    char *copy = malloc(len > 0 ? len : 1);
    skim_value key, value;
    skim s;

    assert_non_null(copy);
    memcpy(copy, line, len);
    out[0] = '\0';
    skim_open(&s, copy, len);
    while (skim_next(&s, &key, &value)) {
        assert_int_equal(key.type, SKIM_TEXT);
        at += (size_t)snprintf(out + at, sizeof out - at, "%.*s=%s%s:%.*s;", (int)key.len, key.text,
                               types[value.type], value.escaped ? "*" : "", (int)value.len,
                               value.text);
        assert_true(at < sizeof out);
    }
    if (s.fault != NULL)
        snprintf(out + at, sizeof out - at, "!%zu %s", s.at, s.fault);
    free(copy);
    return out;
}

static void members(void **state)
{
    static const char *const lines[][2] = {
        { "{}", "" },
        { " \t{ } \r", "" },
        { "{\"a\":1}", "a=number:1;" },
        { "{ \"a\" : -1.5e+3 , \"b\":\"x\" }", "a=number:-1.5e+3;b=text:x;" },
        { "{\"a\":true,\"b\":false,\"c\":null}", "a=true:true;b=false:false;c=null:null;" },
        { "{\"a\":NaN,\"b\":Infinity,\"c\":-Infinity}",
          "a=number:NaN;b=number:Infinity;c=number:-Infinity;" },
        { "{\"\":\"\"}", "=text:;" },
        /* quotes behind backslashes, even and odd */
        { "{\"a\":\"\\\\\",\"b\":\"\\\"\"}", "a=text*:\\\\;b=text*:\\\";" },
        { "{\"a\":\"\\\\\\\"\",\"b\":1}", "a=text*:\\\\\\\";b=number:1;" },
        { "{\"a\\\"\":1}", "a\\\"=number:1;" },
        /* what is structure elsewhere is text inside of quotes */
        { "{\"a\":\"},{\\\"b\\\":[\",\"c\":1}", "a=text*:},{\\\"b\\\":[;c=number:1;" },
        { "{\"a\":[1,\"]\",{\"b\":\"}\\\\\"}],\"c\":2}", "a=list:[1,\"]\",{\"b\":\"}\\\\\"}];c=number:2;" },
        { "{\"a\":{\"b\":{}},\"c\":[]}", "a=map:{\"b\":{}};c=list:[];" },
        { "{\"a\":1,\"a\":2}", "a=number:1;a=number:2;" },
        { "{\"é\":\"样\"}", "é=text:样;" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++)
        assert_string_equal(skimmed(lines[i][0]), lines[i][1]);
}

static void faults(void **state)
{
    static const char *const lines[][2] = {
        { "", "!0 expected a JSON object on each line" },
        { "   ", "!0 expected a JSON object on each line" },
        { "[1]", "!0 expected a JSON object on each line" },
        { "{", "!1 the line ends before its object is closed" },
        { "{\"", "!1 the line ends inside the text that begins here" },
        { "{\"a", "!1 the line ends inside the text that begins here" },
        { "{\"a\\\"", "!1 the line ends inside the text that begins here" },
        { "{\"a\"", "!4 expected ':'" },
        { "{\"a\":", "!5 the line ends where a value was expected" },
        { "{\"a\":}", "!5 expected a value" },
        { "{\"a\":,\"b\":1}", "!5 expected a value" },
        { "{\"a\":1", "a=number:1;!6 the line ends before its object is closed" },
        { "{\"a\":1,", "a=number:1;!7 expected a key in quotes" },
        { "{\"a\":1,}", "a=number:1;!7 expected a key in quotes" },
        { "{,\"a\":1}", "!1 expected a key in quotes" },
        { "{a:1}", "!1 expected a key in quotes" },
        { "{\"a\":1 \"b\":2}", "a=number:1;!7 expected ',' or '}'" },
        { "{\"a\":1}}", "a=number:1;!7 text behind the end of the object" },
        { "{\"a\":1} x", "a=number:1;!7 text behind the end of the object" },
        { "{\"a\":\"x}", "!5 the line ends inside the text that begins here" },
        { "{\"a\":[1,{\"b\":2}", "!5 the line ends before the bracket that opens here is closed" },
        { "{\"a\":[1}", "!7 this bracket closes another kind" },
        { "{\"a\":{\"b\":1]}", "!11 this bracket closes another kind" },
        { "{\"a\":['x']}", "a=list:['x'];" }, /* inside of lists only brackets and texts count */
        { "{\"a\":'x'}", "!5 expected a value" },
        { "{\"a\":True}", "!5 expected a value" },
        { "{\"a\":nan}", "!5 expected a value" },
        { "{\"a\":+1}", "!5 expected a value" },
        { "{\"a\":.5}", "!5 expected a value" },
        { "{\"a\":\"x\"\"y\"}", "a=text:x;!8 expected ',' or '}'" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++)
        assert_string_equal(skimmed(lines[i][0]), lines[i][1]);
}

static void depth(void **state)
{
    static char line[LONGEST], wanted[LONGEST];

    (void)state;
    for (size_t levels = 199; levels <= 201; levels++) {
        char brackets[420] = "";
        memset(brackets, '[', levels);
        memset(brackets + levels, ']', levels);
        snprintf(line, sizeof line, "{\"a\":%s}", brackets);
        if (levels <= 200)
            snprintf(wanted, sizeof wanted, "a=list:%s;", brackets);
        else
            snprintf(wanted, sizeof wanted, "!205 nested more than 200 deep");
        assert_string_equal(skimmed(line), wanted);
    }
}

/* A line that is cut anywhere has a fault, and nothing behind its end is read. */
static void cut_anywhere(void **state)
{
    const char *whole = "{\"id\": 7, \"doc\": {\"a\": [\"\\\\\", {}]}, \"t\": \"x\\\"y\", \"ok\": true, \"n\": -1.5}";
    char part[128];

    (void)state;
    assert_null(strchr(skimmed(whole), '!'));
    for (size_t len = 0; len < strlen(whole); len++) {
        memcpy(part, whole, len);
        part[len] = '\0';
        assert_non_null(strchr(skimmed(part), '!'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members),
        cmocka_unit_test(faults),
        cmocka_unit_test(depth),
        cmocka_unit_test(cut_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
