package dev.aloft.cli.top;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.edge.EdgeAdmin;
import java.io.Console;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `aloft top`: figures of the agent and the edge of this host, refreshed every second on a terminal. A part that does
/// not answer is named; the command fails if none does.
@Command(
        name = "top",
        description = "Shows the state of each site, its requests to S3 and their price, hits, files, snapshots and"
                + " failures, and the activity of the edge; on a terminal every second until interrupted.",
        mixinStandardHelpOptions = true)
public final class TopCommand implements Callable<Integer> {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final String CLEAR = "\033[H\033[2J";
    private static final int WIDTH = 100;

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "Admin address of the edge (default: that of the configuration).")
    private @Nullable URI admin;

    @Option(names = "--once", description = "Prints one second and exits, as without a terminal.")
    private boolean once;

    @Option(names = "--json", description = "Prints one JSON object and exits.")
    private boolean inJson;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final BooleanSupplier isTerminal;

    public TopCommand() {
        this(() -> Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent());
    }

    /// @param isTerminal true if the output is a terminal
    TopCommand(BooleanSupplier isTerminal) {
        this.isTerminal = isTerminal;
    }

    /// The parts that answered at one moment.
    ///
    /// @param edge empty without an edge, or if it failed
    private record Answers(
            Map<SiteConfiguration, Optional<AgentReport>> agents,
            Optional<MetricsSnapshot> edge,
            Optional<Failure> edgeFailure) {

        static final Answers NONE = new Answers(Map.of(), Optional.empty(), Optional.empty());

        Optional<AgentReport> agent(SiteConfiguration site) {
            return agents.getOrDefault(site, Optional.empty());
        }
    }

    @Override
    public Integer call() throws Failure {
        Configuration configuration = config.read();
        PrintWriter out = spec.commandLine().getOut();
        boolean inPlace = !once && !inJson && isTerminal.getAsBoolean();
        try {
            Answers last = read(configuration, Answers.NONE);
            requireAny(last);
            if (inJson) {
                out.println(json(last));
                out.flush();
                return 0;
            }
            do {
                Thread.sleep(INTERVAL);
                Answers now = read(configuration, last);
                out.print((inPlace ? CLEAR : "") + page(last, now));
                out.flush();
                last = now;
            } while (inPlace && !out.checkError());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Interrupted: the end.
        }
        return 0;
    }

    private Answers read(Configuration configuration, Answers last) throws InterruptedException {
        Map<SiteConfiguration, Optional<AgentReport>> agents = new LinkedHashMap<>();
        for (SiteConfiguration site : configuration.sites()) {
            agents.put(site, AgentReport.read(site, last.agent(site)));
        }
        if (admin == null && configuration.edge().isEmpty()) {
            return new Answers(agents, Optional.empty(), Optional.empty());
        }
        try {
            MetricsSnapshot edge =
                    EdgeAdmin.of(configuration, admin).read(text -> MetricsSnapshot.parse(text, System.nanoTime()));
            return new Answers(agents, Optional.of(edge), Optional.empty());
        } catch (Failure e) {
            return new Answers(agents, Optional.empty(), Optional.of(e));
        }
    }

    private static void requireAny(Answers answers) throws Failure {
        if (answers.edge().isEmpty() && answers.agents().values().stream().allMatch(Optional::isEmpty)) {
            throw answers.edgeFailure()
                    .orElseGet(() -> new Failure(
                            Failure.Code.MACHINE,
                            "the agent answers on none of its sockets",
                            "start it: systemctl start aloft; run this command as root or as the user of the service"));
        }
    }

    private static String page(Answers last, Answers now) {
        StringBuilder page = new StringBuilder();
        now.agents()
                .forEach((site, agent) ->
                        page.append(SiteText.of(site, last.agent(site), agent)).append('\n'));
        now.edge().ifPresent(edge -> page.append(edge.since(last.edge().orElse(edge))));
        now.edgeFailure()
                .ifPresent(failure ->
                        page.append("edge          ").append(failure.found()).append('\n'));
        return page.toString()
                .lines()
                .map(line -> line.substring(0, Math.min(WIDTH, line.length())) + "\n")
                .collect(Collectors.joining());
    }

    private static String json(Answers answers) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ArrayNode sites = root.putArray("sites");
        answers.agents().forEach((site, agent) -> {
            ObjectNode node = sites.addObject().put("name", site.name());
            agent.ifPresent(report -> report.writeTo(node));
            ArrayNode operations = node.putArray("operations");
            site.operations()
                    .read()
                    .forEach(each -> operations
                            .addObject()
                            .put("name", each.name())
                            .put("phase", each.phase())
                            .put("files", each.files())
                            .put("copied", each.copied())
                            .put("bytes", each.bytes())
                            .put("stream", each.stream())
                            .put("since", each.since().getEpochSecond()));
        });
        answers.edge().ifPresent(edge -> root.set("edge", JsonMapper.shared().valueToTree(edge.metrics())));
        return root.toString();
    }
}
