package dev.aloft.bench;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.io.IOException;
import java.nio.file.Path;

/// The embedded S3 in a process of its own, so that no subject pays for it. Says its endpoint, and ends with its
/// standard input.
public final class S3Process {

    private S3Process() {}

    /// @param args the folder that it keeps its objects in
    public static void main(String[] args) throws IOException {
        EmbeddedS3 s3 = EmbeddedS3.start(Path.of(args[0]), new S3Credentials(Server.ACCESS_KEY, Server.SECRET_KEY));
        s3.createBucket(Server.BUCKET);
        System.out.println(s3.endpoint());
        System.in.readAllBytes();
        s3.close();
    }
}
