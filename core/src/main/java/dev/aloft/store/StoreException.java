package dev.aloft.store;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A failure of the object store. Everything below `files` fails with this, and the kind says what a caller can
/// do about it. It is decided once, in [S3Errors], where the answer of S3 is read.
///
/// The message is fit for an operator and for the person who uploads: it names the attempt, the object and what was
/// found, and never a credential.
public final class StoreException extends IOException {

    private static final long serialVersionUID = 1;

    /// The kind of failure, by the reaction that it allows.
    public enum Kind {
        /// No such object.
        NOT_FOUND,
        /// The bucket does not exist: nothing works until an operator creates it.
        NO_BUCKET,
        /// S3 does not accept the credentials: they are expired or wrong, or this host's clock is wrong.
        CREDENTIALS,
        /// S3 refuses the operation to these credentials.
        DENIED,
        /// The condition of a conditional read or write does not hold: another version is there.
        PRECONDITION,
        /// The range lies outside the object.
        RANGE,
        /// Invalid request: a name, an argument or a condition that S3 does not accept.
        INVALID,
        /// The object is larger than the store or this process takes.
        TOO_LARGE,
        /// The store has no room left.
        FULL,
        /// The thread that asked was interrupted, and still is; nothing is known of the request, nor of the store.
        INTERRUPTED,
        /// No answer within the time limit.
        TIMEOUT,
        /// This program uses all that it may use of the store at once; S3 was not asked.
        BUSY,
        /// An answer of 2xx that is not S3's: a required header is missing or malformed. The store itself is up.
        BAD_ANSWER,
        /// No connection, or an answer of 5xx or "slow down", after all retries.
        UNAVAILABLE;

        /// True if an anonymous client gets the answer for a missing object. A refusal counts: S3 also
        /// refuses to read a missing object if the caller may not list the bucket.
        public boolean looksMissing() {
            return this == NOT_FOUND || this == DENIED || this == INVALID;
        }

        /// True if the same request may succeed later without a repair.
        public boolean passing() {
            return this == TIMEOUT || this == UNAVAILABLE || this == BUSY || this == BAD_ANSWER;
        }
    }

    private final Kind kind;
    private final @Nullable Instant since;

    /// A failure that this program found out itself.
    ///
    /// @param message what was attempted, on what, what was found; without credentials
    public StoreException(Kind kind, String message) {
        this(kind, message, null);
    }

    private StoreException(Kind kind, String message, @Nullable Throwable cause, @Nullable Instant since) {
        super(message, cause);
        this.kind = kind;
        this.since = since;
    }

    /// A repeated failure of an earlier request, for a caller on whose behalf S3 was not asked.
    ///
    /// @param since when the trouble began
    static StoreException toldAgain(Kind kind, String message, Instant since) {
        return new StoreException(kind, message, null, since);
    }

    /// A failure of a request.
    ///
    /// @param message what was attempted, on what, what was found; without credentials
    /// @param cause the SDK's exception; null without one
    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, null);
    }

    /// The caller's thread was interrupted while it waited; its interrupt status is set again.
    ///
    /// @param attempt what was attempted on what: `read s3://media/cat.jpg`
    public static StoreException interrupted(String attempt, Throwable cause) {
        Thread.currentThread().interrupt();
        return new StoreException(Kind.INTERRUPTED, "cannot " + attempt + ": interrupted", cause);
    }

    /// The reaction that the failure allows; [Kind#passing] says whether a retry can help.
    public Kind kind() {
        return kind;
    }

    /// True if this repeats the failure of an earlier request, which a log has already.
    public boolean isToldAgain() {
        return since != null;
    }

    /// When the trouble began, if this repeats the failure of an earlier request.
    public Optional<Instant> since() {
        return Optional.ofNullable(since);
    }
}
