package dev.aloft.testkit;

import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// One request that an [S3Front] received, as it stood when it was asked for.
///
/// @param operation S3's name for it, such as `PutObject`
/// @param method the HTTP method
/// @param bucket decoded; empty for a request to the service
/// @param key decoded; empty for a request to a bucket
/// @param query the decoded parameters of the target; without a value they are empty
/// @param headers its fields, found in either case; without the Authorization
/// @param status what was answered; 0 when nothing was, or not yet
/// @param bytesIn the bytes of body that came with it, without HTTP's chunk sizes; of a body that is signed in pieces
///     (`x-amz-decoded-content-length` has the object's size) with the signatures
/// @param bytesOut the bytes of body that were sent back
public record S3Request(
        String operation,
        String method,
        String bucket,
        String key,
        Map<String, String> query,
        Map<String, String> headers,
        int status,
        long bytesIn,
        long bytesOut) {

    public S3Request {
        query = Map.copyOf(query);
    }

    static S3Request asked(HttpHead head) throws IOException {
        String method = head.word(0);
        S3Target target = S3Target.parse(head.word(1));
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : head.lines()) {
            String[] parts = line.split(":", 2);
            if (parts.length == 2 && !parts[0].equalsIgnoreCase("Authorization")) {
                headers.putIfAbsent(parts[0], parts[1].strip());
            }
        }
        String operation = S3Operation.of(method, target, headers.containsKey("x-amz-copy-source"));
        return new S3Request(
                operation,
                method,
                target.bucket(),
                target.key(),
                target.query(),
                Collections.unmodifiableMap(headers),
                0,
                0,
                0);
    }

    /// This request with what has become of it.
    S3Request answered(int status, long bytesIn, long bytesOut) {
        return new S3Request(operation, method, bucket, key, query, headers, status, bytesIn, bytesOut);
    }

    /// The conditions it was sent with: `If-Match` and its kin, those on the source of a copy too. Lower case.
    public Map<String, String> conditions() {
        Map<String, String> conditions = new TreeMap<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("if-") || lower.startsWith("x-amz-copy-source-if-")) {
                conditions.put(lower, value);
            }
        });
        return conditions;
    }

    /// One line for a failure message: `PutObject media/a.jpg -> 200, 48213 in, 0 out {if-none-match=*}`.
    @Override
    public String toString() {
        String target = key.isEmpty() ? bucket : bucket + "/" + key;
        String answer = status == 0 ? "no answer" : Integer.toString(status);
        String conditions = conditions().isEmpty() ? "" : " " + conditions();
        return operation + " " + target + " -> " + answer + ", " + bytesIn + " in, " + bytesOut + " out" + conditions;
    }
}
