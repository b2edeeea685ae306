
# Offers those of the words that begin with $part.
_thresh_words()
{
    local word
    for word; do
        [[ $word != "$part"* ]] || COMPREPLY+=("$word")
    done
}

_thresh_file()
{
    local name
    compopt -o filenames 2>/dev/null
    while IFS= read -r name; do
        COMPREPLY+=("$name")
    done < <(compgen -f -- "$part")
}

# Names of profiles, of one axis or, with files that may be one, of all.
_thresh_profile()
{
    local name
    while IFS= read -r name; do
        _thresh_words "$name"
    done < <("$program" profiles list --names ${1:+--axis "$1"} 2>/dev/null)
    [[ -n $1 ]] || _thresh_file
}

# The formats that it takes, or none for those of a verdict.
_thresh_output()
{
    if [[ $part == *:* ]]; then
        lead+=${part%%:*}:
        part=${part#*:}
        _thresh_file
    elif (($#)); then
        _thresh_words "$@"
    else
        _thresh_output_format
    fi
}

# Behind NAME=.
_thresh_named_file()
{
    if [[ $part == *=* ]]; then
        lead+=${part%%=*}=
        part=${part#*=}
        _thresh_file
    fi
}

# The words up to the cursor into `words`: bash takes them apart at : and =, which belong to a word here.
_thresh_split()
{
    local i word glue=
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i == COMP_CWORD)) && [[ -z $word && ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]]; then
            glue=
        elif ((i > 0)) && [[ $word =~ ^[:=]+$ ]]; then
            glue=1
        fi
        if [[ -n $glue ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        [[ $word =~ ^[:=]+$ ]] || glue=
    done
}

# What readline holds for done already is not part of a reply.
_thresh_trim()
{
    local break done_part=$lead$part i
    for break in : =; do
        [[ $COMP_WORDBREAKS == *$break* && $done_part == *$break* ]] || continue
        done_part=${done_part%"${done_part##*"$break"}"}
        for i in "${!COMPREPLY[@]}"; do
            COMPREPLY[i]=${COMPREPLY[i]#"${done_part#"$lead"}"}
        done
        return
    done
    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]=$lead${COMPREPLY[i]}
    done
}

_thresh()
{
    local program=$1 words part lead= command action= values= count=0 i
    COMPREPLY=()
    _thresh_split
    part=${words[${#words[@]} - 1]}
    command=${words[1]}
    if ((${#words[@]} <= 2)); then
        _thresh_command
        _thresh_words --help --version
        return
    fi
    for ((i = 2; i < ${#words[@]} - 1; i++)); do
        if _thresh_value "$command" "${words[i]}"; then
            ((++i))
        elif [[ ${words[i]} != -?* ]]; then
            ((count++ == 0)) && action=${words[i]}
        fi
    done
    if ((i >= ${#words[@]})); then
        : # $values is what the option before the cursor takes
    elif [[ $part == --*=* ]] && _thresh_value "$command" "${part%%=*}"; then
        lead=${part%%=*}=
        part=${part#*=}
    elif [[ $part == -* ]]; then
        _thresh_option "$command"
        return
    else
        _thresh_positional "$command" "$count" "$action"
    fi
    [[ -z $values ]] || eval "_thresh_$values"
    _thresh_trim
}

complete -F _thresh thresh
