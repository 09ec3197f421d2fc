package dev.aloft.server.agent;

import dev.aloft.server.AgentFigures;
import dev.aloft.server.AgentFigures.ObjectCacheFigures;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.objectcache.SlowExchanges;
import dev.aloft.store.Lease;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The exchanges of the agent's protocol for one site that name no file: reports on the agent and its site, commands of
/// the object cache, and pictures of files that the client sends.
final class AgentExchanges {

    /// Commands of the object cache take this multiple of their bytes in memory, for the values read from them.
    private static final long COMMANDS_COST = 2;

    /// Tells originals that clients send apart.
    private static final AtomicLong SENT = new AtomicLong();

    private final AgentSite site;
    private final ExchangeLog log;
    private final SlowExchanges slow = new SlowExchanges(InstantSource.system());
    private final FiguresHistory history;
    private final @Nullable BackgroundReport<SnapshotSource.Report> snapshots;

    AgentExchanges(AgentSite site, ExchangeLog log) {
        this.site = site;
        this.log = log;
        this.history = new FiguresHistory(site.services().figures(), InstantSource.system());
        SnapshotSource source = site.services().snapshots();
        this.snapshots = source == null
                ? null
                : new BackgroundReport<>("the snapshots of site " + site.name(), source::read, InstantSource.system());
    }

    /// Ends an interval of the figures.
    void sample() {
        history.sample();
    }

    AgentFigures figures() {
        Optional<ObjectCacheFigures> cache = Optional.ofNullable(site.services().objectCache())
                .map(ObjectCache::statistics)
                .map(found -> new ObjectCacheFigures(
                        found.hits(),
                        found.misses(),
                        found.memory().bytes(),
                        found.memory().evictions()));
        return new AgentFigures(
                site.name(),
                log.exchanges(),
                log.failures(),
                site.files().writeProblem().isEmpty(),
                cache);
    }

    void answer(ExchangeRequest request, ExchangeResponse answer) throws IOException {
        if (request.method().equals("POST") && request.query().equals("object-cache")) {
            objectCache(request, answer);
        } else if (request.wantsRenditions()) {
            pictures(request, answer);
        } else {
            ExchangeRequest.require(
                    request.isRead(), "the agent itself is read by GET /, POST /?object-cache or POST /?renditions");
            answer.json(
                    switch (request.query()) {
                        case "pictures" -> Json.types(site.services().pictureTypes());
                        case "figures" ->
                            FiguresJson.history(site.services().figures(), log.since(), history.samples());
                        case "snapshots" -> snapshots();
                        default -> Json.status(site, version(), log, slow.slowest());
                    });
        }
    }

    private String snapshots() throws IOException {
        return snapshots == null
                ? FiguresJson.snapshots(false, Optional.empty())
                : FiguresJson.snapshots(true, snapshots.get());
    }

    private void objectCache(ExchangeRequest request, ExchangeResponse answer) throws IOException {
        ObjectCache cache = site.services().objectCache();
        if (cache == null) {
            request.discardBody();
            answer.line(404, "site " + site.name() + " has no object cache (object_cache_bytes)");
            return;
        }
        try (Lease room = site.files().room("read commands of the object cache")) {
            byte[] commands = request.commands(room);
            long begin = System.nanoTime();
            List<byte[]> values = cache.answer(commands, size -> room.growTo(COMMANDS_COST * commands.length + size));
            slow.add(commands, values, Duration.ofNanos(System.nanoTime() - begin));
            answer.bytes("application/octet-stream", values);
        } catch (ObjectCache.AwayException e) {
            answer.line(503, String.valueOf(e.getMessage())); // The cache logs each outage once.
        }
    }

    /// The original is held in memory, because the worker may have to read it twice.
    private void pictures(ExchangeRequest request, ExchangeResponse answer) throws IOException {
        PictureEditor editor = site.services().requireEditor("/");
        List<String> queries = request.renditions();
        try (Lease room = site.files().room("read a picture")) {
            byte[] original = request.original(room);
            String id = "sent/" + SENT.incrementAndGet();
            PictureEditor.Edited edited;
            try (InterimResponses _ = answer.progress()) {
                edited = editor.edit(
                        id,
                        () -> new PictureEditor.Source.Opened(id, original.length, new ByteArrayInputStream(original)),
                        queries);
            }
            List<byte[]> pieces = new ArrayList<>();
            pieces.add(Json.pictures(edited).getBytes(StandardCharsets.UTF_8));
            edited.pictures().forEach(picture -> pieces.add(picture.bytes()));
            answer.bytes("application/octet-stream", pieces);
        }
    }

    private static @Nullable String version() {
        return AgentExchanges.class.getPackage().getImplementationVersion();
    }
}
