package dev.aloft.server.agent;

import dev.aloft.files.DirectoryPage;
import dev.aloft.files.FileContent;
import dev.aloft.files.FileErrors;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileStat;
import dev.aloft.files.FileTree;
import dev.aloft.files.FileVersions;
import dev.aloft.server.AgentFigures;
import dev.aloft.server.PurgeSwitch;
import dev.aloft.server.ServerThreads;
import dev.aloft.server.agent.ExchangeRequest.PageQuery;
import dev.aloft.store.ByteRange;
import dev.aloft.store.Lease;
import dev.aloft.store.StoreException;
import dev.aloft.store.Tenant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The exchanges of the agent's protocol on the files of one site, one method for each:
/// `docs/reference/agent-protocol.md` defines them. [FileTree] does the work; here is only HTTP, read by
/// [ExchangeRequest] and written by [ExchangeResponse]. [AgentExchanges] has those that name no file, and
/// [PictureExchanges] those that make pictures of one.
///
/// Questions about known files are answered on the thread that reads them; every other exchange blocks, on a
/// virtual thread of its own. A failure is answered by [Problem], and logged in one line unless the client caused
/// it.
final class Exchanges {

    private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);

    private final AgentSite site;
    private final Executor threads;
    private final FileTree files;
    private final KnownFiles known;
    private final FileVersions versions;
    private final CopyVersions copies;
    private final BatchOperations batch;
    private final ExchangeLog exchangeLog = new ExchangeLog(InstantSource.system());
    private final AgentExchanges agent;
    private final PictureExchanges pictures;
    private final UsageSurvey usage;
    private final Locks locks = new Locks();
    private final SlowClients slowClients = new SlowClients();

    /// @param threads run exchanges that wait, one thread for each
    Exchanges(AgentSite served, Executor threads) {
        this.threads = threads;
        Tenant tenant = new Tenant(
                "site " + served.name(),
                slowClients::giveWay,
                served.services().figures().s3());
        this.site = served.withFiles(served.files().forTenant(tenant));
        this.files = site.files();
        this.known = new KnownFiles(site);
        this.versions = new FileVersions(files);
        this.copies = new CopyVersions(site);
        this.batch = new BatchOperations(site);
        this.agent = new AgentExchanges(site, exchangeLog);
        this.pictures = new PictureExchanges(site);
        this.usage = new UsageSurvey(files, InstantSource.system());
    }

    /// Ends an interval of the figures.
    void sample() {
        agent.sample();
    }

    AgentFigures figures() {
        return agent.figures();
    }

    void answer(Request http, Response response, Callback callback) {
        exchangeLog.exchanged();
        ExchangeRequest request = new ExchangeRequest(site, slowClients, http);
        ExchangeResponse answer = new ExchangeResponse(slowClients, http, response);
        if (known.answer(request, answer)) {
            answer.end(callback);
        } else {
            ServerThreads.execute(threads, () -> answer(request, answer, callback), callback);
        }
    }

    private void answer(ExchangeRequest request, ExchangeResponse answer, Callback callback) {
        try {
            dispatch(request, answer);
            answer.end(callback);
        } catch (EofException e) {
            LOG.warn("site {}: the client left during {}", site.name(), request.line());
            callback.failed(e);
        } catch (SlowClients.GaveWay e) {
            LOG.warn("site {}: {} was ended: {}", site.name(), request.line(), e.getMessage());
            callback.failed(e);
        } catch (IOException | RuntimeException e) {
            fail(request, answer, callback, e);
        }
    }

    private void dispatch(ExchangeRequest request, ExchangeResponse answer) throws IOException {
        Target target = request.target();
        if (target.bucket() == null) {
            agent.answer(request, answer);
        } else if (request.isChange()) {
            change(target, request, answer);
        } else {
            onSite(target, request, answer);
        }
    }

    private void change(Target target, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        site.services().purges().set(request.wantsNoPurges());
        if (request.hidesFiles()) {
            try (PurgeSwitch.Hiding _ = site.services().purges().hide()) {
                onSite(target, request, answer);
            }
        } else {
            onSite(target, request, answer);
        }
    }

    private void onSite(Target target, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        if (site.keepsOnHost(target.path())) {
            request.discardBody();
            answer.elsewhere(site.uri(target.path()), site.local().place(files.top(), target.path()));
        } else if (target.directory()) {
            onDirectory(target.path(), request, answer);
        } else {
            onFile(target.path(), request, answer);
        }
    }

    private void onFile(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        switch (request.method()) {
            case "HEAD" -> head(path, false, request, answer);
            case "GET" -> get(path, request, answer);
            case "PUT" -> write(path, request, answer);
            case "POST" -> post(path, request, answer);
            case "DELETE" -> {
                files.delete(path);
                answer.empty(204);
            }
            case "OPTIONS" -> {
                files.requireWritable(path);
                answer.fileMethods();
            }
            default -> onEither(path, request, answer);
        }
    }

    private void get(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        String version = request.versionToRead();
        if (request.wantsVersions()) {
            answer.json(Json.versions(versions.of(path)));
        } else if (request.wantsSnapshots()) {
            snapshots(path, answer);
        } else if (version != null) {
            readVersion(path, version, request, answer);
        } else {
            read(path, request, answer);
        }
    }

    private void post(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        String version = request.versionToRestore();
        if (version != null) {
            restore(path, version, request, answer);
        } else if (request.wantsRenditions()) {
            pictures.render(path, request, answer);
        } else if (request.wantsRendition()) {
            pictures.preview(path, request, answer);
        } else {
            append(path, request, answer);
        }
    }

    private void onDirectory(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        switch (request.method()) {
            case "HEAD" -> head(path, true, request, answer);
            case "GET" -> {
                if (request.query().equals("usage")) {
                    answer.json(FiguresJson.usage(usage.of(path)));
                } else {
                    list(path, request, answer);
                }
            }
            case "PUT" -> throw new IllegalArgumentException("a directory is made by MKCOL, not PUT");
            case "POST" -> batch(path, request, answer);
            case "DELETE" -> {
                files.deleteDirectory(path);
                answer.empty(204);
            }
            case "OPTIONS" -> throw new IllegalArgumentException("a directory is made by MKCOL, not written");
            default -> onEither(path, request, answer);
        }
    }

    private void onEither(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        switch (request.method()) {
            case "MKCOL" -> {
                files.makeDirectory(path);
                answer.empty(201);
            }
            case "COPY" -> copy(path, request, answer);
            case "MOVE" -> move(path, request, answer);
            case "LOCK" -> lock(path, request, answer);
            case "UNLOCK" -> {
                locks.release(request.http(), path);
                answer.last();
            }
            default -> {
                request.discardBody();
                answer.methodNotAllowed(request.method());
            }
        }
    }

    private void head(FilePath path, boolean asDirectory, ExchangeRequest request, ExchangeResponse answer)
            throws IOException {
        FileStat stat = files.stat(path, request.maxAge(FileTree.STAT_AGE))
                .orElseThrow(() -> FileErrors.noSuchFile(site.uri(path)));
        switch (stat) {
            case FileStat.File _ when asDirectory -> throw FileErrors.noSuchDirectory(site.uri(path));
            case FileStat.File file -> answer.file(file);
            case FileStat.Directory _ -> answer.directory();
        }
    }

    private void read(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        Optional<ByteRange> range = request.range();
        Duration maxAge = request.maxAge(Duration.ZERO);
        try (FileContent content = files.open(path, range.orElse(null), request.version(), maxAge)) {
            if (request.knows(content.file().etag())) {
                answer.notModified(content);
            } else {
                answer.content(content, range.isPresent());
            }
        }
    }

    private void readVersion(FilePath path, String version, ExchangeRequest request, ExchangeResponse answer)
            throws IOException {
        try (FileContent content = openVersion(path, version, request, answer)) {
            answer.content(content, request.range().isPresent());
        }
    }

    private FileContent openVersion(FilePath path, String version, ExchangeRequest request, ExchangeResponse answer)
            throws IOException {
        ByteRange range = request.range().orElse(null);
        try (InterimResponses _ = answer.progress()) {
            return copies.isCopy(version)
                    ? copies.open(path, version, range, request.version())
                    : versions.open(path, version, range, request.version());
        }
    }

    private void snapshots(FilePath path, ExchangeResponse answer) throws IOException {
        String json;
        try (InterimResponses _ = answer.progress()) {
            json = copies.json(path);
        }
        answer.json(json);
    }

    private void restore(FilePath path, String version, ExchangeRequest request, ExchangeResponse answer)
            throws IOException {
        boolean isPrivate = RequestLabels.isPrivate(request.headers());
        FileStat.File file;
        try (InterimResponses _ = answer.progress()) {
            file = copies.isCopy(version)
                    ? versions.restoreCopy(path, copies.source(path, version), request.condition(), isPrivate)
                    : versions.restore(path, version, request.condition(), isPrivate);
        }
        answer.restored(file);
    }

    private void list(FilePath directory, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        PageQuery query = request.page();
        DirectoryPage page = query.recursive()
                ? files.listBelow(directory, query.prefix(), query.limit(), query.after())
                : files.list(directory, query.prefix(), query.limit(), query.after());
        answer.directory();
        answer.json(Json.page(page));
    }

    private void write(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        FileStat.File file;
        try (InterimResponses _ = answer.progress()) {
            file = files.write(
                    path,
                    request.body(path),
                    request.length(),
                    RequestLabels.of(request.headers()),
                    request.condition());
        }
        answer.written(file);
    }

    private void append(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        FileStat.File file;
        try (InterimResponses _ = answer.progress()) {
            file = files.append(path, request.body(path), RequestLabels.of(request.headers()));
        }
        answer.appended(file);
    }

    private void copy(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        FilePath target = request.destination();
        try (InterimResponses _ = answer.progress()) {
            files.copy(path, target, request.overwrite());
        }
        answer.empty(201);
    }

    private void move(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        FilePath target = request.destination();
        try (InterimResponses _ = answer.progress()) {
            files.move(path, target, request.overwrite());
        }
        answer.empty(201);
    }

    private void lock(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        boolean shared = request.wantsSharedLock();
        files.confine(path);
        if (locks.take(request.http(), path, shared, request.lockWait())) {
            answer.empty(204);
        } else {
            answer.line(423, site.uri(path) + ": another process holds the lock");
        }
    }

    private void batch(FilePath directory, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        try (Lease room = files.room("read the names of files")) {
            byte[] names = request.names(room);
            answer.json(batch.answer(directory, request.query(), new ByteArrayInputStream(names)));
        }
    }

    private void fail(ExchangeRequest request, ExchangeResponse answer, Callback callback, Exception e) {
        Problem problem =
                e instanceof FileAlreadyExistsException && request.method().equals("MKCOL")
                        ? new Problem(405, Problem.of(e).message())
                        : Problem.of(e);
        log(request, problem, e);
        if (answer.isCommitted()) {
            callback.failed(e); // Breaks the connection, so that half a body does not look whole.
            return;
        }
        try {
            if (problem.status() != 408) {
                request.discardBody();
            }
            answer.reset();
            if (problem.status() == 416) {
                putSize(request, answer);
            }
            answer.problem(problem);
            answer.end(callback);
        } catch (IOException unanswered) {
            callback.failed(unanswered);
        }
    }

    private void log(ExchangeRequest request, Problem problem, Exception e) {
        String line = request.line();
        if (problem.worthLogging()) {
            exchangeLog.failed(line, request.caller(), problem);
        }
        boolean news = !(e instanceof StoreException known && known.isToldAgain());
        if (problem.worthLogging() && news) {
            LOG.warn("site {}: {} -> {} {}", site.name(), line, problem.status(), problem.message());
        }
        if (problem.isFault()) {
            LOG.error("site {}: a fault of the agent in {}", site.name(), line, e);
        }
    }

    private void putSize(ExchangeRequest request, ExchangeResponse answer) {
        try {
            if (files.stat(request.target().path()).orElse(null) instanceof FileStat.File file) {
                answer.size(file.size());
            }
        } catch (IOException e) {
            LOG.debug("no size for the answer to {}", request.line(), e);
        }
    }
}
