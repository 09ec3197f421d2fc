# The options of Java for a command of aloft. To be sourced by any POSIX shell, also by the package's command.

# Prints options of java: the memory, for `serve` as the key `memory` of the configuration says, or the variable
# ALOFT_MEMORY.
# Arguments: the configuration where the command names none, and the command's own arguments.
java_options() {
    configuration=$1
    shift
    previous=
    for argument in "$@"; do
        case "$previous" in --config) configuration=$argument ;; esac
        case "$argument" in --config=*) configuration=${argument#--config=} ;; esac
        previous=$argument
    done
    ends="-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms32m"
    case "${1-} ${2-}" in
        "serve "*) ;;
        "backup create" | "backup restore")
            # Copies inside S3, or a stream of a database's content, of which few parts are in memory. The garbage of a
            # million files fills any heap before it is collected: a smaller one costs next to no time.
            if [ -r "$configuration" ] && ! grep -q database "$configuration"; then
                echo "$ends -Xmx192m"
            else
                echo "$ends -Xmx384m"
            fi
            return
            ;;
        *)
            echo "$ends -Xmx1g"
            return
            ;;
    esac
    memory=${ALOFT_MEMORY-}
    if [ -z "$memory" ] && [ -f "$configuration" ] && [ -r "$configuration" ]; then
        # Keys of no table stand above the first table.
        memory=$(sed -n "/^[[:space:]]*\\[/q
            s/^[[:space:]]*[\"']\\{0,1\\}memory[\"']\\{0,1\\}[[:space:]]*=[[:space:]]*[\"']\\([0-9]*[MG]\\)[\"'].*/\\1/p" \
            "$configuration")
    fi
    default=400
    # The object caches of sites need more.
    if env | grep -q '^ALOFT_SITE_.*OBJECT_CACHE_BYTES=' ||
        { [ -f "$configuration" ] && [ -r "$configuration" ] &&
            grep -q "^[[:space:]]*[\"']\{0,1\}object_cache_bytes" "$configuration"; }; then
        default=512
    fi
    case "$memory" in
        "" | 0* | [MG]* | *[!0-9MG]* | *[MG]?*) mebibytes=$default ;; # The program reports what is invalid.
        *G) mebibytes=$((${memory%G} * 1024)) ;;
        *) mebibytes=${memory%M} ;;
    esac
    [ "$mebibytes" -ge 400 ] || mebibytes=$default
    # Java itself, threads and network buffers need the rest.
    heap=$((mebibytes - 160))
    # G1 collects old objects while the server runs; the serial collector fills the heap first, and then stops the
    # server. The heap begins small, and grows only where collecting takes a fifth of the time. In regions of 2 MiB, a
    # body of the edge's memory cache takes no region of its own. By itself G1 would search such a small heap for garbage
    # nearly all the time, and keep its remembered sets up to date, in threads that take the processor from those that
    # answer: it searches at three quarters, and does the rest in its pauses of 1 to 3 ms. What the compilers have freed
    # goes back to the system once a minute: 40 MiB after a start.
    echo "-XX:+UseG1GC -XX:G1HeapRegionSize=2m -XX:GCTimeRatio=4 -XX:+UseCompactObjectHeaders -Xms32m -Xmx${heap}m" \
        "-XX:-G1UseAdaptiveIHOP -XX:InitiatingHeapOccupancyPercent=75 -XX:G1ConcRefinementThreads=0" \
        "-XX:MaxDirectMemorySize=$((heap / 2 + 64))m -XX:TrimNativeHeapInterval=60000"
}
