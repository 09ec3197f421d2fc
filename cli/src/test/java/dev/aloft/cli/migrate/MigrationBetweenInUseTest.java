package dev.aloft.cli.migrate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Bucket;
import dev.aloft.store.Fallback;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A library that moves from one S3 to another by a command that is killed again and again, while the site is in use.
/// The line to the old S3 breaks at times.
final class MigrationBetweenInUseTest extends MigrationInUseFixture {

    private static final S3Credentials OLD = new S3Credentials("old", "not-a-secret");
    private static final int FILES = 600;
    private static final int KILLS = 3;

    private S3Front oldFront;
    private Bucket old;

    MigrationBetweenInUseTest() {
        super(20);
    }

    @BeforeEach
    void startOldS3() throws IOException {
        EmbeddedS3 oldS3 = startS3("old-s3", OLD, "attic");
        oldFront = frontOf(oldS3);
        old = bucket(oldS3.endpoint(), OLD, "attic");
    }

    private void fill() throws IOException {
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = text(i).getBytes(UTF_8);
            StoredObject _ = old.put(
                    ObjectKey.of("uploads/" + name(i)),
                    new ByteArrayInputStream(bytes),
                    bytes.length,
                    "text/plain",
                    WriteCondition.always());
            wanted.put(name(i), text(i));
        }
    }

    private Process migrate(String... options) throws IOException {
        Path profiles = Files.writeString(temp.resolve("credentials"), """
                [old]
                aws_access_key_id = %s
                aws_secret_access_key = %s
                """.formatted(OLD.accessKey(), OLD.secretKey()));
        List<String> words = new ArrayList<>(List.of("between", "--parallel", "4"));
        words.addAll(List.of(options));
        return migrate(
                words, """

                [site.fallback]
                provider = "embedded"
                endpoint = "%s"
                timeout = "2m"
                bucket = "attic"
                uploads = "uploads"
                profile = "old"
                """.formatted(oldFront.endpoint()), Map.of("AWS_SHARED_CREDENTIALS_FILE", profiles.toString()));
    }

    /// Kills the command after some more files were written. Returns false if it ended before that.
    private boolean killAfter(int writes) throws Exception {
        int before = front.count("PutObject");
        Process command = migrate();
        while (front.count("PutObject") < before + writes) {
            if (!command.isAlive()) {
                assertSuccess(command);
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        command.destroyForcibly().waitFor();
        return true;
    }

    private Map<String, String> files() throws IOException {
        Bucket bucket = bucket(s3.endpoint(), CREDENTIALS, "media");
        Map<String, String> texts = new TreeMap<>();
        ListQuery query = ListQuery.flat("shop/uploads/");
        for (Page page = bucket.list(query); ; page = bucket.list(query.after(page.next()))) {
            for (StoredObject object : page.objects()) {
                try (ObjectContent content =
                        bucket.get(object.key(), null, ReadCondition.any()).orElseThrow()) {
                    texts.put(
                            object.key().value().substring("shop/uploads/".length()),
                            new String(content.body().readAllBytes(), UTF_8));
                }
            }
            if (page.next() == null) {
                return texts;
            }
        }
    }

    @Test
    void nothingIsMissedLostOrBroughtBackAlthoughTheCommandIsKilled() throws Exception {
        fill();
        oldFront.on("GetObject").nth(40).resetAnswerAfter(2);
        Fallback library = Fallback.of(
                bucket(oldFront.endpoint(), OLD, "attic"),
                "uploads/",
                "shop/uploads/",
                "shop/migration/deleted/uploads/");
        inUse(library, FILES, () -> {
            int kills = 0;
            for (int i = 0; i < KILLS; i++) {
                kills += killAfter(1 + random.nextInt(40)) ? 1 : 0;
            }
            assertThat(kills).as("seed %d", seed).isPositive();
            assertSuccess(migrate());
        });

        assertSuccess(migrate("--verify", "all"));

        assertThat(files()).as("seed %d", seed).isEqualTo(wanted);
    }
}
