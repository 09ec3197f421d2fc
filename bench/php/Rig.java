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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What the figures of `files.php` are taken on: an embedded S3 and two agents in front of it, one of which reaches it
/// with 20 ms added to every request. Their sockets are `near` and `far` in the folder that is named. Ends with its input.
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
            IO.readln();
        }
    }
}

Store store(URI endpoint, S3Credentials keys) {
    return Store.open(StoreSettings.at(Provider.OTHER, endpoint), keys.accessKey(), keys.secretKey());
}

Agent agent(String name, Path folder, Store store) throws IOException {
    FileTree files = new FileTree(store.bucket("media"), FilePath.ROOT);
    return Agent.start(List.of(new AgentSite(name, folder.resolve(name), null, files, 1L << 40)));
}
