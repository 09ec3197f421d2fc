package dev.aloft.server.tachyon;

import dev.aloft.files.FilePath;
import dev.aloft.image.Compatibility;
import dev.aloft.image.Order;
import dev.aloft.image.Originals;
import dev.aloft.image.Parameters;
import dev.aloft.image.PictureException;
import dev.aloft.image.Rendition;
import dev.aloft.image.Workshop;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One site's pictures: a name below its uploads and a query in Tachyon's language, answered with a rendition.
///
/// An original is read by one GET for all sizes that are asked for at the same moment. A client that has the newest
/// rendition is answered by one HEAD, without decoding. Keeps nothing: whoever stands in front does. Blocks; safe for
/// many threads.
public final class Pictures {

    /// How long a client may keep a picture, as Tachyon says: WordPress gives an edited picture another name.
    static final Duration MAX_AGE = Duration.ofDays(365);

    /// How old the knowledge may be of which version an original has.
    static final Duration HEAD_AGE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);

    private final Bucket bucket;
    private final String prefix;
    private final Workshop workshop;
    private final PictureSettings settings;
    private final InstantSource clock;

    /// @param top the prefix in the bucket that holds the site's `uploads/`
    public Pictures(Bucket bucket, FilePath top, Workshop workshop, PictureSettings settings, InstantSource clock) {
        this.bucket = bucket;
        this.prefix = top.resolve("uploads").value() + "/";
        this.workshop = workshop;
        this.settings = settings;
        this.clock = clock;
    }

    /// Answers; every failure is an answer, too.
    public PictureAnswer answer(PictureRequest request) {
        Optional<ObjectKey> key = key(request.name());
        Optional<Duration> left = Presigned.left(Parameters.of(request.query()), clock.instant());
        if (key.isEmpty() || left.filter(Duration::isNegative).isPresent()) {
            return notFound();
        }
        Order order = new Order(request.query(), Offers.of(request.headers(), settings), settings.compatibility());
        try {
            return answer(key.get(), order, request.headers(), left.orElse(MAX_AGE));
        } catch (StoreException e) {
            return storeFailed(e);
        } catch (IOException e) {
            LOG.warn("pictures: cannot read s3://{}/{}: {}", bucket.name(), key.get(), e.toString());
            return PictureAnswer.text(HttpStatus.SERVICE_UNAVAILABLE_503, "the original cannot be read at the moment");
        } catch (PictureException e) {
            return refused(key.get(), e);
        }
    }

    /// Tachyon drops the first `/tachyon/` of what it takes for a key; so do we.
    private Optional<ObjectKey> key(String name) {
        String value = (prefix + name).replaceFirst("/tachyon/", "/");
        try {
            return value.endsWith("/") ? Optional.empty() : Optional.of(ObjectKey.of(value));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    private PictureAnswer answer(ObjectKey key, Order order, HttpFields headers, Duration maxAge)
            throws IOException, PictureException {
        String library = workshop.library();
        if (headers.contains(HttpHeader.IF_NONE_MATCH)) {
            Optional<OriginalVersion> newest = bucket.head(key, HEAD_AGE).map(OriginalVersion::of);
            Optional<RenditionTag> tag = newest.map(version -> RenditionTag.of(version, order.recipe(), library))
                    .filter(t -> t.isAmong(headers.getValuesList(HttpHeader.IF_NONE_MATCH)));
            if (tag.isPresent()) {
                return new PictureAnswer(
                        HttpStatus.NOT_MODIFIED_304, validators(tag.get(), newest.orElseThrow(), maxAge), new byte[0]);
            }
        }
        Workshop.Picture picture = workshop.render(bucket.name() + "/" + key, () -> open(key), order);
        Rendition rendition = picture.outcome().orThrow();
        OriginalVersion version = OriginalVersion.parse(picture.version());
        HttpFields.Mutable fields = validators(RenditionTag.of(version, order.recipe(), library), version, maxAge);
        fields.put(HttpHeader.CONTENT_TYPE, rendition.format().mediaType());
        return new PictureAnswer(HttpStatus.OK_200, fields, rendition.bytes());
    }

    private Originals.Opened open(ObjectKey key) throws IOException, PictureException {
        ObjectContent content = bucket.get(key, null, ReadCondition.any()).orElseThrow();
        StoredObject object = content.object();
        if (object.size() > workshop.limits().originalBytes()) {
            content.close();
            throw new PictureException(
                    PictureException.Kind.TOO_LARGE,
                    "the picture has " + object.size() + " bytes, and may have "
                            + workshop.limits().originalBytes());
        }
        return new Originals.Opened(OriginalVersion.of(object).text(), content.body());
    }

    private HttpFields.Mutable validators(RenditionTag tag, OriginalVersion version, Duration maxAge) {
        HttpFields.Mutable fields = HttpFields.build();
        fields.put(HttpHeader.ETAG, tag.value());
        fields.put(
                HttpHeader.LAST_MODIFIED,
                DateGenerator.formatDate(version.modified().toEpochMilli()));
        fields.put(HttpHeader.CACHE_CONTROL, "max-age=" + maxAge.toSeconds());
        if (settings.compatibility() == Compatibility.BETTER) {
            fields.put(HttpHeader.VARY, Offers.VARY);
        }
        fields.put("X-Content-Type-Options", "nosniff");
        fields.put("Cross-Origin-Resource-Policy", "cross-origin");
        fields.put("Content-Security-Policy", "default-src 'none'; sandbox");
        return fields;
    }

    private static PictureAnswer notFound() {
        return PictureAnswer.text(HttpStatus.NOT_FOUND_404, "File not found.");
    }

    /// What is missing and what is refused look alike from outside. Everything else may mend itself.
    private static PictureAnswer storeFailed(StoreException e) {
        if (e.kind() != StoreException.Kind.NOT_FOUND) {
            LOG.warn("pictures: {}", e.getMessage());
        }
        return switch (e.kind()) {
            case NOT_FOUND, DENIED, INVALID -> notFound();
            case NO_BUCKET, PRECONDITION, RANGE, TOO_LARGE, FULL, TIMEOUT, UNAVAILABLE ->
                PictureAnswer.text(HttpStatus.SERVICE_UNAVAILABLE_503, "the original cannot be read at the moment");
        };
    }

    private static PictureAnswer refused(ObjectKey key, PictureException e) {
        LOG.info("pictures: no rendition of {}: {}", key, e.getMessage());
        int status = switch (e.kind()) {
            case UNSUPPORTED, BROKEN, TOO_LARGE -> HttpStatus.UNPROCESSABLE_ENTITY_422;
            case ANSWER_TOO_LARGE -> HttpStatus.BAD_REQUEST_400;
            case TOO_SLOW -> HttpStatus.GATEWAY_TIMEOUT_504;
            case CUT_OFF, BUSY, UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE_503;
        };
        return PictureAnswer.text(status, String.valueOf(e.getMessage()));
    }
}
