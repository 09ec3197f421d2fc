package dev.aloft.store;

import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;

/// A store as there are some: it checks no signature, so that its front may change what it is asked, and of several
/// writers over one version it lets several win. The caller closes it.
public final class LenientStore implements AutoCloseable {

    private final S3Proxy server;
    private final BlobStore objects;
    private final S3Front front;
    private final Store store;

    private LenientStore(S3Proxy server, BlobStore objects, S3Front front) {
        this.server = server;
        this.objects = objects;
        this.front = front;
        this.store = Store.open(StoreSettings.at(Provider.OTHER, front.endpoint()), "aloft", "not-a-secret");
    }

    /// Starts on an empty folder, with one bucket.
    public static LenientStore start(Path data) throws IOException {
        Properties properties = new Properties();
        properties.setProperty(
                "jclouds.filesystem.basedir", Files.createDirectories(data).toString());
        BlobStore objects = BlobStores.create("filesystem", properties);
        S3Proxy server = S3Proxy.builder()
                .blobStore(objects)
                .awsAuthentication(AuthenticationType.NONE, null, null)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .stopTimeout(0)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("cannot start a lenient S3", e);
        }
        objects.createContainer(TestStore.BUCKET);
        return new LenientStore(server, objects, S3Front.before(URI.create("http://127.0.0.1:" + server.getPort())));
    }

    /// The front that counts the requests and changes them.
    public S3Front front() {
        return front;
    }

    /// Its bucket, as a host sees it to whom the make of the store is unknown.
    public Bucket bucket() {
        return store.bucket(TestStore.BUCKET);
    }

    @Override
    public void close() throws IOException {
        store.close();
        front.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("cannot stop a lenient S3", e);
        } finally {
            objects.close();
        }
    }
}
