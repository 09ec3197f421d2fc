package dev.aloft.server.tachyon;

import dev.aloft.files.FilePath;
import dev.aloft.image.Parameters;
import dev.aloft.image.PictureException;
import dev.aloft.image.PictureException.Kind;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderRequest;
import dev.aloft.image.Rendition;
import dev.aloft.server.SurrogateKeys;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.cache.Origin;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.Tenant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One site's pictures as an origin: an original among its uploads and a query in Tachyon's language, answered with a
/// rendition.
///
/// An original is read by one GET for all sizes that are requested at the same time. One HEAD, without decoding,
/// checks whether a rendition is current. Stores nothing: the cache in front does. Safe for many threads; blocks.
public final class Pictures implements Origin {

    /// The maximum age of cached metadata that a check of an original's version uses.
    static final Duration HEAD_AGE = Duration.ofSeconds(1);

    private static final List<HttpHeader> CONDITIONS = List.of(
            HttpHeader.IF_MATCH,
            HttpHeader.IF_UNMODIFIED_SINCE,
            HttpHeader.IF_NONE_MATCH,
            HttpHeader.IF_MODIFIED_SINCE,
            HttpHeader.IF_RANGE,
            HttpHeader.RANGE);

    private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);

    private final String site;
    private final Bucket bucket;
    private final UploadsFolder uploads;
    private final RenderPool renderPool;
    private final PictureSettings settings;
    private final Optional<KeptRenditions> kept;
    private final Optional<SurrogateKeys> keys;

    /// @param site its name
    /// @param top the prefix in the bucket that holds the site's `uploads/`
    public Pictures(String site, Bucket bucket, FilePath top, RenderPool renderPool, PictureSettings settings) {
        this(site, bucket, top, renderPool, settings, Optional.empty());
    }

    private Pictures(
            String site,
            Bucket bucket,
            FilePath top,
            RenderPool renderPool,
            PictureSettings settings,
            Optional<SurrogateKeys> keys) {
        this.keys = keys;
        this.site = site;
        this.bucket = bucket;
        this.uploads = UploadsFolder.of(top);
        this.renderPool = renderPool;
        this.settings = settings;
        this.kept = settings.keeps() ? Optional.of(new KeptRenditions(bucket, top)) : Optional.empty();
    }

    /// The same pictures for one of several tenants that use the store.
    public Pictures forTenant(Tenant tenant) {
        return new Pictures(site, bucket.forTenant(tenant), uploads.top(), renderPool, settings, keys);
    }

    /// The same with surrogate keys in its answers, which are not sent by default.
    public Pictures withSurrogateKeys() {
        Optional<SurrogateKeys> own = Optional.of(new SurrogateKeys(site, uploads.top()));
        return new Pictures(site, bucket, uploads.top(), renderPool, settings, own);
    }

    @Override
    public String name() {
        return site + "/tachyon";
    }

    @Override
    public boolean isExact() {
        return false;
    }

    /// Converts a `GET` or `HEAD` into a request to this origin. Empty if the path can name no original, or the query
    /// is too long for a picture.
    ///
    /// @param name the path below `/tachyon/`, decoded, without a slash before it
    /// @param query as in the URL; empty for none
    public Optional<Origin.Request> request(String method, String name, String query, HttpFields headers) {
        String asked = Parameters.of(query).known(Presigned.NAMES).canonical();
        if (asked.length() > RenderRequest.MAX_QUERY_CHARS) {
            return Optional.empty();
        }
        return named(name).map(original -> {
            HttpFields.Mutable conditions = HttpFields.build();
            for (HttpHeader header : CONDITIONS) {
                headers.getValuesList(header).forEach(value -> conditions.add(header, value));
            }
            PictureTarget target = new PictureTarget(original, asked, Offers.of(headers, settings));
            return new Origin.Request(method, target.text(), conditions);
        });
    }

    /// The reason to refuse this picture; empty if it is made.
    ///
    /// @param request of [#request]
    /// @param query as in the URL
    public Optional<String> refusal(Origin.Request request, String query) {
        Admission admission = settings.admission();
        return admission.admits(originalName(request), Parameters.of(query))
                ? Optional.empty()
                : Optional.of(admission.refusal());
    }

    /// The path, below the uploads, of the original of a request of [#request]. Signatures are made of this path,
    /// whatever the spelling of the URL.
    public String originalName(Origin.Request request) {
        return PictureTarget.parse(request.target()).name();
    }

    /// The name of an original below the uploads: a picture's, by its extension.
    private Optional<String> named(String name) {
        return uploads.key(name)
                .filter(key -> OriginalKind.of(key.value()).isPresent())
                .flatMap(uploads::name);
    }

    /// Takes notice that an object has changed, before its renditions are purged.
    public void changed(ObjectKey key) {
        renderPool.changed(id(key));
    }

    /// The same for any object.
    public void anyChanged() {
        renderPool.anyChanged();
    }

    private String id(ObjectKey key) {
        return bucket.name() + "/" + key;
    }

    /// The common prefix of the targets of all renditions of an object; empty for an object that is no original of
    /// this site.
    public Optional<String> targets(ObjectKey key) {
        return uploads.name(key).map(PictureTarget::prefix);
    }

    /// The common prefix of the targets of all renditions whose originals are in a folder or below it.
    ///
    /// @param folder prefix of a key, up to a slash
    public Optional<String> targetsBelow(String folder) {
        String prefix = uploads.prefix();
        return folder.startsWith(prefix) ? Optional.of(folder.substring(prefix.length())) : Optional.empty();
    }

    /// The key of the original of a request of [#request].
    public ObjectKey original(Origin.Request request) {
        return uploads.key(originalName(request)).orElseThrow();
    }

    /// The answer for a missing original.
    public static Origin.Answer missing() {
        return PictureHeaders.notFound();
    }

    /// The same answer to clients, for an original that a folder's rules deny.
    public static Origin.Answer denied() {
        return PictureHeaders.denied();
    }

    /// Renditions are found by what is known of the original.
    @Override
    public Duration memory(Origin.Request request) {
        return HEAD_AGE;
    }

    @Override
    public Origin.Answer ask(Origin.Request request) throws Origin.Failure {
        PictureTarget target = PictureTarget.parse(request.target());
        ObjectKey key = original(request);
        RenderRequest wanted = new RenderRequest(target.query(), target.offered(), settings.compatibility());
        try {
            Optional<Duration> left = Optional.empty();
            Parameters query = Parameters.of(target.query());
            if (Presigned.isIn(query)) {
                left = permission(key, Presigned.of(query));
                if (left.isEmpty()) {
                    return PictureHeaders.notFound();
                }
            }
            return tagged(answer(request, key, wanted, new PictureHeaders(settings.compatibility(), left)), key);
        } catch (StoreException e) {
            return storeFailed(e);
        } catch (IOException e) {
            throw Origin.Failure.of(e);
        } catch (PictureException e) {
            return tagged(instead(request, key, e), key);
        }
    }

    private Origin.Answer tagged(Origin.Answer answer, ObjectKey original) {
        if (keys.isEmpty()) {
            return answer;
        }
        HttpFields.Mutable headers = HttpFields.build(answer.headers());
        keys.get().putAll(headers, original);
        return new Origin.Answer(answer.status(), headers, answer.length(), answer.body());
    }

    /// The original itself if no rendition can be made of it and browsers display it; otherwise an answer with the
    /// reason.
    private Origin.Answer instead(Origin.Request request, ObjectKey key, PictureException e) throws Origin.Failure {
        LOG.info("pictures: no rendition of {}: {} {}", key, e.getMessage(), e.detail());
        if (!e.kind().isOriginals()) {
            return refused(e, false);
        }
        try {
            OpenedOriginal original = opened(key);
            Optional<String> type = original.shownAs().filter(_ -> settings.fallsBack());
            if (type.isEmpty() || request.method().equals("HEAD")) {
                original.bytes().close();
            }
            if (type.isEmpty()) {
                return refused(e, original.version().hidden());
            }
            HttpFields.Mutable fields = new PictureHeaders(settings.compatibility(), Optional.empty())
                    .instead(original.version(), e.kind());
            return found(request, fields, type.get(), original.size(), original.bytes());
        } catch (StoreException failure) {
            return storeFailed(failure);
        } catch (IOException failure) {
            throw Origin.Failure.of(failure);
        }
    }

    /// The remaining lifetime of a presigned URL that permits reading the original; empty if it does not.
    private Optional<Duration> permission(ObjectKey key, Optional<Presigned> presigned) throws IOException {
        Optional<Duration> left = presigned.map(url -> url.left(Instant.now())).filter(time -> time.isPositive());
        return left.isPresent() && bucket.permits(key, presigned.orElseThrow().query()) ? left : Optional.empty();
    }

    private Origin.Answer answer(Origin.Request request, ObjectKey key, RenderRequest wanted, PictureHeaders headers)
            throws IOException, PictureException {
        String library = renderPool.library();
        String known = request.headers().get(HttpHeader.IF_NONE_MATCH);
        if (known != null || kept.isPresent()) {
            Optional<OriginalVersion> newest = bucket.head(key, HEAD_AGE).map(OriginalVersion::of);
            if (newest.isPresent()) {
                RenditionTag tag = RenditionTag.of(newest.get(), wanted.recipe(), library);
                if (known != null && tag.isIn(known)) {
                    return Origin.Answer.empty(HttpStatus.NOT_MODIFIED_304, headers.of(known, newest.get()));
                }
                Optional<KeptRenditions.Kept> before =
                        kept.filter(_ -> !newest.get().hidden()).flatMap(renditions -> renditions.find(name(key), tag));
                if (before.isPresent()) {
                    byte[] bytes = before.get().bytes();
                    HttpFields.Mutable fields = headers.of(tag.etag(bytes), newest.get());
                    return found(
                            request, fields, before.get().mediaType(), bytes.length, new ByteArrayInputStream(bytes));
                }
            }
        }
        RenderPool.Picture picture = renderPool.render(id(key), () -> open(key), wanted);
        Rendition rendition = picture.outcome().orThrow();
        OriginalVersion version = OriginalVersion.parse(picture.version());
        RenditionTag tag = RenditionTag.of(version, wanted.recipe(), library);
        kept.filter(_ -> !version.hidden()).ifPresent(renditions -> renditions.keep(name(key), tag, rendition));
        byte[] bytes = rendition.bytes();
        HttpFields.Mutable fields = headers.of(tag.etag(bytes), version);
        return found(request, fields, rendition.format().mediaType(), bytes.length, new ByteArrayInputStream(bytes));
    }

    private String name(ObjectKey original) {
        return uploads.name(original).orElseThrow();
    }

    private static Origin.Answer found(
            Origin.Request request, HttpFields.Mutable fields, String type, long length, InputStream bytes) {
        fields.put(HttpHeader.CONTENT_TYPE, type);
        fields.put(HttpHeader.CONTENT_LENGTH, length);
        return request.method().equals("HEAD")
                ? Origin.Answer.empty(HttpStatus.OK_200, fields)
                : new Origin.Answer(HttpStatus.OK_200, fields, length, bytes);
    }

    private OpenedOriginal opened(ObjectKey key) throws IOException {
        return OpenedOriginal.of(
                key.value(), bucket.get(key, null, ReadCondition.any()).orElseThrow());
    }

    /// The original for the worker, if the worker may decode it.
    private RenderPool.OriginalSource.Opened open(ObjectKey key) throws IOException, PictureException {
        OpenedOriginal original = opened(key);
        long limit = renderPool.limits().originalBytes();
        if (original.isGenuine() && original.size() <= limit) {
            return new RenderPool.OriginalSource.Opened(original.version().text(), original.bytes());
        }
        original.bytes().close();
        throw original.isGenuine()
                ? new PictureException(
                        Kind.TOO_LARGE, "the picture has " + original.size() + " bytes, and may have " + limit)
                : new PictureException(Kind.UNSUPPORTED, "this is no picture of the kind that its name says");
    }

    private static Origin.Answer storeFailed(StoreException e) throws Origin.Failure {
        if (e.kind() != StoreException.Kind.NOT_FOUND && !e.isToldAgain()) {
            LOG.warn("pictures: {}", e.getMessage());
        }
        if (e.kind().looksMissing()) {
            return PictureHeaders.notFound();
        }
        throw failure(HttpStatus.SERVICE_UNAVAILABLE_503, "the original cannot be read at the moment", e);
    }

    /// @param hidden whether only a signed request may know that there is such an original
    private static Origin.Answer refused(PictureException e, boolean hidden) throws Origin.Failure {
        String text = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case UNSUPPORTED, BROKEN, TOO_LARGE ->
                PictureHeaders.text(HttpStatus.UNPROCESSABLE_ENTITY_422, text, hidden);
            case ANSWER_TOO_LARGE -> PictureHeaders.text(HttpStatus.BAD_REQUEST_400, text, hidden);
            case TOO_SLOW -> {
                if (hidden) { // a failure would reveal that the original exists
                    yield PictureHeaders.text(HttpStatus.GATEWAY_TIMEOUT_504, text, true);
                }
                throw failure(HttpStatus.GATEWAY_TIMEOUT_504, text, e);
            }
            case CUT_OFF, BUSY, UNAVAILABLE -> throw failure(HttpStatus.SERVICE_UNAVAILABLE_503, text, e);
        };
    }

    private static Origin.Failure failure(int status, String text, Exception cause) {
        return new Origin.Failure(status, text, String.valueOf(cause.getMessage()), cause);
    }
}
