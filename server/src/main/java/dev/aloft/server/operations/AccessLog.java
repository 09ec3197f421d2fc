package dev.aloft.server.operations;

import dev.aloft.server.operations.OperatorSettings.LogForm;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One line for each request. Text from a client cannot begin a second line. Signatures of URLs are left out, so that
/// reading the log does not give access to private files.
final class AccessLog implements RequestLog {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final JsonFactory JSON = new JsonFactory();

    private final LogForm form;
    private final RequestLog.Writer lines;

    /// A log that writes each line as soon as its request has ended.
    ///
    /// @param lines receives whole lines, without the line break
    AccessLog(LogForm form, RequestLog.Writer lines) {
        this.form = form;
        this.lines = lines;
    }

    /// Creates the file if it is missing, readable by its owner and group only, because URLs can be private.
    ///
    /// @throws IOException when it cannot be made
    static void create(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        } catch (FileAlreadyExistsException there) {
            // An existing file keeps its mode.
        }
    }

    @Override
    public void log(Request request, Response response) {
        try {
            lines.write(
                    switch (form) {
                        case COMBINED -> combined(request, response);
                        case JSON -> json(request, response);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the access log", e);
        }
    }

    private static String combined(Request request, Response response) {
        return "%s - - [%s] \"%s %s %s\" %d %d \"%s\" \"%s\""
                .formatted(
                        client(request),
                        TIME.format(Instant.ofEpochMilli(Request.getTimeStamp(request))),
                        quoted(request.getMethod()),
                        quoted(target(request)),
                        request.getConnectionMetaData().getHttpVersion().asString(),
                        response.getStatus(),
                        bytes(response),
                        quoted(Objects.requireNonNullElse(referer(request), "-")),
                        quoted(header(request, HttpHeader.USER_AGENT)));
    }

    private static String json(Request request, Response response) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeStringProperty(
                    "time", Instant.ofEpochMilli(Request.getTimeStamp(request)).toString());
            json.writeStringProperty("client", client(request));
            json.writeStringProperty("host", Request.getServerName(request));
            json.writeStringProperty("method", request.getMethod());
            json.writeStringProperty("target", target(request));
            json.writeNumberProperty("status", response.getStatus());
            json.writeNumberProperty("bytes", bytes(response));
            json.writeNumberProperty(
                    "micros", TimeUnit.NANOSECONDS.toMicros(NanoTime.since(request.getBeginNanoTime())));
            json.writeStringProperty("cache", response.getHeaders().get("Cache-Status"));
            json.writeStringProperty("referer", referer(request));
            json.writeStringProperty("agent", request.getHeaders().get(HttpHeader.USER_AGENT));
            json.writeEndObject();
        }
        return line.toString();
    }

    /// The address alone: Jetty writes one of IPv6 in the brackets that it has in a URL.
    private static String client(Request request) {
        String address = Request.getRemoteAddr(request);
        return address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
    }

    private static String target(Request request) {
        return unsigned(String.valueOf(request.getHttpURI().getPathQuery()));
    }

    /// The referring page, which can be a signed URL itself.
    private static @Nullable String referer(Request request) {
        String url = request.getHeaders().get(HttpHeader.REFERER);
        return url == null ? null : unsigned(url);
    }

    private static String unsigned(String url) {
        return url.replaceAll("((?:aloft|X-Amz)-[Ss]ignature=|presign=)[^&]*", "$1-");
    }

    private static long bytes(Response response) {
        return Math.max(0, Response.getContentBytesWritten(response));
    }

    private static String header(Request request, HttpHeader header) {
        String value = request.getHeaders().get(header);
        return value == null ? "-" : value;
    }

    /// Escapes quotes, backslashes and control characters as Apache does.
    private static String quoted(@Nullable String text) {
        StringBuilder safe = new StringBuilder();
        for (char c : String.valueOf(text).toCharArray()) {
            if (c == '"' || c == '\\') {
                safe.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f) {
                safe.append("\\x%02x".formatted((int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }
}
