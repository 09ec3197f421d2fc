package dev.aloft.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A site as what stands in front of it knows it. Each value becomes part of a configuration as it is, so each is
/// checked.
///
/// @param host the site's name
/// @param origin what answers everything but uploads and pictures
/// @param listen where the one in front listens; unless said on the usual port of every address
/// @param network how the sites of a network are told apart, when it is one
/// @param folder the directory of the host that the site's address ends with, as in `https://example.org/blog`
/// @param behind addresses, or blocks of them, of what stands before the one in front: a CDN, a balancer
record CdnSite(
        String host,
        Origin origin,
        Optional<ListenAddress> listen,
        Optional<Network> network,
        Optional<String> folder,
        List<String> behind) {

    /// How the sites of a network are told apart.
    enum Network {
        DIRECTORIES,
        SUBDOMAINS;

        /// As it is written on the command line.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What runs the site.
    sealed interface Origin {}

    /// Another web server.
    ///
    /// @param url as in `http://10.0.0.7:8080`
    record Server(URI url) implements Origin {

        Server {
            requireServer("--site", url);
        }
    }

    /// A php-fpm on the same machine, before which the one in front is the web server.
    ///
    /// @param root the folder with the site's index.php
    /// @param socket php-fpm's Unix socket
    record Php(Path root, Path socket) implements Origin {

        Php {
            requireFile("--root", root);
            requireFile("--php-socket", socket);
        }
    }

    CdnSite {
        behind = List.copyOf(behind);
        if (!host.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
            throw new IllegalArgumentException("not a host's name: " + host);
        }
        folder.filter(name -> !name.matches("[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")).ifPresent(name -> {
            throw new IllegalArgumentException("not a folder below the host's root: " + name);
        });
        for (String address : behind) {
            if (!address.matches("[0-9a-fA-F.:]+(/\\d{1,3})?")) {
                throw new IllegalArgumentException("neither an address nor a block of them: --behind " + address);
            }
        }
    }

    /// A site of its own, at the top of its host.
    CdnSite(String host, Origin origin) {
        this(host, origin, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    CdnSite withListen(ListenAddress address) {
        return new CdnSite(host, origin, Optional.of(address), network, folder, behind);
    }

    /// Whether it is a site of its own, at the top of its host, on a web server that runs it.
    boolean isPlain() {
        return equals(new CdnSite(host, origin)) && origin instanceof Server;
    }

    /// What is so, in a template's words.
    Set<String> facts() {
        Set<String> facts = new HashSet<>();
        listen.ifPresent(_ -> facts.add("listen"));
        folder.ifPresent(_ -> facts.add("folder"));
        network.ifPresent(kind -> facts.add(kind.toString()));
        if (!behind.isEmpty()) {
            facts.add("behind");
        }
        return facts;
    }

    static void requireServer(String option, URI server) {
        if (!server.toString().matches("https?://[A-Za-z0-9.-]+(:\\d{1,5})?/?")) {
            throw new IllegalArgumentException(
                    "not the address of a server: " + option + " " + server + " (expected as in http://10.0.0.7:8080)");
        }
    }

    private static void requireFile(String option, Path path) {
        if (!path.toString().matches("/[A-Za-z0-9/._ +@=,~-]*")) {
            throw new IllegalArgumentException("cannot write " + option + " " + path
                    + " into a configuration (expected a whole path of letters, digits and ordinary marks)");
        }
    }
}
