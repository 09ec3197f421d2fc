package dev.aloft.server.operations;

import dev.aloft.server.uploads.PlainText;
import dev.aloft.store.Bucket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Health and metrics of a process, for everyone who reaches its admin address. Other requests go on to the next
/// handler.
final class HealthPages extends Handler.Abstract.NonBlocking {

    private final Map<String, Bucket> sites;
    private final Supplier<String> metrics;
    private volatile boolean stopping;

    /// @param sites the buckets by the sites' names
    /// @param metrics in Prometheus text format
    HealthPages(Map<String, Bucket> sites, Supplier<String> metrics) {
        this.sites = new TreeMap<>(sites);
        this.metrics = metrics;
    }

    void announceStop() {
        stopping = true;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        return switch (request.getMethod() + " " + request.getHttpURI().getCanonicalPath()) {
            case "GET /metrics" -> text(response, callback, PrometheusText.TYPE, metrics.get());
            case "GET /healthz" -> text(response, callback, PlainText.TYPE, "alive\n");
            case "GET /readyz" -> ready(response, callback);
            default -> false;
        };
    }

    static boolean text(Response response, Callback callback, String type, String text) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }

    /// A process whose S3 is down is still ready: an edge serves from its cache, an agent reports the failure to PHP,
    /// and no other process has a better S3.
    private boolean ready(Response response, Callback callback) {
        if (stopping) {
            return PlainText.send(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "stopping");
        }
        StringBuilder reasons = new StringBuilder("ready\n");
        sites.forEach((name, bucket) -> {
            bucket.trouble()
                    .ifPresent(trouble -> reasons.append("site ")
                            .append(name)
                            .append(": ")
                            .append(trouble.getMessage())
                            .append('\n'));
            bucket.unsupported()
                    .forEach(loss -> reasons.append("site ")
                            .append(name)
                            .append(": ")
                            .append(loss)
                            .append('\n'));
        });
        return text(response, callback, PlainText.TYPE, reasons.toString());
    }
}
