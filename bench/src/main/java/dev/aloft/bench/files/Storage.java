package dev.aloft.bench.files;

import java.io.IOException;

/// What is measured, done by one way to reach files. Names are relative, with slashes. For many threads.
interface Storage extends AutoCloseable {

    /// The size of a file.
    long size(String name) throws IOException;

    boolean exists(String name) throws IOException;

    /// How many entries a directory has.
    long list(String directory) throws IOException;

    /// The sizes of all files below a directory, added up.
    long walk(String directory) throws IOException;

    byte[] read(String name) throws IOException;

    void write(String name, byte[] bytes) throws IOException;

    /// Writes `chunk` again and again, as a stream.
    void writeStream(String name, byte[] chunk, int times) throws IOException;

    /// How many bytes a stream of the file gives.
    long readStream(String name) throws IOException;

    /// The beginning of a file, and not more.
    byte[] first(String name, int count) throws IOException;

    /// Pieces of one open file.
    void pieces(String name, long[] offsets, int count) throws IOException;

    void append(String name, byte[] bytes) throws IOException;

    void copy(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    @Override
    default void close() throws IOException {}
}
