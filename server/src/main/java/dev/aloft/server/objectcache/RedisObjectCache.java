package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.server.redis.RedisConnection.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An object cache on the fleet's server, shared by all hosts of a site. Each exchange is one run of `exchange.lua`,
/// which nothing interrupts: the server decides every condition.
///
/// While the server does not answer, every exchange fails at once. The keys that it was to change are deleted when the
/// server answers again, before any further exchange; an exchange that arrives late is not carried out.
///
/// A server that has taken over may not have the last changes, and one that was restarted may have an old state. So the
/// server's history is stored beside the values: the first exchange of another one empties the cache. An agent that has
/// used another server before empties it, too: what it changed there may have come too late.
final class RedisObjectCache implements ObjectCache {

    /// The limit of each wait for the server; PHP waits longer for the agent.
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(200);

    /// The number of reads below which an exchange with the server takes no longer than asking for its changes.
    private static final int MIN_READS_OF_COPIES = 16;

    /// The bytes of values that are expected of an exchange, at least and at most. For more, the script runs again.
    private static final long FIRST_ROOM = 1 << 18;

    private static final long MAX_FIRST_ROOM = 1 << 21;

    /// The bytes of a list of keys, of which the script scans 500 or a few more.
    private static final long LIST_BYTES = 512L * 2 * EntryKey.MAX_BYTES;

    /// Refusals that concern every exchange: the server starts, is full, a replica, occupied, without its replicas or
    /// disk, or its cluster is being changed.
    private static final Pattern OUTAGE = Pattern.compile("^(LOADING|OOM|READONLY|BUSY|MASTERDOWN|NOAUTH|NOPERM"
            + "|NOREPLICAS|MISCONF|MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\\b");

    /// The server of a cluster that has the site's keys.
    private static final Pattern MOVED = Pattern.compile("^MOVED \\d+ (.+):(\\d{1,5})$");

    private static final String OTHER_SCRIPT = "the server does not run the script of this version";

    private static final String SCRIPT = script();
    private static final String DIGEST = digest(SCRIPT);
    private static final Logger LOG = LoggerFactory.getLogger(RedisObjectCache.class);

    private final FleetSettings settings;
    private final String base;
    private final RedisPool pool;
    private final MissedChanges missed;
    private final KnownChanges changes = new KnownChanges();
    private final HostCopies copies;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private volatile String history = "";
    private volatile @Nullable String lastRefusal;
    private volatile long expectedBytes = FIRST_ROOM;
    private volatile boolean closed;

    /// Connects at the first exchange. After a process that ended during an outage, it flushes the site first.
    ///
    /// @param site identifies the site on all hosts: its bucket and prefix
    /// @param maxBytes of the copies on this host
    /// @param awayFile exists during an outage; without one, it forgets at its end what an outage has made it miss
    RedisObjectCache(FleetSettings settings, String site, long maxBytes, Optional<Path> awayFile) {
        this(settings, site, maxBytes, MIN_READS_OF_COPIES, awayFile);
    }

    /// @param minReads of an exchange that uses copies
    RedisObjectCache(FleetSettings settings, String site, long maxBytes, int minReads, Optional<Path> awayFile) {
        this.settings = settings;
        this.copies = new HostCopies(maxBytes, minReads, changes);
        this.base = settings.prefix() + "{" + site + "}:";
        this.pool = new RedisPool(settings.address(), LIMIT);
        this.missed = new MissedChanges(awayFile);
        if (missed.isLeftOver()) {
            leave(List.of(new CacheCommand.Flush()), "the object cache missed changes before this start");
        }
    }

    /// Tries what object caches need of the server: it stores and deletes a value of no site.
    ///
    /// @throws IOException if it does not work
    static void tryServer(FleetSettings settings) throws IOException {
        try (RedisObjectCache trial = new RedisObjectCache(settings, "trial", 0, Optional.empty())) {
            List<byte[]> _ = trial.answer("set 1 - 1 1 1\ngax".getBytes(UTF_8), _ -> {});
            List<byte[]> _ = trial.answer("flush-group 1\ngdelete 1 1\ngachanges\n".getBytes(UTF_8), _ -> {});
        }
    }

