package dev.aloft.server.agent;

import dev.aloft.files.FileContent;
import dev.aloft.files.FileStat;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ContentRange;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/// The answer to one request of the agent's protocol. For one thread.
final class ExchangeResponse {

    private static final String FILE_METHODS = "GET, HEAD, PUT, POST, DELETE, COPY, MOVE, LOCK, UNLOCK, OPTIONS";

    private final SlowClients slowClients;
    private final Request request;
    private final Response response;

    ExchangeResponse(SlowClients slowClients, Request request, Response response) {
        this.slowClients = slowClients;
        this.request = request;
        this.response = response;
    }

    /// Interim responses during a long exchange that has not answered yet, see [InterimResponses].
    InterimResponses progress() {
        return InterimResponses.of(request, response);
    }

    /// An answer without a body.
    void empty(int status) {
        response.setStatus(status);
    }

    void json(String json) throws IOException {
        send(200, "application/json", json);
    }

    /// Bytes in several pieces.
    void bytes(String type, List<byte[]> pieces) throws IOException {
        long length = pieces.stream().mapToLong(piece -> piece.length).sum();
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
        OutputStream out =
                new BufferedOutputStream(slowClients.writing(request, Content.Sink.asOutputStream(response)), 64 << 10);
        for (byte[] piece : pieces) {
            out.write(piece);
        }
        out.close();
    }

    /// One line of plain text.
    void line(int status, String line) throws IOException {
        send(status, "text/plain; charset=utf-8", line + "\n");
    }

    private void send(int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            out.write(bytes);
        }
    }

    /// The address of a path that is kept on the host, where the client reaches it by itself.
    void elsewhere(String uri, String place) throws IOException {
        response.getHeaders().put(HttpHeader.LOCATION, place);
        line(307, uri + ": kept on this host at " + place);
    }

    /// The methods that a file takes.
    void fileMethods() {
        response.getHeaders().put(HttpHeader.ALLOW, FILE_METHODS);
        empty(204);
    }

    void methodNotAllowed(String method) throws IOException {
        response.getHeaders().put(HttpHeader.ALLOW, FILE_METHODS + ", MKCOL");
        line(405, "no such method here: " + method);
    }

    void directory() {
        response.getHeaders().put("Aloft-Kind", "directory");
        response.setStatus(200);
    }

    /// The head of a file, without its bytes.
    void file(FileStat.File file) {
        putFile(file);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, file.size());
        response.setStatus(200);
    }

    void notModified(FileContent content) {
        putVersion(content.file());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length());
        response.setStatus(304);
    }

    /// A file, or one range of it.
    void content(FileContent content, boolean partial) throws IOException {
        putFile(content.file());
        putPrivacy(content.file());
        ByteRange range = content.range();
        if (partial && range != null) {
            response.setStatus(206);
            putRange(ContentRange.of(range, content.file().size()).header());
        } else {
            response.setStatus(200);
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length());
        // Closed only after the last byte: closing commits the answer, and a committed answer cannot report an error.
        OutputStream out = slowClients.writing(request, Content.Sink.asOutputStream(response));
        content.body().transferTo(out);
        out.close();
    }

    void written(FileStat.File file) {
        response.getHeaders().put(HttpHeader.ETAG, file.etag());
        response.setStatus(201);
    }

    void restored(FileStat.File file) {
        written(file);
        putPrivacy(file);
    }

    void appended(FileStat.File file) {
        response.getHeaders().put(HttpHeader.ETAG, file.etag());
        response.getHeaders().put("Aloft-Size", file.size());
        response.setStatus(200);
    }

    /// The last answer of its connection, without a body.
    void last() {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.setStatus(204);
    }

    /// Ends the answer, from any thread. By a write, not by the callback alone: Jetty 12.1.12 ends that twice when the
    /// handler returns at the same moment on its own thread, and loses the next request.
    void end(Callback callback) {
        response.write(true, BufferUtil.EMPTY_BUFFER, callback);
    }

    /// True if the status has been sent.
    boolean isCommitted() {
        return response.isCommitted();
    }

    /// Drops the headers and the status that a failed exchange has set.
    void reset() {
        response.reset();
    }

    void problem(Problem problem) throws IOException {
        if (problem.status() == 503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
        }
        if (problem.status() == 408) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        line(problem.status(), problem.message());
    }

    /// The size of the file whose range was not satisfiable.
    void size(long size) {
        putRange(ContentRange.unsatisfied(size));
    }

    private void putRange(String header) {
        response.getHeaders().put(HttpHeader.CONTENT_RANGE, header);
    }

    private void putFile(FileStat.File file) {
        response.getHeaders().put("Aloft-Kind", "file");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, file.contentType());
        putVersion(file);
    }

    private void putPrivacy(FileStat.File file) {
        if (file.isPrivate()) {
            response.getHeaders().put("Aloft-Private", PrivateFiles.MARK);
        }
    }

    private void putVersion(FileStat.File file) {
        response.getHeaders().put(HttpHeader.ETAG, file.etag());
        response.getHeaders()
                .put(
                        HttpHeader.LAST_MODIFIED,
                        DateGenerator.formatDate(file.modified().toEpochMilli()));
    }
}
