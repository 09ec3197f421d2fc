# Sets JAVA_HOME to a JDK 25 or newer: the one that JAVA_HOME names, the one on the PATH, or one below /usr/lib/jvm.
# To be sourced. Ends the script with exit code 4 when there is none.

jdk_version() { # of the JDK in folder $1, as a number; 0 if it is none
    local version
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
    [ -x "$1/bin/javac" ] && echo "${version:-0}" || echo 0
}

find_jdk() {
    local on_path candidate
    on_path=$(command -v javac || true)
    for candidate in "${JAVA_HOME:-}" "${on_path:+$(dirname "$(dirname "$(readlink -f "$on_path")")")}" /usr/lib/jvm/*; do
        if [ -n "$candidate" ] && [ "$(jdk_version "$candidate")" -ge 25 ]; then
            JAVA_HOME=$candidate
            export JAVA_HOME
            return
        fi
    done
    echo "aloft: there is no JDK 25 in JAVA_HOME, on the PATH or below /usr/lib/jvm" >&2
    echo "aloft: install one (Debian 12: the package temurin-25-jdk of Adoptium), or set JAVA_HOME to one" >&2
    exit 4
}

find_jdk
