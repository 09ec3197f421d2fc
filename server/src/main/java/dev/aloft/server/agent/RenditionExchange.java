package dev.aloft.server.agent;

import dev.aloft.files.FileContent;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileStat;
import dev.aloft.files.FileTree;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.server.editor.PictureEditor.Edited;
import dev.aloft.server.editor.PictureEditor.Picture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Makes pictures of a file and stores them side by side: the original is read once, and nothing of it passes through
/// PHP. Either all pictures are made, or none is stored; each is stored, or not, for itself. A preview is sent back
/// instead.
final class RenditionExchange {

    private final AgentSite site;
    private final FileTree files;
    private final PictureEditor editor;

    RenditionExchange(AgentSite site, PictureEditor editor) {
        this.site = site;
        this.files = site.files();
        this.editor = editor;
    }

    /// Gives the answer, in JSON.
    ///
    /// @param version of the original, or null for the newest
    /// @param maxAge how old the newest version may be
    /// @throws IllegalArgumentException for a malformed order
    String answer(FilePath original, @Nullable String version, Duration maxAge, List<RenditionOrder> orders)
            throws IOException {
        List<FilePath> targets = new ArrayList<>();
        for (RenditionOrder order : orders) {
            targets.add(target(original, order));
        }
        PinnedSource source = new PinnedSource(original, version, maxAge);
        Edited edited = editor.edit(
                files.name() + "/" + original,
                source,
                orders.stream().map(RenditionOrder::query).toList());
        List<StoredRendition> stored = new ArrayList<>();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<StoredRendition>> writes = new ArrayList<>();
            for (int i = 0; i < orders.size(); i++) {
                RenditionOrder order = orders.get(i);
                Picture picture = edited.pictures().get(i);
                FilePath target = targets.get(i);
                writes.add(writers.submit(() -> write(order, target, picture)));
            }
            for (Future<StoredRendition> write : writes) {
                stored.add(result(write));
            }
        }
        return Json.renditions(edited, stored);
    }

    /// Makes one picture, and stores nothing.
    ///
    /// @param version of the original, or null for the newest
    /// @param maxAge how old the newest version may be
    Picture picture(FilePath original, @Nullable String version, Duration maxAge, String query) throws IOException {
        PinnedSource source = new PinnedSource(original, version, maxAge);
        return editor.edit(files.name() + "/" + original, source, List.of(query))
                .pictures()
                .getFirst();
    }

    private FilePath target(FilePath original, RenditionOrder order) throws IOException {
        FilePath target = order.name().startsWith("/")
                ? FilePath.of(order.name().substring(1))
                : original.parent().resolve(order.name());
        files.confine(target);
        if (site.keepsOnHost(target)) {
            throw new FileSystemException(site.uri(target), null, "it is kept on this host, and S3 is not");
        }
        var _ = order.stored("");
        var _ = order.condition();
        return target;
    }

    private StoredRendition write(RenditionOrder order, FilePath target, Picture picture) {
        try {
            byte[] bytes = picture.bytes();
            FileStat.File file = files.write(
                    target,
                    new ByteArrayInputStream(bytes),
                    bytes.length,
                    order.stored(picture.type()),
                    order.condition());
            return new StoredRendition(order.name(), picture, file.etag(), null);
        } catch (IOException e) {
            return new StoredRendition(order.name(), picture, "", Problem.of(e));
        }
    }

    private static StoredRendition result(Future<StoredRendition> write) throws IOException {
        try {
            return write.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while pictures are stored", e);
        }
    }

    /// A picture with the outcome of its write.
    ///
    /// @param etag empty if it was not stored
    record StoredRendition(
            String name,
            Picture picture,
            String etag,
            @Nullable Problem problem) {}

    /// The original, in the version that is read first.
    private final class PinnedSource implements PictureEditor.Source {

        private final FilePath original;
        private final Duration maxAge;
        private volatile @Nullable String version;

        PinnedSource(FilePath original, @Nullable String version, Duration maxAge) {
            this.original = original;
            this.version = version;
            this.maxAge = maxAge;
        }

        @Override
        public Opened open() throws IOException {
            FileContent content = files.open(original, null, version, maxAge);
            version = content.file().etag();
            return new Opened(content.file().etag(), content.file().size(), content.body());
        }
    }
}
