/* An entry of the decision log: as it is hashed, as a row, and as a line. And its contents. */
#ifndef STORE_ENTRY_H
#define STORE_ENTRY_H

#include "base/arena.h"
#include "base/file.h"
#include "store/database.h"
#include "thresh/log.h"

#define NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

/* The texts of an entry as they are stored, in the order of the columns and of the hash. */
enum { ENTRY_FIELDS = 14 };
extern const char *const entry_field_names[ENTRY_FIELDS];
typedef struct entry_texts {
    const char *fields[ENTRY_FIELDS];
} entry_texts;

/* The columns of thresh_entry but the hash, in this order. */
#define ENTRY_COLUMNS                                                                              \
    "previous, id, time, kind, verdict, exit_code, who, host, folder, revision, version, command," \
    " files, document"

enum {
    FIELD_PREVIOUS,
    FIELD_ID,
    FIELD_EXIT_CODE = 5,
    FIELD_COMMAND = 11,
    FIELD_FILES,
    FIELD_DOCUMENT
};

/* NULL fields where memory ran out. */
bool texts_of(entry_texts *out, arena *a, const thresh_log_entry *entry);
void hash_of(char out[SHA256_HEX], const entry_texts *texts);
/* A row of ENTRY_COLUMNS and hash, in the arena. */
thresh_status entry_of_row(thresh_log_entry *out, entry_texts *texts, arena *a,
                           const value *columns, const char *name, thresh_diags *diags);

/* --- packed.c --- */

/* What thresh_log_pack() packed; texts lie in the arena. THRESH_EFORMAT, without a message. */
thresh_status unpack_entry(thresh_log_entry *out, arena *a, const void *bytes, size_t len);

/* --- entry.c again --- */

/* Entries that were read at once: nobody who writes waits while they are looked at. */
enum { PAGE = 100 };
typedef struct page {
    arena arena;
    thresh_log_entry entries[PAGE];
    entry_texts texts[PAGE];
    size_t count;
    database *db;
} page;
/* Reads the entries that a statement selects by $1, in the place of those that were there. */
thresh_status read_page(page *p, database *d, const char *sql, int64_t at);

/* The columns of an entry, as entry_of_row() takes them. */
#define SELECT_ENTRY "SELECT " ENTRY_COLUMNS ", hash FROM thresh_entry"

/* --- content.c --- */

/* A content on its way into the log: parts that are packed already, and wait. */
typedef struct packed_part {
    char *data;
    size_t len;
    size_t number;
} packed_part;

typedef struct packing packing;
struct packing {
    database *db;
    packed_part *parts; /* of the content named by `owner` each */
    char (*owners)[SHA256_HEX];
    size_t count, capacity, owner_capacity, bytes;
};

/* Packs the content of a file, unless it is on record; sets its hash and its size. Outside of a
 * transaction: large ones are written on the way. */
thresh_status keep_content(packing *p, thresh_log_file *file);
/* Writes what waits, within a transaction. */
thresh_status write_parts(packing *p);
/* Says that the content is whole, within a transaction, after its last part. */
thresh_status finish_content(database *d, const thresh_log_file *file);
void packing_free(packing *p);

/* What contents are unpacked with, for as many as are read one after the other. */
typedef struct unpacker {
    void *context; /* of zstd */
    char *buffer;
} unpacker;
thresh_status unpacker_init(unpacker *u);
void unpacker_free(unpacker *u);

/* What a content that is read is handed to; anything but THRESH_OK ends the reading. */
typedef thresh_status bytes_fn(void *context, const char *bytes, size_t len);
/* Reads a content and checks it: THRESH_ENOENT and THRESH_EFORMAT, without a message, where it is
 * missing or not itself. `each` may be NULL. */
thresh_status read_content(database *d, unpacker *u, const char *sha256, uint64_t *size,
                           bytes_fn *each, void *context);

#endif
