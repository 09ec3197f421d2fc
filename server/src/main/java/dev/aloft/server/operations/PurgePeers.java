package dev.aloft.server.operations;

import dev.aloft.server.BoundedExchange;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.htaccess.Htaccess;
import dev.aloft.server.uploads.FolderRules;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.ObjectChanges.Watch;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notifies the edges of other hosts of this host's changes: one purge for each upload, or of the whole folder for an
/// `.htaccess` file. Purges are sent in the background, in order for each peer.
///
/// Best effort: an edge that cannot be reached sees the change when its answer is no longer fresh. When more than
/// [#MAX_WAITING] changes wait for a peer, everything of the site is purged instead.
final class PurgePeers extends AbstractLifeCycle implements AutoCloseable {

    static final int MAX_WAITING = 10_000;
    static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(PurgePeers.class);

    private final List<Peer> peers;
    private final List<UploadsSite> sites;
    private final UrlSecret token;
    private final List<Watch> watches = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    /// @param admins the admin addresses of the other edges
    /// @param token shared by all edges
    PurgePeers(List<URI> admins, List<UploadsSite> sites, UrlSecret token) {
        this.peers = admins.stream().map(Peer::new).toList();
        this.sites = sites;
        this.token = token;
    }

    /// Starts it without an edge, for an agent in a process of its own.
    ///
    /// @param admins the admin addresses of all edges
    static PurgePeers start(List<URI> admins, List<UploadsSite> sites, UrlSecret token) {
        PurgePeers peers = new PurgePeers(admins, sites, token);
        LifeCycle.start(peers);
        return peers;
    }

    @Override
    public void close() {
        LifeCycle.stop(this);
    }

    /// One peer, and the queries of purges that wait for it.
    private static final class Peer {

        private final URI admin;
        private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
        private boolean silent;

        Peer(URI admin) {
            this.admin = admin;
        }
    }

    @Override
    protected void doStart() {
        for (UploadsSite site : sites) {
            watches.add(site.bucket().changes().watch(key -> changed(site, key)));
        }
        for (Peer peer : peers) {
            threads.add(Thread.ofVirtual().name("aloft-peer").start(() -> speakTo(peer)));
        }
    }

    @Override
    protected void doStop() {
        watches.forEach(Watch::close);
        threads.forEach(Thread::interrupt);
        client.shutdownNow();
    }

    private void changed(UploadsSite site, ObjectKey key) {
        site.folder().name(key).ifPresent(name -> {
            boolean rules = FolderRules.isOne(key);
            String what = rules ? name.substring(0, name.length() - Htaccess.FILE.length()) : name;
            String path = URLEncoder.encode(what, StandardCharsets.UTF_8);
            peers.forEach(peer -> tell(peer, "site=" + site.name(), (rules ? "&prefix=" : "&path=") + path));
        });
    }

    private static void tell(Peer peer, String site, String path) {
        if (!peer.waiting.offer(site + path)) {
            peer.waiting.clear();
            peer.waiting.add(site);
        }
    }

    private void speakTo(Peer peer) {
        try {
            while (isRunning() || isStarting()) {
                purge(peer, peer.waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The edge stops.
        }
    }

    private void purge(Peer peer, String query) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(peer.admin.resolve("/purge?" + query))
                .header("Authorization", "Bearer " + new String(token.bytes(), StandardCharsets.UTF_8))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            HttpResponse<byte[]> answer = BoundedExchange.send(client, request, LIMIT, Function.identity());
            note(peer, answer.statusCode() == 200 ? "" : "it answers " + answer.statusCode());
        } catch (IOException e) {
            note(peer, e.toString());
        }
    }

    /// Logs once that a peer cannot be reached, and once that it can be again.
    private static void note(Peer peer, String trouble) {
        if (peer.silent != !trouble.isEmpty()) {
            peer.silent = !trouble.isEmpty();
            LOG.warn(
                    "the edge at {} {}",
                    peer.admin,
                    peer.silent ? "cannot be notified of changes: " + trouble : "is notified of changes again");
        }
    }
}
