package dev.aloft.server.edge;

import dev.aloft.server.uploads.PlainText;
import dev.aloft.server.uploads.SiteHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Finds the site of a request by its host. An unknown host is 421.
final class Sites extends Handler.AbstractContainer {

    private final Map<String, SiteHandler> byHost;
    private final @Nullable SiteHandler any;
    private final List<Handler> handlers;

    private Sites(Map<String, SiteHandler> byHost, @Nullable SiteHandler any, List<Handler> handlers) {
        super(false);
        this.byHost = byHost;
        this.any = any;
        this.handlers = handlers;
        handlers.forEach(this::addBean);
    }

    static Sites of(EdgeSettings settings, SiteHandler.Shared shared) {
        Map<String, SiteHandler> byHost = new HashMap<>();
        SiteHandler any = null;
        List<Handler> handlers = new ArrayList<>();
        for (EdgeSite site : settings.sites()) {
            SiteHandler handler = SiteHandler.of(site.uploads(), site.uploadPaths(), site.pictures(), shared);
            handlers.add(handler);
            site.hosts().forEach(host -> byHost.put(host, handler));
            any = site.hosts().isEmpty() ? handler : any;
        }
        return new Sites(byHost, any, handlers);
    }

    @Override
    public List<Handler> getHandlers() {
        return handlers;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        SiteHandler site = byHost.getOrDefault(host(request), any);
        if (site == null) {
            return PlainText.send(
                    response, callback, HttpStatus.MISDIRECTED_REQUEST_421, "no site of this server has that name");
        }
        return site.handle(request, response, callback);
    }

    private static String host(Request request) {
        String name = Request.getServerName(request);
        try {
            return name == null ? "" : EdgeSite.hostName(name);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
