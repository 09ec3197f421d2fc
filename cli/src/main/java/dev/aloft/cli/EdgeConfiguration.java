package dev.aloft.cli;

import dev.aloft.server.UrlSecret;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.EdgeLimits;
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
import java.util.Locale;
import java.util.Optional;

/// The `[edge]` of `aloft.toml`.
record EdgeConfiguration(
        ListenAddress listen,
        Optional<Tls> tls,
        CacheSettings cache,
        TrustedProxies trust,
        EdgeLimits limits,
        OperatorSettings oversight) {

    /// What the cache may hold on disk where there is a folder for it.
    static final long DISK_BYTES = 10L << 30;

    private static final List<String> KEYS = List.of(
            "listen",
            "tls_certificate",
            "tls_key",
            "cache_memory_bytes",
            "cache_folder",
            "cache_folder_bytes",
            "trusted_proxies",
            "proxy_protocol",
            "connections_per_address",
            "admin",
            "admin_token",
            "peers",
            "access_log",
            "access_log_form");

    static EdgeConfiguration read(Section section) throws Failure {
        section.requireOnly(KEYS);
        ListenAddress listen = address(section, "listen", section.string("listen"));
        return new EdgeConfiguration(
                listen, tls(section), cache(section), trust(section), limits(section), oversight(section));
    }

    private static ListenAddress address(Section section, String key, String text) throws Failure {
        return ListenAddress.parse(text).orElseThrow(() -> section.unfit(key, text, "an address such as :8080"));
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
            return folder.isPresent() ? settings.withDisk(Path.of(folder.get()), diskBytes) : settings;
        } catch (IllegalArgumentException e) {
            throw section.wrong("has a cache that cannot be: " + e.getMessage(), "mend cache_…");
        }
    }

    private static TrustedProxies trust(Section section) throws Failure {
        try {
            return new TrustedProxies(
                    section.strings("trusted_proxies"),
                    section.optionalBoolean("proxy_protocol").orElse(false));
        } catch (IllegalArgumentException e) {
            throw section.wrong(
                    "has trusted_proxies that cannot be: " + e.getMessage(),
                    "name addresses or blocks of them, such as 10.0.0.0/8");
        }
    }

    private static EdgeLimits limits(Section section) throws Failure {
        Optional<Long> perAddress = section.optionalBytes("connections_per_address");
        if (perAddress.isEmpty()) {
            return EdgeLimits.DEFAULT;
        }
        if (perAddress.get() < 1 || perAddress.get() > EdgeLimits.DEFAULT.connections()) {
            throw section.unfit(
                    "connections_per_address",
                    perAddress.get(),
                    "a number from 1 to " + EdgeLimits.DEFAULT.connections());
        }
        return EdgeLimits.DEFAULT.withConnectionsPerAddress(perAddress.get().intValue());
    }

    private static OperatorSettings oversight(Section section) throws Failure {
        Optional<String> admin = section.optionalString("admin");
        Optional<InetSocketAddress> address = Optional.empty();
        if (admin.isPresent()) {
            ListenAddress listen = address(section, "admin", admin.get());
            address = Optional.of(InetSocketAddress.createUnresolved(listen.host(), listen.port()));
        }
        String form = section.optionalString("access_log_form").orElse("combined");
        if (!form.equals("combined") && !form.equals("json")) {
            throw section.unfit("access_log_form", form, "combined or json");
        }
        try {
            return new OperatorSettings(
                    address,
                    secret(section, "admin_token"),
                    section.optionalString("access_log").map(Path::of),
                    LogForm.valueOf(form.toUpperCase(Locale.ROOT)),
                    peers(section));
        } catch (IllegalArgumentException e) {
            throw section.wrong("has peers but no admin_token", "give all edges the same admin_token");
        }
    }

    private static List<URI> peers(Section section) throws Failure {
        List<URI> peers = new ArrayList<>();
        for (String peer : section.strings("peers")) {
            if (!peer.matches("http://[^/\\s?#@]+/?")) {
                throw section.unfit("peers", peer, "where an edge answers operators, such as http://10.0.0.8:9180");
            }
            peers.add(URI.create(peer));
        }
        return peers;
    }

    /// A secret is told by no message.
    static Optional<UrlSecret> secret(Section section, String key) throws Failure {
        Optional<String> text = section.optionalString(key);
        try {
            return text.map(UrlSecret::of);
        } catch (IllegalArgumentException e) {
            throw section.wrong(
                    "has a " + key + " that is too short: " + e.getMessage(), "make one with: openssl rand -hex 32");
        }
    }

    EdgeSettings settings(List<EdgeSite> sites) {
        EdgeSettings settings = EdgeSettings.of(listen.host(), listen.port(), sites)
                .withCache(cache)
                .withTrustedProxies(trust)
                .withLimits(limits)
                .withOperators(oversight);
        return tls.map(settings::withTls).orElse(settings);
    }
}
