package dev.aloft.server.redis;

import dev.aloft.server.redis.RedisAddress.Host;
import dev.aloft.server.redis.RedisConnection.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The way to a server that Redis Sentinels watch: they say which one is the primary now. All are asked at once, so
/// that none that is away is waited for.
final class Sentinels {

    private Sentinels() {}

    /// @param server null if this Sentinel does not know it
    private record Answer(@Nullable Host server, String failure) {}

    /// Connects to the primary. The first server that a Sentinel names, and that answers as a primary, is taken.
    ///
    /// @param limit of each wait for the server; asking and connecting take no longer than that together
    static RedisConnection open(RedisAddress address, Duration limit) throws IOException {
        Duration half = limit.dividedBy(2);
        long end = System.nanoTime() + half.toNanos();
        BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        for (Host sentinel : address.hosts()) {
            Thread _ = Thread.ofVirtual().name("aloft-sentinel").start(() -> answers.add(ask(address, sentinel, half)));
        }
        Set<Host> tried = new HashSet<>();
        String failure = "they do not answer";
        for (int i = 0; i < address.hosts().size(); i++) {
            Answer answer = next(answers, end);
            if (answer == null) {
                break;
            }
            failure = answer.failure();
            if (answer.server() != null && tried.add(answer.server())) {
                try {
                    return RedisConnection.toPrimary(address.at(answer.server()), half, limit);
                } catch (IOException e) {
                    failure = String.valueOf(e.getMessage());
                }
            }
        }
        throw new IOException("cannot connect by " + address + ": " + failure);
    }

    private static @Nullable Answer next(BlockingQueue<Answer> answers, long end) throws IOException {
        try {
            return answers.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking Sentinels", e);
        }
    }

    private static Answer ask(RedisAddress address, Host sentinel, Duration limit) {
        try (RedisConnection connection = RedisConnection.toSentinel(address.ofSentinel(sentinel), limit)) {
            List<Object> question = List.of(
                    "SENTINEL", "GET-MASTER-ADDR-BY-NAME", address.primary().orElseThrow());
            Reply reply = connection.callAll(List.of(question)).getFirst();
            if (reply instanceof Reply.Refused(String text) && text.startsWith("NOAUTH")) {
                connection.logIn(address);
                reply = connection.callAll(List.of(question)).getFirst();
            }
            return switch (reply) {
                case Reply.Items(List<Reply> words)
                when words.size() == 2 ->
                    new Answer(
                            new Host(
                                    words.getFirst().toString(),
                                    Integer.parseInt(words.getLast().toString())),
                            "");
                case Reply.Refused(String text) -> new Answer(null, "Sentinel " + sentinel + ": " + text);
                case Reply.Items _, Reply.Nothing _, Reply.Text _, Reply.Count _ ->
                    new Answer(
                            null,
                            "Sentinel " + sentinel + " knows no server "
                                    + address.primary().orElseThrow());
            };
        } catch (IOException | RuntimeException e) {
            return new Answer(null, String.valueOf(e.getMessage()));
        }
    }
}
