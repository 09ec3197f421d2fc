package dev.aloft.bench.files;

import java.io.IOException;

/// The measured operations, by one way to access files. Names are relative, with slashes. Safe for many threads.
interface Storage extends AutoCloseable {

    /// The size of a file.
    long size(String name) throws IOException;

    boolean exists(String name) throws IOException;

    /// The number of entries of a directory.
    long list(String directory) throws IOException;

    /// The total size of all files below a directory.
    long walk(String directory) throws IOException;

    byte[] read(String name) throws IOException;

    void write(String name, byte[] bytes) throws IOException;

    /// Writes `chunk` repeatedly, as a stream.
    void writeStream(String name, byte[] chunk, int times) throws IOException;

    /// The number of bytes read from a stream of the file.
    long readStream(String name) throws IOException;

    /// The beginning of a file, and no more.
    byte[] first(String name, int count) throws IOException;

    /// Pieces of one open file.
    void pieces(String name, long[] offsets, int count) throws IOException;

    void append(String name, byte[] bytes) throws IOException;

    void copy(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    @Override
    default void close() throws IOException {}
}
