package dev.aloft.demo;

import dev.aloft.lab.DataFolder;
import dev.aloft.lab.S3Credentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/// The demo's site as `aloft.toml` and `credentials.env` in the data folder, for other commands such as
/// `aloft backup create`. Only the demo's user may read them.
///
/// Both are written again at each start, because the S3 has another port and other credentials then.
final class DemoConfiguration {

    private DemoConfiguration() {}

    /// @param s3 where it answers
    /// @param wpConfig of the site, which names its database
    static void write(DataFolder data, URI s3, S3Credentials credentials, Path socket, Path wpConfig)
            throws IOException {
        data.writeSecret("credentials.env", """
                export AWS_ACCESS_KEY_ID=%s
                export AWS_SECRET_ACCESS_KEY=%s
                """.formatted(credentials.accessKey(), credentials.secretKey()));
        data.writeSecret("aloft.toml", """
                # The demo's site, while the demo runs. Written at each of its starts.

                [s3]
                provider = "embedded"
                endpoint = "%s"

                [[site]]
                name = "demo"
                bucket = "%s"
                socket = "%s"

                [site.backup]
                bucket = "%s"
                database = "%s"
                """.formatted(s3, Demo.BUCKET, socket, Demo.BACKUPS, wpConfig));
    }
}
