# CHANGELOG.md → the items of a Debian changelog, in lines of less than 80 columns.
function print_item(text,    words, count, i, line)
{
    count = split(text, words, " ")
    line = "  *"
    for (i = 1; i <= count; i++) {
        if (length(line) + 1 + length(words[i]) > 78) {
            print line
            line = "   "
        }
        line = line " " words[i]
    }
    if (count > 0)
        print line
}
/^#/ { next }
/^- / { print_item(item); item = "" }
{ sub(/^- /, ""); item = item " " $0 }
END { print_item(item) }
