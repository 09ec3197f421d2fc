package dev.aloft.backup;

import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Optional;

/// Properties of the program and the operator that every backup has.
///
/// @param aloft version of the program, for descriptions
/// @param signature with which descriptions are signed and checked
/// @param clock of the host; ages are judged by S3's, see [StoreClock]
public record BackupSettings(String aloft, DescriptionSignature signature, InstantSource clock) {

    /// Objects of backups stay so long after nothing names them, or before anything does.
    static final Duration GRACE = Duration.ofDays(1);

    /// The marker of an unfinished create is respected by a prune for so long, and then removed.
    static final Duration MARKER_LIMIT = Duration.ofDays(7);

    /// The maximum time that a create takes.
    static final Duration CREATE_LIMIT = Duration.ofDays(2);

    /// A create continues with the copies of an interrupted one if that began within this time.
    static final Duration RESUME_LIMIT = Duration.ofDays(2);

    /// A restoration can be undone for so long.
    public static final Duration UNDO_LIMIT = Duration.ofDays(30);

    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 4;

    /// Settings without a key: no description is signed, and every one is accepted.
    public static BackupSettings unsigned(String aloft, InstantSource clock) {
        return new BackupSettings(aloft, DescriptionSignature.NONE, clock);
    }

    /// Settings with the operator's key: descriptions are signed, and others are not accepted.
    ///
    /// @param key at least one byte
    public static BackupSettings signed(String aloft, byte[] key, InstantSource clock) {
        return new BackupSettings(aloft, DescriptionSignature.with(key), clock);
    }

    /// A new id: the moment and eight random hexadecimal digits.
    String nextId() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return MOMENT.format(clock.instant()) + "-" + HexFormat.of().formatHex(random);
    }

    /// The moment that an id begins with; empty for a text that is no id.
    static Optional<Instant> momentOf(String id) {
        try {
            return Optional.of(Instant.from(MOMENT.parse(id.split("-", 2)[0])));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
