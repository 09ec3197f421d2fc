package dev.aloft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.aloft.cli.CommandRun;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.HostParts;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.doctor.DoctorFinding.Grade;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `aloft doctor` beside an agent or an edge that is away, or another one.
@Timeout(300)
final class DoctorServiceFaultsTest extends DoctorFixture {

    @Test
    void anAgentThatIsAwayOrAnotherOneIsFound() throws Exception {
        assertService(healthy().replace("aloft.sock", "none.sock"), "agent", "systemctl start aloft");
        assertService(healthy().replace("\"media\"", "\"other\""), "agent", "systemctl restart aloft");
        Path left = folder.resolve("left.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(left));
        }
        assertService(healthy().replace("aloft.sock", "left.sock"), "agent", "run this command as root");
    }

    /// The backlog of the kernel accepts the connection.
    @Test
    void anAgentThatDoesNotAnswerIsFound() throws Exception {
        Path silent = folder.resolve("silent.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(silent));
            String configuration = healthy().replace("aloft.sock", "silent.sock");
            assertService(configuration, Duration.ofMillis(100), "agent", "systemctl restart aloft");
        }
    }

    @Test
    void anEdgeThatIsAwayOrAnotherServerIsFound() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        other.start();
        try {
            String port = ":" + other.getAddress().getPort() + "\"";
            assertService(healthy().replace(site.edge(), port), "edge", "choose another listen");
            assertService(healthy().replace(site.edge(), ":1\""), "edge", "correct listen");
            assertService(healthy().replace(site.admin(), ":1\""), "edge ready", "correct admin");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void anEdgeThatIsNotToldOfChangesIsFound() throws Exception {
        String cdn = "[[cdn]]\ntype = \"varnish\"\nurl = \"http://127.0.0.1\"\nfolder = \"/nowhere\"\n";
        String tokens = "admin_token = \"" + "t".repeat(32) + "\"\nnotification_token = \"" + "n".repeat(32) + "\"\n";
        String edge = healthy().replaceFirst("(?m)^\\[edge\\]\\n", "$0" + tokens) + cdn;
        Configuration told = Configuration.read(write("told.toml", edge), Map.of());
        Configuration untold =
                Configuration.read(write("untold.toml", edge.replaceFirst("(?m)^admin = .*\\n", "")), Map.of());
        ServiceChecks checks = new ServiceChecks(Duration.ofMinutes(1));

        for (String check : List.of("edge purge", "edge notifications")) {
            assertThat(Findings.of(checks.of(told, HostParts.ALL, told.edge()))
                            .get(check)
                            .grade())
                    .isEqualTo(Grade.OK);
            DoctorFinding found =
                    Findings.of(checks.of(untold, HostParts.ALL, untold.edge())).get(check);
            assertThat(found.grade()).isEqualTo(Grade.WARNING);
            assertThat(found.remedy()).contains("set admin");
        }
    }

    @Test
    void aHostWithOnePartIsNotCheckedForTheOther() throws Exception {
        String edge = healthy().replace(folder.resolve("aloft.sock").toString(), "/nowhere/aloft.sock");
        assertHealthy("--edge-only", edge);

        String agent = healthy()
                .replace(site.edge(), ":1\"")
                .replace(site.admin(), ":1\"")
                .replace(folder.resolve("cache").toString(), "/nowhere/cache");
        assertHealthy("--agent-only", agent);

        CommandRun run = doctor("--edge-only", healthy().replaceFirst("(?s)\\[edge\\].*(?=\\[pictures\\])", ""));
        assertThat(run.code()).isEqualTo(Failure.Code.CONFIGURATION.number());
        assertThat(run.err()).contains("there is no [edge] for --edge-only");
    }

    private static void assertHealthy(String part, String configuration) throws Exception {
        CommandRun run = doctor(part, configuration);
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(run.out().lines()).hasSizeGreaterThan(6).allMatch(line -> line.startsWith("ok "));
    }

    private static CommandRun doctor(String part, String configuration) throws Exception {
        String file = write("one-part.toml", configuration).toString();
        return CommandRun.of("doctor", part, "--config", file);
    }

    private static void assertService(String configuration, String check, String remedy) throws Exception {
        assertService(configuration, Duration.ofMinutes(1), check, remedy);
    }

    private static void assertService(String configuration, Duration limit, String check, String remedy)
            throws Exception {
        Configuration read = Configuration.read(write("service.toml", configuration), Map.of());
        DoctorFinding found = Findings.of(new ServiceChecks(limit).of(read, HostParts.ALL, read.edge()))
                .get(check);
        assertThat(found.grade()).isEqualTo(Grade.FAILED);
        assertThat(found.remedy()).contains(remedy);
    }
}
