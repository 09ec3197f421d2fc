package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// Tries each [ConditionalRequest] on a store: with a condition that does not hold, and, where it writes an object,
/// with [#RIVALS] at the same moment of which one may succeed. Their bodies pause half-way, so that a store that looks
/// before it has the body is found out.
///
/// It writes two small objects of new names into one directory, which is there already or is the bucket itself, and
/// removes them. For one thread, once.
final class ConditionalWriteProbe {

    static final int RIVALS = 4;

    /// So long is a body that its first half is more than an HTTP client holds back.
    private static final int REPEATS = 2000;

    private static final String NO_VERSION = "\"00000000000000000000000000000000\"";
    private static final ObjectHeaders HEADERS = ObjectHeaders.ofType("application/octet-stream");
    private static final Logger LOG = LoggerFactory.getLogger(ConditionalWriteProbe.class);

    private final S3Requests requests;
    private final ObjectKey probe;
    private final ObjectKey copy;

    /// @param directory a prefix of keys: empty, or with a slash at its end
    ConditionalWriteProbe(S3Requests requests, String directory) {
        this.requests = requests;
        this.probe = ObjectKey.of(directory + ".aloft-probe-" + UUID.randomUUID());
        this.copy = ObjectKey.of(probe.value() + "-copy");
    }

    /// The kinds of request whose condition the store does not honour.
    Set<ConditionalRequest> unsupported() throws StoreException {
        Set<ConditionalRequest> unsupported = EnumSet.noneOf(ConditionalRequest.class);
        try {
            for (ConditionalRequest kind : ConditionalRequest.values()) {
                if (!supports(kind)) {
                    unsupported.add(kind);
                }
            }
            return unsupported;
        } finally {
            remove(copy);
            remove(probe);
        }
    }

    private boolean supports(ConditionalRequest kind) throws StoreException {
        return switch (kind) {
            case CREATE -> oneWins(WriteCondition.ifAbsent(), false);
            case REPLACE -> oneWins(WriteCondition.ifVersion(written()), false);
            case CREATE_IN_PARTS -> {
                requests.delete(probe);
                yield oneWins(WriteCondition.ifAbsent(), true);
            }
            case REPLACE_IN_PARTS -> oneWins(WriteCondition.ifVersion(written()), true);
            case COPY -> {
                written();
                yield !succeeds(() -> requests.copy(
                        CopySource.newest(requests.bucket(), noVersion()), copy, WriteCondition.always()));
            }
            case DELETE -> {
                written();
                yield !succeeds(() -> {
                    requests.delete(noVersion());
                    return true;
                });
            }
        };
    }

    private StoredObject noVersion() {
        return new StoredObject(probe, 1, NO_VERSION, Instant.EPOCH, null, null);
    }

    /// Makes the object a new version, and gives it.
    private String written() throws StoreException {
        Rival rival = new Rival(WriteCondition.always());
        return requests.put(rival.target, rival.body).etag();
    }

    /// True if one of many succeeds, and none after it.
    private boolean oneWins(WriteCondition condition, boolean inParts) throws StoreException {
        List<Callable<Boolean>> race = new ArrayList<>();
        for (int i = 0; i < RIVALS; i++) {
            race.add(rival(condition, inParts));
        }
        return allAtOnce(race) == 1 && !run(rival(condition, inParts));
    }

    private Callable<Boolean> rival(WriteCondition condition, boolean inParts) throws StoreException {
        Rival rival = new Rival(condition);
        return inParts ? rival.inParts() : rival.inOneRequest();
    }

    private static int allAtOnce(List<Callable<Boolean>> race) throws StoreException {
        int wins = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> rivals = race.stream().map(threads::submit).toList();
            for (Future<Boolean> rival : rivals) {
                wins += run(rival::get) ? 1 : 0;
            }
        }
        return wins;
    }

    private static boolean run(Callable<Boolean> rival) throws StoreException {
        try {
            return rival.call();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private static StoreException failure(@Nullable Throwable e) {
        return switch (e) {
            case StoreException ours -> ours;
            case InterruptedException interrupt ->
                StoreException.interrupted("try which conditions the store keeps", interrupt);
            case null, default ->
                new StoreException(Kind.UNAVAILABLE, "cannot try which conditions the store keeps: " + e, e);
        };
    }

    /// True if a request is done, rather than refused for its condition or for having one.
    private static boolean succeeds(Callable<?> request) throws StoreException {
        try {
            request.call();
            return true;
        } catch (StoreException e) {
            if (e.kind() == Kind.PRECONDITION || e.kind() == Kind.INVALID || e.kind() == Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private void remove(ObjectKey key) {
        try {
            requests.delete(key);
        } catch (StoreException e) {
            LOG.warn("a probe object may be left behind: {}", e.getMessage());
        }
    }

    /// A writer with bytes of its own.
    private final class Rival {

        private final ObjectUploads.Target target;
        private final byte[] body;

        Rival(WriteCondition condition) {
            target = new ObjectUploads.Target(probe, HEADERS, Map.of(), condition);
            body = target.mark().repeat(REPEATS).getBytes(StandardCharsets.UTF_8);
        }

        Callable<Boolean> inOneRequest() {
            return () -> succeeds(() -> ObjectUploads.settled(
                    requests, target, () -> requests.put(target, body.length, () -> new HesitantStream(body))));
        }

        /// The part is sent before the race begins.
        Callable<Boolean> inParts() throws StoreException {
            String upload = requests.multipart().create(target);
            CompletedPart part = requests.multipart().uploadPart(probe, upload, 1, body);
            return () -> {
                boolean won = succeeds(() -> ObjectUploads.settled(
                        requests,
                        target,
                        () -> requests.multipart().complete(target, upload, List.of(part), body.length)));
                if (!won) {
                    requests.multipart().abort(probe, upload);
                }
                return won;
            };
        }
    }
}
