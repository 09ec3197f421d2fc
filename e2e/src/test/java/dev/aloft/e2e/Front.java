package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.Main;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.WebServer;
import dev.aloft.lab.WebServerKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What stands before an edge and a php-fpm: a web server with the very configuration that `aloft cdn` prints.
///
/// @param host the site's name
/// @param listen where the web server listens
record Front(String host, InetSocketAddress listen, URI edge, Path documentRoot, Path phpSocket) {

    /// At the address of a site.
    static Front of(URI home, URI edge, Path documentRoot, Path phpSocket) {
        return new Front(
                home.getHost(),
                new InetSocketAddress(InetAddress.ofLiteral(home.getHost()), home.getPort()),
                edge,
                documentRoot,
                phpSocket);
    }

    /// @param options more of `aloft cdn`
    WebServer start(DataFolder data, WebServerKind kind, String name, String... options) throws IOException {
        return WebServer.start(data, kind, name, print(kind, options), listen, System.err::println);
    }

    private String print(WebServerKind kind, String... more) {
        List<String> words = new ArrayList<>(List.of("cdn", kind.toString()));
        words.addAll(List.of("--host", host, "--listen", address(), "--edge", edge.toString()));
        words.addAll(List.of("--root", documentRoot.toString(), "--php-socket", phpSocket.toString()));
        words.addAll(List.of(more));
        StringWriter out = new StringWriter();
        int code = Main.command().setOut(new PrintWriter(out)).execute(words.toArray(String[]::new));
        assertThat(code).as("aloft " + words).isZero();
        return out.toString();
    }

    private String address() {
        String ip = listen.getAddress().getHostAddress();
        return (listen.getAddress() instanceof Inet6Address ? "[" + ip + "]" : ip) + ":" + listen.getPort();
    }
}
