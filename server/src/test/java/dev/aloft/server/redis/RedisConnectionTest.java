package dev.aloft.server.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.aloft.server.redis.RedisConnection.Reply;
import dev.aloft.testkit.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisConnectionTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String NESTED = "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n";

    private static RedisServer redis;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        redis = RedisServer.start(folder, "--requirepass", "p@ss word");
    }

    @AfterAll
    static void stop() throws IOException {
        redis.close();
    }

    private static RedisAddress address(int database) {
        return new RedisAddress("127.0.0.1", redis.port(), false, Optional.empty(), Optional.of("p@ss word"), database);
    }

    @Test
    void everyTypeOfReplyIsRead() throws IOException {
        byte[] binary = {0, '\r', '\n', (byte) 0xff};
        try (RedisConnection connection = RedisConnection.open(address(0), LIMIT)) {
            List<Reply> replies = connection.callAll(List.of(
                    List.of("SET", "key", binary),
                    List.of("GET", "key"),
                    List.of("GET", "none"),
                    List.of("INCRBY", "number", -7),
                    List.of("INCR", "key"),
                    List.of("MGET", "key", "none")));
            assertThat(replies.get(0)).hasToString("OK");
            assertThat(replies.get(1))
                    .isInstanceOfSatisfying(
                            Reply.Text.class, text -> assertThat(text.bytes()).isEqualTo(binary));
            assertThat(replies.get(2)).isEqualTo(new Reply.Nothing());
            assertThat(replies.get(3)).isEqualTo(new Reply.Count(-7));
            assertThat(replies.get(4)).isInstanceOf(Reply.Refused.class);
            assertThat(replies.get(5))
                    .isInstanceOfSatisfying(
                            Reply.Items.class, list -> assertThat(list.items()).hasSize(2));
        }
    }

    @Test
    void theDatabaseOfTheAddressIsSelected() throws IOException {
        try (RedisConnection third = RedisConnection.open(address(3), LIMIT);
                RedisConnection first = RedisConnection.open(address(0), LIMIT)) {
            third.call(List.of("SET", "only-here", "1"));
            assertThat(first.call(List.of("GET", "only-here"))).isEqualTo(new Reply.Nothing());
        }
    }

    @Test
    void aRefusedLoginNamesTheServerAndNotThePassword() {
        RedisAddress wrong = address(0).withPassword("not the one");
        assertThatIOException()
                .isThrownBy(() -> RedisConnection.open(wrong, LIMIT))
                .withMessageContaining(wrong.toString())
                .withMessageContaining("WRONGPASS")
                .withMessageNotContaining("not the one");
    }

    @Test
    void aReplicaIsRefused(@TempDir Path folder) throws IOException {
        try (RedisServer replica =
                RedisServer.start(folder, "--replicaof", "127.0.0.1 " + redis.port(), "--masterauth", "p@ss word")) {
            RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + replica.port());
            assertThatIOException()
                    .isThrownBy(() -> RedisConnection.open(address, LIMIT))
                    .withMessageContaining("it is a replica");
        }
    }

    @Test
    void aRefusedCommandIsAnErrorThatNamesIt() throws IOException {
        try (RedisConnection connection = RedisConnection.open(address(0), LIMIT)) {
            assertThatIOException()
                    .isThrownBy(() -> connection.call(List.of("NOCOMMAND", "x")))
                    .withMessageContaining("NOCOMMAND");
            assertThat(connection.call(List.of("PING"))).hasToString("PONG");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 400 Bad Request\r\n", "$99999999999\r\n", "$5\r\nabc", ":x\r\n", "\n", "", NESTED})
    void anotherServerIsAnError(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = Thread.ofVirtual().start(() -> answer(server, answer));
            RedisAddress other =
                    new RedisAddress("127.0.0.1", server.getLocalPort(), false, Optional.empty(), Optional.empty(), 0);
            assertThatIOException().isThrownBy(() -> RedisConnection.open(other, LIMIT));
            thread.join();
        }
    }

    private static void answer(ServerSocket server, String answer) {
        try (Socket client = server.accept()) {
            client.getInputStream().readNBytes("*2\r\n$4\r\nINFO\r\n".length());
            client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
