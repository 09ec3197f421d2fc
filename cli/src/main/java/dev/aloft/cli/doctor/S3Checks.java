package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.FallbackConfiguration.OtherBucket;
import dev.aloft.cli.configuration.HostParts;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.server.BoundedExchange;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.Store.CredentialsOrigin;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Checks of `aloft doctor` that ask S3: credentials, clock, and for each site's bucket the requests that Aloft
/// makes.
final class S3Checks {

    /// S3 rejects requests from 15 minutes on.
    private static final Duration CLOCK_LIMIT = Duration.ofMinutes(15);

    private static final Duration CLOCK_NOTICE = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final Duration CREDENTIALS_NOTICE = Duration.ofMinutes(5);

    private S3Checks() {}

    static List<DoctorCheck> of(Configuration configuration, HostParts parts, Store store) {
        List<DoctorCheck> checks = new ArrayList<>();
        checks.add(new DoctorCheck("credentials", () -> credentials(store)));
        checks.add(new DoctorCheck("clock", () -> clock(configuration.s3(), Instant.now())));
        for (SiteConfiguration site : configuration.sites()) {
            Bucket bucket = store.bucket(site.bucket());
            checks.addAll(trials(configuration, parts, site, bucket));
            checks.add(new AnonymousAccess(configuration.s3(), bucket, site.prefix()).check());
            String uploads = (site.prefix().value().isEmpty() ? "" : site.prefix() + "/") + "uploads/";
            checks.addAll(new BucketChecks(bucket.versions(), store.rules(bucket), uploads).checks());
            if (site.fallback().orElse(null) instanceof OtherBucket place) {
                checks.add(new FallbackCheck(place, store).check());
            }
        }
        return checks;
    }

    /// The requests that these parts make. An edge alone writes files where a fallback has some that S3 lacks, and
    /// renditions where it keeps them.
    static List<DoctorCheck> trials(
            Configuration configuration, HostParts parts, SiteConfiguration site, Bucket bucket) {
        S3Trial trial = new S3Trial(bucket, site.prefix());
        boolean writesFiles = parts.hasAgent() || site.fallback().isPresent();
        List<DoctorCheck> trials = new ArrayList<>(writesFiles ? trial.checks() : trial.readingChecks());
        if (parts != HostParts.AGENT && configuration.pictures().answers().keeps()) {
            trials.add(trial.renditionCheck());
        }
        return trials;
    }

    private static DoctorFinding credentials(Store store) throws Failure {
        CredentialsOrigin origin;
        try {
            origin = store.credentials();
        } catch (StoreException e) {
            throw new Failure(
                    Failure.Code.STORE,
                    String.valueOf(e.getMessage()),
                    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the package's /etc/aloft/credentials.env",
                    e);
        }
        return expiry(origin, Instant.now());
    }

    static DoctorFinding expiry(CredentialsOrigin origin, Instant now) {
        Optional<Instant> expires = origin.expires();
        if (expires.isPresent() && expires.get().isBefore(now.plus(CREDENTIALS_NOTICE))) {
            return DoctorFinding.warning(
                    "the credentials of " + origin.link() + " expire at " + expires.get(),
                    "renew them, unless they renew themselves");
        }
        return DoctorFinding.ok("found by " + origin.link()
                + expires.map(end -> ", until " + end).orElse(""));
    }

    /// An answer of any status has the time.
    private static DoctorFinding clock(StoreSettings s3, Instant now) throws Failure, InterruptedException {
        URI endpoint = AnonymousAccess.endpoint(s3);
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build()) {
            HttpRequest request = HttpRequest.newBuilder(endpoint)
                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                    .build();
            HttpResponse<byte[]> answer = BoundedExchange.send(client, request, ANSWER_LIMIT, Function.identity());
            return answer.headers()
                    .firstValue("Date")
                    .map(date -> skew(date, now))
                    .orElse(DoctorFinding.ok(endpoint + " answers, without a Date"));
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.STORE,
                    "no answer from " + endpoint + ": " + (e.getMessage() == null ? e : e.getMessage()),
                    "check endpoint of [s3], the network and the S3 server",
                    e);
        }
    }

    static DoctorFinding skew(String date, Instant now) {
        Duration skew;
        try {
            skew = Duration.between(
                            ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant(),
                            now)
                    .abs();
        } catch (DateTimeException e) {
            return DoctorFinding.ok("S3 answers with another form of date: " + date);
        }
        String found = "this host's clock and that of S3 differ by " + skew.toSeconds() + " s";
        if (skew.compareTo(CLOCK_LIMIT) >= 0) {
            return DoctorFinding.failed(Failure.Code.MACHINE, found, "synchronise the clocks (NTP)");
        }
        return skew.compareTo(CLOCK_NOTICE) > 0
                ? DoctorFinding.warning(found, "synchronise the clocks (NTP)")
                : DoctorFinding.ok(found);
    }
}
