# Makes a class cache of Java: the classes that a start of Aloft loads and links, for the next starts. To be sourced.

# The cache is made by a start with the given program and jar, on loopback ports that nothing else uses, with an S3 that
# is away. It appears whole. A JVM ignores a cache of another jar or another Java.
start_cache() { # program java, aloft.jar, file of the cache
    local java=$1 jar=$2 cache=$3 work log pid
    work=$(mktemp -d)
    log=$work/log
    cat >"$work/aloft.toml" <<TOML
[s3]
provider = "other"
endpoint = "http://127.0.0.1:9"
timeout = "500ms"

[edge]
listen = "127.0.0.1:0"

[[site]]
name = "example"
bucket = "example"
socket = "$work/aloft.sock"
TOML
    AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none "$java" -XX:AOTCacheOutput="$work/aloft.aot" \
        -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx512m --enable-native-access=ALL-UNNAMED \
        -jar "$jar" serve --config "$work/aloft.toml" >"$log" 2>&1 &
    pid=$!
    for _ in $(seq 600); do
        grep -q 'edge on' "$log" && break
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || true
    if [ ! -s "$work/aloft.aot" ]; then
        echo "aloft: the start that fills the class cache has failed:" >&2
        tail -5 "$log" >&2
        rm -rf "$work"
        return 1
    fi
    cp "$work/aloft.aot" "$cache.$$"
    mv "$cache.$$" "$cache"
    rm -rf "$work"
}
