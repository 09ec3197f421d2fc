package dev.aloft.backup;

import java.io.IOException;

/// Makes the files of a folder those of a [FileSource].
///
/// Bytes are copied inside S3. Nothing is deleted before everything is copied, and nothing at all unless asked for.
/// A restoration that ended early is continued by another one.
public final class Restore {

    private final FileSource wanted;
    private final BucketFolder live;

    /// @param wanted files that shall be there
    /// @param live folder that gets them
    public Restore(FileSource wanted, BucketFolder live) {
        this.wanted = wanted;
        this.live = live;
    }

    /// The number of files to restore.
    ///
    /// @throws IOException where they cannot be read
    public long count() throws IOException {
        long count = 0;
        try (FileSource.Cursor files = wanted.open()) {
            while (files.next() != null) {
                count++;
            }
        }
        return count;
    }

    @Override
    public String toString() {
        return "restore of " + live;
    }
}
