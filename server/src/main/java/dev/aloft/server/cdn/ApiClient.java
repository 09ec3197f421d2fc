package dev.aloft.server.cdn;

import dev.aloft.server.BoundedExchange;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// Sends the requests of one CDN, each once. Safe for many threads.
final class ApiClient implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /// The longest pause that a CDN can demand.
    private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

    private static final int MAX_LOGGED_CHARS = 200;

    private final CdnApi api;
    private final HttpClient http;

    ApiClient(CdnApi api) {
        this.api = api;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
        api.server().ifPresent(server -> builder.proxy(ProxySelector.of(server)));
        this.http = builder.build();
    }

    /// The result of one request.
    sealed interface Result {

        /// The attempt and its failure; empty for success.
        default Optional<String> failure() {
            return switch (this) {
                case Done _ -> Optional.empty();
                case Refused(String found) -> Optional.of(found);
                case Failed(String found, Duration _) -> Optional.of(found);
            };
        }
    }

    /// The CDN has carried it out.
    record Done() implements Result {}

    /// The CDN refuses its content.
    record Refused(String found) implements Result {}

    /// It may work later.
    ///
    /// @param pause the least one before the next attempt
    record Failed(String found, Duration pause) implements Result {}

    /// An exception of any kind is a failure: it must not end the thread that repeats a purge.
    Result send(ApiRequest request) throws InterruptedException {
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                    .method(
                            request.method(),
                            request.body().isEmpty()
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(request.body()));
            api.headers(request).forEach(builder::header);
            return result(
                    request,
                    BoundedExchange.send(
                            http, builder.build(), ANSWER_LIMIT, bytes -> new String(bytes, StandardCharsets.UTF_8)));
        } catch (IOException | RuntimeException e) {
            return new Failed(request + " failed: " + e, Duration.ZERO);
        }
    }

    private Result result(ApiRequest request, HttpResponse<String> answer) {
        int status = answer.statusCode();
        String body = answer.body();
        if (api.isDone(status, body)) {
            return new Done();
        }
        String text = body.replaceAll("[^ -~]+", " ").strip();
        String found = (request + " was answered with " + status + " "
                        + text.substring(0, Math.min(text.length(), MAX_LOGGED_CHARS)))
                .strip();
        return api.isRefused(status, body) ? new Refused(found) : new Failed(found, pause(answer));
    }

    /// `Retry-After` in seconds; a date is ignored, because no CDN sends one.
    private static Duration pause(HttpResponse<String> answer) {
        Optional<Duration> pause = answer.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,9}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
        return pause.filter(time -> time.compareTo(MAX_PAUSE) < 0)
                .orElse(pause.isPresent() ? MAX_PAUSE : Duration.ZERO);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
