package dev.aloft.server.operations;

import dev.aloft.store.ObjectKey;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A changed object, as an event notification names it: the records of AWS, Ceph and MinIO, or an event of EventBridge.
///
/// @param bucket its name
/// @param keys one; two where the sender does not determine whether it encodes keys
record S3Event(String bucket, Set<ObjectKey> keys) {

    /// The events of a message; empty if it is none of these forms.
    static Optional<List<S3Event>> read(JsonTree message) {
        List<S3Event> events = new ArrayList<>();
        List<JsonTree> records = message.get("Records").elements();
        for (JsonTree each : records) {
            JsonTree s3 = each.get("s3");
            String source = each.get("eventSource").text().orElse("");
            s3.get("object").get("key").text().ifPresent(key -> add(events, s3, keys(source, key)));
        }
        JsonTree detail = message.get("detail");
        boolean isEventBridge =
                message.get("source").text().filter("aws.s3"::equals).isPresent();
        if (isEventBridge) {
            detail.get("object").get("key").text().ifPresent(key -> add(events, detail, Stream.of(key)));
        }
        boolean isTest =
                message.get("Event").text().filter("s3:TestEvent"::equals).isPresent();
        return records.isEmpty() && !isEventBridge && !isTest ? Optional.empty() : Optional.of(events);
    }

    private static void add(List<S3Event> events, JsonTree s3, Stream<String> keys) {
        Set<ObjectKey> valid = new LinkedHashSet<>();
        keys.forEach(key -> {
            try {
                valid.add(ObjectKey.of(key));
            } catch (IllegalArgumentException e) {
                // Aloft has no objects of such keys.
            }
        });
        s3.get("bucket").get("name").text().ifPresent(bucket -> events.add(new S3Event(bucket, valid)));
    }

    /// AWS and MinIO encode keys as forms do; Ceph does so in some versions.
    private static Stream<String> keys(String source, String key) {
        String decoded;
        try {
            decoded = URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Stream.of(key);
        }
        boolean encodes = source.equals("aws:s3") || source.equals("minio:s3");
        return encodes ? Stream.of(decoded) : Stream.of(key, decoded);
    }
}
