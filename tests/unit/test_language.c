/* Catalogs of translations, phrases, and messages in a language. */
#include "unit.h"

#include "base/language.h"
#include "thresh/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const thresh_language *chinese(void)
{
    const thresh_language *l = thresh_language_find("zh");

    assert_non_null(l);
    return l;
}

static void tags_find_their_language(void **state)
{
    static const char *const yes[] = {
        "zh",       "zh_CN",   "zh-CN",      "ZH_cn.utf8", "zh_CN.UTF-8@pinyin",
        "zh.UTF-8", "zh_Hans", "zh-hans-SG", "zh_SG.UTF-8"
    };
    static const char *const no[] = { "",       "z",  "zho",   "zh_TW",   "zh-Hant", "zh_C",
                                      "zh_CNX", "de", "de_DE", "C.UTF-8", "en",      "_CN" };

    (void)state;
    for (size_t i = 0; i < COUNT(yes); i++)
        assert_ptr_equal(thresh_language_find(yes[i]), chinese());
    for (size_t i = 0; i < COUNT(no); i++)
        assert_null(thresh_language_find(no[i]));
    assert_true(thresh_language_is_english("en"));
    assert_true(thresh_language_is_english("en-GB"));
    assert_true(thresh_language_is_english("C.UTF-8"));
    assert_true(thresh_language_is_english("POSIX"));
    assert_false(thresh_language_is_english("Cs"));
    assert_false(thresh_language_is_english("zh"));
    assert_false(thresh_language_is_english(""));
}

static void languages_are_listed(void **state)
{
    char tag[THRESH_TAG_MAX];
    size_t n = 0;

    (void)state;
    for (; thresh_language_at(n) != NULL; n++)
        assert_ptr_equal(thresh_language_find(thresh_language_tag(tag, thresh_language_at(n))),
                         thresh_language_at(n));
    assert_true(n >= 1);
    assert_string_equal(thresh_language_tag(tag, NULL), "en");
    assert_string_equal(thresh_language_tag(tag, chinese()), "zh-CN");
}

static void texts_are_translated(void **state)
{
    static const char unknown[] = "nobody ever wrote this";

    (void)state;
    assert_string_equal(thresh_translate(chinese(), "reject"), "拒绝");
    assert_string_equal(thresh_translate(chinese(), "REJECT"), "拒绝");
    /* the first and the last of the table, and what lies before and behind them */
    assert_string_equal(thresh_translate(chinese(),
                                         "write a CSV of the samples that one model gets "
                                         "right and the other wrong"),
                        "把只有一个模型答对的样本写成 CSV");
    assert_string_equal(thresh_translate(chinese(), " (thresh profiles list names those built in)"),
                        "（thresh profiles list 列出内置的配置）");
    assert_string_equal(thresh_translate(chinese(), "\1"), "\1");
    assert_string_equal(thresh_translate(chinese(), "\xff"), "\xff");
    /* what is not there is the same text, and the header is nobody's translation */
    assert_ptr_equal(thresh_translate(chinese(), unknown), unknown);
    assert_ptr_equal(thresh_translate(NULL, unknown), unknown);
    assert_string_equal(thresh_translate(chinese(), ""), "");
}

static void every_text_is_found(void **state)
{
    const thresh_language *l = chinese();
    const unsigned char *p = (const unsigned char *)l->data;
    uint32_t count = p[8] | (uint32_t)p[9] << 8, table = p[12];

    (void)state;
    assert_true(count > 500);
    assert_int_equal(p[0] | p[1] << 8, 0x12de); /* little-endian */
    for (uint32_t i = 1; i < count; i++) {
        const unsigned char *row = p + table + i * 8 + 4;
        const char *text = l->data + (row[0] | (uint32_t)row[1] << 8 | (uint32_t)row[2] << 16);
        assert_ptr_not_equal(thresh_translate(l, text), text);
    }
}

static void phrases_are_said(void **state)
{
    arena a = ARENA_INIT;
    char out[128];
    thresh_phrase p = SAY(&a, "%s of %s", phrase_word("int8"), SAID("standard input"));

    (void)state;
    assert_int_equal(thresh_phrase_text(out, sizeof out, &p, NULL),
                     strlen("int8 of standard input"));
    assert_string_equal(out, "int8 of standard input");
    /* the parts change places, and a literal is not translated */
    thresh_phrase_text(out, sizeof out, &p, chinese());
    assert_string_equal(out, "标准输入 中的 int8");
    p = SAY(&a, "%s of %s", phrase_word("reject"), phrase_word("%s"));
    thresh_phrase_text(out, sizeof out, &p, chinese());
    assert_string_equal(out, "%s 中的 reject");
    /* parts within parts, and a per cent sign */
    p = SAY(&a, "%s: confidence %s %% one-sided, power %s %%, %s", phrase_word("x"),
            phrase_word("95"), phrase_word("80"), SAID("if there is none"));
    thresh_phrase_text(out, sizeof out, &p, chinese());
    assert_string_equal(out, "x：置信度 95 %（单侧），功效 80 %，前提是没有退化");
    arena_free(&a);
}

