package dev.aloft.server.cache;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// A source of answers behind the cache. Safe for many threads; blocks.
///
/// The origin determines freshness by the headers of its answers: `Aloft-Cache-Control` (a targeted field of RFC 9213
/// that this cache does not forward), else `CDN-Cache-Control`, else `Cache-Control` and `Expires`. An answer without
/// any of them is revalidated before each use.
public interface Origin {

    /// Name without spaces. Together with a request's target it is the cache key, so origins of one name share
    /// answers.
    String name();

    /// True if a `HEAD` is cheap and a `Range` with an `If-Match` is answered exactly. The cache then requests
    /// missing ranges, and revalidates a client's copy with a `HEAD`.
    default boolean isExact() {
        return false;
    }

    /// The time for which it may answer such a request from memory. A change elsewhere may have been missed meanwhile.
    default Duration memory(Request request) {
        return Duration.ZERO;
    }

    /// Answers a request. A refusal or error that the origin itself words is an answer, too.
    ///
    /// The request has the end-to-end headers of the client. The conditions and the `Range` of a `GET` are those
    /// of the cache: `If-None-Match` with `If-Modified-Since`, or, for an exact origin, one range with or
    /// without `If-Match`.
    ///
    /// @throws Failure if there is no answer; a stale stored one may then be used
    /// @throws IOException for any other failure, which is a 502
    Answer ask(Request request) throws IOException;

    /// An answer of an origin, with a body that is read from the connection. The owner closes it; closing it before
    /// the end drops the connection.
    ///
    /// @param headers as received
    /// @param length of the body in bytes, or -1 if unknown until the end
    /// @param body throws if it ends early
    record Answer(int status, HttpFields headers, long length, InputStream body) implements AutoCloseable {

        /// An answer without a body.
        public static Answer empty(int status, HttpFields headers) {
            return new Answer(status, headers, 0, InputStream.nullInputStream());
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /// A request to an origin, or to the cache in front of it.
    ///
    /// @param target identifies the answer in the cache; for an upload, the key of the object
    /// @param headers end-to-end headers only
    record Request(String method, String target, HttpFields headers) {

        /// The key under which its answer is stored.
        String key(Origin origin) {
            return key(origin.name(), target);
        }

        static String key(String origin, String target) {
            return origin + " " + target;
        }

        /// The target for logs, without its query, which may hold a signature.
        public String withoutQuery() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }

        boolean isGet() {
            return method.equals("GET");
        }

        boolean isHead() {
            return method.equals("HEAD");
        }

        Request with(HttpFields others) {
            return new Request(method, target, others);
        }

        Request as(String other) {
            return new Request(other, target, headers);
        }

        /// The same request with the range as the only condition.
        Request forPart() {
            Request plain = plain();
            HttpFields.Mutable ranged = HttpFields.build(plain.headers);
            ranged.put(HttpHeader.RANGE, headers.get(HttpHeader.RANGE));
            return plain.with(ranged.asImmutable());
        }

        /// The same request for the whole representation.
        Request withoutRange() {
            return headers.contains(HttpHeader.RANGE)
                    ? with(HttpFields.build(headers).remove(HttpHeader.RANGE).asImmutable())
                    : this;
        }

        /// The same request for the cache itself: without the client's conditions and range.
        Request plain() {
            HttpFields.Mutable kept = HttpFields.build(headers.size() + 2);
            for (HttpField field : headers) {
                if (!isCondition(field.getHeader())) {
                    kept.add(field);
                }
            }
            return new Request(method, target, kept);
        }

        private static boolean isCondition(@Nullable HttpHeader header) {
            return header == HttpHeader.IF_MATCH
                    || header == HttpHeader.IF_NONE_MATCH
                    || header == HttpHeader.IF_MODIFIED_SINCE
                    || header == HttpHeader.IF_UNMODIFIED_SINCE
                    || header == HttpHeader.IF_RANGE
                    || header == HttpHeader.RANGE;
        }
    }

    /// The origin has no answer. Contains the answer for the client if the cache has none either; the message is for
    /// the operator.
    sealed class Failure extends IOException {

        private static final long serialVersionUID = 1;

        private final int status;
        private final String text;

        /// @param status for the client: 404, 413, 502, 503 or 504
        /// @param text for the client; it says nothing of what lies behind
        /// @param message for the operator: what was attempted, on what, what was found
        public Failure(int status, String text, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.status = status;
            this.text = text;
        }

        /// Any failure as one of the origin's.
        public static Failure of(IOException failure) {
            return failure instanceof Failure ours
                    ? ours
                    : new Failure(502, "the site broke its answer off", String.valueOf(failure.getMessage()), failure);
        }

        /// The status for the client: 404, 413, 502, 503 or 504.
        public int status() {
            return status;
        }

        /// The text for the client, in one line, without details of the origin.
        public String text() {
            return text;
        }

        /// The origin no longer has the version whose rest was requested. The part in the cache is useless, because
        /// the rest will never come.
        public static final class RepresentationGone extends Failure {

            private static final long serialVersionUID = 1;

            /// @param message for the operator
            public RepresentationGone(String message, @Nullable Throwable cause) {
                super(503, "Service Unavailable", message, cause);
            }
        }
    }
}
