package dev.aloft.cli.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.CommandRun;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `aloft health` against sockets that accept connections, and agents that do not answer.
@Timeout(120)
final class HealthCommandTest {

    @TempDir
    private Path folder;

    @Test
    void aSocketThatDoesNotAnswerDelaysNoOther() throws Exception {
        CompletableFuture<Boolean> wasOpen = new CompletableFuture<>();
        try (ServerSocketChannel silent = listen("silent");
                ServerSocketChannel healthy = listen("healthy")) {
            Thread server = Thread.ofVirtual().start(() -> answerWhileTheOtherWaits(silent, healthy, wasOpen));
            CommandRun run = health();
            server.join();

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(wasOpen.join()).as("the silent socket was still asked").isTrue();
        }
    }

    private static void answerWhileTheOtherWaits(
            ServerSocketChannel silent, ServerSocketChannel healthy, CompletableFuture<Boolean> wasOpen) {
        try (SocketChannel waiting = silent.accept();
                SocketChannel asked = healthy.accept()) {
            ByteBuffer request = ByteBuffer.allocate(8192);
            waiting.read(request);
            asked.read(request.clear());
            waiting.configureBlocking(false);
            wasOpen.complete(waiting.read(request.clear()) == 0);
            asked.write(ByteBuffer.wrap("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII)));
        } catch (IOException e) {
            wasOpen.completeExceptionally(e);
        }
    }

    @Test
    void socketsWithoutAnAgentAreAFailure() throws Exception {
        CommandRun run = health();
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.err()).contains("the agent answers on none of its sockets");
    }

    private CommandRun health() throws IOException {
        Path configuration = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "other"
                endpoint = "http://127.0.0.1:1"

                [[site]]
                name = "silent"
                bucket = "silent"
                socket = "%1$s/silent.sock"

                [[site]]
                name = "healthy"
                bucket = "healthy"
                socket = "%1$s/healthy.sock"
                """.formatted(folder));
        return CommandRun.of("health", "--config", configuration.toString());
    }

    private ServerSocketChannel listen(String name) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve(name + ".sock")));
    }
}
