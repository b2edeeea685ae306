
# Is the command, and the action where one is given, this one?
function __thresh_is
    set -l words (commandline -opc)
    set -l last (math 1 + (count $argv))
    test (count $words) -ge $last; and test "$words[2..$last]" = "$argv"
end

# Is the first argument still to come?
function __thresh_begins
    test (count (commandline -opc)) -eq (math 1 + (count $argv)); and __thresh_is $argv
end

# Did the first argument come already?
function __thresh_goes_on
    __thresh_is $argv; and not __thresh_begins $argv
end

# Names of profiles, of one axis or, with files that may be one, of all.
function __thresh_profile
    set -l words (commandline -opc)
    if set -q argv[1]
        $words[1] profiles list --names --axis $argv[1] 2>/dev/null
    else
        $words[1] profiles list --names 2>/dev/null
        __fish_complete_suffix .yaml
    end
end

# The formats that it takes, or none for those of a verdict.
function __thresh_output
    set -l part (commandline -ct | string replace -r -- '^(--[a-z]+=|-[a-z])' '')
    if string match -q '*:*' -- $part
        set -l format (string replace -r ':.*' ':' -- $part)
        for path in (__fish_complete_path (string replace -r '^[^:]*:' '' -- $part))
            echo $format(string split \t -- $path)[1]
        end
    else if set -q argv[1]
        printf '%s\n' $argv
    else
        __thresh_output_format
    end
end

function __thresh_named_file
    set -l part (commandline -ct | string replace -r -- '^--[a-z]+=' '')
    if string match -q '*=*' -- $part
        set -l name (string replace -r '=.*' '=' -- $part)
        for path in (__fish_complete_path (string replace -r '^[^=]*=' '' -- $part))
            echo $name(string split \t -- $path)[1]
        end
    end
end
