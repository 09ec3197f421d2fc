package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.Permissions;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The binary log in S3 with the permissions that the page gives to each command, and no other.
@Timeout(300)
final class LogPermissionsTest {

    private static final S3Credentials CREDENTIALS = S3Credentials.random();

    @TempDir
    Path data;

    @Test
    void followsAndReadsTheLog() throws IOException {
        try (EmbeddedS3 s3 = EmbeddedS3.start(data, CREDENTIALS);
                S3Front front = S3Front.before(s3.endpoint());
                Store store = Store.open(
                        StoreSettings.at(Provider.EMBEDDED, front.endpoint()),
                        CREDENTIALS.accessKey(),
                        CREDENTIALS.secretKey())) {
            s3.createBucket("backups");
            LogArchive archive = new LogArchive(store.bucket("backups"), "shop/");
            String log = LogFolder.name(Instant.EPOCH, "bin.000001");
            Permissions.of("follow").suffice(front, "media", () -> {
                assertThat(archive.state()).isEmpty();
                assertThat(archive.folders()).isEmpty();
                archive.putSegment(log, 0, 1, new ByteArrayInputStream(new byte[1]));
                archive.putClosed(log, 1);
                archive.putState(new LogArchive.State(Instant.EPOCH, Instant.EPOCH, 0, ""));
            });
            Permissions.of("restore --only database").suffice(front, "media", () -> {
                assertThat(archive.state()).isPresent();
                LogFolder read = archive.folders().getFirst();
                assertThat(archive.read(read, read.segments().getFirst(), 0, 1)).hasSize(1);
            });
        }
    }
}
