package dev.aloft.server.edge;

import dev.aloft.server.uploads.PlainText;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Refuses requests that Jetty accepts although two servers could read them differently. Refuses heads of HTTP/2 that
/// are too large without ending the other requests of their connection.
final class StrictRequests extends Handler.Wrapper {

    private final int maxHeadBytes;

    /// @param maxHeadBytes of the target and all headers
    StrictRequests(int maxHeadBytes, Handler next) {
        super(next);
        this.maxHeadBytes = maxHeadBytes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        if (version == HttpVersion.HTTP_2 && headBytes(request) > maxHeadBytes) {
            return PlainText.send(response, callback, HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
        }
        if (version == HttpVersion.HTTP_1_0 && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            // RFC 9112, 6.1: HTTP/1.0 has no chunks, so a server in front has seen another end of this request.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            return PlainText.send(response, callback, HttpStatus.BAD_REQUEST_400);
        }
        if (!hasOneHost(request) || !isOneWord(request.getHttpURI().getPathQuery())) {
            return PlainText.send(response, callback, HttpStatus.BAD_REQUEST_400);
        }
        return super.handle(request, response, callback);
    }

    private static long headBytes(Request request) {
        long bytes = request.getHttpURI().getPathQuery().length();
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue();
            bytes += field.getName().length() + (value == null ? 0 : value.length());
        }
        return bytes;
    }

    /// RFC 9113, 8.3.1: a `Host` beside `:authority` names the same host. Of HTTP/1.1 the parser sees to it.
    private static boolean hasOneHost(Request request) {
        String authority = request.getHttpURI().getAuthority();
        return request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2
                || authority == null
                || request.getHeaders().getValuesList(HttpHeader.HOST).stream().allMatch(authority::equalsIgnoreCase);
    }

    private static boolean isOneWord(String target) {
        return target.chars().allMatch(c -> c > ' ' && c != 0x7f);
    }
}
