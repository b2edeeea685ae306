/* A run of thresh log. */
#ifndef CLI_LOG_H
#define CLI_LOG_H

#include "cli.h"

typedef struct session {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    thresh_store *store;
} session;

/* --- log_entry.c: actions on entries by their number --- */
/* By its number, or "last". */
thresh_status get_entry(session *s, const char *text, thresh_log_entry **out);
int show_entry(session *s);
int diff_entries(session *s);
int replay_again(session *s);
/* What a list, or a document that is no verdict, may be written as; NULL behind the last. */
const char *document_format(size_t i);
enum { AS_TEXT, AS_JSON };

/* --- log_files.c --- */
int write_entry_files(session *s);

#endif
