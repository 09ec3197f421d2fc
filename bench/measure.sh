# Runs commands beside rclone on one S3 that counts requests, and prints time, CPU time, requests and memory of each. To
# be sourced by a benchmark, which has set $home to the top of the repository.

# shellcheck shell=bash disable=SC2154
# shellcheck source=scripts/jdk.sh
. "$home/scripts/jdk.sh"
# shellcheck source=bench/rows.sh
. "$home/bench/rows.sh"

command -v rclone >/dev/null || { echo "$0: as root: apt-get install --no-install-recommends rclone" >&2; exit 4; }
if [ ! -f "$home/demo/target/aloft-demo.jar" ] || [ ! -d "$home/testkit/target/classes" ]; then
    (cd "$home" && ./mvnw --quiet --projects demo,testkit --also-make -DskipTests package) >&2
fi
s5cmd=${S5CMD:-$(command -v s5cmd || true)} # empty for none
"$home/aloft" version >/dev/null
jar=$home/cli/target/aloft.jar
[ "${jar%.jar}-commands.aot" -nt "$jar" ] || "$home/scripts/start-caches" "$JAVA_HOME/bin/java" "$jar"

unset AWS_CA_BUNDLE # with which rclone 1.60 does not start
export LC_ALL=C.UTF-8
folder=$(mktemp -d /tmp/aloft-bench.XXXXXX)
trap 'exec 9>&-; wait || true; rm -rf "$folder"' EXIT

start_s3() { # begins with empty buckets; sets $endpoint, and writes a configuration of one site
    local access secret
    rm -rf "$folder/s3" "$folder/commands"
    mkfifo "$folder/commands"
    : >"$folder/answers"
    "$JAVA_HOME/bin/java" -Xmx1g -cp "$home/demo/target/aloft-demo.jar:$home/testkit/target/classes" \
        "$home/bench/backup/Rig.java" "$folder" <"$folder/commands" >"$folder/answers" 2>"$folder/log" &
    rig=$!
    exec 9>"$folder/commands" 8<"$folder/answers"
    while ! read -r endpoint access secret <&8; do
        kill -0 "$rig" || { cat "$folder/log" >&2; exit 1; }
        sleep 0.1
    done
    configure "$endpoint" "$access" "$secret"
}

configure() { # endpoint, access key, secret key: for aloft, rclone and others
    cat >"$folder/aloft.toml" <<TOML
[s3]
provider = "embedded"
endpoint = "$1"

[[site]]
name = "site"
bucket = "media"
socket = "$folder/agent.sock"
TOML
    export AWS_ACCESS_KEY_ID=$2 AWS_SECRET_ACCESS_KEY=$3 AWS_REGION=us-east-1
    export S3_ENDPOINT_URL=$1 # of s5cmd
    export RCLONE_CONFIG_S3_TYPE=s3 RCLONE_CONFIG_S3_PROVIDER=Other RCLONE_CONFIG_S3_ENDPOINT=$1
    export RCLONE_CONFIG_S3_ENV_AUTH=true RCLONE_CONFIG_S3_NO_CHECK_BUCKET=true
}

stop_s3() {
    exec 9>&- 8<&-
    wait "$rig" || true
}

ask() { # command…: prints the rig's answer
    echo "$*" >&9
    local answer
    until read -r answer <&8; do sleep 0.05; done
    echo "$answer"
}

measure() { # command…: seconds, CPU seconds, requests, peak MiB of the process; its output is in $folder/out
    ask count >/dev/null
    local peak=0 line pid TIMEFORMAT='%R %U %S'
    {
        time {
            "$@" >"$folder/out" 2>"$folder/err" &
            pid=$!
            while kill -0 "$pid" 2>/dev/null; do
                while read -r line; do
                    [[ $line != VmHWM:* ]] || peak=${line//[^0-9]/}
                done 2>/dev/null <"/proc/$pid/status" || true
                sleep 0.05
            done
            wait "$pid" || { cat "$folder/out" "$folder/err" >&3; exit 1; }
        }
    } 3>&2 2>"$folder/times"
    awk -v requests="$(ask count)" -v peak="$peak" \
        '{ printf "%.2f s, %.2f CPU s, %d requests, %d MiB", $1, $2 + $3, requests, peak / 1024 }' "$folder/times"
}

s5() { # arguments of s5cmd: what it took, or – without it
    if [ -n "$s5cmd" ]; then measure "$s5cmd" --log error "$@"; else echo "–"; fi
}

record_measured() { # what, ours and the peer's as `measure` prints them, the aim of the ratio of the wall times
    local ours theirs our_cpu their_cpu _
    read -r ours _ our_cpu _ <<<"$2"
    read -r theirs _ their_cpu _ <<<"$3"
    record "$1: s" "$ours" "$theirs" "$4"
    record "$1: CPU s" "$our_cpu" "$their_cpu" -
}
