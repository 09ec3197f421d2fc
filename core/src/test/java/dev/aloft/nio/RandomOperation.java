package dev.aloft.nio;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One step that a program may take, which can be taken on files and on the model.
///
/// @param path and `other` are relative to the folder of the run, with slashes; `other` only where two are needed
/// @param text what is written
record RandomOperation(Kind kind, String path, String other, String text) {

    enum Kind {
        WRITE,
        CREATE_NEW,
        OVERWRITE,
        TRUNCATE,
        APPEND,
        READ,
        SIZE,
        DELETE,
        MAKE_DIRECTORY,
        LIST,
        COPY,
        COPY_OVER,
        MOVE,
        MOVE_OVER,
        DELETE_TREE,
        MOVE_TREE
    }

    /// Files and directories never share a name or a parent: the embedded S3 holds no file where a directory is.
    private static final List<String> FILES = List.of("f1", "f 2", "d1/f", "d1/e/f", "d2/f", "d2/g");

    private static final List<String> DIRECTORIES = List.of("d1", "d1/e", "d2", "d3");

    static List<RandomOperation> sequence(Random random, int count) {
        return Stream.generate(() -> any(random)).limit(count).toList();
    }

    private static RandomOperation any(Random random) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        boolean onDirectory = switch (kind) {
            case WRITE, CREATE_NEW, OVERWRITE, TRUNCATE, APPEND, READ, COPY, COPY_OVER, MOVE, MOVE_OVER -> false;
            case MAKE_DIRECTORY, LIST, DELETE_TREE, MOVE_TREE -> true;
            case SIZE, DELETE -> random.nextBoolean();
        };
        List<String> names = onDirectory ? DIRECTORIES : FILES;
        String path = names.get(random.nextInt(names.size()));
        String other = kind == Kind.MOVE_TREE ? "d3" : names.get(random.nextInt(names.size()));
        return new RandomOperation(kind, path, other, "t".repeat(random.nextInt(5)) + random.nextInt(1000));
    }

    /// Takes the step on files; what it answers, or how it fails.
    String onFiles(Path folder) {
        Path one = folder.resolve(path);
        Path two = folder.resolve(other);
        try {
            return switch (kind) {
                case WRITE -> done(Files.writeString(one, text));
                case CREATE_NEW -> done(Files.writeString(one, text, StandardOpenOption.CREATE_NEW));
                case OVERWRITE -> done(Files.writeString(one, text, StandardOpenOption.WRITE));
                case TRUNCATE -> truncate(one);
                case APPEND -> done(Files.writeString(one, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
                case READ -> Files.readString(one);
                case SIZE -> Files.isDirectory(one) ? "directory" : Long.toString(Files.size(one));
                case DELETE -> delete(one);
                case MAKE_DIRECTORY -> done(Files.createDirectory(one));
                case LIST -> list(one);
                case COPY -> done(Files.copy(one, two));
                case COPY_OVER -> done(Files.copy(one, two, StandardCopyOption.REPLACE_EXISTING));
                case MOVE -> done(Files.move(one, two));
                case MOVE_OVER -> done(Files.move(one, two, StandardCopyOption.REPLACE_EXISTING));
                case DELETE_TREE -> {
                    S3Files.deleteTree(one);
                    yield "done";
                }
                case MOVE_TREE -> {
                    S3Files.moveTree(one, two);
                    yield "done";
                }
            };
        } catch (IOException e) {
            return failure(e);
        }
    }

    private static String done(Path path) {
        return path.toString().isEmpty() ? "nothing" : "done";
    }

    private static String truncate(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.truncate(2);
        }
        return "done";
    }

    private static String delete(Path path) throws IOException {
        Files.delete(path);
        return "done";
    }

    private static String list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(p -> p.getFileName().toString())
                    .sorted()
                    .toList()
                    .toString();
        }
    }

    private static String failure(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "missing";
            case FileAlreadyExistsException _ -> "exists";
            case DirectoryNotEmptyException _ -> "not empty";
            case NotDirectoryException _ -> "not a directory";
            case FileSystemException refused
            when String.valueOf(refused.getReason()).contains("into itself") -> "into itself";
            default -> "failure: " + e;
        };
    }

    /// Takes the step on the model.
    String onModel(ReferenceTree tree) {
        String content = tree.content(path);
        boolean directory = tree.isDirectory(path);
        return switch (kind) {
            case WRITE -> write(tree, text);
            case CREATE_NEW -> tree.exists(path) ? "exists" : write(tree, text);
            case OVERWRITE ->
                content == null
                        ? "missing"
                        : write(tree, text + content.substring(Math.min(text.length(), content.length())));
            case TRUNCATE ->
                content == null ? "missing" : write(tree, content.substring(0, Math.min(2, content.length())));
            case APPEND -> write(tree, (content == null ? "" : content) + text);
            case READ -> content == null ? "missing" : content;
            case SIZE -> directory ? "directory" : content == null ? "missing" : "" + content.length();
            case DELETE -> {
                if (!tree.exists(path) && !tree.hasEnded(path)) {
                    yield "missing";
                }
                if (tree.hasEntries(path)) {
                    yield "not empty";
                }
                tree.delete(path);
                yield "done";
            }
            case MAKE_DIRECTORY -> {
                if (directory) {
                    yield "exists";
                }
                tree.makeDirectory(path);
                yield "done";
            }
            case LIST -> directory || tree.hasEnded(path) ? tree.names(path).toString() : "missing";
            case COPY -> copy(tree, content, false);
            case COPY_OVER -> copy(tree, content, true);
            case MOVE -> move(tree, content, false);
            case MOVE_OVER -> move(tree, content, true);
            case DELETE_TREE -> {
                if (!directory && !tree.hasEnded(path)) {
                    yield "missing";
                }
                tree.deleteTree(path);
                yield "done";
            }
            case MOVE_TREE -> {
                if (!directory) {
                    yield "missing";
                }
                if (path.equals(other)) {
                    yield "done";
                }
                if (tree.exists(other)) {
                    yield "exists";
                }
                tree.moveTree(path, other);
                yield "done";
            }
        };
    }

    private String write(ReferenceTree tree, String content) {
        tree.write(path, content);
        return "done";
    }

    private String copy(ReferenceTree tree, @Nullable String content, boolean over) {
        if (content == null) {
            return "missing";
        }
        if (!path.equals(other)) {
            if (tree.exists(other) && !over) {
                return "exists";
            }
            tree.write(other, content);
        }
        return "done";
    }

    private String move(ReferenceTree tree, @Nullable String content, boolean over) {
        String copied = copy(tree, content, over);
        if (copied.equals("done") && !path.equals(other)) {
            tree.delete(path);
        }
        return copied;
    }
}
