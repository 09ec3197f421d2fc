package dev.aloft.server.cache;

import java.io.InputStream;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// A request as it is put to an origin, or to the cache before it.
///
/// @param target path and query as they go on the wire; for S3 the key's path. It names the answer in the cache
/// @param headers end to end ones only
/// @param body null for none; whoever gives the request closes it
/// @param interim where answers go that are not the last (1xx)
public record OriginRequest(
        String method,
        String target,
        HttpFields headers,
        @Nullable InputStream body,
        Interim interim) {

    /// Takes 102 and 103 answers while the last one is awaited. May be called from another thread.
    public interface Interim {

        /// Nobody wants them.
        Interim NONE = (_, _) -> {};

        void send(int status, HttpFields headers);
    }

    /// A request without a body.
    public static OriginRequest of(String method, String target, HttpFields headers) {
        return new OriginRequest(method, target, headers, null, Interim.NONE);
    }

    /// The host that is asked, in lower case; empty where none is named.
    String host() {
        String host = headers.get(HttpHeader.HOST);
        return host == null ? "" : host.toLowerCase(Locale.ROOT);
    }

    /// What its answer is stored by.
    String key(Origin origin) {
        return key(origin.name(), host(), target);
    }

    static String key(String origin, String host, String target) {
        return origin + " " + host + " " + target;
    }

    boolean isGet() {
        return method.equals("GET");
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    OriginRequest with(HttpFields others) {
        return new OriginRequest(method, target, others, body, interim);
    }

    OriginRequest as(String other) {
        return new OriginRequest(other, target, headers, body, interim);
    }

    /// The same question, with the range as the only condition.
    OriginRequest forPart() {
        OriginRequest plain = plain();
        HttpFields.Mutable ranged = HttpFields.build(plain.headers);
        ranged.put(HttpHeader.RANGE, headers.get(HttpHeader.RANGE));
        return plain.with(ranged.asImmutable());
    }

    /// The same question, asked for the cache itself: without the client's conditions and range.
    OriginRequest plain() {
        HttpFields.Mutable kept = HttpFields.build(headers.size() + 2);
        for (HttpField field : headers) {
            if (!isCondition(field.getHeader())) {
                kept.add(field);
            }
        }
        return new OriginRequest(method, target, kept, null, interim);
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
