# usage: gate.sh BASELINE CANDIDATE PROFILE
code=0
thresh eval "$1" "$2" --profile "$3" --quiet || code=$?
case $code in
0) echo "release it" ;;
1) echo "keep the original" ;;
3) echo "ask a person" ;;
*) echo "the gate itself is broken" ;;
esac
