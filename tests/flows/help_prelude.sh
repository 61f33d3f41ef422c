# Before the commands of a page: what runs them. HOME is a folder of the test's own, and where they begin.
set -eo pipefail
exec </dev/null
cd "$HOME"
DATA=$HOME/.local/share/polyclinic
printf 'violet-harbor-mitten-92\n' >.answers

await() { # await SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || { echo "waited in vain: $*" >&2; return 1; }
        sleep 0.05
    done
}

gone() { [ ! -e "$1" ]; }

stop_servers() {
    local control
    for control in "$HOME"/control.json "$HOME"/*/control.json "$HOME"/*/*/control.json "$DATA/control.json"; do
        [ -e "$control" ] || continue
        kill "$(sed -E 's/.*"pid":([0-9]+).*/\1/' "$control")" || true
        await 20 gone "$control"
    done
}

# In the background until it says that it is ready.
serve() {
    : >.serve.log
    setsid bash "$1" >.serve.log 2>&1 &
    await 60 grep -Eq '^ready |^polyclinicd: ' .serve.log
    grep -q '^ready ' .serve.log || { cat .serve.log; return 1; }
}

background() {
    : >.background.log
    PYTHONUNBUFFERED=1 setsid bash "$1" >.background.log 2>&1 &
    BACKGROUND="$BACKGROUND $!"
    await 20 test -s .background.log
}

# A PostgreSQL that somebody else runs: the superuser comes in as he is, everybody else with a password.
other_postgres() {
    local bin=/usr/lib/postgresql/15/bin
    $bin/initdb -D "$HOME/.other" -U postgres -A trust -E UTF8 --locale=C >/dev/null
    printf 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n' >"$HOME/.other/pg_hba.conf"
    $bin/pg_ctl -s -w -D "$HOME/.other" -l "$HOME/.other.log" -o "-p $1 -h 127.0.0.1 -k $HOME/.other" start
}

leave() {
    local pid
    for pid in $BACKGROUND; do kill -- "-$pid" || true; done
    [ ! -e "$HOME/.other/postmaster.pid" ] || { stop_servers; /usr/lib/postgresql/15/bin/pg_ctl -s -m fast -D "$HOME/.other" stop; }
}
trap leave EXIT

# Somebody who reads a page has the server running that the page before it left.
if [ -d "$DATA" ] && [ ! -e "$DATA/control.json" ]; then
    stop_servers
    echo 'polyclinicd serve' >.again
    serve .again
fi
