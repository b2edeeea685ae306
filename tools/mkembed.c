/* Build step: files → one C table of {name, bytes}.
 * usage: mkembed out.c root file... ; a file's name is its path below root */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    FILE *out = fopen(argv[1], "wb");
    size_t root = strlen(argv[2]);

    if (out == NULL)
        return 1;
    fputs("/* Made by tools/mkembed.c. */\n#include \"profile/builtin.h\"\n\n", out);
    for (int i = 3; i < argc; i++) {
        FILE *in = fopen(argv[i], "rb");
        int c;

        if (in == NULL || strncmp(argv[i], argv[2], root) != 0) {
            fprintf(stderr, "mkembed: cannot read %s\n", argv[i]);
            return 1;
        }
        fprintf(out, "static const char data_%d[] = {", i);
        for (size_t n = 0; (c = getc(in)) != EOF; n++)
            fprintf(out, "%s(char)%d,", n % 20 == 0 ? "\n    " : "", c);
        fputs(" 0 };\n", out);
        fclose(in);
    }
    fputs("const builtin_file builtin_files[] = {\n", out);
    for (int i = 3; i < argc; i++)
        fprintf(out, "    { \"%s\", data_%d, sizeof data_%d - 1 },\n", argv[i] + root + 1, i, i);
    fputs("};\nconst size_t builtin_file_count = sizeof builtin_files / sizeof *builtin_files;\n",
          out);
    return fclose(out) == 0 ? 0 : 1;
}
