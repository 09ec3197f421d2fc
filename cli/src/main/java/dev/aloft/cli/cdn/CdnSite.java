package dev.aloft.cli.cdn;

import dev.aloft.cli.configuration.ListenAddress;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.uploads.UploadPath;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Properties of a site that the server in front of it needs. Each value is written into a configuration unchanged,
/// so each is validated.
///
/// @param host the site's name
/// @param origin what answers everything but uploads and pictures
/// @param listen address of the server in front; by default the usual port of every address
/// @param network kind of the network, if the site is one
/// @param folder the directory of the host that the site's address ends with, as in `https://example.org/blog`
/// @param behind addresses, or blocks of them, of trusted proxies: a CDN, a balancer
/// @param uploadPaths further URL paths of uploads, as `upload_paths` of the edge's configuration names them
record CdnSite(
        String host,
        Origin origin,
        Optional<ListenAddress> listen,
        Optional<Network> network,
        Optional<String> folder,
        List<String> behind,
        List<String> uploadPaths) {

    /// Place of a network's sites in their URLs.
    enum Network {
        DIRECTORIES,
        SUBDOMAINS;

        /// As it is written on the command line.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The server that runs the site.
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
        uploadPaths = further(uploadPaths, folder.map(name -> "/" + name).orElse(""));
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

    /// Each path once, without those that every configuration has: a server refuses to start with one twice.
    private static List<String> further(List<String> paths, String folder) {
        Set<String> usual = UploadPath.OF_EVERY_SITE.stream()
                .map(path -> folder + path.path())
                .collect(Collectors.toSet());
        paths.forEach(CdnSite::requireUploadPath);
        return paths.stream().distinct().filter(path -> !usual.contains(path)).toList();
    }

    private static void requireUploadPath(String path) {
        try {
            UploadPath _ = new UploadPath(path, UploadsFolder.UPLOADS);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--upload-path: " + e.getMessage(), e);
        }
    }

    /// A site of its own, at the top of its host.
    CdnSite(String host, Origin origin) {
        this(host, origin, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of());
    }

    CdnSite withUploadPaths(List<String> paths) {
        return new CdnSite(host, origin, listen, network, folder, behind, paths);
    }

    /// True if it is a site of its own, at the top of its host, on a web server that runs it.
    boolean isPlain() {
        return equals(new CdnSite(host, origin)) && origin instanceof Server;
    }

    /// Conditions of `@WHEN@` that hold.
    Set<String> facts() {
        Set<String> facts = new HashSet<>();
        listen.ifPresent(_ -> facts.add("listen"));
        folder.ifPresent(_ -> facts.add("folder"));
        network.ifPresent(kind -> facts.add(kind.toString()));
        if (!behind.isEmpty()) {
            facts.add("behind");
        }
        if (!uploadPaths.isEmpty()) {
            facts.add("upload_paths");
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
