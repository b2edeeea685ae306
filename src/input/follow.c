/*
 * A file that grows. No notification of the system is used, for none is there on every system and
 * every file system: a file is looked at again after a while. What was read is known again by the
 * bytes before it, since an inode number is given to another file as soon as it is free.
 */
#include "base/language.h"
#include "input/stream.h"
#include "thresh/follow.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { READ_AT_ONCE = 1 << 17, TAIL = 1024 };
/* Hash of a place before whose first byte a cut is still to be told; that of no bytes is 0. */
#define CUT_PENDING 1

struct thresh_follow {
    char *path;
    thresh_diags *diags;
    bool follow;
    int fd; /* -1: none is open */
    bool own_fd, regular;
    stream *packed; /* instead of fd */
    uint64_t device, inode, offset;
    char tail[TAIL]; /* the last bytes that were read, in a ring: byte n of the file is at n % TAIL
                      */
    bool cut;        /* is to be told before the next byte */
    bool waited;     /* the end was seen; the tail is compared before more is read */
    bool aside;      /* it is a rotated file, and what has the path now comes behind it */
    bool replaced;   /* another file has the path now, and this one gave nothing since */
    char buffer[READ_AT_ONCE];
};

static thresh_status fail(const thresh_follow *f, const char *format)
{
    thresh_diags_add(f->diags, THRESH_ERROR, f->path, 0, 0, format,
                     diag_text(f->diags, strerror(errno)));
    return THRESH_EIO;
}

/* --- the bytes before a place --- */

static void remember(thresh_follow *f, const char *data, size_t len)
{
    size_t skipped = len > TAIL ? len - TAIL : 0;

    for (size_t i = skipped; i < len;) {
        size_t at = (size_t)((f->offset + i) % TAIL), n = TAIL - at < len - i ? TAIL - at : len - i;
        memcpy(f->tail + at, data + i, n);
        i += n;
    }
    f->offset += len;
}

static size_t tail_length(uint64_t offset)
{
    return offset < TAIL ? (size_t)offset : TAIL;
}

/* The tail in the order of the file. */
static size_t unroll(const thresh_follow *f, char out[TAIL])
{
    size_t len = tail_length(f->offset);

    for (size_t i = 0; i < len; i++)
        out[i] = f->tail[(f->offset - len + i) % TAIL];
    return len;
}

static uint64_t hash_of(const char *text, size_t len)
{
    uint64_t h = 14695981039346656037ull;

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)text[i]) * 1099511628211ull;
    return len == 0 ? 0 : h;
}

/* The bytes before `offset` of an open file; fewer than there should be when it is shorter. */
static size_t read_before(int fd, uint64_t offset, char out[TAIL])
{
    size_t want = tail_length(offset), got = 0;
    ssize_t n = 1;

    while (got < want && n > 0) {
        n = pread(fd, out + got, want - got, (off_t)(offset - want + got));
        if (n > 0)
            got += (size_t)n;
    }
    return got;
}

/* --- opening --- */

static void close_file(thresh_follow *f)
{
    if (f->fd >= 0 && f->own_fd)
        close(f->fd);
    stream_close(f->packed);
    f->packed = NULL;
    f->fd = -1;
    f->waited = f->replaced = f->aside = false;
}

/* Takes over an open file, from its beginning. */
static thresh_status use(thresh_follow *f, int fd)
{
    struct stat st;

    f->fd = fd;
    f->own_fd = true;
    f->offset = 0;
    f->waited = f->replaced = false;
    if (fstat(fd, &st) != 0)
        return fail(f, N_("cannot read: %s"));
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return fail(f, N_("cannot read: %s"));
    }
    f->regular = S_ISREG(st.st_mode);
    f->device = (uint64_t)st.st_dev;
    f->inode = (uint64_t)st.st_ino;
    return THRESH_OK;
}

/* THRESH_ENOENT: there is none yet, and that is all right. */
static thresh_status open_path(thresh_follow *f)
{
    /* of a pipe whose writer is not there yet the opening would wait */
    int fd = open(f->path, O_RDONLY | O_CLOEXEC | (f->follow ? O_NONBLOCK : 0));

    if (fd < 0)
        return f->follow && errno == ENOENT ? THRESH_ENOENT : fail(f, N_("cannot open: %s"));
    return use(f, fd);
}

