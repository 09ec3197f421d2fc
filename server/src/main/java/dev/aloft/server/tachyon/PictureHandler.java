package dev.aloft.server.tachyon;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Gives [Pictures] their place on a server.
public final class PictureHandler {

    private static final String METHODS = "GET, HEAD, OPTIONS";

    private final Pictures pictures;

    public PictureHandler(Pictures pictures) {
        this.pictures = pictures;
    }

    /// @param name the path below the pictures' own, decoded
    public void handle(String name, Request request, Response response, Callback callback) {
        switch (request.getMethod()) {
            case "GET", "HEAD" -> {
                String query = request.getHttpURI().getQuery();
                send(
                        pictures.answer(new PictureRequest(name, query == null ? "" : query, request.getHeaders())),
                        request.getMethod().equals("HEAD"),
                        response,
                        callback);
            }
            case "OPTIONS" -> {
                response.setStatus(HttpStatus.NO_CONTENT_204);
                response.getHeaders().put(HttpHeader.ALLOW, METHODS);
                callback.succeeded();
            }
            default -> {
                response.getHeaders().put(HttpHeader.ALLOW, METHODS);
                send(
                        PictureAnswer.text(HttpStatus.METHOD_NOT_ALLOWED_405, "pictures can only be read"),
                        false,
                        response,
                        callback);
            }
        }
    }

    private static void send(PictureAnswer answer, boolean head, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().add(answer.headers());
        if (answer.status() != HttpStatus.NOT_MODIFIED_304) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        }
        response.write(true, head ? ByteBuffer.allocate(0) : ByteBuffer.wrap(answer.body()), callback);
    }
}
