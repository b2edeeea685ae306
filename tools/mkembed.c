/* Build step: files → one C table of {name, bytes, length}.
 * usage: mkembed out.c header type table root file...
 * A file's name is its path below root; `header` declares the type, the table and table_count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    enum { OUT = 1, HEADER, TYPE, TABLE, ROOT, FIRST };

    if (argc <= FIRST)
        return 2;
    FILE *out = fopen(argv[OUT], "wb");
    size_t root = strlen(argv[ROOT]);

    if (out == NULL)
        return 1;
    fprintf(out, "/* Made by tools/mkembed.c. */\n#include \"%s\"\n\n", argv[HEADER]);
    for (int i = FIRST; i < argc; i++) {
        FILE *in = fopen(argv[i], "rb");
        int c;

        if (in == NULL || strncmp(argv[i], argv[ROOT], root) != 0) {
            fprintf(stderr, "mkembed: cannot read %s\n", argv[i]);
            return 1;
        }
        fprintf(out, "static const char data_%d[] = {", i);
        for (size_t n = 0; (c = getc(in)) != EOF; n++)
            fprintf(out, "%s(char)%d,", n % 20 == 0 ? "\n    " : "", c);
        fputs(" 0 };\n", out);
        fclose(in);
    }
    fprintf(out, "const %s %s[] = {\n", argv[TYPE], argv[TABLE]);
    for (int i = FIRST; i < argc; i++)
        fprintf(out, "    { \"%s\", data_%d, sizeof data_%d - 1 },\n", argv[i] + root + 1, i, i);
    fprintf(out, "};\nconst size_t %s_count = sizeof %s / sizeof *%s;\n", argv[TABLE], argv[TABLE],
            argv[TABLE]);
    return fclose(out) == 0 ? 0 : 1;
}
