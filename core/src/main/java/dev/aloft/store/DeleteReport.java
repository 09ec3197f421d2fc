package dev.aloft.store;

import java.util.Map;

/// The result of a deletion of many objects.
///
/// @param deleted how many are gone, those that never were included
/// @param failures what S3 did not delete, and why
public record DeleteReport(int deleted, Map<ObjectKey, String> failures) {

    public DeleteReport {
        failures = Map.copyOf(failures);
    }
}
