package dev.aloft.store;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// A connection to one S3: the door to its buckets.
///
/// This class decides, once for all requests, how long anything may take, how often a failed request is tried
/// again (standard SDK policy: up to [#MAX_ATTEMPTS] times, with growing pauses, for answers of 5xx, throttling,
/// broken connections, and conflicts that S3 says will pass) and where credentials come from. Safe for many
/// threads; close it when the buckets are no longer used.
public final class Store implements AutoCloseable {

    /// The maximum number of times that one request is sent.
    static final int MAX_ATTEMPTS = 3;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    /// The time limit of the request that finishes an upload in parts, in time limits of any other request: 10 min by
    /// default, and half of that without a byte of the answer.
    static final int FINISHING_TIMES = 30;

    /// Connections beside them, for finding out whether S3 answers.
    private static final int PROBE_CONNECTIONS = 32;

    private final SdkHttpClient http;
    private final Lazy<SdkHttpClient> patient;

    /// Not made for the frequent requests, which a command often needs alone; see [HttpRequests].
    private final Lazy<S3Client> client;

    private final ScheduledExecutorService timers = timers();
    private final HttpRequests requests;
    private final AwsCredentialsProvider credentials;
    private final StoreSettings settings;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    private final InstantSource clock;
    private final StoreResources resources = StoreResources.unused();

    private Store(StoreSettings settings, AwsCredentialsProvider credentials, InstantSource clock) {
        StoreFigures figures = new StoreFigures();
        this.credentials = credentials;
        this.settings = settings;
        this.clock = clock;
        RetryStrategy retries = AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(MAX_ATTEMPTS)
                .retryOnException(S3Errors::asksAgain)
                .build();
        Duration finishing = settings.timeout().multipliedBy(FINISHING_TIMES);
        this.http = http(settings, settings.timeout());
        this.patient = new Lazy<>(() -> http(settings, finishing));
        this.client = new Lazy<>(() -> new FinishingClient(
                client(settings, credentials, http, retries, figures, settings.timeout()),
                new Lazy<>(() -> client(settings, credentials, patient.get(), retries, figures, finishing))));
        this.requests = new HttpRequests(http, credentials, retries, settings, timers, figures);
    }

    /// Opens a store with the credentials of the SDK's chain (environment, profile, container or instance role).
    public static Store open(StoreSettings settings) {
        return open(settings, DefaultCredentialsProvider.builder().build(), new SteadyClock());
    }

    /// Opens a store with the credentials of a profile (`~/.aws/credentials`, or the file of
    /// `AWS_SHARED_CREDENTIALS_FILE`).
    public static Store openWithProfile(StoreSettings settings, String profile) {
        return open(settings, ProfileCredentialsProvider.create(profile), new SteadyClock());
    }

    /// Opens a store with a key pair given by hand: for the embedded S3 and for tests.
    public static Store open(StoreSettings settings, String accessKey, String secretKey) {
        return open(settings, accessKey, secretKey, new SteadyClock());
    }

    /// The same with a clock for the age of what is known.
    static Store open(StoreSettings settings, String accessKey, String secretKey, InstantSource clock) {
        AwsBasicCredentials pair = AwsBasicCredentials.create(accessKey, secretKey);
        return open(settings, StaticCredentialsProvider.create(pair), clock);
    }

    private static Store open(StoreSettings settings, AwsCredentialsProvider credentials, InstantSource clock) {
        return new Store(settings, credentials, clock);
    }

    /// @param limit of a request
    private static SdkHttpClient http(StoreSettings settings, Duration limit) {
        Apache5HttpClient.Builder builder = Apache5HttpClient.builder()
                .maxConnections(StoreResources.MAX_CONNECTIONS + PROBE_CONNECTIONS)
                .connectionTimeout(CONNECT_LIMIT)
                .connectionAcquisitionTimeout(settings.timeout())
                .socketTimeout(limit.dividedBy(2)); // of silence within a request or a body
        URI endpoint = settings.endpoint();
        if (endpoint != null && "http".equals(endpoint.getScheme())) {
            builder.tlsTrustManagersProvider(
                    () -> new TrustManager[0]); // Not used, and the system's take long to read.
        }
        return builder.build();
    }

    /// @param limit of a request
    private static S3Client client(
            StoreSettings settings,
            AwsCredentialsProvider credentials,
            SdkHttpClient http,
            RetryStrategy retries,
            StoreFigures figures,
            Duration limit) {
        boolean checksums = settings.provider().checksums();
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(credentials)
                .forcePathStyle(settings.pathStyle())
                // A body in signed pieces is one more thing that servers get wrong: Ceph refuses an empty one.
                .serviceConfiguration(c -> c.chunkedEncodingEnabled(checksums))
                .requestChecksumCalculation(
                        checksums
                                ? RequestChecksumCalculation.WHEN_SUPPORTED
                                : RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(
                        checksums
                                ? ResponseChecksumValidation.WHEN_SUPPORTED
                                : ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClient(http)
                .overrideConfiguration(c -> c.addExecutionInterceptor(new Counting(figures))
                        .addExecutionInterceptor(new VersionOrder())
                        .retryStrategy(retries)
                        .apiCallTimeout(limit));
        if (!checksums) {
            builder.addPlugin(LegacyMd5Plugin.create());
        }
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        return builder.build();
    }

    /// The thread that ends what takes too long.
    private static ScheduledExecutorService timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("aloft-time-limits").factory());
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    /// Link of the credentials chain that gave the credentials of a store.
    ///
    /// @param link the SDK's name of it, such as `EnvironmentVariableCredentialsProvider`
    /// @param expires empty for credentials that do not expire
    public record CredentialsOrigin(String link, Optional<Instant> expires) {}

    /// The origin of the credentials that requests are signed with, and their end. May ask a role's service.
    public CredentialsOrigin credentials() throws StoreException {
        try {
            AwsCredentials found = credentials.resolveCredentials();
            return new CredentialsOrigin(found.providerName().orElse("given"), found.expirationTime());
        } catch (SdkException e) {
            throw S3Errors.of("find credentials", e);
        }
    }

    /// The settings that it was opened with.
    public StoreSettings settings() {
        return settings;
    }

    /// One bucket of this store; the same object each time. Asks nothing of S3.
    public Bucket bucket(@Nullable String name) {
        if (name == null || !Bucket.isName(name)) {
            throw new IllegalArgumentException(
                    "not a bucket's name: " + name + " (3 to 63 lower-case letters, digits, dots and hyphens)");
        }
        return buckets.computeIfAbsent(name, this::open);
    }

    /// The rules that the owner of a bucket has set. Asks nothing of S3 yet.
    public BucketRules rules(Bucket bucket) {
        return new BucketRules(client, bucket.name());
    }

    private Bucket open(String name) {
        return new Bucket(new S3Requests(client, requests, name), settings, resources, clock);
    }

    @Override
    public void close() {
        buckets.values().forEach(Bucket::close);
        client.made().ifPresent(S3Client::close);
        http.close();
        patient.made().ifPresent(SdkHttpClient::close);
        timers.shutdownNow();
    }
}
