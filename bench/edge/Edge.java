import dev.aloft.files.FilePath;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.edge.Upstream;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An edge on a port, with the files of a folder as uploads in an S3 of its own. Ends when its input does.
final class Edge {

    public static void main(String[] arguments) throws Exception {
        Path files = Path.of(arguments[0]);
        Path folder = Path.of(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), new S3Credentials("bench", "bench-secret"));
                Store store = Store.open(StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), "bench", "bench-secret")) {
            s3.createBucket("media");
            List<Path> all;
            try (var found = Files.list(files)) {
                all = found.toList();
            }
            for (Path file : all) {
                try (InputStream in = Files.newInputStream(file)) {
                    store.bucket("media")
                            .put(
                                    ObjectKey.of("uploads/" + file.getFileName()),
                                    in,
                                    Files.size(file),
                                    "image/jpeg",
                                    WriteCondition.always());
                }
            }
            EdgeSite site = EdgeSite.of(store.bucket("media"), FilePath.ROOT, Upstream.None.NONE);
            EdgeSettings settings = EdgeSettings.of("127.0.0.1", port, site);
            try (var edge = dev.aloft.server.edge.Edge.start(
                    settings.withCache(settings.cache().withDisk(folder.resolve("cache"), 1L << 30)))) {
                System.out.println(edge.uri());
                while (System.in.read() >= 0) {}
            }
        }
    }
}
