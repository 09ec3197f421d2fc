package dev.aloft.store;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.ClockSkew;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/// Sends frequent requests to S3 by the lower parts of the SDK alone: its credentials, signer, HTTP client and retry
/// policy. Its interceptors, marshalling and parsing take as much CPU again (`bench/README.md`).
///
/// A request has the same policy here as in the SDK's client: the attempts, pauses and retry budget of the shared
/// [RetryStrategy], one time limit for all attempts, and a correction of this host's clock when S3 refuses a signature
/// for its time. Failures are the SDK's exceptions, for [S3Errors]. Safe for many threads.
final class HttpRequests {

    /// The scope in which the SDK's client takes from the budget of retries.
    private static final AcquireInitialTokenRequest BUDGET = AcquireInitialTokenRequest.create("GLOBAL");

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int PARTIAL_CONTENT = 206;
    private static final int NOT_MODIFIED = 304;

    private final SdkHttpClient http;
    private final AwsCredentialsProvider credentials;
    private final RetryStrategy retries;
    private final StoreSettings settings;
    private final ScheduledExecutorService timers;
    private final StoreFigures figures;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    /// The time by which this host is ahead of S3, once S3 has stated its own.
    private volatile Duration clockOffset = Duration.ZERO;

    HttpRequests(
            SdkHttpClient http,
            AwsCredentialsProvider credentials,
            RetryStrategy retries,
            StoreSettings settings,
            ScheduledExecutorService timers,
            StoreFigures figures) {
        this.http = http;
        this.credentials = credentials;
        this.retries = retries;
        this.settings = settings;
        this.timers = timers;
        this.figures = figures;
    }

    /// Makes a value of an answer to one attempt, a success or 304 to a GET, within the time limit. It closes the body,
    /// or returns the answer itself.
    interface Reader<T> {

        /// @throws StoreException for an answer that is not S3's; any other exception is a broken connection, and the
        ///     attempt is repeated
        T read(HttpAnswer answer) throws IOException;
    }

    StoreSettings settings() {
        return settings;
    }

    StoreFigures figures() {
        return figures;
    }

    /// Sends a request without a body.
    <T> T send(String operation, SdkHttpRequest request, Reader<T> reader) throws StoreException {
        return send(operation, request, settings.timeout(), reader);
    }

    /// Sends a request without a body, with a time limit of its own.
    <T> T send(String operation, SdkHttpRequest request, Duration limit, Reader<T> reader) throws StoreException {
        return send(operation, new Call(request, null), limit, reader);
    }

    /// Sends a request until it has an answer, within the policy.
    ///
    /// @param operation S3's name of it, for the statistics
    /// @param body as many bytes as `Content-Length`, the same each time it is asked
    /// @throws SdkException for a failure
    /// @throws StoreException of the reader
    <T> T send(String operation, SdkHttpRequest request, ContentStreamProvider body, Reader<T> reader)
            throws StoreException {
        return send(operation, new Call(request, body), settings.timeout(), reader);
    }

    private <T> T send(String operation, Call call, Duration wait, Reader<T> reader) throws StoreException {
        long begin = System.nanoTime();
        int status = 0;
        figures.asked();
        try (TimeLimit limit = new TimeLimit(wait, timers)) {
            if (call.body instanceof SourceBody source) {
                source.onProgress(limit::restart);
            }
            T result = repeat(call, reader, limit);
            status = 200;
            return result;
        } catch (AwsServiceException e) {
            status = e.statusCode();
            throw e;
        } catch (StoreException e) {
            status = 200; // an answer of this status whose content is not S3's
            throw e;
        } finally {
            figures.ended(operation, status, System.nanoTime() - begin);
        }
    }

    private record Call(SdkHttpRequest request, @Nullable ContentStreamProvider body) {}

    private <T> T repeat(Call call, Reader<T> reader, TimeLimit limit) throws StoreException {
        RetryToken token = retries.acquireInitialToken(BUDGET).token();
        for (int number = 1; ; number++) {
            if (Thread.currentThread().isInterrupted()) {
                throw AbortedException.create("interrupted");
            }
            SdkException failure;
            try {
                T result = attempt(call, number, reader, limit);
                retries.recordSuccess(RecordSuccessRequest.create(token));
                return result;
            } catch (SdkException e) {
                failure = e;
            } catch (StoreException e) {
                throw e;
            } catch (IOException | CancellationException e) {
                limit.requireTime();
                failure = SdkClientException.create("Unable to execute HTTP request: " + e.getMessage(), e);
            }
            token = next(token, failure, limit);
        }
    }

    /// Takes the next attempt from the budget, and waits until it may be made.
    private RetryToken next(RetryToken token, SdkException failure, TimeLimit limit) {
        RefreshRetryTokenResponse next;
        try {
            next = retries.refreshRetryToken(RefreshRetryTokenRequest.builder()
                    .token(token)
                    .failure(failure)
                    .suggestedDelay(Duration.ZERO)
                    .build());
        } catch (TokenAcquisitionFailedException e) {
            throw failure;
        }
        limit.pause(next.delay());
        return next.token();
    }

    private <T> T attempt(Call call, int number, Reader<T> reader, TimeLimit limit) throws IOException {
        Duration offset = clockOffset;
        SignedRequest signed = signed(call, offset);
        ExecutableHttpRequest attempt = http.prepareRequest(HttpExecuteRequest.builder()
                .request(signed.request())
                .contentStreamProvider(signed.payload().orElse(null))
                .build());
        limit.cover(attempt);
        HttpAnswer answer = HttpAnswer.of(attempt.call());
        try {
            requireSuccess(answer, call.request.method(), offset, number);
            T result = reader.read(answer);
            limit.release();
            return result;
        } catch (IOException | RuntimeException | Error e) {
            answer.body().abort(); // what is left of a failed attempt must not keep its connection
            throw e;
        }
    }

    private void requireSuccess(HttpAnswer answer, SdkHttpMethod method, Duration offset, int number)
            throws IOException {
        if (isSuccess(method, answer.status())) {
            return;
        }
        AwsServiceException refusal = ErrorDocument.read(answer).exception(answer, offset, number);
        if (refusal.isClockSkewException()) {
            ClockSkew.getServerTime(answer.head())
                    .ifPresent(theirs -> clockOffset = ClockSkew.getClockSkew(Instant.now(), theirs));
        }
        throw refusal;
    }

    /// True for the statuses by which S3 reports success. Any other 2xx, such as 202, is the answer of a proxy, and
    /// proves nothing.
    private static boolean isSuccess(SdkHttpMethod method, int status) {
        return status == OK
                || switch (method) {
                    case GET -> status == PARTIAL_CONTENT || status == NOT_MODIFIED;
                    case HEAD -> status == PARTIAL_CONTENT;
                    case DELETE -> status == NO_CONTENT;
                    default -> false;
                };
    }

    /// Asks for credentials each time, since they may have been renewed; the chain keeps those that are valid.
    private SignedRequest signed(Call call, Duration offset) {
        return signer.sign(r -> {
            r.identity(credentials.resolveCredentials())
                    .request(call.request)
                    .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, settings.region())
                    .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                    .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                    .putProperty(HttpSigner.SIGNING_CLOCK, Clock.offset(Clock.systemUTC(), offset.negated()));
            if (call.body != null) {
                r.payload(call.body);
                if (settings.provider().checksums()) {
                    r.putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true)
                            .putProperty(AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM, DefaultChecksumAlgorithm.CRC32);
                }
            }
        });
    }
}
