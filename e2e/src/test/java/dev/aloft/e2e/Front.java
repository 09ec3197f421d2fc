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

/// A web server before an edge and a site, with the configuration that `aloft cdn` prints.
///
/// @param host the site's name
/// @param listen where the web server listens
/// @param origin options of `aloft cdn` that name what runs the site
record Front(String host, InetSocketAddress listen, URI edge, List<String> origin) {

    /// At the address of a site.
    static Front of(URI home, URI edge, Path documentRoot, Path phpSocket) {
        return new Front(
                home.getHost(),
                new InetSocketAddress(InetAddress.ofLiteral(home.getHost()), home.getPort()),
                edge,
                phpOrigin(documentRoot, phpSocket));
    }

    /// A php-fpm that has no web server of its own.
    static List<String> phpOrigin(Path documentRoot, Path phpSocket) {
        return List.of("--root", documentRoot.toString(), "--php-socket", phpSocket.toString());
    }

    /// @param options more of `aloft cdn`
    WebServer start(DataFolder data, WebServerKind kind, String name, String... options) throws IOException {
        return WebServer.start(data, kind, name, print(kind, options), listen, System.err::println);
    }

    private String print(WebServerKind kind, String... more) {
        List<String> words = new ArrayList<>(List.of("cdn", kind.toString()));
        words.addAll(List.of("--host", host, "--listen", address(), "--edge", edge.toString()));
        words.addAll(origin);
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
