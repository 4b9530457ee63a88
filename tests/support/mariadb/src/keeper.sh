# Keeps one database server for the process that writes to its input: keeper.sh <folder> <command…>
# Words it understands, each answered by a line: start [arguments…], stop (as a service manager does), kill (as a power
# failure does). When the input ends, the server is killed by its number and the folder is removed.
folder=$1
shift
server=
while read -r word arguments; do
    case $word in
    # shellcheck disable=SC2086 # a list of words
    start) "$@" $arguments >>"$folder/server.log" 2>&1 & server=$! ;;
    stop) kill -TERM "$server"; wait "$server"; server= ;;
    kill) kill -KILL "$server"; wait "$server"; server= ;;
    esac
    echo "$word $server"
done
if [ -n "$server" ]; then
    kill -KILL "$server"
    wait "$server"
fi
rm -rf "$folder"
