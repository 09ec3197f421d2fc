package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.edge.Tls;
import dev.aloft.server.edge.TrustedProxies;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.server.operations.OperatorSettings.LogForm;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Table `[edge]` of `aloft.toml`.
///
/// @param surrogateKeys empty to send them if a CDN of the configuration needs them
public record EdgeConfiguration(
        ListenAddress listen,
        Optional<Tls> tls,
        CacheSettings cache,
        TrustedProxies trustedProxies,
        EdgeSettings.Limits limits,
        OperatorSettings operators,
        Optional<Boolean> surrogateKeys) {

    /// Default limit of the cache on disk, if it has a folder.
    static final long DISK_BYTES = 10L << 30;

    private static final ListenAddress STAND_IN = new ListenAddress("127.0.0.1", 0);

    private static final List<String> KEYS = List.of(
            "listen",
            "tls_certificate",
            "tls_key",
            "cache_memory_bytes",
            "cache_folder",
            "cache_folder_bytes",
            "compression",
            "trusted_proxies",
            "proxy_protocol",
            "connections_per_address",
            "admin",
            "admin_token",
            "notification_token",
            "surrogate_keys",
            "peers",
            "access_log",
            "access_log_form");

    static EdgeConfiguration read(Section section) {
        section.requireOnly(KEYS);
        return new EdgeConfiguration(
                section.value("listen", key -> ListenAddress.read(section, key, section.string(key)), STAND_IN),
                section.value("tls_certificate", _ -> tls(section), Optional.empty()),
                section.value("cache_folder", _ -> cache(section), CacheSettings.DEFAULT),
                section.value("trusted_proxies", _ -> trustedProxies(section), TrustedProxies.of(List.of())),
                section.value("connections_per_address", _ -> limits(section), EdgeSettings.Limits.DEFAULT),
                operators(section),
                section.value("surrogate_keys", section::optionalBoolean, Optional.empty()));
    }

    private static Optional<Tls> tls(Section section) throws Failure {
        Optional<String> certificate = section.optionalString("tls_certificate");
        Optional<String> key = section.optionalString("tls_key");
        if (certificate.isPresent() != key.isPresent()) {
            throw section.wrong("has only one of tls_certificate and tls_key", "encryption needs both");
        }
        return certificate.map(path -> new Tls(Path.of(path), Path.of(key.orElseThrow())));
    }

    private static CacheSettings cache(Section section) throws Failure {
        Optional<Long> memory = section.optionalBytes("cache_memory_bytes");
        Optional<String> folder = section.optionalString("cache_folder");
        long diskBytes = section.optionalBytes("cache_folder_bytes").orElse(DISK_BYTES);
        try {
            CacheSettings settings =
                    memory.isPresent() ? CacheSettings.DEFAULT.withMemory(memory.get()) : CacheSettings.DEFAULT;
            if (!section.optionalBoolean("compression").orElse(true)) {
                settings = settings.withoutCompression();
            }
            return folder.isPresent() ? settings.withDisk(Path.of(folder.get()), diskBytes) : settings;
        } catch (IllegalArgumentException e) {
            throw section.wrong("has an invalid cache: " + e.getMessage(), "fix cache_…");
        }
    }

    private static TrustedProxies trustedProxies(Section section) throws Failure {
        try {
            return new TrustedProxies(
                    section.strings("trusted_proxies"),
                    section.optionalBoolean("proxy_protocol").orElse(false));
        } catch (IllegalArgumentException e) {
            throw section.wrong(
                    "has invalid trusted_proxies: " + e.getMessage(),
                    "name addresses or blocks of them, such as 10.0.0.0/8");
        }
    }

    private static EdgeSettings.Limits limits(Section section) throws Failure {
        Optional<Long> perAddress = section.optionalBytes("connections_per_address");
        if (perAddress.isEmpty()) {
            return EdgeSettings.Limits.DEFAULT;
        }
        if (perAddress.get() < 1 || perAddress.get() > EdgeSettings.Limits.DEFAULT.connections()) {
            throw section.unfit(
                    "connections_per_address",
                    perAddress.get(),
                    "a number from 1 to " + EdgeSettings.Limits.DEFAULT.connections());
        }
        return EdgeSettings.Limits.DEFAULT.withConnectionsPerAddress(
                perAddress.get().intValue());
    }

    private static OperatorSettings operators(Section section) {
        Optional<InetSocketAddress> admin =
                section.value("admin", key -> ListenAddress.ofOperators(section, key), Optional.empty());
        Optional<UrlSecret> token = section.value("admin_token", key -> secret(section, key), Optional.empty());
        Optional<UrlSecret> notifications =
                section.value("notification_token", key -> secret(section, key), Optional.empty());
        Optional<Path> log = section.value("access_log", section::optionalString, Optional.<String>empty())
                .map(Path::of);
        LogForm form = section.value("access_log_form", key -> logForm(section, key), LogForm.COMBINED);
        List<URI> peers = section.value("peers", _ -> peers(section), List.of());
        if (!peers.isEmpty() && token.isEmpty()) {
            if (section.isValid("admin_token")) {
                section.add(section.wrong("has peers but no admin_token", "give all edges the same admin_token"));
            }
            peers = List.of();
        }
        return new OperatorSettings(admin, token, notifications, log, form, peers, List::of, List::of);
    }

    private static LogForm logForm(Section section, String key) throws Failure {
        String form = section.optionalString(key).orElse("combined");
        return switch (form) {
            case "combined" -> LogForm.COMBINED;
            case "json" -> LogForm.JSON;
            default -> throw section.unfit(key, form, "combined or json");
        };
    }

    private static List<URI> peers(Section section) throws Failure {
        List<URI> peers = new ArrayList<>();
        for (String peer : section.strings("peers")) {
            if (!(peer.matches("http://[^/\\s?#@]+/?") && CdnConfiguration.hasHost(peer))) {
                throw section.unfit("peers", peer, "where an edge answers operators, such as http://10.0.0.8:9180");
            }
            peers.add(URI.create(peer));
        }
        return peers;
    }

    /// A secret, which no message repeats.
    static Optional<UrlSecret> secret(Section section, String key) throws Failure {
        if (section.has(key) && !section.isString(key)) {
            throw section.wrong("has " + key + " without quotes", "write it as a string in quotes");
        }
        Optional<String> text = section.optionalString(key);
        try {
            return text.map(UrlSecret::of);
        } catch (IllegalArgumentException e) {
            throw section.wrong(
                    "has " + (key.startsWith("a") ? "an " : "a ") + key + " that is too short: " + e.getMessage(),
                    "make one with: openssl rand -hex 32");
        }
    }

    public EdgeSettings settings(List<EdgeSite> sites) {
        EdgeSettings settings = EdgeSettings.of(listen.host(), listen.port(), sites)
                .withCache(cache)
                .withTrustedProxies(trustedProxies)
                .withLimits(limits)
                .withOperators(operators);
        return tls.map(settings::withTls).orElse(settings);
    }

    /// The reason why a purge by HTTP reaches no edge; empty if it does.
    Optional<String> unpurged() {
        if (operators.token().isEmpty()) {
            return Optional.of("[edge] has no admin_token");
        }
        return operators.admin().isEmpty() && operators.peers().isEmpty()
                ? Optional.of("[edge] has neither admin nor peers")
                : Optional.empty();
    }
}
