package dev.aloft.server.edge;

import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.cdn.CdnNotifier;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.operations.OperatorSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The edge's address, its sites and its limits.
///
/// @param address a host name or IP address of this machine
/// @param port 0 for a free one
/// @param trustedProxies may say who the client is
/// @param tls the certificate; empty for plain HTTP
/// @param fleet announces changes by other hosts; empty for a single host
/// @param cdns whose counts are among the metrics; empty for none
/// @param sites with distinct names; at most one without hosts, which takes every host that no other site has
public record EdgeSettings(
        String address,
        int port,
        List<EdgeSite> sites,
        Limits limits,
        CacheSettings cache,
        TrustedProxies trustedProxies,
        OperatorSettings operators,
        Optional<Tls> tls,
        Optional<FleetBus> fleet,
        Optional<CdnNotifier> cdns) {

    /// @throws IllegalArgumentException for a blank address, a port outside 0 to 65535, no site, or two sites with
    ///     one name or host
    public EdgeSettings {
        sites = List.copyOf(sites);
        if (address.isBlank()) {
            throw new IllegalArgumentException("the edge has no address to listen on; 0.0.0.0 is every one");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        if (sites.isEmpty()) {
            throw new IllegalArgumentException("the edge has no site to serve");
        }
        Set<String> taken = new HashSet<>();
        for (EdgeSite site : sites) {
            for (String host : site.hosts().isEmpty() ? Set.of("every host") : site.hosts()) {
                if (!taken.add(host)) {
                    throw new IllegalArgumentException("two sites want " + host);
                }
            }
        }
        if (sites.stream().map(site -> site.uploads().name()).distinct().count() < sites.size()) {
            throw new IllegalArgumentException("two sites have one name");
        }
    }

    /// The settings of a machine that has one site.
    public static EdgeSettings of(String address, int port, EdgeSite site) {
        return of(address, port, List.of(site));
    }

    /// The settings of a machine that has several sites.
    public static EdgeSettings of(String address, int port, List<EdgeSite> sites) {
        return new EdgeSettings(
                address,
                port,
                sites,
                Limits.DEFAULT,
                CacheSettings.DEFAULT,
                TrustedProxies.NONE,
                OperatorSettings.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// The same settings with a share in the store for each site.
    EdgeSettings withOwnShares() {
        List<EdgeSite> sharing = sites.stream().map(EdgeSite::withOwnShare).toList();
        return new EdgeSettings(address, port, sharing, limits, cache, trustedProxies, operators, tls, fleet, cdns);
    }

    /// The same with other limits for clients; the default is [Limits#DEFAULT].
    public EdgeSettings withLimits(Limits other) {
        return new EdgeSettings(address, port, sites, other, cache, trustedProxies, operators, tls, fleet, cdns);
    }

    /// The same behind these proxies; by default no proxy is trusted.
    public EdgeSettings withTrustedProxies(TrustedProxies other) {
        return new EdgeSettings(address, port, sites, limits, cache, other, operators, tls, fleet, cdns);
    }

    /// The same with an admin address, an access log or peers; by default it has none.
    public EdgeSettings withOperators(OperatorSettings other) {
        return new EdgeSettings(address, port, sites, limits, cache, trustedProxies, other, tls, fleet, cdns);
    }

    /// The same over HTTPS only; the default is plain HTTP.
    public EdgeSettings withTls(Tls certificate) {
        return new EdgeSettings(
                address, port, sites, limits, cache, trustedProxies, operators, Optional.of(certificate), fleet, cdns);
    }

    /// The same in a fleet; the default is a single host. The caller closes the bus after the edge.
    public EdgeSettings withFleet(FleetBus bus) {
        return new EdgeSettings(
                address, port, sites, limits, cache, trustedProxies, operators, tls, Optional.of(bus), cdns);
    }

    /// The same with CDNs; the default is none. The caller closes them after the edge.
    public EdgeSettings withCdns(CdnNotifier notifier) {
        Optional<CdnNotifier> some = Optional.of(notifier);
        return new EdgeSettings(address, port, sites, limits, cache, trustedProxies, operators, tls, fleet, some);
    }

    /// The same with other sizes of the cache, which all sites share; the default is [CacheSettings#DEFAULT].
    public EdgeSettings withCache(CacheSettings other) {
        return new EdgeSettings(address, port, sites, limits, other, trustedProxies, operators, tls, fleet, cdns);
    }

    /// Limits for the edge's clients.
    ///
    /// @param idle the time for which a client may neither send nor receive
    /// @param head the time for the whole head of a request
    /// @param connections of all clients; from seven eighths of them on, idle ones are closed to make room
    /// @param connectionsPerAddress of one client's address, or one IPv6 network of 64 bits; unlimited for trusted
    ///     proxies
    public record Limits(Duration idle, Duration head, int connections, int connectionsPerAddress) {

        /// 30 s idle, 30 s for a head, 8,192 connections, 1,024 of one address.
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(30), Duration.ofSeconds(30), 8192, 1024);

        /// @throws IllegalArgumentException for a time below a millisecond, or less than one connection
        public Limits {
            requirePositive("idle", idle);
            requirePositive("head", head);
            if (connections < 1 || connectionsPerAddress < 1) {
                throw new IllegalArgumentException("no client could connect: " + connections + " connections, "
                        + connectionsPerAddress + " an address");
            }
        }

        /// The same with another number of connections for one address, at least 1.
        public Limits withConnectionsPerAddress(int count) {
            return new Limits(idle, head, connections, count);
        }

        private static void requirePositive(String name, Duration limit) {
            if (limit.toMillis() < 1) {
                throw new IllegalArgumentException(name + " is no time to wait: " + limit);
            }
        }
    }
}
