package dev.aloft.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A WordPress as its REST API and its visitors see it.
final class WordPress {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private final URI home;
    private final String authorization;
    private final Map<String, String> headers;

    WordPress(URI home, String user, String applicationPassword) {
        this(
                home,
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString((user + ":" + applicationPassword).getBytes(StandardCharsets.UTF_8)),
                Map.of());
    }

    private WordPress(URI home, String authorization, Map<String, String> headers) {
        this.home = home;
        this.authorization = authorization;
        this.headers = headers;
    }

    /// The same site, with pictures made by editors with this part of a name, see [EditorChoice].
    WordPress withEditor(String part) {
        return new WordPress(home, authorization, Map.of(EditorChoice.HEADER, part));
    }

    /// An answer of the REST API.
    record Answer(int status, JsonNode json, Duration took) {

        /// The address of every file of an attachment: the original, the scaled one and all sizes.
        List<String> urls() {
            List<String> urls = new ArrayList<>();
            urls.add(json.path("source_url").asString());
            JsonNode details = json.path("media_details");
            for (JsonNode size : details.path("sizes")) {
                urls.add(size.path("source_url").asString());
            }
            if (details.has("original_image")) {
                String first = urls.getFirst();
                urls.add(first.substring(0, first.lastIndexOf('/') + 1)
                        + details.path("original_image").asString());
            }
            return urls.stream().distinct().toList();
        }

        int id() {
            return json.path("id").asInt();
        }
    }

    /// Uploads a file as the REST API's clients do, and waits for its sizes.
    Answer upload(String name, String type, byte[] bytes) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(home.resolve("/wp-json/wp/v2/media"))
                .header("Content-Type", type)
                .header("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .POST(BodyPublishers.ofByteArray(bytes)));
    }

    /// Uploads a file as a form does, by any name.
    Answer uploadByForm(String name, String type, byte[] bytes) throws IOException, InterruptedException {
        String head = "--the-end\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: " + type + "\r\n\r\n";
        return send(HttpRequest.newBuilder(home.resolve("/wp-json/wp/v2/media"))
                .header("Content-Type", "multipart/form-data; boundary=the-end")
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofString(head),
                        BodyPublishers.ofByteArray(bytes),
                        BodyPublishers.ofString("\r\n--the-end--\r\n"))));
    }

    Answer media(int id) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(home.resolve("/wp-json/wp/v2/media/" + id + "?context=edit"))
                .GET());
    }

    /// Asks any address of the REST API, such as `/wp/v2/types?context=view`.
    Answer ask(String route) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(home.resolve("/wp-json" + route)).GET());
    }

    /// Tells the REST API something, such as `{"title": …}` to `/wp/v2/posts`.
    Answer tell(String route, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(home.resolve("/wp-json" + route))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    /// Sends a file as a form does.
    Answer submit(String route, String field, String name, byte[] bytes) throws IOException, InterruptedException {
        String head = "--aloft-form\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\"" + name
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        return send(HttpRequest.newBuilder(home.resolve("/wp-json" + route))
                .header("Content-Type", "multipart/form-data; boundary=aloft-form")
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofString(head),
                        BodyPublishers.ofByteArray(bytes),
                        BodyPublishers.ofString("\r\n--aloft-form--\r\n"))));
    }

    /// Deletes an attachment with all its files.
    Answer delete(int id) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(home.resolve("/wp-json/wp/v2/media/" + id + "?force=true"))
                .DELETE());
    }

    /// Edits a picture: `{"modifiers": …}` of `/wp/v2/media/<id>/edit`.
    Answer edit(int id, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(home.resolve("/wp-json/wp/v2/media/" + id + "/edit"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    /// Fetches a page or a file as a visitor does. Only the path of the address counts: this server is asked.
    HttpResponse<byte[]> get(String url) throws IOException, InterruptedException {
        URI address = home.resolve(URI.create(url).getRawPath());
        return HTTP.send(HttpRequest.newBuilder(address).timeout(LIMIT).build(), BodyHandlers.ofByteArray());
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        headers.forEach(request::header);
        long begin = System.nanoTime();
        HttpResponse<byte[]> answer = HTTP.send(
                request.header("Authorization", authorization).timeout(LIMIT).build(), BodyHandlers.ofByteArray());
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (!type.contains("json")) {
            throw new IOException(answer.uri() + " answers " + answer.statusCode() + " " + type + ": "
                    + new String(answer.body(), StandardCharsets.UTF_8)
                            .lines()
                            .limit(10)
                            .toList());
        }
        return new Answer(answer.statusCode(), JSON.readTree(answer.body()), took);
    }
}
