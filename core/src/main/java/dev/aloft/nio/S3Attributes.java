package dev.aloft.nio;

import dev.aloft.files.FileStat;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The basic attributes of a file in S3: one time, of its last change, which stands for all three. A directory has
/// none; its times are 1970.
record S3Attributes(boolean isDirectory, long size, FileTime lastModifiedTime) implements BasicFileAttributes {

    static final S3Attributes DIRECTORY = new S3Attributes(true, 0, FileTime.fromMillis(0));

    static S3Attributes ofFile(long size, Instant modified) {
        return new S3Attributes(false, size, FileTime.from(modified));
    }

    static S3Attributes of(FileStat stat) {
        return switch (stat) {
            case FileStat.File file -> ofFile(file.size(), file.modified());
            case FileStat.Directory _ -> DIRECTORY;
        };
    }

    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime;
    }

    @Override
    public FileTime creationTime() {
        return lastModifiedTime;
    }

    @Override
    public boolean isRegularFile() {
        return !isDirectory;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public @Nullable Object fileKey() {
        return null;
    }

    /// By the names of the `basic` view.
    Map<String, @Nullable Object> byName() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("lastModifiedTime", lastModifiedTime);
        all.put("lastAccessTime", lastAccessTime());
        all.put("creationTime", creationTime());
        all.put("size", size);
        all.put("isRegularFile", isRegularFile());
        all.put("isDirectory", isDirectory);
        all.put("isSymbolicLink", false);
        all.put("isOther", false);
        all.put("fileKey", null);
        return all;
    }
}
