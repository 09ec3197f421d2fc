package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.S3Front;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A file uploaded through the REST API of a real WordPress: all of it is in the bucket, nothing on the disk, and every
/// file comes back through the edge, byte for byte.
class UploadTest {

    private static Path folder;
    private static TestS3 s3;
    private static Fleet fleet;

    @BeforeAll
    static void start() throws Exception {
        folder = Files.createTempDirectory(
                "aloft-upload", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        s3 = TestS3.embedded(folder.resolve("s3"));
        fleet = Fleet.start(folder.resolve("fleet"), s3, 2);
    }

    @AfterAll
    static void stop() throws Exception {
        fleet.close();
        s3.close();
    }

    @Test
    void everySizeOfAPhotographIsAnObject() throws Exception {
        S3Front front = fleet.s3();
        byte[] photo = Photo.ofTwelveMegapixels(1);
        WordPress wordPress = fleet.wordPress(0);
        front.reset();
        WordPress.Answer uploaded = wordPress.upload("cat.jpg", "image/jpeg", photo);
        System.err.println("upload: " + front.summary() + " in " + uploaded.took());
        System.err.println(uploaded.json().toString().substring(0, 300));
        System.err.println(uploaded.urls());
        front.reset();
        for (String url : uploaded.urls()) {
            HttpResponse<byte[]> got = wordPress.get(url);
            System.err.println(got.statusCode() + " " + got.body().length + " " + url);
        }
        front.reset();
        WordPress.Answer deleted = wordPress.delete(uploaded.id());
        System.err.println("delete: " + front.summary() + " in " + deleted.took());
        assertThat(uploaded.status()).isEqualTo(201);
    }
}
