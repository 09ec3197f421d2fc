package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.server.cdn.CdnApi;
import dev.aloft.server.cdn.CdnSettings;
import dev.aloft.server.cdn.SiteUrls;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// One `[[cdn]]` of `aloft.toml`. No message repeats the token.
///
/// @param folder of the queue
/// @param sites their names; none for every site
/// @param url of the server, or of the CDN's interface
/// @param id of the zone, service or distribution
/// @param tokenFile has the token if there is none in the configuration
/// @param requestsPerMinute that the plan of Cloudflare allows
public record CdnConfiguration(
        String name,
        Type type,
        Path folder,
        List<String> sites,
        Optional<URI> url,
        Optional<String> id,
        Optional<CdnApi.Token> token,
        Optional<Path> tokenFile,
        int requestsPerMinute) {

    /// The limit of Cloudflare's smallest plan.
    static final int REQUESTS_PER_MINUTE = 5;

    private static final List<String> KEYS =
            List.of("name", "type", "folder", "sites", "url", "id", "token", "token_file", "requests_per_minute");

    /// The kinds of CDN.
    public enum Type {
        VARNISH("http://127.0.0.1"),
        NGINX("http://127.0.0.1"),
        CLOUDFRONT("https://cloudfront.amazonaws.com"),
        CLOUDFLARE("https://api.cloudflare.com"),
        FASTLY("https://api.fastly.com");

        private final URI endpoint;

        Type(String endpoint) {
            this.endpoint = URI.create(endpoint);
        }

        private List<String> requiredKeys() {
            return switch (this) {
                case VARNISH, NGINX -> List.of("url");
                case CLOUDFRONT -> List.of("id");
                case CLOUDFLARE, FASTLY -> List.of("id", "token");
            };
        }

        /// As it is written in the configuration.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static CdnConfiguration read(Section section) {
        section.requireOnly(KEYS);
        Type type = section.value("type", key -> type(section, key), Type.VARNISH);
        if (section.isValid("type")) {
            requireKeys(section, type);
        }
        return new CdnConfiguration(
                section.value("name", key -> name(section, key, type), "invalid"),
                type,
                section.value("folder", key -> folder(section, key), Path.of("/")),
                section.value("sites", section::strings, List.of()),
                section.value("url", key -> url(section, key, type), Optional.empty()),
                section.value("id", key -> id(section, key), Optional.empty()),
                section.value("token", key -> token(section, key), Optional.empty()),
                section.value("token_file", section::optionalString, Optional.<String>empty())
                        .map(Path::of),
                section.value("requests_per_minute", key -> rate(section, key), REQUESTS_PER_MINUTE));
    }

    private static void requireKeys(Section section, Type type) {
        for (String key : type.requiredKeys()) {
            if (!section.has(key) && !(key.equals("token") && section.has("token_file"))) {
                section.add(
                        section.wrong("has no " + key, type + " needs " + String.join(" and ", type.requiredKeys())));
            }
        }
    }

    private static Type type(Section section, String key) throws Failure {
        String type = section.string(key);
        return Arrays.stream(Type.values())
                .filter(each -> each.toString().equals(type))
                .findFirst()
                .orElseThrow(() -> section.unfit(
                        key,
                        type,
                        Arrays.stream(Type.values()).map(Type::toString).collect(Collectors.joining(", "))));
    }

    private static String name(Section section, String key, Type type) throws Failure {
        String name = section.optionalString(key).orElse(type.toString());
        if (!CdnSettings.isName(name)) {
            throw section.unfit(key, name, "lower-case letters, digits and hyphens");
        }
        return name;
    }

    private static Path folder(Section section, String key) throws Failure {
        Path folder = Path.of(section.string(key));
        if (!folder.isAbsolute()) {
            throw section.unfit(key, folder, "an absolute path");
        }
        return folder;
    }

    private static Optional<URI> url(Section section, String key, Type type) throws Failure {
        Optional<String> url = section.optionalString(key);
        if (url.isPresent() && !(url.get().matches("https?://[A-Za-z0-9.\\[\\]:-]+/?") && hasHost(url.get()))) {
            throw section.unfit(key, url.get(), "the address of a server, such as http://10.0.0.5");
        }
        if (type == Type.NGINX && url.isPresent() && url.get().startsWith("https:")) {
            throw section.unfit(
                    key,
                    url.get(),
                    "an address without TLS, such as http://10.0.0.5: a purge asks nginx as"
                            + " a proxy, by the URL that it has cached");
        }
        return url.map(URI::create);
    }

    /// False without a host in the sense of RFC 2396, which has no name with an underscore.
    static boolean hasHost(String url) {
        try {
            return new URI(url).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Optional<String> id(Section section, String key) throws Failure {
        Optional<String> id = section.optionalString(key);
        if (id.isPresent() && !id.get().matches("[A-Za-z0-9]{1,64}")) {
            throw section.unfit(key, id.get(), "letters and digits");
        }
        return id;
    }

    private static Optional<CdnApi.Token> token(Section section, String key) throws Failure {
        try {
            return section.has(key) ? Optional.of(new CdnApi.Token(section.string(key))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw section.wrong("has an invalid token: " + e.getMessage(), "copy it again from the CDN");
        }
    }

    private static int rate(Section section, String key) throws Failure {
        long rate = section.optionalBytes(key).orElse((long) REQUESTS_PER_MINUTE);
        if (rate < 1 || rate > 10_000) {
            throw section.unfit(key, rate, "a number from 1 to 10000");
        }
        return (int) rate;
    }

    /// True if it finds answers by surrogate keys, which the edges must send.
    public boolean usesSurrogateKeys() {
        return type == Type.VARNISH || type == Type.CLOUDFLARE || type == Type.FASTLY;
    }

    /// The settings, with the token of the file.
    ///
    /// @param all sites of the configuration
    /// @throws Failure if the token cannot be read
    public CdnSettings settings(List<SiteConfiguration> all) throws Failure {
        List<SiteUrls> urls = all.stream()
                .filter(site -> sites.isEmpty() || sites.contains(site.name()))
                .map(SiteConfiguration::urls)
                .toList();
        URI endpoint = url.orElse(type.endpoint);
        String own = id.orElse("");
        return new CdnSettings(
                name,
                folder,
                urls,
                switch (type) {
                    case VARNISH -> CdnApi.varnish(endpoint);
                    case NGINX -> CdnApi.nginx(endpoint, urls);
                    case CLOUDFRONT -> CdnApi.cloudFront(endpoint, own, urls);
                    case CLOUDFLARE -> CdnApi.cloudflare(endpoint, own, requireToken(), requestsPerMinute);
                    case FASTLY -> CdnApi.fastly(endpoint, own, requireToken());
                });
    }

    private CdnApi.Token requireToken() throws Failure {
        if (token.isPresent()) {
            return token.get();
        }
        Path file = tokenFile.orElseThrow();
        try {
            return new CdnApi.Token(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "cannot read the token of [cdn " + name + "]: "
                            + Objects.requireNonNullElse(e.getMessage(), e.toString()),
                    "let the service's user read " + file + ", or correct token_file",
                    e);
        }
    }
}
