package dev.aloft.nio;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The folder that a test of [FilesContract] has to itself.
interface ContractFolder {

    /// The folder, empty when the test begins.
    Path top();

    /// The path in the folder that most tests use. It is missing when the test begins.
    default Path file() {
        return top().resolve("cat.txt");
    }

    default Path made(String name, String content) throws IOException {
        return Files.writeString(top().resolve(name), content);
    }

    static List<Path> listed(Path directory) throws IOException {
        return listed(directory, "*");
    }

    static List<Path> listed(Path directory, String glob) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
            stream.forEach(entries::add);
        }
        return entries;
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static String text(ByteBuffer buffer) {
        return UTF_8.decode(buffer.duplicate().flip()).toString();
    }
}
