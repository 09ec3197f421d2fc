# shellcheck shell=bash

# Rows of the table at the end of bench/all, for a benchmark to source. A row is a line of $ALOFT_BENCH_ROWS with four
# fields and tabs between them:
#
#   what    with its unit
#   ours    a number, or a word for a failure
#   peer    a number, or a word for one that failed or is missing; - if the row has none
#   aim     such as "<= 0.6", of ours divided by the peer's, or of ours if there is no peer; - for none

record() { # what, ours, peer, aim
    [ -z "${ALOFT_BENCH_ROWS-}" ] || (IFS=$'\t'; echo "$*" >>"$ALOFT_BENCH_ROWS")
}

# The rows of a benchmark, in Markdown; its name is $1, the file is the standard input.
print_rows() {
    awk -F '\t' -v name="$1" '
        function is_number(text) { return text ~ /^[0-9.,]+(e[+-]?[0-9]+)?$/ }
        function number(text) { gsub(",", "", text); return text + 0 }
        {
            ratio = value = ""
            if (is_number($2) && is_number($3) && number($3) > 0) {
                value = number($2) / number($3)
                ratio = sprintf("%.2f", value)
            } else if (is_number($2) && $3 == "-") {
                value = number($2)
            }
            split($4, aim, " ")
            verdict = $4 == "-" ? "" : value == "" ? "not measured" \
                : (aim[1] == "<=" ? value <= aim[2] : value >= aim[2]) ? "met" : "**missed**"
            printf "| %s | %s | %s | %s | %s | %s | %s |\n", name, $1, $2, $3, ratio, $4, verdict
        }'
}
