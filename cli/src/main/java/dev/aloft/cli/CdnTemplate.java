package dev.aloft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A configuration of a CDN or web server in front of an edge, with places for names and addresses.
enum CdnTemplate {
    NGINX("nginx.conf"),
    VARNISH("varnish.vcl"),
    CADDY("Caddyfile"),
    CLOUDFRONT("cloudfront.json"),
    FASTLY("fastly.vcl"),
    CLOUDFLARE("cloudflare.json");

    private static final Pattern BEHAVIOUR = Pattern.compile("@BEHAVIOUR ([^@]+)@");

    private final String file;

    CdnTemplate(String file) {
        this.file = file;
    }

    /// What a configuration is for. Each value becomes part of it as it is, so each is checked.
    ///
    /// @param host the site's name
    /// @param edge as in `http://10.0.0.7:8080`
    /// @param site the same, of what answers everything but uploads and pictures
    record Places(String host, URI edge, URI site) {

        Places {
            if (!host.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
                throw new IllegalArgumentException("not a host's name: " + host);
            }
            demandServer("--edge", edge);
            demandServer("--site", site);
        }

        private static void demandServer(String option, URI server) {
            if (!server.toString().matches("https?://[A-Za-z0-9.-]+(:\\d{1,5})?/?")) {
                throw new IllegalArgumentException("not the address of a server: " + option + " " + server
                        + " (expected as in http://10.0.0.7:8080)");
            }
        }
    }

    /// As it is written on the command line.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    String fill(Places places) {
        String text = BEHAVIOUR
                .matcher(read(file))
                .replaceAll(path -> Matcher.quoteReplacement(
                        read("cloudfront-behaviour.json").strip().replace("@PATH@", path.group(1))));
        return server(server(text, "EDGE", places.edge()), "SITE", places.site())
                .replace("@HOST@", places.host());
    }

    private static String server(String text, String name, URI server) {
        boolean encrypted = server.getScheme().equals("https");
        int port = server.getPort() >= 0 ? server.getPort() : encrypted ? 443 : 80;
        return text.replace("@" + name + "@", server.getScheme() + "://" + server.getHost() + ":" + port)
                .replace("@" + name + "_ADDRESS@", server.getHost() + ":" + port)
                .replace("@" + name + "_HOST@", server.getHost())
                .replace("@" + name + "_PORT@", String.valueOf(port))
                .replace("@" + name + "_POLICY@", encrypted ? "https-only" : "http-only");
    }

    private static String read(String file) {
        try (InputStream in = CdnTemplate.class.getResourceAsStream("cdn/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " of this program", e);
        }
    }
}
