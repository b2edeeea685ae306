/*
 * Feeds a fuzzing target with mutations of the files given, always the same ones, where there is no
 * libFuzzer. usage: fuzz_... ROUNDS FILE...
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 1 << 16, FULL = 2048 };

static uint64_t drawn = 20240501;

static size_t draw(size_t below)
{
    drawn = drawn * 6364136223846793005u + 1442695040888963407u;
    return below == 0 ? 0 : (size_t)(drawn >> 33) % below;
}

/* One change of the kinds that break parsers: a byte, a piece gone, doubled, or a token put in. */
static size_t mutate(uint8_t *data, size_t size)
{
    static const char *const tokens[] = {
        "NaN",   "-Infinity", "1e999",    "{",       "}",        "[",      "]",    "\"",
        ",",     ":",         "\n",       "- ",      "&a ",      "*a",     "\xFF", "\xC3",
        "null",  "true",      "\\u0000",  "\\ud800", "%",        "pp",     "<",    "extends: [x]",
        "\t",    "0.1",       "accuracy", "value",   "n",        "stderr", "/",    "_stderr",
        ",none", "!!int",     "---",      "\"ts\":", "\"id\":1,"
    };
    size_t at = draw(size + 1), len = draw(12);

    switch (draw(4)) {
    case 0:
        if (size > 0)
            data[draw(size)] = (uint8_t)draw(256);
        return size;
    case 1:
        if (at + len > size)
            len = size - at;
        memmove(data + at, data + at + len, size - at - len);
        return size - len;
    case 2:
        if (at + len > size || size + len > LARGEST)
            return size;
        memmove(data + at + len, data + at, size - at);
        return size + len;
    default: {
        const char *token = tokens[draw(sizeof tokens / sizeof *tokens)];
        len = strlen(token);
        if (size + len > LARGEST)
            return size;
        memmove(data + at + len, data + at, size - at);
        memcpy(data + at, token, len);
        return size + len;
    }
    }
}

int main(int argc, char **argv)
{
    static uint8_t seed[LARGEST], data[LARGEST];
    long rounds = argc > 2 ? strtol(argv[1], NULL, 10) : 0, inputs = 0;

    for (int i = 2; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        size_t size = f == NULL ? 0 : fread(seed, 1, sizeof seed, f);

        if (f == NULL) {
            fprintf(stderr, "cannot read %s\n", argv[i]);
            return 1;
        }
        fclose(f);
        /* large files fewer times: it is their shape that counts */
        long times = size > FULL ? rounds * FULL / (long)size + 1 : rounds;
        for (long round = 0; round < times; round++, inputs++) {
            size_t len = size;
            memcpy(data, seed, size);
            for (size_t changes = draw(6); changes > 0; changes--)
                len = mutate(data, len);
            LLVMFuzzerTestOneInput(data, len);
        }
    }
    printf("%ld inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}
