package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The tables of `docs/reference/agent-protocol.md`, and which of their statuses a test has seen.
final class ProtocolPage {

    private static final Pattern EXCHANGE =
            Pattern.compile("^\\| `([A-Z]+ \\S+)` \\|.*\\| ([0-9, ]+) \\|$", Pattern.MULTILINE);
    private static final Pattern ERROR = Pattern.compile("^\\| (\\d{3}) \\|.*\\|$", Pattern.MULTILINE);
    private static final Pattern QUERY = Pattern.compile(
            "\\?(delete|private|public|pictures|renditions?|usage|versions|snapshots|(sign|version|restore)=.*)$");
    private static final Set<String> ON_CEPH =
            Set.of("GET /b/key?versions", "GET /b/key?version=ID", "POST /b/key?restore=ID");
    private static final Pattern EVERYWHERE = Pattern.compile("Every exchange may also be answered ([0-9, and]+);");

    private final Map<String, Set<Integer>> exchanges = new LinkedHashMap<>();
    private final Set<Integer> errors;
    private final Set<Integer> everywhere;
    private final Map<String, Set<Integer>> seen = new LinkedHashMap<>();

    private ProtocolPage(String page) {
        EXCHANGE.matcher(page).results().forEach(row -> exchanges.put(row.group(1), numbers(row.group(2))));
        errors = ERROR.matcher(page)
                .results()
                .map(row -> Integer.valueOf(row.group(1)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Matcher sentence = EVERYWHERE.matcher(page);
        everywhere = sentence.find() ? numbers(sentence.group(1)) : Set.of();
    }

    static ProtocolPage read() {
        Path page = Path.of(System.getProperty("aloft.root"), "docs/reference/agent-protocol.md");
        try {
            return new ProtocolPage(Files.readString(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<Integer> numbers(String text) {
        return Pattern.compile("\\d{3}")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// Notes an exchange, and demands that the page names its status.
    void see(String method, String target, int status) {
        String row = row(method, target);
        Set<Integer> named = new HashSet<>(everywhere);
        named.addAll(exchanges.containsKey(row) ? exchanges.get(row) : errors);
        assertThat(named).as("the statuses that the page names for " + row).contains(status);
        seen.computeIfAbsent(row, _ -> new LinkedHashSet<>()).add(status);
    }

    private String row(String method, String target) {
        if (target.equals("/")
                || target.equals("/?pictures")
                || target.equals("/?figures")
                || target.equals("/?snapshots")) {
            return method.replace("HEAD", "GET") + " " + target;
        }
        if (target.startsWith("/?")) {
            return method + " " + target;
        }
        String path = target.replaceFirst("\\?.*", "");
        Matcher named = QUERY.matcher(target);
        String query = named.find()
                ? named.group().replaceFirst("sign=.*", "sign=SECONDS").replaceFirst("(version|restore)=.*", "$1=ID")
                : "";
        String directory = method + " /b/dir/" + query;
        String file = method + " /b/key" + query;
        if (path.endsWith("/")) {
            return exchanges.containsKey(directory) ? directory : method + " /b/key";
        }
        return exchanges.containsKey(file) ? file : method + " /b/key";
    }

    /// Demands that everything on the page was seen.
    void requireAllSeen() {
        assertThat(exchanges).hasSizeGreaterThan(10);
        exchanges.keySet().stream().filter(row -> !ON_CEPH.contains(row)).forEach(this::requireSeen);
        Set<Integer> any = seen.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        assertThat(any).as("the table of errors").containsAll(errors).containsAll(everywhere);
    }

    /// Demands that everything was seen that takes a bucket with versions.
    void requireSeenOnCeph() {
        ON_CEPH.forEach(this::requireSeen);
    }

    private void requireSeen(String row) {
        assertThat(seen.getOrDefault(row, Set.of())).as(row).isNotEmpty().containsAll(exchanges.get(row));
    }
}
