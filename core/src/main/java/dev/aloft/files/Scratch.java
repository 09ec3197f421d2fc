package dev.aloft.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Bytes that wait on this host's disk until they are published: a nameless file in the temporary folder,
/// readable by this user alone, which goes with the process whatever happens to it. For one thread.
final class Scratch implements Closeable {

    private final FileChannel channel;

    private Scratch(FileChannel channel) {
        this.channel = channel;
    }

    static Scratch open() throws IOException {
        Path file = Files.createTempFile("aloft-", ".part");
        return new Scratch(FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE));
    }

    long size() throws IOException {
        return channel.size();
    }

    /// Fills itself from a stream, from the beginning.
    void fill(InputStream content) throws IOException {
        channel.truncate(0);
        channel.position(0);
        content.transferTo(Channels.newOutputStream(channel));
    }

    int read(ByteBuffer target, long position) throws IOException {
        return channel.read(target, position);
    }

    int write(ByteBuffer source, long position) throws IOException {
        int count = source.remaining();
        for (long at = position; source.hasRemaining(); ) {
            at += channel.write(source, at);
        }
        return count;
    }

    void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    /// Its bytes from the beginning, as often as it is asked for; closing it does nothing.
    InputStream content() throws IOException {
        channel.position(0);
        return Channels.newInputStream(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
