import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An embedded S3 for the figures of `files.php`, and two agents in front of it, one of which reaches it with 20 ms
/// added to every request. Their sockets are `near` and `far` in the folder that is named. For each line of its input it
/// prints the figures of Java's own file functions; it ends with its input.
void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    S3Credentials keys = S3Credentials.random();
    try (EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), keys);
            S3Front far = S3Front.before(s3.endpoint());
            Store nearStore = store(s3.endpoint(), keys);
            Store farStore = store(far.endpoint(), keys)) {
        s3.createBucket("media");
        far.onEvery().delay(Duration.ofMillis(20));
        try (Agent near = agent("near", folder, nearStore);
                Agent delayed = agent("far", folder, farStore)) {
            IO.println("ready");
            for (int run = 0; IO.readln() != null; run++) {
                measureJava(s3.endpoint(), keys, "run-" + run);
            }
        }
    }
}

void measureJava(URI endpoint, S3Credentials keys, String name) throws IOException {
    Map<String, Object> settings =
            Map.of("endpoint", endpoint, "provider", "embedded", "accessKey", keys.accessKey(), "secretKey", keys.secretKey());
    try (FileSystem media = FileSystems.newFileSystem(URI.create("s3://media"), settings)) {
        Path directory = media.getPath("/java/" + name);
        byte[] small = new byte[2000];
        long begin = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            Files.write(directory.resolve(i + ".txt"), small);
        }
        long written = System.nanoTime();
        try (Stream<Path> files = Files.list(directory)) {
            if (files.count() != 1000) {
                throw new IOException("files are missing");
            }
        }
        report("1,000 files of 2 KB written", written - begin);
        report("1,000 files listed", System.nanoTime() - written);
    }
}

void report(String name, long nanos) {
    IO.println("%s\t%.4g".formatted(name, nanos / 1e6));
}

Store store(URI endpoint, S3Credentials keys) {
    return Store.open(StoreSettings.at(Provider.EMBEDDED, endpoint), keys.accessKey(), keys.secretKey());
}

Agent agent(String name, Path folder, Store store) throws IOException {
    FileTree files = new FileTree(store.bucket("media"), FilePath.ROOT);
    return Agent.start(List.of(new AgentSite(name, folder.resolve(name), null, files, 1L << 40)));
}
