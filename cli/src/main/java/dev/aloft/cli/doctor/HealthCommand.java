package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.configuration.EdgeConfiguration;
import dev.aloft.cli.configuration.HostPartsOption;
import dev.aloft.cli.configuration.ListenAddress;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.PlainRequest;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `aloft health`: asks the running agent and edge of a configuration whether they answer, for the health checks of
/// containers. S3 is not asked: an outage of S3 is no reason for a restart.
///
/// One socket of the agent is enough, as for the watchdog of systemd: a site whose PHP holds all connections of its own
/// socket must not end the service of the others. All are asked at once, so that agent and edge answer or fail within
/// twice [#ANSWER_LIMIT], less than the 10 s that containers allow.
@Command(
        name = "health",
        description = "Succeeds if the agent and the edge of a configuration answer on this host. For health checks of"
                + " containers; it does not ask S3.",
        mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(4);

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Mixin
    private HostPartsOption only = new HostPartsOption();

    private final PlainRequest request = new PlainRequest(ANSWER_LIMIT);

    @Override
    public Integer call() throws Failure, InterruptedException {
        Configuration configuration = config.read();
        Optional<EdgeConfiguration> edge = only.parts().edge(configuration);
        if (only.parts().hasAgent()) {
            requireAgent(configuration.sites());
        }
        if (edge.isPresent()) {
            requireEdge(edge.get());
        }
        return 0;
    }

    private void requireAgent(List<SiteConfiguration> sites) throws Failure, InterruptedException {
        List<Callable<Boolean>> asked = new ArrayList<>();
        for (SiteConfiguration site : sites) {
            asked.add(() -> requireOk(UnixDomainSocketAddress.of(site.agent().socket())));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.invokeAny(asked);
        } catch (ExecutionException e) {
            throw new Failure(
                    Failure.Code.ADDRESS,
                    "the agent answers on none of its sockets",
                    "see its log; aloft doctor checks each part",
                    e);
        }
    }

    private boolean requireOk(SocketAddress agent) throws IOException {
        if (!isOk(agent, "/")) {
            throw new IOException("no agent answers at " + agent);
        }
        return true;
    }

    /// The port of visitors may expect TLS or the PROXY protocol; there an accepted connection counts.
    private void requireEdge(EdgeConfiguration edge) throws Failure {
        boolean answers = edge.operators().admin().isPresent()
                ? isOk(ListenAddress.of(edge.operators().admin().get()).reached(), "/healthz")
                : accepts(edge.listen().reached());
        if (!answers) {
            throw new Failure(
                    Failure.Code.ADDRESS,
                    "no edge answers on "
                            + edge.operators().admin().map(Object::toString).orElse(String.valueOf(edge.listen())),
                    "see its log; aloft doctor checks each part");
        }
    }

    private boolean isOk(SocketAddress server, String target) {
        return request.send(server, target, "localhost")
                .filter(answer -> answer.startsWith("HTTP/1.1 200 "))
                .isPresent();
    }

    private static boolean accepts(SocketAddress server) {
        try (Socket socket = new Socket()) {
            socket.connect(server, (int) ANSWER_LIMIT.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
