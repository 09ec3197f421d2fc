package dev.aloft.server.edge;

import java.net.ConnectException;
import java.net.SocketException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Why the site behind the edge gave no answer: the one place where that becomes a status.
///
/// @param text for the client
/// @param ours whether the operator should hear of it: not when the client broke off
record SiteFailure(int status, String text, boolean ours) {

    static SiteFailure of(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof HttpException http && http.getCode() == HttpStatus.PAYLOAD_TOO_LARGE_413) {
                return new SiteFailure(http.getCode(), "the request is too large", false);
            }
            if (e instanceof EofException) {
                return new SiteFailure(HttpStatus.BAD_REQUEST_400, "the request broke off", false);
            }
            if (e instanceof ConnectException || e instanceof SocketException) {
                return new SiteFailure(HttpStatus.SERVICE_UNAVAILABLE_503, "the site cannot be reached", true);
            }
            if (e instanceof TimeoutException) {
                return new SiteFailure(HttpStatus.GATEWAY_TIMEOUT_504, "the site takes too long to answer", true);
            }
        }
        return new SiteFailure(HttpStatus.BAD_GATEWAY_502, "the site broke its answer off", true);
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
