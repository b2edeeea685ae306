/* Texts of Markdown: what comes from files stands there as plain text. */
#include "report/markdown.h"

#include "report/table.h"

#include <string.h>

/* Else a few long names of what has to be escaped would take the room of the whole comment. */
enum { MOST_ESCAPED = 2 };

static const char *const looks[] = { [THRESH_ACCEPT] = "\xE2\x9C\x85",
                                     [THRESH_WARN] = "\xE2\x9A\xA0\xEF\xB8\x8F",
                                     [THRESH_REVIEW] = "\xE2\x9D\x93",
                                     [THRESH_REJECT] = "\xE2\x9D\x8C" };

const char *markdown_look(thresh_verdict v)
{
    return looks[v];
}

void add_text(buffer *b, const char *text)
{
    size_t len = strlen(text);

    if (b->failed || !array_reserve(&b->text, &b->capacity, b->used + len + 1, 1)) {
        b->failed = true;
        return;
    }
    memcpy(b->text + b->used, text, len + 1);
    b->used += len;
}

static bool is_letter(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
}

/* "ndcg@10" is neither a mention nor an address nor a commit. */
static bool is_cutoff(const char *text, const char *p)
{
    enum { SHORTEST_COMMIT = 7 };
    size_t digits = strspn(p, "0123456789");

    return p - text > 1 && is_word(p[-2]) && digits > 0 && digits < SHORTEST_COMMIT
           && !is_word(p[digits]) && p[digits] != '.';
}

/* "GH-1", and "ABC-1", which a repository may link to a tracker of its own */
static bool is_ticket(const char *text, const char *p)
{
    char before = p - text > 1 ? p[-2] : '\0';

    return *p >= '0' && *p <= '9' && (before == 'h' || (before >= 'A' && before <= 'Z'));
}

/* Whether a reader of links, mentions, issues or emoji would begin or go on between p[-1] and p[0].
 * There an invisible space stands between them. */
static bool must_part(const char *text, const char *p)
{
    char before = p > text ? p[-1] : '\0';

    return (before == '@' && !is_cutoff(text, p)) || before == '#'
           || (before == ':' && (is_word(*p) || *p == '/')) /* :emoji: and scheme:// */
           || (before == '-' && is_ticket(text, p))
           || ((before | 0x20) == 'w' && (*p | 0x20) == 'w'); /* www. */
}

void add_key(buffer *b, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/";
    char escape[4];
    enum { LONGEST_KEY = 500 };

    for (size_t i = 0; text[i] != '\0' && i < LONGEST_KEY; i++) {
        snprintf(escape, sizeof escape, strchr(plain, text[i]) != NULL ? "%c" : "%%%02X",
                 (unsigned char)text[i]);
        add_text(b, escape);
    }
}

const char *inert(arena *a, bool ascii, const char *text, size_t most)
{
    static const char parting[] = "&#8203;", dollar[] = "&#36;";
    enum { LONGEST = sizeof parting + sizeof dollar };
    bool whole = strlen(text) <= most;
    const char *clean = printable(a, phrase_clipped(a, text, most).text, ascii);
    char *out = clean == NULL ? NULL : arena_alloc(a, strlen(clean) * LONGEST + 4), *to = out;

    if (out == NULL)
        return "?";
    for (const char *p = clean; *p != '\0'; p++) {
        /* never inside a character */
        if ((size_t)(to - out) >= most * MOST_ESCAPED && ((unsigned char)*p & 0xC0) != 0x80) {
            whole = false;
            break;
        }
        if (must_part(clean, p))
            to = stpcpy(to, parting);
        if (*p == '$') {
            to = stpcpy(to, dollar); /* a formula may begin at an escaped one */
            continue;
        }
        if (strchr("\\`*_[]<>|~&#{}!^", *p) != NULL)
            *to++ = '\\';
        *to++ = *p;
    }
    *to = '\0';
    if (!whole)
        strcpy(to, ascii ? "..." : "\xE2\x80\xA6");
    return out;
}
