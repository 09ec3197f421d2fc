package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// Writes compressed lines to an object, in parts while they come. Nothing is visible before [#complete]; closed
/// before that, nothing is left. For one thread.
final class LinesWriter implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final ObjectHeaders HEADERS = new ObjectHeaders("application/gzip", null);

    /// Lines that are visible.
    ///
    /// @param moment at which they became so, by S3's clock
    record Written(Snapshot.Checked lines, Instant moment) {}

    private final ObjectOutput output;
    private final GZIPOutputStream zipped;
    private boolean complete;

    LinesWriter(BucketFolder folder, ObjectKey key) throws IOException {
        output = new ObjectOutput(
                folder.bucket().writer(key, HEADERS, Map.of(), WriteCondition.always()), BackupFolder.sha256());
        zipped = new GZIPOutputStream(output, BUFFER_BYTES);
    }

    void add(String line) throws IOException {
        zipped.write((line + "\n").getBytes(UTF_8));
    }

    /// Makes the lines visible.
    Written complete() throws IOException {
        zipped.finish();
        Instant moment = output.complete().modified();
        complete = true;
        return new Written(new Snapshot.Checked(output.bytes(), HexFormat.of().formatHex(output.digest())), moment);
    }

    @Override
    public void close() throws IOException {
        if (!complete) {
            output.abort();
        }
    }
}
