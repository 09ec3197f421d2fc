package dev.aloft.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.Command;
import dev.aloft.testkit.FreePort;
import dev.aloft.testkit.RedisSentinel;
import dev.aloft.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A Sentinel and its server, both of which require TLS and a login. The client is a Java of its own, which gets its
/// certificate authorities as `docs/how-to/fleet.md` says.
@Timeout(180)
final class SentinelsOverTlsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String STORE_PASSWORD = "changeit";

    @TempDir
    private Path folder;

    /// Prints the server's answer to a PING, or why there is none.
    static final class Client {

        private Client() {}

        public static void main(String[] arguments) {
            RedisAddress address = RedisAddress.parse(arguments[0]);
            try (RedisConnection connection = RedisConnection.open(address, LIMIT)) {
                System.out.println(connection.call(List.of("PING")));
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void bothRequireTlsAndALogin() throws IOException {
        makeCertificate();
        int serverPort = FreePort.next();
        int sentinelPort = FreePort.next();
        List<String> server = new ArrayList<>(List.of("--tls-port", String.valueOf(serverPort)));
        tls().forEach(line -> server.addAll(List.of(("--" + line).split(" "))));
        server.addAll(List.of("--requirepass", "operators"));
        server.addAll(List.of("--user", "aloft", "on", ">secret", "allkeys", "+@all"));
        List<String> sentinel = new ArrayList<>(List.of("tls-port " + sentinelPort, "tls-replication yes"));
        sentinel.addAll(tls());
        sentinel.add("sentinel auth-pass main operators");
        sentinel.add("requirepass operators");
        sentinel.add("user aloft on >secret -@all +auth +sentinel|get-master-addr-by-name");
        try (RedisServer _ = RedisServer.start(folder.resolve("server"), server.toArray(String[]::new));
                RedisSentinel _ = RedisSentinel.start(
                        folder.resolve("sentinel"), serverPort, 1, sentinel.toArray(String[]::new))) {
            String url = "rediss+sentinel://aloft:%s@127.0.0.1:" + sentinelPort + "/main";
            assertThat(client(url.formatted("secret"), folder.resolve("trusted.p12")))
                    .isEqualTo("PONG");
            assertThat(client(url.formatted("guessed"), folder.resolve("trusted.p12")))
                    .contains("WRONGPASS");
            assertThat(client(url.formatted("secret").replace("rediss", "redis"), folder.resolve("trusted.p12")))
                    .as("without TLS")
                    .startsWith("cannot connect");
            assertThat(client(url.formatted("secret"), folder.resolve("other.p12")))
                    .contains("PKIX path building failed");
        }
    }

    private List<String> tls() {
        return List.of(
                "tls-cert-file " + folder.resolve("server.pem"),
                "tls-key-file " + folder.resolve("key.pem"),
                "tls-ca-cert-file " + folder.resolve("server.pem"),
                "tls-auth-clients no");
    }

    private void makeCertificate() throws IOException {
        for (String name : List.of("server", "other")) {
            run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + name
                    + " -addext subjectAltName=IP:127.0.0.1 -keyout key-" + name + ".pem -out " + name + ".pem");
        }
        Files.move(folder.resolve("key-server.pem"), folder.resolve("key.pem"));
        trust("server", "trusted.p12");
        trust("other", "other.p12");
    }

    private void trust(String certificate, String store) throws IOException {
        run("keytool -importcert -noprompt -alias redis -storetype PKCS12 -storepass " + STORE_PASSWORD + " -file "
                + certificate + ".pem -keystore " + store);
    }

    private void run(String command) throws IOException {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        if (words.getFirst().equals("keytool")) {
            words.set(0, java("keytool"));
        }
        String _ = Command.of(words).withFolder(folder).run();
    }

    private static String client(String url, Path trusted) throws IOException {
        return Command.of(
                        java("java"),
                        "-Djavax.net.ssl.trustStore=" + trusted,
                        "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Client.class.getName(),
                        url)
                .run();
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }
}
