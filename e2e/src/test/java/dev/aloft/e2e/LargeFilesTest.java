package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.Command;
import dev.aloft.lab.DebianPackages;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.store.Store;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A PHP with little memory writes, reads and renames a file of 2 GB, and walks a directory of 100,000 files.
@Tag("slow")
@Timeout(900)
class LargeFilesTest {

    private static final String BUCKET = "media";
    private static final int FILES = 100_000;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /// Limit of one request to S3, which puts 2 GB together on a busy disk.
    private static final Duration S3_LIMIT = Duration.ofMinutes(5);

    private Path folder;
    private TestS3 s3;
    private S3Front front;
    private Store store;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        DebianPackages.of("php8.2-cli").require(System.err::println);
        folder = OpenFolder.create("aloft-large");
        s3 = TestS3.embedded(folder.resolve("s3"));
        s3.createBucket(BUCKET);
        front = S3Front.before(s3.endpoint());
        store = Store.open(s3.settings(front.endpoint()).withTimeout(S3_LIMIT), s3.accessKey(), s3.secretKey());
        FileTree files = new FileTree(store.bucket(BUCKET), FilePath.ROOT);
        agent = Agent.start(List.of(new AgentSite("large", folder.resolve("agent"), null, files, 5L << 30)));
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
        store.close();
        front.close();
        s3.close();
        OpenFolder.delete(folder);
    }

    @Test
    void fileOf2GbIsNeverInMemoryNorSentInOnePiece() throws IOException {
        String output = php("""
                $path = 's3://media/uploads/large.bin';
                $written = hash_init('xxh3');
                $handle = fopen($path, 'w');
                for ($i = 0; $i < 2048; $i++) {
                    $bytes = str_repeat(pack('N', $i), 1 << 18);
                    fwrite($handle, $bytes);
                    hash_update($written, $bytes);
                }
                fclose($handle);
                clearstatcache();
                echo filesize($path), ' ', hash_file('xxh3', $path) === hash_final($written) ? 'same' : 'another', ' ';
                $handle = fopen($path, 'r');
                fseek($handle, -4, SEEK_END);
                echo bin2hex(fread($handle, 100)), ' ';
                fclose($handle);
                echo rename($path, "$path.moved") ? 'moved' : 'there still';
                """);

        assertThat(output).isEqualTo("2147483648 same 000007ff moved");
        assertThat(front.requests()).allMatch(request -> request.bytesIn() < 128 << 20);
    }

    @Test
    void directoryOf100000FilesIsNeverInMemory() throws IOException {
        Path directory =
                Files.createDirectories(folder.resolve("s3").resolve(BUCKET).resolve("many"));
        for (int i = 0; i < FILES; i++) {
            Files.createFile(directory.resolve("%06d.txt".formatted(i)));
        }

        String output = php("""
                for ($handle = opendir('s3://media/many'), $count = 0; ($name = readdir($handle)) !== false; $count++) {
                    $name === sprintf('%06d.txt', $count) || exit("$name is not $count");
                }
                echo $count, ' ', memory_get_peak_usage() < 4 << 20 ? 'little' : 'much';
                """);

        assertThat(output).isEqualTo(FILES + " little");
    }

    private String php(String code) throws IOException {
        return Command.of("php8.2", "-d", "auto_prepend_file=" + Checkout.folder("wordpress/aloft.php"))
                .withInput("<?php ini_set('memory_limit', '40M');\n" + code)
                .withEnvironment("ALOFT_SOCKET", folder.resolve("agent").toString())
                .withLimit(LIMIT)
                .run();
    }
}
