package dev.aloft.cli.cdn;

import dev.aloft.cli.configuration.ListenAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A configuration of a CDN or web server in front, with places for names and addresses. There are two of each: one
/// before an edge, and one that has uploads come straight from the bucket.
enum CdnTemplate {
    NGINX("nginx.conf"),
    VARNISH("varnish.vcl"),
    APACHE("apache.conf"),
    CADDY("Caddyfile"),
    CLOUDFRONT("cloudfront.json"),
    FASTLY("fastly.vcl"),
    CLOUDFLARE("cloudflare.json");

    private static final Pattern NOTICE = Pattern.compile("@NOTICE (.+)@");

    /// Uploads under two paths, and pictures.
    private static final int USUAL_BEHAVIOURS = 3;

    private final String file;

    CdnTemplate(String file) {
        this.file = file;
    }

    /// As it is written on the command line.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Before one edge, or several of one scheme.
    String fill(CdnSite site, List<URI> edges) {
        edges.forEach(edge -> CdnSite.requireServer("--edge", edge));
        if (edges.size() > 1 && this != NGINX) {
            throw new IllegalArgumentException(this + " takes one --edge; nginx balances several");
        }
        if (edges.stream().map(URI::getScheme).distinct().count() > 1) {
            throw new IllegalArgumentException("--edge has http and https; all edges need one scheme");
        }
        if (!isWebServer() && !site.withUploadPaths(List.of()).isPlain()) {
            throw new IllegalArgumentException(this + " goes before a web server: name that with --site; of the"
                    + " other options it knows --upload-path, and nginx, apache and caddy all");
        }
        if (this == CADDY && !site.behind().isEmpty()) {
            throw new IllegalArgumentException(
                    "this Caddy does not pass the client behind a proxy to PHP: omit --behind, or use nginx or apache");
        }
        String form = site.origin() instanceof CdnSite.Php ? "php/" : "";
        CdnText text = CdnText.read(form + file)
                .withEach(
                        "EDGE_SERVER", edges.stream().map(CdnTemplate::address).toList());
        return fill(site, server(text, "EDGE", edges.getFirst())).text();
    }

    /// Before a bucket. The notice is a comment, if the format has comments.
    String fill(CdnSite site, BucketUrl bucket) {
        if (!site.isPlain()) {
            throw new IllegalArgumentException("--bucket needs --site, and goes with nothing else");
        }
        requirePossible(bucket);
        String text = NOTICE.matcher(CdnText.read("bucket/" + file).text())
                .replaceAll(mark -> Matcher.quoteReplacement(notice(bucket)
                        .lines()
                        .map(line -> (mark.group(1) + line).stripTrailing())
                        .collect(Collectors.joining("\n"))));
        return fill(site, server(new CdnText(text), "BUCKET", bucket.server()))
                .with("BUCKET_PATH", bucket.path())
                .with("BUCKET_AUTHORITY", bucket.authority())
                .text();
    }

    private boolean isWebServer() {
        return this == NGINX || this == APACHE || this == CADDY;
    }

    private static CdnText fill(CdnSite site, CdnText template) {
        CdnText text = switch (site.origin()) {
            case CdnSite.Server(URI url) -> server(template, "SITE", url);
            case CdnSite.Php(Path root, Path socket) ->
                template.with("ROOT", root.toString()).with("PHP_SOCKET", socket.toString());
        };
        Optional<ListenAddress> listen = site.listen();
        return text.when(site.facts())
                .withEach("BEHIND", site.behind())
                .withEach("UPLOAD_PATH", site.uploadPaths())
                .withEach("UPLOAD_PATTERN", patterns(site))
                .with("UPLOAD_GLOBS", String.join(" ", globs(site)))
                .with(
                        "BEHAVIOURS",
                        String.valueOf(USUAL_BEHAVIOURS + site.uploadPaths().size()))
                .with("MORE_BEHAVIOURS", joined(globs(site), CdnTemplate::behaviour))
                .with(
                        "MORE_RULES",
                        joined(
                                site.uploadPaths(),
                                path -> " or starts_with(http.request.uri.path, \\\"" + path + "\\\")"))
                .with("LISTEN", listen.map(ListenAddress::toString).orElse("80"))
                .with("EVERYWHERE", listen.map(ListenAddress::toString).orElse("*:80"))
                .with("HTTP", listen.map(_ -> "http://").orElse(""))
                .with("PORT", listen.map(l -> ":" + l.port()).orElse(""))
                .with("ADDRESS", listen.map(ListenAddress::host).orElse(""))
                .with("FOLDER", site.folder().map(name -> "/" + name).orElse(""))
                .with("ID", site.host().replaceAll("[^A-Za-z0-9]", "_"))
                .with("HOST", site.host());
    }

    private static List<String> globs(CdnSite site) {
        return site.uploadPaths().stream().map(path -> path + "*").toList();
    }

    private static List<String> patterns(CdnSite site) {
        return site.uploadPaths().stream().map(path -> path.replace(".", "\\.")).toList();
    }

    private static String behaviour(String glob) {
        return CdnText.read("part/cloudfront-behaviour.json")
                        .with("PATH", glob)
                        .text()
                        .stripTrailing() + ",\n      ";
    }

    private static String joined(List<String> values, Function<String, String> text) {
        return values.stream().map(text).collect(Collectors.joining());
    }

    /// True if the format has comments; the notice is then part of the configuration.
    boolean hasComments() {
        return !file.endsWith(".json");
    }

    /// Features that are missing without an edge, and the policy that a bucket needs.
    String notice(BucketUrl bucket) {
        String policy = this == CLOUDFRONT ? "bucket/policy-cloudfront.json" : "bucket/policy.json";
        return CdnText.read("bucket/notice.txt")
                .with("POLICY", CdnText.read(policy).text())
                .with("BUCKET_NAME", bucket.bucket())
                .with("KEYS", bucket.uploads().prefix())
                .text();
    }

    private void requirePossible(BucketUrl bucket) {
        if (this == APACHE) {
            throw new IllegalArgumentException("there is no such configuration of Apache: take nginx or caddy");
        }
        if (this == VARNISH && bucket.server().getScheme().equals("https")) {
            throw new IllegalArgumentException(
                    "Varnish does not encrypt what it asks: name an http:// address of --bucket");
        }
        if (this == CLOUDFLARE && !bucket.path().isEmpty()) {
            throw new IllegalArgumentException(
                    "such a rule of Cloudflare changes no paths: --bucket can have none, but has " + bucket.path());
        }
    }

    private static String address(URI server) {
        return server.getHost() + ":" + port(server);
    }

    private static int port(URI server) {
        return server.getPort() >= 0 ? server.getPort() : server.getScheme().equals("https") ? 443 : 80;
    }

    private static CdnText server(CdnText text, String name, URI server) {
        boolean encrypted = server.getScheme().equals("https");
        int port = port(server);
        return text.with(name, server.getScheme() + "://" + server.getHost() + ":" + port)
                .with(name + "_SCHEME", server.getScheme())
                .with(name + "_ADDRESS", address(server))
                .with(name + "_HOST", server.getHost())
                .with(name + "_PORT", String.valueOf(port))
                .with(name + "_POLICY", encrypted ? "https-only" : "http-only");
    }
}
