/* Whole files in memory, and their SHA-256 by nettle. */
#include "base/language.h"
#include "base/file.h"

#include "base/arena.h"

#include <errno.h>
#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void hex_of(char *out, const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

static void sha256(uint8_t digest[SHA256_DIGEST_SIZE], const char *data, size_t len)
{
    struct sha256_ctx ctx;

    sha256_init(&ctx);
    sha256_update(&ctx, len, (const uint8_t *)data);
    sha256_digest(&ctx, SHA256_DIGEST_SIZE, digest);
}

void sha256_hex(char out[SHA256_HEX], const char *data, size_t len)
{
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256(digest, data, len);
    hex_of(out, digest, sizeof digest);
}

void sha256_base64(char out[SHA256_BASE64], const char *data, size_t len)
{
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256(digest, data, len);
    base64_encode_raw(out, sizeof digest, digest);
    out[SHA256_BASE64 - 1] = '\0';
}

static thresh_status fail_errno(const char *path, const char *what, thresh_diags *diags)
{
    thresh_diags_add(diags, THRESH_ERROR, path, 0, 0, "%s: %s", diag_text(diags, what),
                     diag_text(diags, strerror(errno)));
    return THRESH_EIO;
}

static thresh_status fail_size(const char *path, size_t limit, thresh_diags *diags)
{
    thresh_diags_add(diags, THRESH_ERROR, path, 0, 0, "larger than the limit of %zu MiB",
                     limit >> 20);
    return THRESH_EFORMAT;
}

/* The whole stream; `*len` is set. */
static thresh_status slurp(char **out, size_t *len, FILE *f, size_t hint, size_t limit,
                           const char *path, thresh_diags *diags)
{
    char *text = NULL;
    size_t capacity = 0, used = 0;

    do {
        if (!array_reserve(&text, &capacity, used + (hint > 0 ? hint + 1 : 65536), 1)) {
            free(text);
            return THRESH_ENOMEM;
        }
        hint = 0;
        errno = 0;
        used += fread(text + used, 1, capacity - used, f);
        if (used > limit) {
            free(text);
            return fail_size(path, limit, diags);
        }
    } while (used == capacity);
    if (ferror(f)) {
        free(text);
        return fail_errno(path, "cannot read", diags);
    }
    *out = text;
    *len = used;
    return THRESH_OK;
}

thresh_status file_read(char **out, size_t *len, const char *path, FILE *standard_input,
                        size_t limit, thresh_diags *diags)
{
    bool standard = strcmp(path, "-") == 0 && standard_input != NULL;
    struct stat st = { 0 };
    size_t hint = 0;
    thresh_status rc;
    FILE *f = standard_input;

    if (!standard) {
        if (stat(path, &st) != 0)
            return fail_errno(path, "cannot read", diags);
        if (S_ISDIR(st.st_mode)) {
            thresh_diags_add(diags, THRESH_ERROR, path, 0, 0, "found a folder, expected a file");
            return THRESH_EIO;
        }
        if (S_ISREG(st.st_mode) && (uintmax_t)st.st_size > limit)
            return fail_size(path, limit, diags);
        hint = S_ISREG(st.st_mode) ? (size_t)st.st_size : 0;
        if ((f = fopen(path, "rb")) == NULL)
            return fail_errno(path, "cannot read", diags);
    }
    rc = slurp(out, len, f, hint, limit, path, diags);
    if (!standard)
        fclose(f);
    return rc;
}

thresh_status memory_close(FILE *f, char *const *text, thresh_status rc)
{
    /* the C library leaves NULL, and says nothing, when its last allocation fails */
    return f == NULL || fclose(f) != 0 || *text == NULL ? THRESH_ENOMEM : rc;
}