    private static String script() {
        try (InputStream file = RedisObjectCache.class.getResourceAsStream("exchange.lua")) {
            if (file == null) {
                throw new IllegalStateException("exchange.lua is missing");
            }
            return new String(file.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The name by which the server knows a script.
    private static String digest(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(script.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }

    @Override
    public Statistics statistics() {
        return new Statistics(hits.sum(), misses.sum(), copies.memory(), true);
    }

    @Override
    public List<byte[]> answer(byte[] request, Room room) throws IOException {
        List<CacheCommand> commands = new CommandReader(request).commands();
        Optional<HostCopies.Taken> taken = copies.take(commands);
        long bytes = Math.max(expectedBytes, taken.map(HostCopies.Taken::bytes).orElse(0L));
        long listBytes = commands.stream().anyMatch(CacheCommand.Keys.class::isInstance) ? LIST_BYTES : 0;
        long furtherBytes = ChangeTable.BYTES + listBytes;
        room.reserve(bytes + furtherBytes);
        if (missed.addWhileAway(commands)) {
            throw new ObjectCache.AwayException("the object cache's server " + settings.address() + " does not answer");
        }
        try {
            Optional<List<byte[]>> copied = taken.isPresent() ? copied(taken.get()) : Optional.empty();
            return copied.isPresent()
                    ? copied.get()
                    : answer(commands, bytes, total -> room.reserve(total + furtherBytes));
        } catch (ObjectCache.AwayException e) {
            String reason = String.valueOf(e.getMessage());
            if (!e.isRefused() || !isDeleted(commands)) {
                leave(commands, reason);
            } else if (!reason.equals(lastRefusal)) {
                lastRefusal = reason;
                LOG.warn("{}; its keys are deleted", reason);
            }
            throw e;
        }
    }

    /// The answer from copies, after the server has been asked for changes; empty if one of the keys has changed.
    private Optional<List<byte[]>> copied(HostCopies.Taken taken) throws IOException {
        List<Reply> reply = run(List.of(new CacheCommand.Changes()), FIRST_ROOM);
        Optional<List<byte[]>> answer = taken.answer(changes.learn(latest(reply)));
        if (answer.isPresent()) {
            hits.add(taken.hits());
            misses.add(taken.misses());
        }
        return answer;
    }

    /// The answer of the server.
    private List<byte[]> answer(List<CacheCommand> commands, long firstBytes, Room room) throws IOException {
        List<CacheCommand> sent = commands;
        boolean isCopied = copies.isOf(commands);
        boolean asksForChanges = commands.stream().anyMatch(CacheCommand.Changes.class::isInstance);
        if (isCopied && !asksForChanges) {
            sent = new ArrayList<>(commands);
            sent.add(new CacheCommand.Changes());
        }
        long bytes = firstBytes;
        long sentMillis = System.currentTimeMillis();
        List<Reply> reply = run(sent, bytes);
        while (reply.size() == 2) {
            bytes = Math.max(bytes + 1, Long.parseLong(reply.getLast().toString()));
            expectedBytes = Math.min(bytes, MAX_FIRST_ROOM);
            room.reserve(bytes);
            sentMillis = System.currentTimeMillis();
            reply = run(sent, bytes);
        }
        hits.add(number(reply.get(1)));
        misses.add(number(reply.get(2)));

        List<byte[]> before = pieces(reply.get(4));
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(bytes(reply.get(3)));
        pieces.addAll(before);
        if (reply.size() > 5) {
            KnownChanges.State state = changes.learn(latest(reply));
            List<byte[]> after = pieces(reply.get(5));
            if (asksForChanges) {
                CommandResults table = new CommandResults(ChangeTable.BYTES);
                changes.write(state, table);
                pieces.addAll(table.pieces());
            }
            pieces.addAll(after);
            if (isCopied && bytes < MemoryObjectCache.MAX_RESPONSE_BYTES) { // then no value was left out
                copies.learn(
                        commands, Stream.concat(before.stream(), after.stream()).toList(), state, sentMillis);
            }
        }
        return pieces;
    }

    private static List<Reply> latest(List<Reply> reply) throws IOException {
        if (reply.size() > 6 && reply.get(6) instanceof Reply.Items(List<Reply> latest)) {
            return latest;
        }
        throw new IOException(OTHER_SCRIPT);
    }

    private static List<byte[]> pieces(Reply reply) throws IOException {
        List<byte[]> pieces = new ArrayList<>();
        if (reply instanceof Reply.Items(List<Reply> items)) {
            for (Reply item : items) {
                pieces.add(bytes(item));
            }
        }
        return pieces;
    }

    private void leave(List<CacheCommand> commands, String reason) {
        if (missed.add(commands)) {
            LOG.warn("{}; pages work without it until it answers", reason);
            Thread _ = Thread.ofVirtual().name("aloft-object-cache").start(this::awaitReturn);
        }
    }

    /// Deletes the keys of an exchange that the server refuses.
    private boolean isDeleted(List<CacheCommand> commands) {
        MissedChanges own = new MissedChanges(Optional.empty());
        boolean _ = own.add(commands);
        try {
            List<Reply> _ = run(own.take(), FIRST_ROOM);
            return true;
        } catch (ObjectCache.AwayException e) {
            return false;
        }
    }

    private List<Reply> run(List<CacheCommand> commands, long bytes) throws ObjectCache.AwayException {
        Reply reply;
        try {
            reply = pool.run((connection, ahead) -> exchange(connection, ahead, commands, bytes));
            if (isFollowed(reply)) {
                reply = pool.run((connection, ahead) -> exchange(connection, ahead, commands, bytes));
            }
        } catch (IOException | RuntimeException e) {
            throw new ObjectCache.AwayException("the object cache: " + e.getMessage(), e);
        }
        if (reply instanceof Reply.Refused(String text) && OUTAGE.matcher(text).find()) {
            pool.renew(); // It may be a replica now.
        }
        String failed = "the object cache: " + settings.address() + " does not carry out an exchange: ";
        return switch (reply) {
            case Reply.Items(List<Reply> items) when items.size() > 1 -> items;
            case Reply.Refused(String text)
            when OUTAGE.matcher(text).find() -> throw new ObjectCache.AwayException(failed + text);
            case Reply.Refused(String text) -> throw ObjectCache.AwayException.refused(failed + text);
            case Reply.Items _, Reply.Text _, Reply.Count _, Reply.Nothing _ ->
                throw new ObjectCache.AwayException(failed + "it arrived late");
        };
    }

    private Reply exchange(RedisConnection connection, long ahead, List<CacheCommand> commands, long bytes)
            throws IOException {
        String current = connection.history();
        if (!history.isEmpty() && !current.isEmpty() && !current.equals(history)) {
            Reply flushed = evaluated(connection, words(connection, ahead, List.of(new CacheCommand.Flush()), 0));
            if (!(flushed instanceof Reply.Items(List<Reply> items)) || items.size() == 1) {
                return flushed;
            }
            LOG.warn(
                    "the object cache was emptied: {} was restarted, or another server has taken over",
                    settings.address());
        }
        Reply reply = evaluated(connection, words(connection, ahead, commands, bytes));
        if (reply instanceof Reply.Items) {
            history = current;
        }
        return reply;
    }

    private List<Object> words(RedisConnection connection, long ahead, List<CacheCommand> commands, long bytes) {
        long deadline = System.currentTimeMillis() + LIMIT.toMillis() + ahead;
        List<Object> words = new ArrayList<>(List.of(1, base, deadline, bytes, connection.history()));
        words.addAll(ScriptWords.of(commands, ahead, changes.at()));
        return words;
    }

    /// Follows a cluster to the server that has the site's keys.
    private boolean isFollowed(Reply reply) {
        Matcher moved = MOVED.matcher(reply instanceof Reply.Refused(String text) ? text : "");
        if (moved.matches()) {
            pool.follow(new RedisAddress.Host(moved.group(1), Integer.parseInt(moved.group(2))));
        }
        return moved.matches();
    }

    private static Reply evaluated(RedisConnection connection, List<Object> words) throws IOException {
        Reply reply =
                connection.callAll(List.of(command("EVALSHA", DIGEST, words))).getFirst();
        if (reply instanceof Reply.Refused refused && refused.text().startsWith("NOSCRIPT")) {
            reply = connection.callAll(List.of(command("EVAL", SCRIPT, words))).getFirst();
        }
        return reply;
    }

    private static List<Object> command(String name, String script, List<Object> words) {
        List<Object> command = new ArrayList<>(List.of(name, script));
        command.addAll(words);
        return command;
    }

    private static long number(Reply reply) {
        return reply instanceof Reply.Count(long value) ? value : 0;
    }

    private static byte[] bytes(Reply reply) throws IOException {
        if (reply instanceof Reply.Text(byte[] bytes)) {
            return bytes;
        }
        throw new IOException(OTHER_SCRIPT);
    }

    /// Waits first until no exchange that has failed can be carried out any more.
    private void awaitReturn() {
        pause(LIMIT);
        while (!closed && !makeUp()) {
            pause(RETRY_INTERVAL);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Deletes what has been missed.
    ///
    /// @return false if the server does not answer yet, or more has been missed meanwhile
    private boolean makeUp() {
        List<CacheCommand> commands = missed.take();
        try {
            List<Reply> _ = run(commands, FIRST_ROOM);
        } catch (ObjectCache.AwayException e) {
            boolean _ = missed.add(commands);
            return false;
        }
        boolean back = missed.endIfEmpty();
        if (back) {
            LOG.warn("the object cache's server {} answers again", settings.address());
        }
        return back;
    }

    @Override
    public void close() {
        closed = true;
        pool.close();
    }
}
