package dev.aloft.backup;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A complete snapshot, as its description says.
///
/// @param id unique; in the order of time
/// @param site its name in the configuration
/// @param moment when the listing of its files began; every file was there then, or later and before `completed`
/// @param completed when its description was written
/// @param aloft the version of Aloft that wrote it
/// @param files how many
/// @param bytes of all files together
/// @param copied how many of the files were copied for it; the others are those of earlier snapshots
/// @param inPlace true if the bytes are versions in the site's own bucket
/// @param manifest what identifies its list of files
/// @param database its dump, if it has one
/// @param tags chosen by the operator
public record Snapshot(
        String id,
        String site,
        Instant moment,
        Instant completed,
        String aloft,
        long files,
        long bytes,
        long copied,
        boolean inPlace,
        Checked manifest,
        Optional<DatabasePart> database,
        List<String> tags) {

    /// An object whose bytes are known.
    ///
    /// @param bytes its size
    /// @param sha256 of its bytes, in hexadecimal digits
    public record Checked(long bytes, String sha256) {}

    public Snapshot {
        tags = List.copyOf(tags);
    }
}
