package dev.aloft.server.edge;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.eclipse.jetty.client.HttpClient;

/// How the edge asks what is behind it: the limits of every such client, and that it adds nothing of its own.
final class SiteClient {

    static final int MAX_CONNECTIONS = 512;
    static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    private SiteClient() {}

    /// @param silence how long a connection may say nothing
    static void configure(HttpClient client, Executor threads, Duration silence) {
        client.setExecutor(threads);
        client.setConnectTimeout(CONNECT_LIMIT.toMillis());
        client.setIdleTimeout(silence.toMillis());
        client.setMaxConnectionsPerDestination(MAX_CONNECTIONS);
        client.setMaxResponseHeadersSize(Edge.MAX_ANSWER_HEAD_BYTES);
        client.setUserAgentField(null);
        client.setDefaultRequestContentType(null);
    }
}
