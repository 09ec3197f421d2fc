package dev.aloft.server.fleet;

import dev.aloft.server.fleet.FleetMessage.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The other processes of a fleet, as this one hears them, and the time since which it has heard of every change.
///
/// A change is missed if the connection breaks, if a number is missing, if this process lags behind what it has to
/// apply, or if the change's origin is silent: that one may be cut off from the server, and still write. A message that
/// was under way for longer than others of its origin says nothing of the time since it was sent, so an origin whose
/// messages come late is silent, too. Since a delay looks like a clock that was set, one that lasts becomes the usual
/// one, after 15 to 30 s: then changes are applied as late as they come.
///
/// Times are milliseconds since 1970. The clocks of two processes need not agree. One thread reports what it hears; any
/// thread may ask.
final class Members {

    /// The time for which an answer of S3 is trusted while changes may be missed.
    static final Duration TRUST_LIMIT = Duration.ofMillis(900);

    /// Half of the time after which a delay that has not ended counts as the usual one: a clock that was set must not
    /// look like a delay for ever.
    static final Duration DELAY_WINDOW = Duration.ofSeconds(15);

    /// The time after which a silent process counts as gone for good.
    static final Duration MEMBER_LIMIT = Duration.ofMinutes(1);

    private final Map<String, Member> members = new HashMap<>();
    private long connectedAt;

    /// The time of the own sign of life that was heard last: everything that was published before has been applied.
    private long echoedAt;

    private volatile long lostAt;
    private volatile int count;

    /// The time at which the first of the others will have been silent for too long; 0 without a connection.
    private volatile long wholeUntil;

    /// @param sequence null until it is heard over this connection
    /// @param heardAt time of the last message
    /// @param delays of its messages
    /// @param saidAt time at which the last message was sent, by the clock of this process
    private record Member(@Nullable Long sequence, long heardAt, Delays delays, long saidAt) {

        static Member of(long sequence, long sentAt, long now) {
            return new Member(sequence, now, new Delays(now, now - sentAt, now - sentAt), now);
        }

        Member heard(long last, long sentAt, long now) {
            Delays all = delays.with(now - sentAt, now);
            return new Member(last, now, all, sentAt + all.usual());
        }

        Member ofAnyNumber() {
            return new Member(null, heardAt, delays, saidAt);
        }
    }

    /// The shortest delays of this window and of the one before, with the difference of the clocks.
    ///
    /// @param began time at which this window began
    private record Delays(long began, long shortest, long shortestBefore) {

        /// Begins at most one window, so that the first message after a long silence does not set what is usual.
        Delays with(long delay, long now) {
            return Math.abs(now - began) < DELAY_WINDOW.toMillis()
                    ? new Delays(began, Math.min(shortest, delay), shortestBefore)
                    : new Delays(now, delay, shortest);
        }

        long usual() {
            return Math.min(shortest, shortestBefore);
        }
    }

    /// All that is published from now on arrives.
    void connected(long now) {
        connectedAt = now;
        echoedAt = now;
        lostAt = now + 1;
        members.replaceAll((_, member) -> member.ofAnyNumber());
        forgetGone(now);
    }

    /// The connection is broken.
    ///
    /// @return false if there was none
    boolean disconnected() {
        boolean was = wholeUntil != 0;
        wholeUntil = 0;
        return was;
    }

    /// A message of this process has come back.
    void echoed(long sentAt, long now) {
        echoedAt = Math.max(echoedAt, sentAt);
        forgetGone(now);
    }

    /// Another process has sent a message.
    ///
    /// @return true if messages before it are lost
    boolean heard(FleetMessage message, long now) {
        if (message.kind() == Kind.UNKNOWN) {
            lostAt = now + 1;
            return true;
        }
        Long known = known(message, now);
        long before = message.kind() == Kind.CHANGE ? message.sequence() - 1 : message.sequence();
        boolean lost = known != null && before > known;
        if (lost) {
            lostAt = now + 1;
        }
        if (message.kind() == Kind.LEAVING) {
            members.remove(message.origin());
        } else {
            long last = known == null ? message.sequence() : Math.max(known, message.sequence());
            Member member = members.get(message.origin());
            members.put(
                    message.origin(),
                    member == null
                            ? Member.of(last, message.sentAt(), now)
                            : member.heard(last, message.sentAt(), now));
        }
        forgetGone(now);
        return lost;
    }

    /// The number of the last change that was heard of; null if it may be any. A process of which nothing was heard
    /// since the connection was made has just begun.
    private @Nullable Long known(FleetMessage message, long now) {
        Member member = members.get(message.origin());
        if (member == null) {
            return now - connectedAt > FleetBus.SILENCE_LIMIT.toMillis() ? Long.valueOf(0) : null;
        }
        return member.sequence();
    }

    /// Forgets those that are silent for too long, and with them the changes that they have not announced.
    private void forgetGone(long now) {
        if (members.values().removeIf(member -> now - member.heardAt() > MEMBER_LIMIT.toMillis())) {
            lostAt = now + 1;
        }
        count = members.size();
        long first = members.values().stream().mapToLong(Member::saidAt).min().orElse(echoedAt);
        wholeUntil = Math.min(first, echoedAt) + FleetBus.SILENCE_LIMIT.toMillis();
    }

    /// The time since which no change can have been missed: what S3 answered before may be outdated.
    long trustedSince(long now) {
        return isWhole(now) ? lostAt : Math.max(lostAt, now - TRUST_LIMIT.toMillis());
    }

    /// The number of other processes.
    int count() {
        return count;
    }

    /// True while every other process is heard.
    boolean isWhole(long now) {
        return now < wholeUntil;
    }
}
