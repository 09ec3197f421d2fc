package dev.aloft.server.operations;

import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The admin address of an agent: health, and the metrics of its process without those of an edge.
/// `docs/reference/edge-admin.md` documents it.
public final class AgentOperations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentOperations.class);

    private final AdminServer server;

    private AgentOperations(AdminServer server) {
        this.server = server;
    }

    /// Opens the address.
    ///
    /// @param sockets of the service manager
    /// @throws IOException if the address cannot be listened on
    public static AgentOperations start(
            InetSocketAddress address, List<UploadsSite> sites, ProcessFigures figures, InheritedSockets sockets)
            throws IOException {
        Map<String, Bucket> buckets = sites.stream().collect(Collectors.toMap(UploadsSite::name, UploadsSite::bucket));
        AdminServer server = new AdminServer(address, new HealthPages(buckets, () -> text(figures)));
        server.start(sockets);
        return new AgentOperations(server);
    }

    private static String text(ProcessFigures figures) {
        PrometheusText text = new PrometheusText();
        figures.writeTo(text);
        return text.toString();
    }

    /// The port that it listens on.
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the admin address of the agent did not stop cleanly: {}", e.toString());
        }
    }
}