/* Is what stands before the place what stood there? Then reading goes on from it. */
static bool go_on(thresh_follow *f, const thresh_position *from)
{
    char before[TAIL];
    size_t len = read_before(f->fd, from->offset, before);

    if (!f->regular || len != tail_length(from->offset) || hash_of(before, len) != from->hash
        || lseek(f->fd, (off_t)from->offset, SEEK_SET) < 0)
        return false;
    f->offset = from->offset - len;
    remember(f, before, len);
    return true;
}

/* The file of that inode in the folder of the path, such as "app.log.1" is of "app.log". */
static bool find_rotated(thresh_follow *f, const thresh_position *from)
{
    const char *slash = strrchr(f->path, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - f->path) + 1;
    char *name = malloc(len + 2);
    DIR *folder;
    struct dirent *entry;
    bool found = false;

    if (name == NULL)
        return false;
    memcpy(name, slash == NULL ? "." : f->path, slash == NULL ? 1 : len);
    name[slash == NULL ? 1 : len] = '\0';
    folder = opendir(name);
    free(name);
    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
        int fd;
        if ((uint64_t)entry->d_ino != from->inode)
            continue;
        fd = openat(dirfd(folder), entry->d_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0)
            continue;
        found = use(f, fd) == THRESH_OK && f->device == from->device && go_on(f, from);
        if (!found)
            close_file(f);
    }
    if (folder != NULL)
        closedir(folder);
    return found;
}

/* A place in a packed file, found by unpacking it from its beginning; false, with nothing open,
 * where something else stands before it. */
static bool reach(thresh_follow *f, const char *path, const thresh_position *from,
                  thresh_status *rc)
{
    static const thresh_read_options usual = { 0 };
    char before[TAIL];

    f->offset = 0;
    *rc = stream_open(&f->packed, path, NULL, &usual, f->diags);
    while (*rc == THRESH_OK && f->offset < from->offset) {
        const char *text;
        size_t len, left;
        *rc = stream_peek(f->packed, READ_AT_ONCE, &text, &len);
        left = from->offset - f->offset < len ? (size_t)(from->offset - f->offset) : len;
        if (*rc != THRESH_OK || left == 0)
            break;
        stream_skip(f->packed, left);
        remember(f, text, left);
    }
    if (*rc == THRESH_OK && f->offset == from->offset
        && hash_of(before, unroll(f, before)) == from->hash)
        return true;
    stream_close(f->packed);
    f->packed = NULL;
    f->offset = 0;
    return false;
}

/* Is `name` that of a packed file beside the one called `base`, such as "app.log.1.gz"? */
static bool is_packed_beside(const char *name, const char *base)
{
    size_t len = strlen(name), of = strlen(base);

    return len > of + 3 && memcmp(name, base, of) == 0
           && (strcmp(name + len - 3, ".gz") == 0 || strcmp(name + len - 4, ".zst") == 0);
}

/* The same, packed when it was rotated. */
static bool find_packed(thresh_follow *f, const thresh_position *from)
{
    const char *slash = strrchr(f->path, '/'), *base = slash == NULL ? f->path : slash + 1;
    size_t len = (size_t)(base - f->path);
    char *name = malloc(len + 256 + 2);
    thresh_diags *diags = f->diags;
    DIR *folder = NULL;
    struct dirent *entry;
    bool found = false;
    thresh_status rc;

    if (name != NULL && from->offset > 0) { /* nothing was read of it: all look alike */
        snprintf(name, len + 2, "%.*s", slash == NULL ? 1 : (int)len,
                 slash == NULL ? "." : f->path);
        folder = opendir(name);
    }
    f->diags = NULL; /* a file that cannot be unpacked is another */
    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
        if (!is_packed_beside(entry->d_name, base))
            continue;
        snprintf(name, len + 258, "%.*s%s", (int)len, f->path, entry->d_name);
        found = reach(f, name, from, &rc);
    }
    f->diags = diags;
    if (folder != NULL)
        closedir(folder);
    free(name);
    if (found) {
        f->regular = true;
        f->device = from->device;
        f->inode = from->inode;
    }
    return found;
}

