package dev.aloft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Logging in where the script of wp-login.php comes at the worst moment, as it does on a machine that has much else to
/// do: when the name is typed and the password is about to be.
@Timeout(120)
final class LoginFormTest {

    /// The form, as far as the browser sees it. WordPress's script comes after 200 ms; a name that it finds there is
    /// that of who is logged in.
    private static final String FORM = """
            <!doctype html><title>Log In</title><link rel="icon" href="data:,">
            <form method="post" action="/wp-login.php">
              <input type="text" name="log" id="user_login" value="WHO" required="required">
              <input type="password" name="pwd" id="user_pass" required="required">
              <input type="submit" id="wp-submit">
            </form>
            <script>
              const name = document.getElementById("user_login"), password = document.getElementById("user_pass");
              const come = () => {
                clearTimeout(timer);
                password.onfocus = null;
                const field = name.defaultValue ? password : name;
                field.value = field === password ? "" : field.value;
                field.focus();
                field.select();
              };
              const timer = setTimeout(come, 1500);
              password.onfocus = () => setTimeout(come, 20);
            </script>
            """;

    private static final String DASHBOARD =
            "<!doctype html><link rel='icon' href='data:,'><div id='wpadminbar'>Howdy</div>";

    private final List<String> received = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"", "editor"})
    void whatIsTypedIsInItsFieldWheneverTheScriptComes(String loggedIn) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> serve(exchange, FORM.replace("WHO", loggedIn)));
        server.start();
        URI home = URI.create("http://localhost:" + server.getAddress().getPort());
        try (Browser browser = Browser.start()) {
            WordPressAdmin.logIn(browser, home, "editor", "open-sesame");
        } finally {
            server.stop(0);
        }
        assertThat(received).containsExactly("log=editor&pwd=open-sesame");
    }

    private void serve(HttpExchange exchange, String form) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean isSent = exchange.getRequestMethod().equals("POST");
        if (isSent) {
            received.add(body);
        }
        byte[] answer = (isSent ? DASHBOARD : form).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
