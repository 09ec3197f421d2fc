package dev.aloft.server.agent;

import dev.aloft.server.AgentFigures;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Hands a request to the site whose socket it came in by. Nothing in the request can name another.
final class SiteRouter extends Handler.Abstract.NonBlocking {

    private final Map<String, Exchanges> bySocket;

    /// @param threads run exchanges that wait, one thread for each
    SiteRouter(List<AgentSite> sites, Executor threads) {
        this.bySocket = sites.stream()
                .collect(Collectors.toMap(AgentSite::name, site -> new Exchanges(site, threads), (a, b) -> a));
        if (bySocket.size() != sites.size()) {
            throw new IllegalArgumentException("two sites have one name: "
                    + sites.stream()
                            .map(AgentSite::name)
                            .collect(Collectors.groupingBy(Function.identity()))
                            .keySet());
        }
    }

    /// Ends an interval of every site's figures.
    void sample() {
        bySocket.values().forEach(Exchanges::sample);
    }

    List<AgentFigures> figures() {
        return bySocket.values().stream().map(Exchanges::figures).toList();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String socket = request.getConnectionMetaData().getConnector().getName();
        Exchanges site = bySocket.get(socket);
        if (site == null) {
            throw new IllegalStateException("no site has the socket " + socket);
        }
        site.answer(request, response, callback);
        return true;
    }
}
