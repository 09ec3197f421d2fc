package dev.aloft.bench.edge;

import dev.aloft.bench.Server;
import dev.aloft.files.FilePath;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/// The edge in a separate process. Prints its port, and exits at the end of its standard input.
final class EdgeProcess {

    private static final long DISK = 1L << 30;

    private EdgeProcess() {}

    /// @param args S3's endpoint, and the cache folder
    public static void main(String[] args) throws IOException {
        StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, URI.create(args[0]));
        CacheSettings cache = CacheSettings.DEFAULT.withDisk(Path.of(args[1]), DISK);
        try (Store store = Store.open(settings, Server.ACCESS_KEY, Server.SECRET_KEY)) {
            EdgeSite site = EdgeSite.of(store.bucket(Server.BUCKET), FilePath.ROOT);
            try (Edge edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, site).withCache(cache))) {
                System.out.println(edge.uri().getPort());
                System.in.readAllBytes();
            }
        }
    }
}
