package dev.aloft.server.edge;

import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Why the site behind the edge gave no answer: the one place where that becomes a status.
///
/// @param text for the client
record SiteFailure(int status, String text) {

    /// @param asked the request to the site
    static SiteFailure of(Throwable failure, Request asked) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof HttpException http && http.getCode() == HttpStatus.PAYLOAD_TOO_LARGE_413) {
                return new SiteFailure(http.getCode(), "the request is too large");
            }
        }
        if (asked.getConnection() == null) {
            return new SiteFailure(HttpStatus.SERVICE_UNAVAILABLE_503, "the site cannot be reached");
        }
        return failure instanceof TimeoutException
                ? new SiteFailure(HttpStatus.GATEWAY_TIMEOUT_504, "the site takes too long to answer")
                : new SiteFailure(HttpStatus.BAD_GATEWAY_502, "the site broke its answer off");
    }

    /// Whether the operator should hear of it: not when the client asked for too much, or has left.
    boolean worthLogging(org.eclipse.jetty.server.Request request) {
        return status >= 500
                && request.getConnectionMetaData().getConnection().getEndPoint().isOpen();
    }

    /// Answers the client, or breaks an answer off that has already begun.
    void answer(Throwable cause, Response response, Callback callback) {
        if (response.isCommitted()) {
            callback.failed(cause);
            return;
        }
        response.reset();
        PlainText.send(response, callback, status, text);
    }
}
