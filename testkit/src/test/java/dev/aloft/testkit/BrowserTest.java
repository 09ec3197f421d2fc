package dev.aloft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The browser on a page of ours.
final class BrowserTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PAGE = """
            <!doctype html><title>Try</title><link rel="icon" href="data:,">
            <form method="post" enctype="multipart/form-data" action="/upload">
              <input id="name" name="name" value="old"><input id="file" type="file" name="file" hidden>
              <button>Send</button>
            </form>
            <iframe id="inner" srcdoc="<p>inner words</p>"></iframe>
            <script>setTimeout(() => document.title = 'late', 200); console.error('a complaint');</script>
            """;

    private static final List<String> received = new CopyOnWriteArrayList<>();
    private static HttpServer server;
    private static Browser browser;
    private static URI page;

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", BrowserTest::serve);
        server.start();
        page = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
        browser = Browser.start();
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.stop(0);
    }

    @Test
    void fillsAFormAndUploadsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("words.txt"), "the words of the file");
        browser.open(page);
        browser.type("#name", "new name");
        browser.choose("#file", file);
        browser.click("button");
        browser.await("the answer", LIMIT, "document.body.innerText.includes('thanks')");

        assertThat(browser.location().getPath()).isEqualTo("/upload");
        assertThat(browser.text()).isEqualTo("thanks");
        assertThat(received).singleElement().asString().contains("new name", "words.txt", "the words of the file");
    }

    @Test
    void waitsForAConditionAndNotForEver() {
        browser.open(page);
        browser.await("the late title", LIMIT, "document.title === arguments[0]", "late");
        assertThatThrownBy(() -> browser.await("a miracle", Duration.ofMillis(200), "false"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a miracle")
                .hasMessageContaining(page.toString())
                .hasMessageContaining("a complaint");
    }

    @Test
    void seesFramesAndEvaluates() {
        browser.open(page);
        browser.inFrame("#inner", () -> assertThat(browser.text()).isEqualTo("inner words"));
        assertThat(browser.evaluate("[1, 'two', null]")).isEqualTo(Arrays.asList(1L, "two", null));
        assertThat(browser.has("#inner")).isTrue();
        assertThat(browser.has("#outer")).isFalse();
    }

    @Test
    void takesAScreenshot(@TempDir Path folder) throws IOException {
        browser.open(page);
        Path picture = folder.resolve("new/folder/page.png");
        browser.screenshot(picture);
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(1_000);
    }

    @Test
    void whatIsTypedIsNotInAMessage() {
        browser.open(page);
        assertThatThrownBy(() -> browser.type("#missing", "secret-words"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot type into #missing on " + page)
                .hasNoCause()
                .message()
                .doesNotContain("secret-words");
        assertThatThrownBy(() -> browser.type("#file", "secret-words"))
                .isInstanceOf(IllegalStateException.class)
                .hasNoCause()
                .message()
                .doesNotContain("secret-words");
    }

    private static void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean isUpload = exchange.getRequestMethod().equals("POST");
        if (isUpload) {
            received.add(new String(body, StandardCharsets.UTF_8));
        }
        byte[] answer = (isUpload ? "thanks" : PAGE).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
