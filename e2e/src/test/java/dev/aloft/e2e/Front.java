package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.Main;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.Nginx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// What stands before an edge and a php-fpm: a web server with the very configuration that `aloft cdn` prints.
final class Front {

    private Front() {}

    /// Starts an nginx at the address of a site.
    static Nginx start(DataFolder data, String name, URI home, URI edge, Path documentRoot, Path phpSocket)
            throws IOException {
        String site = print(
                "nginx",
                "--host",
                home.getHost(),
                "--listen",
                home.getAuthority(),
                "--edge",
                edge.toString(),
                "--root",
                documentRoot.toString(),
                "--php-socket",
                phpSocket.toString());
        return Nginx.start(data, name, site, home.getPort(), System.err::println);
    }

    private static String print(String... options) {
        StringWriter out = new StringWriter();
        int code = Main.command().setOut(new PrintWriter(out)).execute(words(options));
        assertThat(code).as("aloft cdn " + List.of(options)).isZero();
        return out.toString();
    }

    private static String[] words(String... options) {
        String[] words = new String[options.length + 1];
        words[0] = "cdn";
        System.arraycopy(options, 0, words, 1, options.length);
        return words;
    }
}
