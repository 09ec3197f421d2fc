package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.backup.DatabasePart;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is claimed of the archive when the database's address moves to another server.
@Timeout(60)
final class LogShipperTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final Instant NOW = Instant.parse("2026-11-29T14:03:07Z");
    private static final String FILE = "bin.000042";

    @TempDir
    Path top;

    private EmbeddedS3 s3;
    private Store store;
    private LogArchive archive;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(top.resolve("s3"), CREDENTIALS);
        s3.createBucket("backups");
        store = Store.open(
                StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        archive = new LogArchive(store.bucket("backups"), "shop/");
        folder = Files.createDirectory(top.resolve("logs"));
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        s3.close();
    }

    private static LogLook look(String server, String file, long offset) {
        return new LogLook(NOW, server, new LogPosition(file, offset));
    }

    private LogShipper shipped(int size) throws IOException {
        LogShipper shipper = new LogShipper(archive, folder, new LogPosition(FILE, 0), Optional.empty());
        shipper.requireFollowed(look("a", FILE, size));
        shipper.ship();
        assertThat(shipper.behind(look("a", FILE, size))).isZero();
        return shipper;
    }

    @Test
    void aLogThatBeganLongAgoOnTheOtherServerIsNotPrunedWhileItIsFollowed() throws Exception {
        Instant began = NOW.minus(Duration.ofDays(400));
        String first = LogFolder.name(NOW.minus(Duration.ofDays(60)), FILE);
        String second = LogFolder.name(began, "bin.000007");
        archive.putSegment(first, 0, 1, new ByteArrayInputStream(new byte[1]));
        archive.putSegment(second, 0, 1, new ByteArrayInputStream(new byte[1]));

        assertThat(archive.prune(NOW.minus(Duration.ofDays(30)))).isZero();

        assertThat(archive.folders()).extracting(LogFolder::name).containsExactly(second, first);

        Eventually.await("the first log is written in a later second, and the second one deleted", () -> {
            archive.putSegment(first, 0, 1, new ByteArrayInputStream(new byte[1]));
            return archive.prune(Instant.now().plusSeconds(3600)) == 1;
        });
        assertThat(archive.folders()).extracting(LogFolder::name).containsExactly(first);
    }

    @Test
    void aLookAtAnotherServerEndsTheRun() throws IOException {
        LogBytes log = new LogBytes().query("shop", "BEGIN");
        Files.write(folder.resolve(FILE), log.toBytes());
        int size = log.size();
        assertThatThrownBy(() -> shipped(size).requireFollowed(look("a", "bin.000007", 900)))
                .isInstanceOf(LogGoneException.class)
                .hasMessageContaining("ends at bin.000007:900, before bin.000042:" + size);
        assertThatThrownBy(() -> shipped(size).requireFollowed(look("a", FILE, size - 1)))
                .isInstanceOf(LogGoneException.class);
        assertThatThrownBy(() -> shipped(size).requireFollowed(look("b", FILE, size)))
                .isInstanceOf(LogGoneException.class)
                .hasMessageContaining("is another");
        LogShipper behind = shipped(size);
        behind.requireFollowed(look("a", "bin.000043", 500));
        assertThatThrownBy(() -> behind.requireFollowed(look("a", "bin.000043", 400)))
                .as("not behind what was shipped, but behind an earlier look")
                .isInstanceOf(LogGoneException.class);
    }

    @Test
    void nothingIsCompleteBeforeTheLogIsKnownToBeTheSame() throws IOException {
        LogFolder other = new LogFolder(NOW, FILE, List.of(), Optional.empty());
        LogShipper shipper = new LogShipper(archive, folder, new LogPosition(FILE, 500), Optional.of(other));
        LogLook look = look("a", FILE, 500);
        shipper.requireFollowed(look);
        Files.createFile(folder.resolve(FILE));
        shipper.ship();
        assertThat(shipper.behind(look)).isPositive();
        assertThat(shipper.folder()).isEmpty();
        Files.write(folder.resolve(FILE), new LogBytes().query("shop", "BEGIN").toBytes());
        assertThatThrownBy(shipper::ship).isInstanceOf(LogGoneException.class);
    }

    @Test
    void aLogOfAnotherServerDoesNotCompleteAChain() throws IOException {
        String first = LogFolder.name(NOW.minusSeconds(100), FILE);
        String second = LogFolder.name(NOW.minusSeconds(900), "bin.000007");
        for (String log : new String[] {first, second}) {
            archive.putSegment(log, 0, 4, new ByteArrayInputStream(LogEvent.MAGIC));
        }
        DatabasePart dump = new DatabasePart(
                "shop",
                NOW.minusSeconds(50),
                "10.11.14-MariaDB",
                Optional.of(FILE + ":4"),
                Optional.empty(),
                0,
                0,
                "",
                1);
        archive.putState(new LogArchive.State(NOW.plusSeconds(60), NOW, 0, first));
        assertThatCode(() -> LogReplay.find(archive, dump, NOW)).doesNotThrowAnyException();
        archive.putState(new LogArchive.State(NOW.plusSeconds(60), NOW, 0, second));
        assertThatThrownBy(() -> LogReplay.find(archive, dump, NOW))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("gap after " + FILE);
    }
}