static void say_it_is_another(thresh_follow *f)
{
    f->cut = true;
    thresh_diags_add(
        f->diags, THRESH_WARNING, f->path, 0, 0,
        "not the file that was read before, or it was written anew: it is read from its "
        "beginning, and rows that came in between may be lost");
}

/* Where reading goes on, now that the path was opened or, with -1, does not exist. The place
 * decides and not the inode, which another machine or another mount changes. */
static thresh_status resume(thresh_follow *f, const thresh_position *from)
{
    bool same = f->fd >= 0 && f->device == from->device && f->inode == from->inode;
    thresh_status rc;

    if (f->fd >= 0 && (!f->regular || ((same || from->offset > 0) && go_on(f, from))))
        return THRESH_OK;
    close_file(f);
    f->aside = find_rotated(f, from) || find_packed(f, from);
    if (f->aside)
        return THRESH_OK;
    f->cut = from->hash == CUT_PENDING;
    if (!f->cut && (from->offset > 0 || !same))
        say_it_is_another(f);
    rc = open_path(f);
    return rc == THRESH_ENOENT ? THRESH_OK : rc;
}

/* --- packed files --- */

static bool is_packed(const thresh_follow *f)
{
    unsigned char magic[4] = { 0 };

    return f->regular && pread(f->fd, magic, sizeof magic, 0) >= 2
           && (memcmp(magic, "\x1F\x8B", 2) == 0 || memcmp(magic, "\x28\xB5\x2F\xFD", 4) == 0);
}

static thresh_status read_packed(thresh_follow *f, const char **text, size_t *len)
{
    thresh_status rc = stream_peek(f->packed, READ_AT_ONCE, text, len);

    if (rc == THRESH_OK && *len > 0) {
        stream_skip(f->packed, *len);
        remember(f, *text, *len);
    }
    return rc;
}

static thresh_status open_packed(thresh_follow *f, const thresh_position *from)
{
    static const thresh_read_options usual = { 0 };
    thresh_status rc = THRESH_OK;

    close(f->fd);
    f->fd = -1;
    if (from != NULL && reach(f, f->path, from, &rc))
        return THRESH_OK;
    if (from != NULL && rc == THRESH_OK)
        say_it_is_another(f);
    return rc == THRESH_OK ? stream_open(&f->packed, f->path, NULL, &usual, f->diags) : rc;
}

/* --- the whole --- */

static thresh_status begin(thresh_follow *f, const thresh_position *from)
{
    thresh_status rc = open_path(f);

    if (rc != THRESH_OK && rc != THRESH_ENOENT)
        return rc;
    if (from != NULL && from->inode == 0)
        from = NULL;
    if (rc == THRESH_OK && !f->follow && is_packed(f))
        return open_packed(f, from);
    return from == NULL ? THRESH_OK : resume(f, from);
}

thresh_status thresh_follow_open(thresh_follow **out, const char *path, FILE *standard_input,
                                 bool follow, const thresh_position *from, thresh_diags *diags)
{
    thresh_status rc = THRESH_ENOMEM;
    thresh_follow *f = calloc(1, sizeof *f);

    *out = NULL;
    if (f == NULL)
        return THRESH_ENOMEM;
    f->fd = -1;
    if ((f->path = strdup(path)) == NULL)
        goto done;
    f->diags = diags;
    f->follow = follow;
    if (strcmp(path, "-") == 0 && standard_input != NULL) {
        f->fd = fileno(standard_input);
        rc = THRESH_OK;
    } else {
        rc = begin(f, from);
    }
    if (rc != THRESH_OK)
        goto done;
    *out = f;
    f = NULL;
done:
    thresh_follow_free(f);
    return rc;
}

void thresh_follow_free(thresh_follow *f)
{
    if (f == NULL)
        return;
    close_file(f);
    free(f->path);
    free(f);
}

/* Truncated, or written anew: what stood before the place does no longer. */
static bool was_rewritten(const thresh_follow *f)
{
    char before[TAIL], own[TAIL];
    size_t len = unroll(f, own);

    return read_before(f->fd, f->offset, before) != len || memcmp(before, own, len) != 0;
}

