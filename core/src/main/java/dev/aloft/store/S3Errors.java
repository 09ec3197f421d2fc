package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;

/// The one place where an error of the SDK becomes ours.
final class S3Errors {

    private static final Set<String> PASSING_CONFLICTS =
            Set.of("ConditionalRequestConflict", "OperationAborted", "ConcurrentModification");

    private static final String BUCKET_REGION = "x-amz-bucket-region";

    private S3Errors() {}

    /// @param attempt what was attempted on what: `read s3://media/cat.jpg`
    static StoreException of(String attempt, SdkException e) {
        if (e instanceof AwsServiceException answered) {
            return of(attempt, answered);
        }
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return new StoreException(
                    Kind.TIMEOUT, "cannot " + attempt + ": S3 did not answer within the time limit", e);
        }
        // An interrupt may also be heard as a connection that it closed.
        if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
            return StoreException.interrupted(attempt, e);
        }
        if (e instanceof FairShare.Full) {
            return new StoreException(Kind.BUSY, "cannot " + attempt + ": " + e.getMessage(), e);
        }
        if (hasNoCredentials(e)) {
            return new StoreException(
                    Kind.CREDENTIALS,
                    "cannot " + attempt + ": no credentials were found in the environment (AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY), in a profile, or in a role of this host",
                    e);
        }
        return new StoreException(Kind.UNAVAILABLE, "cannot " + attempt + ": " + rootMessage(e), e);
    }

    /// The SDK has no type for it, and a message that names the class of every place where it looked.
    private static boolean hasNoCredentials(SdkException e) {
        return e.getMessage() != null && e.getMessage().startsWith("Unable to load credentials");
    }

    /// The same for a connection that broke in the middle of a body.
    static StoreException of(String attempt, IOException e) {
        if (Thread.currentThread().isInterrupted()) {
            return StoreException.interrupted(attempt, e);
        }
        Kind kind = e instanceof InterruptedIOException ? Kind.TIMEOUT : Kind.UNAVAILABLE;
        return new StoreException(kind, "cannot " + attempt + ": the connection to S3 broke: " + rootMessage(e), e);
    }

    /// True if S3 asks to send the same request again, because another one for the same key was under way.
    static boolean asksAgain(Throwable e) {
        return e instanceof AwsServiceException answered
                && answered.awsErrorDetails() != null
                && PASSING_CONFLICTS.contains(orEmpty(answered.awsErrorDetails().errorCode()));
    }

    /// True if S3 refused a request on the condition that there is an object. One that conflicts with another request
    /// (409) says nothing of that.
    static boolean saysMissing(StoreException e) {
        return e.kind() == Kind.NOT_FOUND
                || (e.kind() == Kind.PRECONDITION
                        && e.getCause() instanceof AwsServiceException answered
                        && answered.statusCode() == 412);
    }

    /// True if S3 refused a request that had been sent before, so that the first sending may be what is in its
    /// way.
    static boolean refusesRepetition(StoreException e) {
        return e.getCause() instanceof AwsServiceException answered
                && answered.statusCode() >= 400
                && answered.statusCode() < 500
                && answered.numAttempts() != null
                && answered.numAttempts() > 1;
    }

    /// True if the connection broke before there was an answer: S3 may have done what was asked, or have refused it.
    static boolean isBroken(StoreException e) {
        return e.kind() == Kind.UNAVAILABLE
                && e.getCause() instanceof SdkException cause
                && !(cause instanceof AwsServiceException);
    }

    private static StoreException of(String attempt, AwsServiceException e) {
        String code =
                e.awsErrorDetails() == null ? "" : orEmpty(e.awsErrorDetails().errorCode());
        Kind kind = otherRegion(e).isPresent() ? Kind.CREDENTIALS : kind(e.statusCode(), code);
        String advice = code.equals("InvalidObjectState")
                ? " (the object is in an archive storage class: bring it back in S3 first)"
                : otherRegion(e)
                        .map(region -> " (the bucket is in the region " + region + ": compare it with region of [s3])")
                        .orElse(advice(kind));
        String found = "S3 answers " + e.statusCode() + (code.isEmpty() ? "" : " " + code) + advice;
        return new StoreException(kind, "cannot " + attempt + ": " + found, e);
    }

    /// The bucket's region, where S3 names it because the request was signed for another.
    private static Optional<String> otherRegion(AwsServiceException e) {
        boolean mayBeOther = e.statusCode() == 301 || e.statusCode() == 400;
        SdkHttpResponse answer =
                e.awsErrorDetails() == null ? null : e.awsErrorDetails().sdkHttpResponse();
        return mayBeOther && answer != null ? answer.firstMatchingHeader(BUCKET_REGION) : Optional.empty();
    }

    private static Kind kind(int status, String code) {
        return switch (code) {
            case "NoSuchBucket" -> Kind.NO_BUCKET;
            case "NoSuchKey" -> Kind.NOT_FOUND;
            case "ExpiredToken",
                    "InvalidToken",
                    "InvalidAccessKeyId",
                    "SignatureDoesNotMatch",
                    "RequestTimeTooSkewed",
                    "AuthorizationHeaderMalformed" -> Kind.CREDENTIALS;
            case "ConditionalRequestConflict" -> Kind.PRECONDITION;
            case "EntityTooLarge" -> Kind.TOO_LARGE;
            case "InvalidObjectState" -> Kind.INVALID; // 403, and no question of permission
            case "QuotaExceeded", "InsufficientStorage", "XMinioStorageFull" -> Kind.FULL;
            // An upload in parts that is gone, or one that another request is at: the write may be tried anew.
            case "NoSuchUpload", "OperationAborted", "ConcurrentModification" -> Kind.UNAVAILABLE;
            case "RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "BadDigest" -> Kind.UNAVAILABLE;
            default -> byStatus(status, code);
        };
    }

    private static Kind byStatus(int status, String code) {
        return switch (status) {
            case 404 -> Kind.NOT_FOUND;
            // A HEAD's answer has no code: 400 is what AWS says to one with credentials that have expired.
            case 400 -> code.isEmpty() ? Kind.CREDENTIALS : Kind.INVALID;
            case 401, 403 -> Kind.DENIED;
            case 409, 412 -> Kind.PRECONDITION;
            case 413 -> Kind.TOO_LARGE;
            case 416 -> Kind.RANGE;
            case 501 -> Kind.INVALID; // It answers, and will not learn it by being asked again.
            case 507 -> Kind.FULL;
            case 408, 429 -> Kind.UNAVAILABLE;
            // Anything but 4xx is no answer to the question: a redirect to another region, an error in a 200.
            default -> status >= 400 && status < 500 ? Kind.INVALID : Kind.UNAVAILABLE;
        };
    }

    private static String advice(Kind kind) {
        return switch (kind) {
            case CREDENTIALS -> " (check the credentials and this host's clock)";
            case DENIED -> " (check the credentials, the bucket's policy and this host's clock)";
            case NO_BUCKET -> " (create the bucket, or fix its name in the settings)";
            case FULL -> " (the store has no room left)";
            case NOT_FOUND,
                    PRECONDITION,
                    RANGE,
                    INVALID,
                    TOO_LARGE,
                    INTERRUPTED,
                    TIMEOUT,
                    BUSY,
                    BAD_ANSWER,
                    UNAVAILABLE -> "";
        };
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof UnknownHostException) {
            return "there is no host " + root.getMessage();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    private static String orEmpty(@Nullable String s) {
        return s == null ? "" : s;
    }
}
