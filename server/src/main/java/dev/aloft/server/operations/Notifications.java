package dev.aloft.server.operations;

import dev.aloft.server.UrlSecret;
import dev.aloft.server.uploads.PlainText;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// `POST /notifications`: S3 event notifications of changes by other programs. Each named upload is forgotten here, and
/// announced to peers, fleet and CDNs, as a change by this process is.
///
/// `docs/reference/edge-admin.md` documents it. A message of SNS also needs its signature.
final class Notifications extends Handler.Abstract {

    static final String PATH = "/notifications";

    /// The largest message: AWS sends 256 KiB at most, Ceph and MinIO one record.
    static final int MAX_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

    private final List<Bucket> buckets;
    private final UrlSecret token;
    private final SnsMessage.Certificates certificates;

    Notifications(List<Bucket> buckets, UrlSecret token) {
        this(buckets, token, SnsMessage.Certificates.ofWeb());
    }

    Notifications(List<Bucket> buckets, UrlSecret token, SnsMessage.Certificates certificates) {
        this.buckets = buckets;
        this.token = token;
        this.certificates = certificates;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        if (!request.getMethod().equals("POST")
                || !PATH.equals(request.getHttpURI().getCanonicalPath())) {
            return false;
        }
        if (!isAllowed(request)) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"aloft\"");
            return PlainText.send(
                    response, callback, HttpStatus.UNAUTHORIZED_401, "this requires the notification_token");
        }
        byte[] body;
        try (InputStream in = Content.Source.asInputStream(request)) {
            body = in.readNBytes(MAX_BYTES + 1);
        }
        if (body.length > MAX_BYTES) {
            return PlainText.send(response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413, "too large");
        }
        try {
            return PlainText.send(response, callback, HttpStatus.OK_200, take(body));
        } catch (JacksonException e) {
            return PlainText.send(response, callback, HttpStatus.BAD_REQUEST_400, "not an S3 event notification");
        } catch (GeneralSecurityException e) {
            LOG.warn("notifications: a message of SNS is refused: {}", e.getMessage());
            return PlainText.send(response, callback, HttpStatus.FORBIDDEN_403, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.warn("notifications: a message of SNS cannot be verified: {}", e.toString());
            return PlainText.send(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "cannot verify it now");
        }
    }

    /// @return the text of the answer
    private String take(byte[] body) throws IOException, GeneralSecurityException {
        JsonTree message = JsonTree.parse(body);
        SnsMessage sns = new SnsMessage(message);
        if (sns.isSigned()) {
            Optional<byte[]> notification = sns.open(certificates);
            return notification.isPresent() ? take(JsonTree.parse(notification.get())) : "no notification";
        }
        return take(message);
    }

    private String take(JsonTree message) {
        Optional<List<S3Event>> events = S3Event.read(message);
        if (events.isEmpty()) {
            return "no S3 event";
        }
        long known = events.get().stream().filter(this::changed).count();
        return known + " of " + events.get().size() + " objects are of this server";
    }

    private boolean changed(S3Event event) {
        Optional<Bucket> bucket = buckets.stream()
                .filter(each -> each.name().equals(event.bucket()))
                .findFirst();
        for (ObjectKey key : event.keys()) {
            bucket.ifPresent(changed -> changed.changes().byOtherProgram(key));
        }
        return bucket.isPresent();
    }

    /// The token as a bearer token, as the password of a user, or in the query, for senders that have no headers.
    private boolean isAllowed(Request request) {
        String authorization = Objects.requireNonNullElse(request.getHeaders().get(HttpHeader.AUTHORIZATION), "");
        if (authorization.startsWith("Bearer ")) {
            return isToken(authorization.substring("Bearer ".length()));
        }
        if (authorization.startsWith("Basic ")) {
            return isToken(password(authorization.substring("Basic ".length())));
        }
        Fields query = Request.extractQueryParameters(request);
        return isToken(Objects.requireNonNullElse(query.getValue("token"), ""));
    }

    private static String password(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded.strip()), StandardCharsets.UTF_8);
            return pair.substring(pair.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private boolean isToken(String given) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token.bytes());
    }
}
