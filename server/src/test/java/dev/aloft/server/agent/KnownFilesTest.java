package dev.aloft.server.agent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// PHP waits for each of its questions about files that the agent knows: they need no other thread.
@Timeout(60)
final class KnownFilesTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");

    private final AtomicInteger started = new AtomicInteger();

    @TempDir
    Path folder;

    @Test
    void onlyExchangesThatMayWaitTakeAThread() throws Exception {
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), CREDENTIALS);
                Store store = Store.open(
                        StoreSettings.at(Provider.EMBEDDED, s3.endpoint()),
                        CREDENTIALS.accessKey(),
                        CREDENTIALS.secretKey())) {
            s3.createBucket("media");
            FileTree files = new FileTree(store.bucket("media"), FilePath.of("uploads"));
            AgentSite site = new AgentSite("test", folder.resolve("agent.sock"), null, files, 1 << 20);
            Executor threads = task -> {
                started.incrementAndGet();
                Thread.startVirtualThread(task);
            };
            Server server = new Server();
            LocalConnector connector = new LocalConnector(server);
            connector.setName("test");
            server.addConnector(connector);
            server.setHandler(new SiteRouter(List.of(site), threads));
            server.start();
            try {
                assertThreads(1, connector, "PUT /media/uploads/cat.jpg", "201");
                assertThreads(0, connector, "HEAD /media/uploads/cat.jpg", "200");
                assertThreads(0, connector, "OPTIONS /media/uploads/dog.jpg", "204");
                assertThreads(1, connector, "HEAD /media/uploads/dog.jpg", "404");
                assertThreads(1, connector, "HEAD /media/uploads/", "200");
                assertThreads(1, connector, "OPTIONS /media/cat.jpg", "403");
                assertThreads(1, connector, "GET /media/uploads/cat.jpg", "200");
                assertThreads(1, connector, "DELETE /media/uploads/cat.jpg", "204");
                assertThreads(1, connector, "HEAD /media/uploads/cat.jpg", "404");
            } finally {
                server.stop();
            }
        }
    }

    private void assertThreads(int expected, LocalConnector connector, String line, String status) throws Exception {
        started.set(0);
        String request = line + " HTTP/1.1\r\nHost: aloft\r\nCache-Control: max-age=60\r\nContent-Length: 0\r\n\r\n";
        String answer = connector.getResponse(request, line.startsWith("HEAD"), 30, SECONDS);
        assertThat(answer).as(line).startsWith("HTTP/1.1 " + status);
        assertThat(started.get()).as(line).isEqualTo(expected);
    }
}