/* Is the path another file by now, which has something to read? */
static bool is_replaced(const thresh_follow *f)
{
    struct stat st;

    return stat(f->path, &st) == 0
           && ((uint64_t)st.st_dev != f->device || (uint64_t)st.st_ino != f->inode)
           && st.st_size > 0;
}

/* From a file that ended to that which has the path now, if it is there yet. */
static thresh_status open_next(thresh_follow *f, thresh_followed *what)
{
    thresh_status rc;

    close_file(f);
    rc = open_path(f);
    *what = THRESH_FOLLOWED_CUT;
    return rc == THRESH_ENOENT ? THRESH_OK : rc;
}

/* Nothing more is in the file. Its writer may still have it open after a rotation, so that it is
 * left only when it has given nothing once more. */
static thresh_status at_end(thresh_follow *f, thresh_followed *what)
{
    bool replaced;

    if (!f->follow && f->aside && is_replaced(f))
        return open_next(f, what); /* nobody comes back for it */
    if (!f->follow || (!f->regular && !f->own_fd)) {
        *what = THRESH_FOLLOWED_END;
        return THRESH_OK;
    }
    *what = THRESH_FOLLOWED_WAIT;
    f->waited = true;
    replaced = f->regular && is_replaced(f);
    if (replaced && f->replaced)
        return open_next(f, what);
    f->replaced = replaced;
    return THRESH_OK;
}

static bool is_ready(const thresh_follow *f)
{
    struct pollfd p = { .fd = f->fd, .events = POLLIN };

    return f->regular || poll(&p, 1, 0) != 0;
}

thresh_status thresh_follow_read(thresh_follow *f, thresh_followed *what, const char **text,
                                 size_t *len)
{
    thresh_status rc;
    ssize_t n;

    *what = THRESH_FOLLOWED_WAIT;
    *text = f->buffer;
    *len = 0;
    if (f->cut) {
        f->cut = false;
        *what = THRESH_FOLLOWED_CUT;
        return THRESH_OK;
    }
    if (f->packed != NULL) {
        rc = read_packed(f, text, len);
        *what = *len > 0 ? THRESH_FOLLOWED_BYTES : THRESH_FOLLOWED_END;
        return rc == THRESH_OK && *len == 0 && f->aside ? open_next(f, what) : rc;
    }
    if (f->fd < 0 && (rc = open_path(f)) != THRESH_OK)
        return rc == THRESH_ENOENT ? THRESH_OK : rc;
    if (!is_ready(f))
        return THRESH_OK;
    if (f->waited && f->regular && was_rewritten(f)) {
        if (lseek(f->fd, 0, SEEK_SET) < 0)
            return fail(f, N_("cannot read: %s"));
        f->offset = 0;
        f->waited = f->replaced = false;
        *what = THRESH_FOLLOWED_CUT;
        return THRESH_OK;
    }
    n = read(f->fd, f->buffer, sizeof f->buffer);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN ? THRESH_OK : fail(f, N_("cannot read: %s"));
    if (n == 0)
        return at_end(f, what);
    remember(f, f->buffer, (size_t)n);
    f->waited = f->replaced = false;
    *what = THRESH_FOLLOWED_BYTES;
    *len = (size_t)n;
    return THRESH_OK;
}

void thresh_follow_wait(thresh_follow *f, unsigned milliseconds)
{
    struct pollfd p = { .fd = f->fd, .events = POLLIN };
    struct timespec t = { (time_t)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000000 };

    /* a pipe without a writer is always ready, with nothing to read */
    if (f->fd >= 0 && !f->regular && (poll(&p, 1, 0) == 0 || (p.revents & POLLIN) != 0))
        poll(&p, 1, (int)(milliseconds < 1u << 30 ? milliseconds : 1u << 30));
    else
        nanosleep(&t, NULL);
}

thresh_position thresh_follow_position(const thresh_follow *f)
{
    char tail[TAIL];
    size_t len = unroll(f, tail);

    if (!f->regular || (f->fd < 0 && f->packed == NULL))
        return (thresh_position){ 0 };
    if (f->cut)
        return (thresh_position){ f->device, f->inode, 0, CUT_PENDING };
    return (thresh_position){ f->device, f->inode, f->offset, hash_of(tail, len) };
}
