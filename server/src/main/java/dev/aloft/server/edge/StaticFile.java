package dev.aloft.server.edge;

import dev.aloft.files.ContentTypes;
import dev.aloft.store.ByteRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a plain file of a site's code, with conditions and ranges. The entity tag is made of size and time of change.
final class StaticFile {

    private static final String METHODS = "GET, HEAD";
    private static final Logger LOG = LoggerFactory.getLogger(StaticFile.class);

    private StaticFile() {}

    static boolean send(Path file, Request request, Response response, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            headers.put(HttpHeader.ALLOW, METHODS);
            return PlainText.send(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
        }
        try {
            Version version = version(file);
            headers.put("X-Content-Type-Options", "nosniff");
            version.putInto(headers);
            answer(file, version, request, response, callback);
        } catch (IOException e) {
            fail(file, e, response, callback);
        }
        return true;
    }

    private static void answer(Path file, Version version, Request request, Response response, Callback callback)
            throws IOException {
        switch (Preconditions.of(request.getMethod(), request.getHeaders()).judge(version)) {
            case Verdict.NotModified _ -> {
                response.setStatus(HttpStatus.NOT_MODIFIED_304);
                callback.succeeded();
            }
            case Verdict.Refused _ -> PlainText.send(response, callback, HttpStatus.PRECONDITION_FAILED_412);
            case Verdict.OutOfRange _ -> {
                response.getHeaders().put(HttpHeader.CONTENT_RANGE, "bytes */" + version.size());
                PlainText.send(response, callback, HttpStatus.RANGE_NOT_SATISFIABLE_416);
            }
            case Verdict.Whole _ -> deliver(file, null, version.size(), request, response, callback);
            case Verdict.Part(ByteRange part) -> deliver(file, part, version.size(), request, response, callback);
        }
    }

    private static void deliver(
            Path file, @Nullable ByteRange part, long size, Request request, Response response, Callback callback)
            throws IOException {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, ContentTypes.ofName(file.toString()));
        headers.put(HttpHeader.ACCEPT_RANGES, "bytes");
        if (request.getMethod().equals("HEAD")) {
            headers.put(HttpHeader.CONTENT_LENGTH, size);
            response.setStatus(HttpStatus.OK_200);
            callback.succeeded();
            return;
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file);
                InputStream bytes = Channels.newInputStream(channel)) {
            channel.position(part == null ? 0 : part.first());
            Body.send(bytes, part, size, response, callback);
        }
    }

    private static Version version(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        long size = attributes.size();
        long changed = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        return new Version(
                "\"" + Long.toHexString(changed) + "-" + Long.toHexString(size) + "\"",
                attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS),
                size);
    }

    private static void fail(Path file, IOException e, Response response, Callback callback) {
        if (response.isCommitted()) {
            callback.failed(e);
            return;
        }
        LOG.warn("cannot send {}: {}", file, e.toString());
        response.reset();
        PlainText.send(response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500);
    }
}
