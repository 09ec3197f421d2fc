package dev.aloft.bench.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Any file system of the JDK, through [Files] only, so that every peer runs the same code.
record FilesStorage(Path root) implements Storage {

    private Path path(String name) {
        return root.resolve(name);
    }

    /// One peer recognises a directory only by its slash.
    private Path directory(String name) {
        return root.resolve(name + "/");
    }

    @Override
    public long size(String name) throws IOException {
        return Files.size(path(name));
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    @Override
    public long list(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory(directory))) {
            return entries.count();
        }
    }

    @Override
    public long walk(String directory) throws IOException {
        AtomicLong total = new AtomicLong();
        Files.walkFileTree(directory(directory), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                total.addAndGet(attributes.size());
                return FileVisitResult.CONTINUE;
            }
        });
        return total.get();
    }

    @Override
    public byte[] read(String name) throws IOException {
        return Files.readAllBytes(path(name));
    }

    @Override
    public void write(String name, byte[] bytes) throws IOException {
        Files.write(path(name), bytes);
    }

    @Override
    public void writeStream(String name, byte[] chunk, int times) throws IOException {
        try (OutputStream out = Files.newOutputStream(path(name))) {
            for (int i = 0; i < times; i++) {
                out.write(chunk);
            }
        }
    }

    @Override
    public long readStream(String name) throws IOException {
        try (InputStream in = Files.newInputStream(path(name))) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Override
    public byte[] first(String name, int count) throws IOException {
        try (InputStream in = Files.newInputStream(path(name))) {
            return in.readNBytes(count);
        }
    }

    @Override
    public void pieces(String name, long[] offsets, int count) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(path(name), StandardOpenOption.READ)) {
            ByteBuffer piece = ByteBuffer.allocate(count);
            for (long offset : offsets) {
                channel.position(offset);
                piece.clear();
                while (piece.hasRemaining()) {
                    if (channel.read(piece) < 0) {
                        throw new EOFException(name + " ends before " + (offset + count));
                    }
                }
            }
        }
    }

    @Override
    public void append(String name, byte[] bytes) throws IOException {
        Files.write(path(name), bytes, StandardOpenOption.APPEND);
    }

    @Override
    public void copy(String from, String to) throws IOException {
        Files.copy(path(from), path(to), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(path(name));
    }

    @Override
    public void close() throws IOException {
        if (!root.getFileSystem().equals(FileSystems.getDefault())) {
            root.getFileSystem().close();
        }
    }
}
