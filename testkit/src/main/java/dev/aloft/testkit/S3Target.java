package dev.aloft.testkit;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Target of a path-style request. Decoded; an absent bucket or key is empty. A host-style request would show its
/// key as the bucket: clients of an [S3Front] use path style.
record S3Target(String bucket, String key, Map<String, String> query) {

    S3Target {
        query = Map.copyOf(query);
    }

    /// Understands a request's target, such as `/media/a%20b.jpg?uploadId=7`.
    static S3Target parse(String target) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        String[] parts = path.substring(path.startsWith("/") ? 1 : 0).split("/", 2);
        return new S3Target(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]), parameters(query));
    }

    /// Returns true if the query has this parameter, with or without a value.
    boolean asks(String parameter) {
        return query.containsKey(parameter);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (!parts[0].isEmpty()) {
                parameters.putIfAbsent(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]));
            }
        }
        return parameters;
    }

    /// Percent-decoded; in S3's targets a plus is a plus. What is wrongly encoded stays as it came.
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
