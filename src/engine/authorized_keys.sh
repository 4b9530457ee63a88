# The block of this module in a user's authorized_keys: standard input holds its lines; without any it is taken away. What stands
# outside of it is nobody's here. Runs as that user: no link leads further than the user could go, and what is made is the user's.
# Exit 66: the file is a link, so somebody else looks after it.
set -eu
umask 077
cd "$HOME"
file=.ssh/authorized_keys
begin='# BEGIN keys of the control panel: changes between these lines are lost'
end='# END keys of the control panel'
newline='
'
if [ -L .ssh ] || [ -L "$file" ]; then
    exit 66
fi
keys=$(cat)
if [ ! -e "$file" ] && [ -z "$keys" ]; then
    echo done
    exit 0
fi
mkdir -p .ssh
new=$(mktemp .ssh/.authorized_keys.XXXXXX)
trap 'rm -f "$new"' EXIT
{
    held=
    inside=
    if [ -e "$file" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            if [ "$line" = "$begin" ]; then
                printf %s "$held"
                held=$line$newline
                inside=yes
            elif [ -z "$inside" ]; then
                printf '%s\n' "$line"
            elif [ "$line" = "$end" ]; then
                held=
                inside=
            else
                held=$held$line$newline
            fi
        done < "$file"
    fi
    # a block that has lost its end may go on with what is not ours
    printf %s "$held"
    if [ -n "$keys" ]; then
        printf '%s\n' "$begin" "$keys" "$end"
    fi
} > "$new"
mv -f "$new" "$file"
trap - EXIT
if command -v restorecon > /dev/null 2>&1; then
    restorecon "$file" > /dev/null 2>&1 || :
fi
echo done
