package dev.aloft.server.edge;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Gives the server's own errors, such as a request that cannot be read, the form of [PlainText].
final class PlainErrors extends ErrorHandler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        return PlainText.send(response, callback, response.getStatus());
    }
}
