package dev.aloft.testkit;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Number of requests of each operation. As text `8 PutObject, 1 ListObjectsV2`: the most frequent first, then by name.
record Tally(Map<String, Integer> counts) {

    private static final String NONE = "no requests";

    Tally {
        counts = Map.copyOf(counts);
    }

    static Tally of(List<S3Request> requests) {
        Map<String, Integer> counts = new TreeMap<>();
        for (S3Request request : requests) {
            counts.merge(request.operation(), 1, Integer::sum);
        }
        return new Tally(counts);
    }

    /// Understands such a text, in any order.
    ///
    /// @throws IllegalArgumentException for another form, or an operation that S3 does not have
    static Tally parse(String text) {
        Map<String, Integer> counts = new TreeMap<>();
        if (text.equals(NONE)) {
            return new Tally(counts);
        }
        for (String part : text.split(",", -1)) {
            String[] words = part.strip().split(" ", -1);
            if (words.length != 2 || !words[0].matches("[1-9][0-9]{0,8}")) {
                throw new IllegalArgumentException(
                        "expected something like '8 PutObject, 1 ListObjectsV2', found '" + text + "'");
            }
            counts.merge(S3Operation.checked(words[1]), Integer.parseInt(words[0]), Integer::sum);
        }
        return new Tally(counts);
    }

    int count(String operation) {
        return counts.getOrDefault(S3Operation.checked(operation), 0);
    }

    int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        if (counts.isEmpty()) {
            return NONE;
        }
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }
}
