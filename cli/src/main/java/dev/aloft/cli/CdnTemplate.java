package dev.aloft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

    private static final Pattern PART = Pattern.compile("@PART ([^@ ]+)(?: ([^@]+))?@");
    private static final Pattern NOTICE = Pattern.compile("@NOTICE (.+)@");

    private final String file;

    CdnTemplate(String file) {
        this.file = file;
    }

    /// As it is written on the command line.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Before an edge.
    String fill(CdnSite site, URI edge) {
        CdnSite.demandServer("--edge", edge);
        return fill(
                site,
                server(
                        switch (site.origin()) {
                            case CdnSite.Server _ -> read(file);
                            case CdnSite.Php _ -> readPhp();
                        },
                        "EDGE",
                        edge));
    }

    /// Before a bucket. What that costs stands in a comment, where the format has such.
    String fill(CdnSite site, BucketUrl bucket) {
        demandPossible(bucket);
        if (site.origin() instanceof CdnSite.Php) {
            throw new IllegalArgumentException("--bucket needs --site: only an edge stands beside php-fpm");
        }
        String text = NOTICE.matcher(read("bucket/" + file))
                .replaceAll(mark -> Matcher.quoteReplacement(notice(bucket)
                        .lines()
                        .map(line -> (mark.group(1) + line).stripTrailing())
                        .collect(Collectors.joining("\n"))));
        return fill(site, server(text, "BUCKET", bucket.server()))
                .replace("@BUCKET_PATH@", bucket.path())
                .replace("@BUCKET_AUTHORITY@", bucket.authority());
    }

    private String fill(CdnSite site, String template) {
        if (site.listen().isPresent() && !template.contains("@LISTEN@")) {
            throw new IllegalArgumentException("where " + this + " listens is no part of this: leave --listen out");
        }
        String text = switch (site.origin()) {
            case CdnSite.Server(URI url) -> server(template, "SITE", url);
            case CdnSite.Php(Path root, Path socket) ->
                template.replace("@ROOT@", root.toString()).replace("@PHP_SOCKET@", socket.toString());
        };
        return text.replace("@LISTEN@", site.listen().map(Listen::toString).orElse("80"))
                .replace("@HOST@", site.host());
    }

    private String readPhp() {
        if (this != NGINX) {
            throw new IllegalArgumentException(this + " runs no PHP: name a web server with --site");
        }
        return read("php/" + file);
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

    /// A template with its parts, of which each may be about one path.
    private static String read(String file) {
        return PART.matcher(resource(file))
                .replaceAll(part -> Matcher.quoteReplacement(resource("part/" + part.group(1))
                        .stripTrailing()
                        .replace("@PATH@", Objects.requireNonNullElse(part.group(2), ""))));
    }

    private static String resource(String file) {
        try (InputStream in = CdnTemplate.class.getResourceAsStream("cdn/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " of this program", e);
        }
    }
}
