package dev.aloft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Notifications as a real datagram socket receives them. Java has none of the Unix kind, so Perl opens it.
@Timeout(120)
final class ServiceManagerTest {

    private static final String RECEIVER = """
            use Socket;
            my $path = $ARGV[0];
            $path =~ s/^@/\\0/;
            socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
            bind($socket, pack_sockaddr_un($path)) or die "bind: $!";
            $| = 1;
            print "listening\\n";
            my $state;
            while (defined recv($socket, $state, 1000, 0)) { print "$state\\n"; }
            """;

    @TempDir
    private Path folder;

    @Test
    void aManagerIsNotifiedThatTheServiceIsReadyAliveAndStopping() throws Exception {
        receives(folder.resolve("notify").toString());
    }

    @Test
    void aManagerMayListenInTheAbstractNamespace() throws Exception {
        receives("@aloft-test-" + ProcessHandle.current().pid());
    }

    private static void receives(String socket) throws IOException, InterruptedException {
        Process perl = new ProcessBuilder("perl", "-e", RECEIVER, socket)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader received = perl.inputReader(StandardCharsets.US_ASCII)) {
            assertThat(received.readLine()).isEqualTo("listening");
            ServiceManager manager =
                    ServiceManager.in(Map.of("NOTIFY_SOCKET", socket)).orElseThrow();

            manager.ready();
            manager.alive();
            manager.stopping();

            assertThat(received.readLine()).isEqualTo("READY=1");
            assertThat(received.readLine()).isEqualTo("WATCHDOG=1");
            assertThat(received.readLine()).isEqualTo("STOPPING=1");
        } finally {
            perl.destroy();
            assertThat(perl.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aManagerThatIsGoneStopsNothing() {
        ServiceManager manager = ServiceManager.in(
                        Map.of("NOTIFY_SOCKET", folder.resolve("gone").toString()))
                .orElseThrow();

        manager.ready();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative/notify", "vsock:2:1234"})
    void noManagerWaitsAtASocketOfAnotherKind(String socket) {
        assertThat(ServiceManager.in(Map.of("NOTIFY_SOCKET", socket))).isEmpty();
    }

    @Test
    void theWatchdogsIntervalIsReadForThisProcessOnly() {
        String own = String.valueOf(ProcessHandle.current().pid());

        assertThat(watchdog(Map.of("WATCHDOG_USEC", "30000000"))).isEqualTo(Duration.ofSeconds(30));
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", own)))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "1")))
                .isEqualTo(Duration.ZERO);
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "soon"))).isEqualTo(Duration.ZERO);
        assertThat(watchdog(Map.of())).isEqualTo(Duration.ZERO);
    }

    private static Duration watchdog(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("NOTIFY_SOCKET", "/run/systemd/notify");
        return ServiceManager.in(all).orElseThrow().watchdog().orElse(Duration.ZERO);
    }
}
