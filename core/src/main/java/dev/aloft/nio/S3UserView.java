package dev.aloft.nio;

import dev.aloft.files.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The `user` view: a file's metadata in S3, names in lower case, values of printable ASCII. A change is a new
/// version of the file; other values than S3 keeps are refused.
final class S3UserView implements UserDefinedFileAttributeView {

    private final S3Path path;

    S3UserView(S3Path path) {
        this.path = path;
    }

    @Override
    public String name() {
        return "user";
    }

    @Override
    public List<String> list() throws IOException {
        return List.copyOf(operations().metadata(path).keySet());
    }

    @Override
    public int size(String name) throws IOException {
        return value(name).length;
    }

    @Override
    public int read(String name, ByteBuffer target) throws IOException {
        byte[] value = value(name);
        if (value.length > target.remaining()) {
            throw FileErrors.failed(
                    path.toString(), "user:" + name + " has " + value.length + " bytes, more than the buffer", null);
        }
        target.put(value);
        return value.length;
    }

    @Override
    public int write(String name, ByteBuffer source) throws IOException {
        byte[] value = new byte[source.remaining()];
        source.get(value);
        Map<String, String> all = new HashMap<>(operations().metadata(path));
        all.put(name, new String(value, StandardCharsets.ISO_8859_1));
        replace(all);
        return value.length;
    }

    @Override
    public void delete(String name) throws IOException {
        Map<String, String> all = new HashMap<>(operations().metadata(path));
        if (all.remove(name) == null) {
            throw missing(name);
        }
        replace(all);
    }

    byte[] value(String name) throws IOException {
        String value = operations().metadata(path).get(name);
        if (value == null) {
            throw missing(name);
        }
        return value.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void replace(Map<String, String> all) throws IOException {
        try {
            operations().replaceMetadata(path, all);
        } catch (IllegalArgumentException e) {
            throw FileErrors.failed(path.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private FileSystemException missing(String name) {
        return FileErrors.failed(path.toString(), "there is no user:" + name, null);
    }

    private Operations operations() {
        return path.getFileSystem().operations();
    }
}
