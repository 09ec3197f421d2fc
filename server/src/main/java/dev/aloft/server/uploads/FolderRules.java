package dev.aloft.server.uploads;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.htaccess.Htaccess;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Denials by the `.htaccess` files among a site's uploads, from `uploads/` down to the folder of the requested file.
///
/// The cost is one object read for each of those folders, in parallel. The reader decides about caching: the edge's
/// cache keeps a file, or its absence, for [UploadsOrigin#RULES], and for a day more while S3 fails. If a file cannot
/// be read, the request fails. A file with a denial is logged, once for each version of its text. Safe for many
/// threads; blocks.
public final class FolderRules {

    /// The number of folders whose parsed rules are kept.
    private static final int MAX_FOLDERS = 10_000;

    /// The limit for their texts, all together.
    private static final long MAX_TEXT_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(FolderRules.class);

    private final UploadsFolder uploads;
    private final Reader reader;
    private final Executor threads;
    private final Cache<String, Read> texts = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumWeight(MAX_TEXT_BYTES)
            .weigher((String folder, Read read) -> (int) (MAX_TEXT_BYTES / MAX_FOLDERS) + read.text.length)
            .build();

    /// Reads files from S3, or from a cache.
    interface Reader {

        /// The beginning of an object, up to more bytes than [Htaccess#MAX_BYTES]; nothing when there is none.
        Optional<byte[]> read(ObjectKey key) throws IOException;
    }

    FolderRules(UploadsFolder uploads, Reader reader, Executor threads) {
        this.uploads = uploads;
        this.reader = reader;
        this.threads = threads;
    }

    /// Checks whether a key is that of an `.htaccess` file.
    public static boolean isOne(ObjectKey key) {
        return key.value().endsWith("/" + Htaccess.FILE);
    }

    /// The beginning of all keys that an `.htaccess` file applies to.
    public static String folder(ObjectKey key) {
        return key.value().substring(0, key.value().length() - Htaccess.FILE.length());
    }

    /// The line that denies an upload.
    Optional<Htaccess.Denial> denial(ObjectKey key) throws IOException {
        List<FutureTask<Optional<Htaccess>>> files = new ArrayList<>();
        int top = uploads.prefix().length();
        for (int end = top; end > 0; end = key.value().indexOf('/', end) + 1) {
            String folder = key.value().substring(0, end);
            FutureTask<Optional<Htaccess>> file = new FutureTask<>(() -> read(folder));
            files.add(file);
            threads.execute(file);
        }
        List<Htaccess> chain = new ArrayList<>();
        for (FutureTask<Optional<Htaccess>> file : files) {
            await(file).ifPresent(chain::add);
        }
        String url = "/wp-content/uploads/" + key.value().substring(top);
        return Htaccess.denial(chain, key.value(), url);
    }

    private static Optional<Htaccess> await(FutureTask<Optional<Htaccess>> file) throws IOException {
        try {
            return file.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while folders' rules were read");
        }
    }

    private Optional<Htaccess> read(String folder) throws IOException {
        Optional<byte[]> text;
        try {
            text = reader.read(ObjectKey.of(folder + Htaccess.FILE));
        } catch (IllegalArgumentException tooLong) {
            return Optional.empty();
        }
        if (text.isEmpty()) {
            texts.invalidate(folder);
            return Optional.empty();
        }
        Read known = texts.getIfPresent(folder);
        if (known != null && Arrays.equals(known.text, text.get())) {
            return Optional.of(known.rules);
        }
        Htaccess rules = Htaccess.parse(folder, text.get());
        texts.put(folder, new Read(text.get(), rules));
        report(rules.denials());
        return Optional.of(rules);
    }

    private static void report(List<Htaccess.Denial> denials) {
        for (Htaccess.Denial denial : denials) {
            if (denial.understood()) {
                LOG.info("uploads: the edge denies files by {}", denial);
            } else {
                LOG.warn("uploads: the edge may deny more files than intended by {}", denial);
            }
        }
    }

    /// A text and its parsed rules.
    private static final class Read {

        private final byte[] text;
        private final Htaccess rules;

        Read(byte[] text, Htaccess rules) {
            this.text = text;
            this.rules = rules;
        }
    }
}