static void wrong_templates_harm_nobody(void **state)
{
    char out[64];
    const thresh_phrase part = { "x", true, NULL, 0 };
    static const struct {
        const char *text, *said;
    } rows[] = {
        { "%2$s", "%2$s" },
        { "%s %s", "x %s" },
        { "%d", "%d" },
        { "100 %", "100 %" },
        { "%1$s%1$s", "xx" },
        { "%0$s", "%0$s" },
        { "%99999999999$s", "%99999999999$s" },
        { "%%s", "%s" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const thresh_phrase p = { rows[i].text, false, &part, 1 };
        thresh_phrase_text(out, sizeof out, &p, NULL);
        assert_string_equal(out, rows[i].said);
    }
    const thresh_phrase none = { NULL, false, NULL, 0 };
    assert_int_equal(thresh_phrase_text(out, sizeof out, &none, chinese()), 1);
    assert_string_equal(out, "?");
}

static void short_buffers_are_cut(void **state)
{
    const thresh_phrase p = { "a longer text", true, NULL, 0 };
    char out[8] = "#######";

    (void)state;
    assert_int_equal(thresh_phrase_text(out, 5, &p, NULL), 13);
    assert_string_equal(out, "a lo");
    assert_string_equal(out + 5, "##");
    assert_int_equal(thresh_phrase_text(out, 1, &p, NULL), 13);
    assert_string_equal(out, "");
    assert_int_equal(thresh_phrase_text(NULL, 0, &p, NULL), 13);
}

static void hints_name_the_nearest(void **state)
{
    char out[THRESH_HINT_MAX], name[1000];

    (void)state;
    assert_string_equal(thresh_hint(out, NULL, chinese()), "");
    assert_string_equal(thresh_hint(out, "search", NULL), "; did you mean 'search'?");
    assert_string_equal(thresh_hint(out, "search", chinese()), "；是否想写 'search'？");
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(strlen(thresh_hint(out, name, NULL)), THRESH_HINT_MAX - 1);
}

static void messages_are_in_their_language(void **state)
{
    thresh_diags *d = thresh_diags_new(), *from = thresh_diags_new();

    (void)state;
    assert_null(thresh_diags_language(NULL));
    assert_null(thresh_diags_language(d));
    thresh_diags_set_language(NULL, chinese());
    thresh_diags_add(d, THRESH_ERROR, "f", 1, 2, "unknown format '%s'%s", "x", "");
    thresh_diags_set_language(d, chinese());
    thresh_diags_add(d, THRESH_ERROR, "f", 1, 2, "unknown format '%s'%s", "x", "");
    /* the parts of a format may change places too */
    thresh_diags_add(
        d, THRESH_ERROR, "f", 1, 2,
        "nothing could be judged: no metric is in both files; '%s%s%s' of %s is not in %s", "gsm8k",
        "/", "acc", "b.json", "c.json");
    assert_string_equal(thresh_diags_at(d, 0)->text, "unknown format 'x'");
    assert_string_equal(thresh_diags_at(d, 1)->text, "未知格式 'x'");
    assert_string_equal(
        thresh_diags_at(d, 2)->text,
        "没有可评判的内容：没有两个文件共有的指标；b.json 的 'gsm8k/acc' 不在 c.json 中");
    /* what is appended stays as it was said */
    thresh_diags_append(from, d);
    thresh_diags_append(d, from);
    assert_string_equal(thresh_diags_at(d, 3)->text, "unknown format 'x'");
    assert_string_equal(thresh_diags_at(d, 4)->text, "未知格式 'x'");
    assert_int_equal(thresh_diags_errors(d), 6);
    thresh_diags_free(d);
    thresh_diags_free(from);
}

/* Each line of what is printed for a text. */
static void check_wrapped(const char *text, size_t width, const char *wanted)
{
    char *got = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&got, &len);

    thresh_print_wrapped(f, text, strlen(text), 0, 2, width);
    fclose(f);
    assert_string_equal(got, wanted);
    free(got);
}

static void lines_break_where_they_may(void **state)
{
    (void)state;
    check_wrapped("one two three", 8, "one two\n  three\n");
    check_wrapped("one two three", 0, "one two three\n");
    check_wrapped("", 10, "\n");
    check_wrapped("a change of 1.2 pp", 15, "a change of\n  1.2 pp\n");
    /* between any two characters, two cells each */
    check_wrapped("候选模型不得替换", 8, "候选模型\n  不得替\n  换\n");
    /* not before what ends a clause, nor behind what opens one */
    check_wrapped("候选模型，不得", 8, "候选模\n  型，不\n  得\n");
    check_wrapped("退化（单侧）。", 6, "退化\n  （单\n  侧）。\n");
    check_wrapped("指标'acc'退化", 12, "指标'acc'退\n  化\n");
    /* words of letters stay whole beside them */
    check_wrapped("使用 precision 评判", 10, "使用\n  precision\n  评判\n");
    check_wrapped("退化 1.2 pp，超出", 12, "退化 1.2 pp，\n  超出\n");
    /* invalid bytes are somebody else's fault */
    check_wrapped("\xff\xfe 候\xe5", 4, "\xff\xfe\n  候\xe5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_find_their_language),
        cmocka_unit_test(languages_are_listed),
        cmocka_unit_test(texts_are_translated),
        cmocka_unit_test(every_text_is_found),
        cmocka_unit_test(phrases_are_said),
        cmocka_unit_test(wrong_templates_harm_nobody),
        cmocka_unit_test(short_buffers_are_cut),
        cmocka_unit_test(hints_name_the_nearest),
        cmocka_unit_test(messages_are_in_their_language),
        cmocka_unit_test(lines_break_where_they_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
