package dev.aloft.backup.database;

import java.time.Instant;
import java.util.Optional;

/// A complete dump: its moment, the server that it is of, and what identifies its bytes.
///
/// @param database the database's name
/// @param moment by the server's clock; nothing that was committed later is in the dump
/// @param serverVersion as the server names it
/// @param position place in the server's binary log that the dump continues at, if it writes one
/// @param gtid the same as a global transaction id
/// @param bytes size of the compressed dump
/// @param sqlBytes size of the statements
/// @param sha256 of the compressed dump, in lower-case hexadecimal digits
/// @param tables number of tables
public record DumpFacts(
        String database,
        Instant moment,
        String serverVersion,
        Optional<LogPosition> position,
        Optional<String> gtid,
        long bytes,
        long sqlBytes,
        String sha256,
        int tables) {}
