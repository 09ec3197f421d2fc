package dev.aloft.server.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/// A reply to one command, in the types of protocol version 2 (RESP2).
public sealed interface RedisReply {

    /// A simple or a bulk string.
    @SuppressWarnings("ArrayRecordComponent") // replies are never compared
    record Text(byte[] bytes) implements RedisReply {

        /// The text, which is read as UTF-8.
        @Override
        public String toString() {
            return new String(bytes, UTF_8);
        }
    }

    record Count(long value) implements RedisReply {}

    /// The reply for a missing value.
    record Nothing() implements RedisReply {}

    record Items(List<RedisReply> items) implements RedisReply {}

    /// The server has refused the command.
    ///
    /// @param text begins with a code in capital letters, such as `WRONGPASS`
    record Refused(String text) implements RedisReply {}
}
