
# Names of profiles, of one axis or, with files that may be one, of all.
_thresh_profile()
{
    local -a names
    names=(${(f)"$($program profiles list --names ${1:+--axis} $1 2>/dev/null)"})
    if [[ -n $1 ]]; then
        _wanted profiles expl "profile of the axis $1" compadd -a names
    else
        _alternative 'profiles:profile:compadd -a names' 'files:file:_files -g "*.(yaml|yml)(-.)"'
    fi
}

_thresh_file()
{
    _files
}

# The formats that it takes, or none for those of a verdict.
_thresh_output()
{
    if compset -P '*:'; then
        _files
    elif (($#)); then
        compadd -- "$@"
    else
        _thresh_output_format
    fi
}

_thresh_named_file()
{
    if compset -P '*='; then
        _files
    fi
}

_thresh()
{
    local program=$words[1] expl

    if (( CURRENT == 2 )); then
        if [[ $PREFIX == -* ]]; then
            compadd -- --help --version
        else
            _thresh_command
        fi
        return
    fi
    shift words
    (( CURRENT-- ))
    _thresh_arguments
}

if [[ $funcstack[1] == _thresh ]]; then
    _thresh "$@"
else
    compdef _thresh thresh
fi
