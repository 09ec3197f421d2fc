package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The list of files of a snapshot.
///
/// @param folder of the backups
/// @param key its object
/// @param expected as the description has it
record Manifest(BucketFolder folder, ObjectKey key, Snapshot.Checked expected) implements FileSource {

    /// Reads it once, to compare its hash.
    ///
    /// @throws BackupException where it is not as the description says
    Manifest check() throws IOException {
        input().check(expected.sha256());
        return this;
    }

    @Override
    public Cursor open() throws IOException {
        LinesReader lines = new LinesReader(input());
        ManifestFormat format = new ManifestFormat(folder);
        return new Cursor() {
            @Override
            public @Nullable SnapshotFile next() throws IOException {
                String line = lines.next();
                return line == null ? null : format.file(line, lines.where());
            }

            @Override
            public void close() throws IOException {
                lines.close();
            }
        };
    }

    private RangedInput input() {
        return new RangedInput(folder, key, expected.bytes());
    }
}
