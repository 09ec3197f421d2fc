package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Connections and the socket: pipelining, clients that leave or stall, starting and stopping.
final class AgentConnectionsTest extends AgentProtocolSuite {

    @Test
    void requestsMayBePipelined() throws IOException {
        client.send(request("PUT", CAT, "Content-Length: 4")
                + "meow"
                + request("GET", CAT)
                + request("DELETE", CAT)
                + request("HEAD", CAT));

        assertThat(read("PUT", CAT).status()).isEqualTo(201);
        assertThat(read("GET", CAT).text()).isEqualTo("meow");
        assertThat(read("DELETE", CAT).status()).isEqualTo(204);
        assertThat(read("HEAD", CAT).status()).isEqualTo(404);
    }

    @Test
    void clientThatLeavesInTheMiddleOfAReadLeavesNothingBehind() throws IOException {
        putBytes(CAT, new byte[20 * MIB]);
        for (int i = 0; i < 20; i++) {
            try (RawClient leaving = RawClient.connect(socket)) {
                leaving.send(request("GET", CAT)).skipHead();
            }
        }
        assertThat(get(CAT).bytes()).hasSize(20 * MIB);
    }

    @Test
    void writeUnderWayEndsBeforeTheAgentDoes() throws Exception {
        Path own = folder.resolve("own.sock");
        Agent agent = agent(own, Duration.ofSeconds(20));
        s3.on("PutObject").delay(Duration.ofSeconds(1));
        RawClient writer = connect(own);
        writer.send(request("PUT", CAT, "Content-Length: 4") + "meow");
        Eventually.await("the write has reached S3", () -> s3.count("PutObject") > 0);
        agent.close();

        assertThat(writer.readFinal("PUT").status()).isEqualTo(201);
        assertThat(own).doesNotExist();
    }

    /// The pauses of the body are longer than the second that Jetty gives connections when it stops.
    @Test
    void stoppingAgentAnswersASlowRequestAndClosesIdleConnections() throws Exception {
        Path own = folder.resolve("own.sock");
        Agent agent = agent(own, Duration.ofSeconds(20));
        RawClient idle = connect(own);
        assertThat(idle.send(request("GET", "/")).read("GET").status()).isEqualTo(200);
        RawClient writer = connect(own);
        writer.send(request("PUT", CAT, "Content-Length: 4", "Expect: 100-continue"));
        assertThat(writer.read("PUT").status()).isEqualTo(100);
        writer.send("me");
        CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);

        assertThat(idle.isEnded())
                .as("the idle connection has ended without a word")
                .isTrue();
        assertThat(own).doesNotExist();
        assertThat(closing).isNotDone();
        Thread.sleep(1500); // the pause itself
        writer.send("o");
        try (Agent next = agent(own, Duration.ofSeconds(20))) {
            Thread.sleep(1500);
            writer.send("w");
            Answer answer = writer.readFinal("PUT");
            assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            closing.join();
            assertThat(writer.isEnded()).isTrue();
            assertThat(connect(own).send(request("GET", CAT)).read("GET").text())
                    .isEqualTo("meow");
            assertThat(next).isNotNull();
        }
    }

    @Test
    void clientThatStallsIsToldSoInWords() throws Exception {
        Path own = folder.resolve("own.sock");
        try (Agent agent = Agent.start(List.of(site(own, Duration.ofSeconds(20))), Duration.ofSeconds(1))) {
            RawClient writer = connect(own);
            writer.send(request("PUT", CAT, "Content-Length: 4") + "me");
            Answer answer = writer.readFinal("PUT");
            see("PUT", CAT, 408);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.text()).isEqualTo("the rest of the request did not arrive in time\n");
            assertThat(writer.isEnded()).isTrue();
            assertThat(agent).isNotNull();
        }
        assertThat(get(CAT).status()).isEqualTo(404);
    }

    @Test
    void secondAgentOnASocketIsRefusedAndTheFirstStays() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> agent(socket, Duration.ofSeconds(1)))
                .withMessage("cannot listen on " + socket + ": another agent answers there");

        assertThat(connect().send(request("GET", "/")).read("GET").status()).isEqualTo(200);
    }

    @Test
    void closingAnAgentTwiceLeavesTheNextAgentItsSocket() throws Exception {
        Path own = folder.resolve("own.sock");
        Agent first = agent(own, Duration.ofSeconds(20));
        first.close();
        try (Agent next = agent(own, Duration.ofSeconds(20))) {
            first.close();
            assertThat(connect(own).send(request("GET", "/")).read("GET").status())
                    .isEqualTo(200);
            assertThat(next).isNotNull();
        }
    }

    @Test
    void socketThatADeadAgentLeftIsReplaced() throws Exception {
        Path stale = folder.resolve("stale.sock");
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(stale));
        }
        assertThat(stale).exists();

        try (Agent agent = agent(stale, Duration.ofSeconds(1));
                RawClient visitor = RawClient.connect(stale)) {
            assertThat(visitor.send(request("GET", "/")).read("GET").status()).isEqualTo(200);
            assertThat(agent).isNotNull();
        }
        assertThat(stale).doesNotExist();
    }

    @Test
    void fileThatIsNoSocketIsNotReplaced() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "text");

        assertThatIOException()
                .isThrownBy(() -> agent(precious, Duration.ofSeconds(1)))
                .withMessageContaining("no socket");
        assertThat(precious).hasContent("text");
        Files.delete(precious);
    }

    @Test
    void socketIsOpenToItsOwnerAndGroupOnly() throws IOException {
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    }
}
