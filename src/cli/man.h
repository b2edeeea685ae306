/* Writing of manual pages, shared by man.c and man_profile.c. */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include "cli.h"

/* Text with what roff would obey escaped. */
void put_roff(FILE *f, const char *text, size_t len);
void roff_text(FILE *f, const char *text);
/* A term in bold, what it takes (or NULL), and what it means. */
void roff_item(FILE *f, const char *term, const char *value, const char *text);
void roff_example(FILE *f, const char *help, const char *lines);
void roff_title(FILE *f, const manual_page *page);
void roff_surroundings(FILE *f); /* ENVIRONMENT and FILES */
void roff_see_also(FILE *f, const char *self);

/* man_profile.c */
void man_profile(FILE *f, const manual_page *page);

#endif
