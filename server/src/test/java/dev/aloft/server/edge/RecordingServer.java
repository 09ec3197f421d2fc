package dev.aloft.server.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/// A real HTTP server behind an edge, which says in its answer what it was asked: the request line, then its headers
/// in lower case, then the body. It takes every path, however strange.
final class RecordingServer implements AutoCloseable {

    private final Server server = new Server();
    private final ServerConnector connector;
    private final List<String> targets = new CopyOnWriteArrayList<>();

    RecordingServer() throws Exception {
        HttpConfiguration http = new HttpConfiguration();
        http.setUriCompliance(UriCompliance.UNSAFE);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                echo(request, response, callback);
                return true;
            }
        });
        server.start();
    }

    int port() {
        return connector.getLocalPort();
    }

    /// The targets it was asked for, as they were written.
    List<String> targets() {
        return targets;
    }

    private void echo(Request request, Response response, Callback callback) throws Exception {
        String target = request.getHttpURI().getPathQuery();
        targets.add(target);
        StringBuilder text = new StringBuilder(request.getMethod() + " " + target + "\n");
        for (HttpField field : request.getHeaders()) {
            text.append(field.getLowerCaseName())
                    .append(": ")
                    .append(field.getValue())
                    .append("\n");
        }
        text.append(Content.Source.asString(request, StandardCharsets.UTF_8));
        response.getHeaders().put("X-From", "upstream");
        response.write(true, ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)), callback);
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("the server behind did not stop", e);
        }
    }
}
