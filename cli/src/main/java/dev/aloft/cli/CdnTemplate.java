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
import java.util.stream.Collectors;

/// A configuration of a CDN or web server in front, with places for names and addresses. There are two of each: one
/// before an edge, and one that has uploads come straight from the bucket.
enum CdnTemplate {
    NGINX("nginx.conf"),
    VARNISH("varnish.vcl"),
    CADDY("Caddyfile"),
    CLOUDFRONT("cloudfront.json"),
    FASTLY("fastly.vcl"),
    CLOUDFLARE("cloudflare.json");

    private static final Pattern BEHAVIOUR = Pattern.compile("@BEHAVIOUR ([^@]+)@");
    private static final Pattern NOTICE = Pattern.compile("@NOTICE (.+)@");

    private final String file;

    CdnTemplate(String file) {
        this.file = file;
    }

    /// Who answers what. Each value becomes part of a configuration as it is, so each is checked.
    ///
    /// @param host the site's name
    /// @param site as in `http://10.0.0.7:8080`: what answers everything but what is said to come from elsewhere
    record Site(String host, URI site) {

        Site {
            if (!host.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
                throw new IllegalArgumentException("not a host's name: " + host);
            }
            demandServer("--site", site);
        }
    }

    private static void demandServer(String option, URI server) {
        if (!server.toString().matches("https?://[A-Za-z0-9.-]+(:\\d{1,5})?/?")) {
            throw new IllegalArgumentException(
                    "not the address of a server: " + option + " " + server + " (expected as in http://10.0.0.7:8080)");
        }
    }

    /// As it is written on the command line.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Before an edge.
    String fill(Site site, URI edge) {
        demandServer("--edge", edge);
        String text = BEHAVIOUR
                .matcher(read(file))
                .replaceAll(path -> Matcher.quoteReplacement(
                        read("cloudfront-behaviour.json").strip().replace("@PATH@", path.group(1))));
        return server(server(text, "EDGE", edge), "SITE", site.site()).replace("@HOST@", site.host());
    }

    /// Before a bucket. What that costs stands in a comment, where the format has such.
    String fill(Site site, BucketUrl bucket) {
        demandPossible(bucket);
        String text = NOTICE.matcher(read("bucket/" + file))
                .replaceAll(mark -> Matcher.quoteReplacement(notice(bucket)
                        .lines()
                        .map(line -> (mark.group(1) + line).stripTrailing())
                        .collect(Collectors.joining("\n"))));
        return server(server(text, "BUCKET", bucket.server()), "SITE", site.site())
                .replace("@BUCKET_PATH@", bucket.path())
                .replace("@BUCKET_AUTHORITY@", bucket.authority())
                .replace("@HOST@", site.host());
    }

    /// Whether the configuration itself says what it costs.
    boolean hasComments() {
        return !file.endsWith(".json");
    }

    /// What is lost without an edge, and the policy that a bucket needs.
    String notice(BucketUrl bucket) {
        return read("bucket/notice.txt")
                .replace("@POLICY@", read(this == CLOUDFRONT ? "bucket/policy-cloudfront.json" : "bucket/policy.json"))
                .replace("@BUCKET_NAME@", bucket.bucket())
                .replace("@KEYS@", bucket.keys());
    }

    private void demandPossible(BucketUrl bucket) {
        if (this == VARNISH && bucket.server().getScheme().equals("https")) {
            throw new IllegalArgumentException(
                    "Varnish does not encrypt what it asks: name an http:// address of --bucket");
        }
        if (this == CLOUDFLARE && !bucket.path().isEmpty()) {
            throw new IllegalArgumentException(
                    "such a rule of Cloudflare changes no paths: --bucket can have none, but has " + bucket.path());
        }
    }

    private static String server(String text, String name, URI server) {
        boolean encrypted = server.getScheme().equals("https");
        int port = server.getPort() >= 0 ? server.getPort() : encrypted ? 443 : 80;
        return text.replace("@" + name + "@", server.getScheme() + "://" + server.getHost() + ":" + port)
                .replace("@" + name + "_SCHEME@", server.getScheme())
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
