import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.files.FilePath;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.tachyon.PictureSettings;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/// `s3 FILES FOLDER`: an S3 with the files as uploads. `edge ENDPOINT PORT`: an edge that makes pictures of them. Each is
/// a process of its own, says where it is, and ends when its input does.
final class Served {

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("s3")) {
            serveFiles(Path.of(arguments[1]), Path.of(arguments[2]));
        } else {
            servePictures(URI.create(arguments[1]), Integer.parseInt(arguments[2]));
        }
    }

    private static void serveFiles(Path files, Path folder) throws Exception {
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder, new S3Credentials("bench", "bench-secret"));
                Store store = open(s3.endpoint());
                var found = Files.list(files)) {
            s3.createBucket("media");
            for (Path file : found.toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    store.bucket("media").put(ObjectKey.of("uploads/" + file.getFileName()), in, Files.size(file),
                            "image/jpeg", WriteCondition.always());
                }
            }
            System.out.println(s3.endpoint());
            while (System.in.read() >= 0) {}
        }
    }

    private static void servePictures(URI endpoint, int port) throws Exception {
        try (Store store = open(endpoint); RenderPool renderPool = RenderPool.open(RenderPoolSettings.standard())) {
            Pictures pictures = new Pictures(
                    "site", store.bucket("media"), FilePath.ROOT, renderPool, PictureSettings.DEFAULT);
            EdgeSite site = EdgeSite.of(store.bucket("media"), FilePath.ROOT);
            try (Edge edge = Edge.start(EdgeSettings.of("127.0.0.1", port, site.withPictures(pictures)))) {
                System.out.println(edge.uri());
                while (System.in.read() >= 0) {}
            }
        }
    }

    private static Store open(URI endpoint) {
        return Store.open(StoreSettings.at(Provider.EMBEDDED, endpoint), "bench", "bench-secret");
    }
}
