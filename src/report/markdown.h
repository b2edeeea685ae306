/* What reports in Markdown share: a text that grows, and texts from files that become no markup. */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include "base/language.h"
#include "thresh/judge.h"

/* GitHub takes 65,536 characters; bytes are at least as many, whatever counts as a character. */
enum { MOST_BYTES = 65536 - 256 };
/* Bytes of a text that came from a file, before it is escaped. */
enum { LONGEST_CELL = 160, LONGEST_SENTENCE = 600 };

/* A text that grows; `failed` sticks when memory ran out. Free `text` with free(). */
typedef struct buffer {
    char *text;
    size_t used, capacity;
    bool failed;
} buffer;

void add_text(buffer *b, const char *text);

/* Part of the comment by which a bot finds what it wrote before: no two hyphens, no '>'. */
void add_key(buffer *b, const char *text);

/* One line, at most `most` bytes of it, that Markdown and what GitHub does after it read as plain
 * text. A heading, a cell and an item begin with something else, so nothing here begins a line. */
const char *inert(arena *a, bool ascii, const char *text, size_t most);

/* A picture for a verdict. */
const char *markdown_look(thresh_verdict v);

#endif
