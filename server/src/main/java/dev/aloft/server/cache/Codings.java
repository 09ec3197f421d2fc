package dev.aloft.server.cache;

import dev.aloft.server.compression.Compressor;
import dev.aloft.server.compression.ContentCoding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/// Selects the representation of a compressible answer by content coding (RFC 9110, 12.5.3). A compressed copy is made
/// at most once for each stored body, for the first client that prefers it; it counts as memory of the cache, and is
/// dropped with the original.
///
/// Every representation has a strong entity tag of its own: that of the original, with the coding behind a hyphen. Only
/// the original has ranges, because hosts with other versions of a library may have other compressed bytes.
final class Codings {

    /// The directive of [Directives#OWN_FIELD] by which an origin permits compression.
    static final String COMPRESSIBLE = "compressible";

    /// The time that a client waits for a compression before it gets the original, which it gets at once while many
    /// bodies wait.
    private static final Duration WAIT_LIMIT = Duration.ofMillis(500);

    private static final HttpField VARY = new PreEncodedHttpField(HttpHeader.VARY, "Accept-Encoding");

    private final MemoryStore memory;
    private final @Nullable Compressor compressor;

    /// @param compressor null to compress nothing
    Codings(MemoryStore memory, @Nullable Compressor compressor) {
        this.memory = memory;
        this.compressor = compressor;
    }

    /// A representation that is the answer to a request.
    ///
    /// @param tag of a compressed representation that the client holds, if it need not be sent again
    /// @param coding of the representation to send; null for the original
    private record Choice(@Nullable String tag, @Nullable ContentCoding coding) {

        static final Choice ORIGINAL = new Choice(null, null);
    }

    /// True if the answer to a request has to wait for a compression.
    boolean mustWait(Origin.Request request, StoredAnswer stored) {
        if (compressor == null || !isCompressible(stored)) {
            return false;
        }
        if (!compressor.isLoaded() && request.headers().contains(HttpHeader.ACCEPT_ENCODING)) {
            return true;
        }
        ContentCoding coding = choose(request, stored).coding();
        return coding != null && !stored.body().hasTried(coding);
    }

    /// Gives the headers of the selected representation to an answer, and returns its compressed bytes; null for the
    /// original bytes.
    @Nullable
    MemoryBody select(String key, Origin.Request request, StoredAnswer stored, HttpFields.Mutable headers) {
        if (!isCompressible(stored)) {
            return null;
        }
        headers.add(VARY);
        Choice choice = choose(request, stored);
        if (choice.tag() != null) {
            headers.put(HttpHeader.ETAG, choice.tag());
        }
        CompressedBody compressed = choice.coding() == null ? null : compressed(key, stored, choice.coding());
        if (compressed == null) {
            return null;
        }
        compressed.fields().forEach(headers::put);
        headers.remove(HttpHeader.ACCEPT_RANGES);
        return compressed.body();
    }

    /// Gives the headers of the selected representation to an answer that passes through: the original, unless the
    /// client holds another.
    void describe(Origin.Request request, HttpFields.Mutable headers) {
        if (compressor != null && Directives.of(headers).has(COMPRESSIBLE)) {
            headers.add(VARY);
            String tag = held(request, headers.get(HttpHeader.ETAG));
            if (tag != null) {
                headers.put(HttpHeader.ETAG, tag);
            }
        }
    }

    private boolean isCompressible(StoredAnswer stored) {
        return compressor != null && stored.compressible() && stored.status() == 200;
    }

    private Choice choose(Origin.Request request, StoredAnswer stored) {
        String etag = stored.headers().get(HttpHeader.ETAG);
        if (compressor == null || etag == null || !request.headers().contains(HttpHeader.ACCEPT_ENCODING)) {
            return Choice.ORIGINAL;
        }
        String held = held(request, etag);
        if (held != null) {
            return new Choice(held, null);
        }
        AcceptedCodings accepted = accepted(request);
        boolean fits = stored.large() == null
                && stored.length() >= Compressor.MIN_BYTES
                && stored.length() <= Compressor.MAX_BYTES;
        boolean ranged = request.headers().contains(HttpHeader.RANGE) && accepted.identity();
        if (!fits || ranged) {
            return Choice.ORIGINAL;
        }
        List<String> wanted = Preconditions.tags(request.headers(), HttpHeader.IF_MATCH);
        Predicate<ContentCoding> named = coding -> wanted.contains(tag(etag, coding));
        List<ContentCoding> available = accepted.ranked().stream()
                .filter(compressor.codings()::contains)
                .toList();
        Optional<ContentCoding> match = available.stream().filter(named).findFirst();
        if (match.isPresent() || wanted.contains(etag)) {
            return new Choice(null, match.orElse(null));
        }
        List<ContentCoding> preferred = accepted.identity() ? accepted.preferred() : accepted.ranked();
        return new Choice(
                null, available.stream().filter(preferred::contains).findFirst().orElse(null));
    }

    /// The tag of an acceptable representation that the client holds; null for none.
    private static @Nullable String held(Origin.Request request, @Nullable String etag) {
        if (etag == null || !request.headers().contains(HttpHeader.IF_NONE_MATCH)) {
            return null;
        }
        List<String> tags = Preconditions.tags(request.headers(), HttpHeader.IF_NONE_MATCH).stream()
                .map(Preconditions::opaque)
                .toList();
        AcceptedCodings accepted = accepted(request);
        Optional<String> compressed = accepted.ranked().stream()
                .map(coding -> tag(etag, coding))
                .filter(tags::contains)
                .findFirst();
        return compressed.or(() -> Optional.of(etag).filter(tags::contains)).orElse(null);
    }

    private static AcceptedCodings accepted(Origin.Request request) {
        return AcceptedCodings.of(request.headers().getValuesList(HttpHeader.ACCEPT_ENCODING));
    }

    /// `"abc-br"` of `"abc"`.
    private static String tag(String etag, ContentCoding coding) {
        return etag.substring(0, etag.length() - 1) + '-' + coding.token() + '"';
    }

    private @Nullable CompressedBody compressed(String key, StoredAnswer stored, ContentCoding coding) {
        Compressor available = compressor;
        if (available == null) {
            return null;
        }
        MemoryBody body = stored.body();
        Future<Optional<CompressedBody>> made = body.compressed(
                coding,
                () -> available.compress(
                        coding,
                        body.toSend().part(0, body.length()),
                        result -> result.map(bytes -> hold(key, stored, coding, bytes))));
        if (made == null || (!made.isDone() && available.isBusy())) {
            return null;
        }
        try {
            return made.get(WAIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS).orElse(null);
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private CompressedBody hold(String key, StoredAnswer stored, ContentCoding coding, byte[] bytes) {
        String tag = tag(stored.etag().orElseThrow(), coding);
        stored.body().grow(bytes.length);
        // The cache weighs an entry only when it is written.
        memory.change(key, () -> true, old -> new Variants(old.answers()));
        return new CompressedBody(
                new MemoryBody(bytes),
                List.of(
                        new PreEncodedHttpField(HttpHeader.CONTENT_ENCODING, coding.token()),
                        new PreEncodedHttpField(HttpHeader.ETAG, tag),
                        new PreEncodedHttpField(HttpHeader.CONTENT_LENGTH, String.valueOf(bytes.length))));
    }
}
