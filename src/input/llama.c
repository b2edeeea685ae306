/* llama.cpp's perplexity tool: "Final estimate: PPL = 5.7945 +/- 0.03230" in its log. */
#include "input/reader.h"

#include <string.h>

static const char mark[] = "Final estimate: PPL";

/* From the mark to the end of its line; false when there is none. */
static bool find_estimate(const input *in, line *out)
{
    size_t at = 0;

    *out = (line){ 0 };
    while (next_full_line(in, &at, out))
        for (size_t i = 0; i + sizeof mark - 1 <= out->len; i++)
            if (memcmp(out->text + i, mark, sizeof mark - 1) == 0) {
                out->text += i + sizeof mark - 1;
                out->len -= i + sizeof mark - 1;
                return true;
            }
    return false;
}

static bool detect(const input *in)
{
    line l;

    return in->text[0] != '{' && find_estimate(in, &l);
}

static thresh_status read(const input *in, thresh_set *set)
{
    thresh_metric m = { .scope = "", .name = "PPL" };
    field f[4]; /* = value +/- error */
    line l;

    if (!find_estimate(in, &l))
        return text_fault(in, 0, "no line 'Final estimate: PPL = ...'");
    size_t count = split_fields(&l, f, 4);
    if (count < 2 || !field_is(f[0], "=") || !field_number(f[1], &m.value))
        return text_fault(in, l.number, "expected 'PPL = number'");
    m.line = l.number;
    m.has_stderr = count == 4 && field_is(f[2], "+/-") && field_number(f[3], &m.stderr_value);
    return add_measured(in, set, &m);
}

const reader llama_reader = {
    .format = { "llama.cpp", N_("llama.cpp perplexity, its log") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
};
