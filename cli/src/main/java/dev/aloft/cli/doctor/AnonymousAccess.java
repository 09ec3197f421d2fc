package dev.aloft.cli.doctor;

import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.server.BoundedExchange;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// Check of `aloft doctor` for the rights that a bucket's policy and ACL give everyone: requests without credentials
/// read, list and write, in a folder of a random name below the site's uploads, which the check deletes.
final class AnonymousAccess {

    /// The longest time to the end of an answer.
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private static final byte[] TEXT =
            "written by aloft doctor, which deletes it\n".getBytes(StandardCharsets.US_ASCII);

    private final Bucket bucket;
    private final URI url;
    private final ObjectKey owned;
    private final ObjectKey foreign;

    /// @param prefix of the site
    AnonymousAccess(StoreSettings s3, Bucket bucket, FilePath prefix) {
        this.bucket = bucket;
        this.url = url(s3, bucket.name());
        String folder =
                (prefix.value().isEmpty() ? "" : prefix + "/") + "uploads/aloft-doctor-" + UUID.randomUUID() + "/";
        this.owned = ObjectKey.of(folder + "owned.txt");
        this.foreign = ObjectKey.of(folder + "foreign.txt");
    }

    /// URL of a bucket, with a slash at the end.
    static URI url(StoreSettings s3, String bucket) {
        URI server = endpoint(s3);
        return s3.pathStyle()
                ? server.resolve("/" + bucket + "/")
                : URI.create(server.getScheme() + "://" + bucket + "." + server.getAuthority() + "/");
    }

    /// URL of the S3, also where it is the provider's own.
    static URI endpoint(StoreSettings s3) {
        return s3.endpoint() != null ? s3.endpoint() : URI.create("https://s3." + s3.region() + ".amazonaws.com/");
    }

    DoctorCheck check() {
        return new DoctorCheck("s3 public access", () -> {
            try {
                return tryOut();
            } catch (StoreException e) {
                return DoctorFinding.warning("not checked: " + e.getMessage(), "see the s3 checks above");
            }
        });
    }

    private DoctorFinding tryOut() throws IOException, InterruptedException {
        try (HttpClient client =
                        HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build();
                InputStream text = new ByteArrayInputStream(TEXT)) {
            bucket.put(owned, text, TEXT.length, "text/plain", WriteCondition.always());
            List<String> rights = new ArrayList<>();
            if (isAllowed(client, request(owned).GET())) {
                rights.add("read");
            }
            if (isAllowed(client, HttpRequest.newBuilder(url.resolve("?list-type=2&max-keys=1")))) {
                rights.add("list");
            }
            if (isAllowed(client, request(foreign).PUT(BodyPublishers.ofByteArray(TEXT)))) {
                rights.add("write");
            }
            return finding(rights);
        } finally {
            bucket.delete(owned);
            bucket.delete(foreign);
        }
    }

    private DoctorFinding finding(List<String> rights) {
        String found = "anyone can " + String.join(", ", rights) + " s3://" + bucket.name() + " without credentials";
        if (rights.contains("write")) {
            return DoctorFinding.failed(
                    Failure.Code.STORE, found, "take s3:PutObject from everyone in the bucket's policy and ACL");
        }
        return rights.isEmpty()
                ? DoctorFinding.ok("requests without credentials are refused")
                : DoctorFinding.warning(
                        found + ", private uploads too",
                        "block public access to the bucket, unless a CDN reads it directly (docs/how-to/cdn.md)");
    }

    private HttpRequest.Builder request(ObjectKey key) {
        return HttpRequest.newBuilder(url.resolve(key.value()));
    }

    /// A redirect or an error page is no right.
    private static boolean isAllowed(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return BoundedExchange.send(client, request.build(), ANSWER_LIMIT, Function.identity())
                        .statusCode()
                == HttpURLConnection.HTTP_OK;
    }
}
