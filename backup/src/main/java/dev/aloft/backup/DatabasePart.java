package dev.aloft.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;

/// The dump of a database in a snapshot.
///
/// @param name of the database
/// @param moment of the dump by the server's clock
/// @param server its version
/// @param position `file:offset` of the binary log that the dump continues at, if there is one
/// @param gtid the same as a global transaction id
/// @param bytes size of the compressed dump
/// @param sqlBytes size of its statements
/// @param sha256 of the compressed dump, in hexadecimal digits
/// @param tables how many
public record DatabasePart(
        String name,
        Instant moment,
        String server,
        Optional<String> position,
        Optional<String> gtid,
        long bytes,
        long sqlBytes,
        String sha256,
        int tables) {

    /// Takes the dump.
    @FunctionalInterface
    public interface Dumper {

        /// Writes a compressed dump to its end. After an exception what was written is not kept.
        DatabasePart dump(OutputStream to) throws IOException;
    }
}
