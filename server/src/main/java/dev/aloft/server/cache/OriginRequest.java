package dev.aloft.server.cache;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// A request to an origin, or to the cache in front of it.
///
/// @param target identifies the answer in the cache; for an upload, the key of the object
/// @param headers end-to-end headers only
public record OriginRequest(String method, String target, HttpFields headers) {

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

    OriginRequest with(HttpFields others) {
        return new OriginRequest(method, target, others);
    }

    OriginRequest as(String other) {
        return new OriginRequest(other, target, headers);
    }

    /// The same request with the range as the only condition.
    OriginRequest forPart() {
        OriginRequest plain = plain();
        HttpFields.Mutable ranged = HttpFields.build(plain.headers);
        ranged.put(HttpHeader.RANGE, headers.get(HttpHeader.RANGE));
        return plain.with(ranged.asImmutable());
    }

    /// The same request for the cache itself: without the client's conditions and range.
    OriginRequest plain() {
        HttpFields.Mutable kept = HttpFields.build(headers.size() + 2);
        for (HttpField field : headers) {
            if (!isCondition(field.getHeader())) {
                kept.add(field);
            }
        }
        return new OriginRequest(method, target, kept);
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
