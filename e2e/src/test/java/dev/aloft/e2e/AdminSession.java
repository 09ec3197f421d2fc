package dev.aloft.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A person who has logged in to WordPress with a password, and uploads on the page *Upload New Media*.
final class AdminSession {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern NONCE = Pattern.compile("\"_wpnonce\":\"([0-9a-f]+)\"");
    private static final String BOUNDARY = "------------------------aloft-upload";

    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private final URI home;

    private AdminSession(URI home) {
        this.home = home;
    }

    /// Logs in through wp-login.php.
    ///
    /// @throws IOException when WordPress does not let this person in
    static AdminSession logIn(URI home, String user, String password) throws IOException, InterruptedException {
        AdminSession session = new AdminSession(home);
        session.get("/wp-login.php"); // sets the cookie that proves that there are cookies
        String form = "log=" + user + "&pwd=" + URLEncoder.encode(password, StandardCharsets.UTF_8) + "&testcookie=1";
        HttpResponse<String> answer = session.send(HttpRequest.newBuilder(home.resolve("/wp-login.php"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        if (answer.statusCode() != 302) {
            throw new IOException(
                    "cannot log in at " + home + " as " + user + ": wp-login.php answers " + answer.statusCode());
        }
        return session;
    }

    /// Uploads a file as the page does, and waits for its sizes.
    ///
    /// @return WordPress's answer, with `success` and `data`
    JsonNode upload(String name, String type, byte[] bytes) throws IOException, InterruptedException {
        Matcher nonce = NONCE.matcher(get("/wp-admin/media-new.php").body());
        if (!nonce.find()) {
            throw new IOException("cannot upload at " + home + ": the page for it has no nonce");
        }
        Map<String, String> fields = Map.of("action", "upload-attachment", "name", name, "_wpnonce", nonce.group(1));
        HttpResponse<String> answer = send(HttpRequest.newBuilder(home.resolve("/wp-admin/async-upload.php"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofByteArray(form(fields, name, type, bytes))));
        return JsonMapper.shared().readTree(answer.body());
    }

    /// Deletes an attachment permanently, as the media library does.
    ///
    /// @param attachment `data` of the answer to its upload
    void delete(JsonNode attachment) throws IOException, InterruptedException {
        String form = "action=delete-post&id=" + attachment.path("id").asInt() + "&_ajax_nonce="
                + attachment.at("/nonces/delete").asString();
        HttpResponse<String> answer = send(HttpRequest.newBuilder(home.resolve("/wp-admin/admin-ajax.php"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        if (!answer.body().equals("1")) {
            throw new IOException("cannot delete an attachment at " + home + ": WordPress answers "
                    + answer.statusCode() + " " + answer.body());
        }
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(home.resolve(path)).GET());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
    }

    private static byte[] form(Map<String, String> fields, String name, String type, byte[] file) throws IOException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            form.write(part("name=\"" + field.getKey() + "\"\r\n"));
            form.write((field.getValue() + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
        form.write(part("name=\"async-upload\"; filename=\"" + name + "\"\r\nContent-Type: " + type + "\r\n"));
        form.write(file);
        form.write(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return form.toByteArray();
    }

    private static byte[] part(String disposition) {
        return ("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
