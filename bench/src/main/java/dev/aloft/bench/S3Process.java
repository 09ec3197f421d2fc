package dev.aloft.bench;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.io.IOException;
import java.nio.file.Path;

/// The embedded S3 in a separate process, so that its CPU time counts for no subject. Prints its endpoint, and exits
/// at the end of its standard input.
public final class S3Process {

    private S3Process() {}

    /// @param args the folder for its objects
    public static void main(String[] args) throws IOException {
        EmbeddedS3 s3 = EmbeddedS3.start(Path.of(args[0]), new S3Credentials(Server.ACCESS_KEY, Server.SECRET_KEY));
        s3.createBucket(Server.BUCKET);
        System.out.println(s3.endpoint());
        System.in.readAllBytes();
        s3.close();
    }
}
