package dev.aloft.nio;

import static dev.aloft.nio.ContractFolder.bytes;
import static dev.aloft.nio.ContractFolder.text;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Channels: positions, transfers, refusals, interrupts and `force`.
interface ChannelContract extends ContractFolder {

    @Test
    default void channelReadsAndWritesAnywhere() throws IOException {
        made("cat.txt", "0123456789");

        try (FileChannel channel = FileChannel.open(file(), READ, WRITE)) {
            ByteBuffer three = ByteBuffer.allocate(3);
            assertThat(channel.read(three, 4)).isEqualTo(3);
            assertThat(channel.position()).isZero();
            assertThat(text(three)).isEqualTo("456");
            channel.position(8).write(bytes("ab--"));
            assertThat(channel.position()).isEqualTo(12);
            assertThat(channel.size()).isEqualTo(12);
            channel.write(bytes("X"), 0);
            assertThat(channel.read(ByteBuffer.allocate(1), 12)).isEqualTo(-1);
            channel.truncate(11);
            assertThat(channel.position()).isEqualTo(11);
            channel.truncate(100);
            assertThat(channel.size()).isEqualTo(11);
        }
        assertThat(Files.readString(file())).isEqualTo("X1234567ab-");
    }

    @Test
    default void channelFillsAGapWithZeros() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file(), CREATE, WRITE)) {
            channel.position(3);
            channel.write(bytes("x"));
        }
        assertThat(Files.readAllBytes(file())).containsExactly(0, 0, 0, 'x');
    }

    @Test
    default void channelScattersAndGathers() throws IOException {
        try (FileChannel channel = FileChannel.open(file(), CREATE, READ, WRITE)) {
            assertThat(channel.write(new ByteBuffer[] {bytes("ab"), bytes(""), bytes("cde")}))
                    .isEqualTo(5);
            channel.position(0);
            ByteBuffer two = ByteBuffer.allocate(2);
            ByteBuffer four = ByteBuffer.allocateDirect(4);
            assertThat(channel.read(new ByteBuffer[] {two, four})).isEqualTo(5);
            assertThat(text(two)).isEqualTo("ab");
            assertThat(four.position()).isEqualTo(3);
            assertThat(channel.position()).isEqualTo(5);
        }
    }

    @Test
    default void channelTransfersMoreThanItHas() throws IOException {
        byte[] bytes = new byte[200_000];
        new Random(2).nextBytes(bytes);
        Files.write(file(), bytes);
        Path copy = top().resolve("copy");

        try (FileChannel in = FileChannel.open(file());
                FileChannel out = FileChannel.open(copy, CREATE, WRITE)) {
            assertThat(in.transferTo(0, Long.MAX_VALUE, out)).isEqualTo(bytes.length);
            assertThat(in.transferTo(bytes.length, 10, out)).isZero();
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(bytes);
        try (FileChannel in = FileChannel.open(file());
                FileChannel out = FileChannel.open(copy, WRITE)) {
            assertThat(out.transferFrom(in, 5, 1000)).isEqualTo(1000);
        }
        assertThat(Files.size(copy)).isEqualTo(bytes.length);
    }

    @Test
    default void channelRefusesWhatItWasNotOpenedFor() throws IOException {
        made("cat.txt", "meow");

        try (FileChannel channel = FileChannel.open(file(), READ)) {
            assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.write(bytes("x")));
            assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.truncate(0));
            assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), -1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        try (FileChannel channel = FileChannel.open(file(), WRITE)) {
            assertThatExceptionOfType(NonReadableChannelException.class)
                    .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    default void closedChannelRefusesEverything() throws IOException {
        made("cat.txt", "meow");
        FileChannel channel = FileChannel.open(file());
        channel.close();
        channel.close();

        assertThat(channel.isOpen()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::size);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
    }

    @Test
    default void bufferWithoutRoomReadsNothing() throws IOException {
        made("cat.txt", "meow");

        try (FileChannel channel = FileChannel.open(file())) {
            assertThat(channel.read(ByteBuffer.allocate(0), 99)).isZero();
            assertThat(channel.read(ByteBuffer.allocate(1), 99)).isEqualTo(-1);
        }
    }

    @Test
    default void whatWasAppendedIsTakenBack() throws IOException {
        made("cat.txt", "meow");

        try (FileChannel channel = FileChannel.open(file(), APPEND)) {
            channel.write(bytes(" purr hiss"));
            assertThat(channel.truncate(9).size()).isEqualTo(9);
            channel.write(bytes("!"));
        }
        assertThat(Files.readString(file())).isEqualTo("meow purr!");
    }

    @Test
    default void closedAsynchronousChannelFailsInItsFuture() throws IOException {
        made("cat.txt", "meow");
        AsynchronousFileChannel channel = AsynchronousFileChannel.open(file(), READ);
        channel.close();

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> channel.read(ByteBuffer.allocate(1), 0).get())
                .withCauseInstanceOf(ClosedChannelException.class);
    }

    @Test
    default void interruptClosesAChannel() throws IOException {
        made("cat.txt", "meow");
        FileChannel reading = FileChannel.open(file());
        FileChannel writing = FileChannel.open(top().resolve("dog.txt"), CREATE, WRITE);

        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> reading.read(ByteBuffer.allocate(1)), () -> writing.write(bytes("woof")))) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(ClosedByInterruptException.class).isThrownBy(use);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(reading.isOpen()).isFalse();
        assertThat(writing.isOpen()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> reading.read(ByteBuffer.allocate(1)));
        reading.close();
        writing.close();
    }

    @Test
    default void forcedBytesAreSeenByOthers() throws IOException {
        try (FileChannel channel = FileChannel.open(file(), CREATE, WRITE)) {
            channel.write(bytes("one"));
            channel.force(true);
            assertThat(Files.readString(file())).isEqualTo("one");
            channel.write(bytes(" two"));
        }
        assertThat(Files.readString(file())).isEqualTo("one two");
    }

    @Test
    default void asynchronousChannelReadsAndWrites() throws Exception {
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(file(), CREATE, READ, WRITE)) {
            assertThat(channel.write(bytes("meow"), 2).get()).isEqualTo(4);
            ByteBuffer target = ByteBuffer.allocate(10);
            assertThat(channel.read(target, 0).get()).isEqualTo(6);
            assertThat(channel.size()).isEqualTo(6);
        }
        assertThat(Files.readAllBytes(file())).containsExactly(0, 0, 'm', 'e', 'o', 'w');
    }
}
