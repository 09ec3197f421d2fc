package dev.aloft.server.edge;

import dev.aloft.files.ContentTypes;
import dev.aloft.server.cache.Content;
import dev.aloft.server.cache.OriginFailure;
import dev.aloft.server.cache.OriginRequest;
import dev.aloft.server.cache.Version;
import dev.aloft.store.LimitedStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a plain file of a site's code, with conditions and ranges. The entity tag is made of size and time of change.
final class StaticFile {

    private static final String METHODS = "GET, HEAD";
    private static final Logger LOG = LoggerFactory.getLogger(StaticFile.class);

    private StaticFile() {}

    static boolean send(Path file, Request request, Response response, Callback callback) {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            return PlainText.send(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
        }
        try {
            Delivery.send(version(file).answer(question(request)), response, callback);
        } catch (IOException e) {
            fail(file, e, response, callback);
        }
        return true;
    }

    private static OriginRequest question(Request request) {
        return OriginRequest.of(request.getMethod(), "", request.getHeaders());
    }

    private static Version version(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        long size = attributes.size();
        long changed = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        HttpFields.Mutable headers = HttpFields.build();
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put(HttpHeader.ETAG, "\"" + Long.toHexString(changed) + "-" + Long.toHexString(size) + "\"");
        headers.put(
                HttpHeader.LAST_MODIFIED,
                DateGenerator.formatDate(attributes.lastModifiedTime().toMillis()));
        headers.put(HttpHeader.CONTENT_TYPE, ContentTypes.ofName(file.toString()));
        headers.put(HttpHeader.CONTENT_LENGTH, size);
        headers.put(HttpHeader.ACCEPT_RANGES, "bytes");
        return new Version(headers, size, (first, count) -> open(file, first, count));
    }

    private static Content open(Path file, long first, long count) throws OriginFailure {
        try {
            SeekableByteChannel channel = Files.newByteChannel(file).position(first);
            InputStream bytes = Channels.newInputStream(channel);
            return new Content.Streamed(new LimitedStream(bytes, count), count);
        } catch (IOException e) {
            throw OriginFailure.of(e);
        }
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
