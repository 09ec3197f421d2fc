import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.objectcache.MemoryObjectCache;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// What `cache.php` is measured on: an agent with an object cache, at the socket `agent` of the folder that is named. No
/// exchange of the object cache reaches S3, so there is none. Ends with its input.
void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    StoreSettings nowhere = StoreSettings.at(Provider.OTHER, URI.create("http://127.0.0.1:9"));
    try (Store store = Store.open(nowhere, "access", "not-a-secret")) {
        FileTree files = new FileTree(store.bucket("media"), FilePath.ROOT);
        AgentSite site = new AgentSite("bench", folder.resolve("agent"), null, files, 1L << 30)
                .withObjectCache(new MemoryObjectCache(64L << 20));
        try (Agent agent = Agent.start(List.of(site))) {
            IO.println("ready");
            IO.readln();
        }
    }
}
