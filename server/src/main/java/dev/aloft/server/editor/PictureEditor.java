package dev.aloft.server.editor;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.PictureException;
import dev.aloft.image.PictureException.Kind;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPool.OriginalSource;
import dev.aloft.image.RenderRequest;
import dev.aloft.image.Rendition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renders pictures for WordPress's image editor in the worker of a [RenderPool], under its limits.
///
/// Queries are in the editor's language ([Compatibility#EDITOR]). All pictures of one call come from one decoding, up
/// to [#MAX_PICTURES]; more need another for each further group. Safe for many threads; blocks.
public final class PictureEditor {

    /// Each decoding also reads the header.
    static final int MAX_PICTURES = RenderPool.MAX_REQUESTS - 1;

    private static final String HEADER = "";

    private static final Logger LOG = LoggerFactory.getLogger(PictureEditor.class);

    private final RenderPool pool;

    public PictureEditor(RenderPool pool) {
        this.pool = pool;
    }

    /// Source of an original's bytes; opened again for a further decoding. The editor closes the bytes.
    @FunctionalInterface
    public interface Source {
        Opened open() throws IOException;

        /// @param version entity tag
        record Opened(String version, long size, InputStream bytes) {}
    }

    /// Media types that can be read and written.
    public record Types(List<String> reads, List<String> writes) {}

    /// @param frames more than 1 for a film
    /// @param bytes the whole file, empty for an original; do not modify
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    public record Picture(String type, int width, int height, int frames, byte[] bytes) {

        static Picture of(Rendition rendition) {
            return new Picture(
                    rendition.format().mediaType(),
                    rendition.size().width(),
                    rendition.size().height(),
                    rendition.frames(),
                    rendition.bytes());
        }
    }

    /// The original and its pictures, in the order of their queries.
    ///
    /// @param version entity tag of the original that was read
    public record Edited(String version, Picture original, List<Picture> pictures) {}

    /// No picture is made of an original. The message is safe for clients.
    public static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1;

        private final boolean passing;

        private RefusedException(PictureException reason) {
            super(reason.getMessage(), reason);
            this.passing = switch (reason.kind()) {
                case BUSY, UNAVAILABLE, CUT_OFF -> true;
                case UNSUPPORTED, BROKEN, TOO_LARGE, ANSWER_TOO_LARGE, TOO_SLOW -> false;
            };
        }

        /// True if a later attempt may succeed: the original and the request are not the reason.
        public boolean isPassing() {
            return passing;
        }
    }

    /// Types that are supported; none while no worker is ready. Never waits for one.
    public Types types() {
        return pool.formats()
                .map(formats -> new Types(types(formats.reads()), types(formats.writes())))
                .orElseGet(() -> new Types(List.of(), List.of()));
    }

    /// Without SVG, which has no pixels to edit, and TIFF, which loses some in a rendition.
    private static List<String> types(Set<Format> formats) {
        return Stream.of(Format.values())
                .filter(format -> formats.contains(format) && format != Format.SVG && format != Format.TIFF)
                .map(Format::mediaType)
                .toList();
    }

    /// Renders all, or fails as a whole.
    ///
    /// @param id identity of the original, without its version
    /// @param source of one version
    /// @param queries none to read the header of the original only
    /// @throws RefusedException when one of them cannot be made
    /// @throws IOException when the original cannot be read
    public Edited edit(String id, Source source, List<String> queries) throws IOException {
        try {
            requireWithin(queries);
            return rendered(id, source, queries);
        } catch (PictureException e) {
            LOG.info("no picture of {}: {} {}", id, e.getMessage(), e.detail());
            throw new RefusedException(e);
        }
    }

    /// All pictures of a call are in memory until they are stored, so the limit of one applies to them together.
    private void requireWithin(List<String> queries) throws PictureException {
        long limit = pool.limits().answerPixels();
        long pixels = 0;
        for (String query : queries) {
            pixels += Math.min(limit + 1, request(query).recipe().sizing().pixels());
        }
        if (pixels > limit) {
            throw new PictureException(Kind.ANSWER_TOO_LARGE, "the pictures may have " + limit + " pixels together");
        }
    }

    private Edited rendered(String id, Source source, List<String> queries) throws IOException, PictureException {
        List<List<String>> groups = new ArrayList<>(queries.stream()
                .distinct()
                .gather(Gatherers.windowFixed(MAX_PICTURES))
                .toList());
        if (groups.isEmpty()) {
            groups.add(List.of());
        }
        Map<String, Picture> made = new HashMap<>();
        String version = "";
        for (List<String> group : groups) {
            List<String> wanted =
                    Stream.concat(Stream.of(HEADER), group.stream()).toList();
            List<RenderPool.Picture> answers = pool.renderAll(
                    id,
                    () -> open(source),
                    wanted.stream().map(PictureEditor::request).toList());
            for (int i = 0; i < wanted.size(); i++) {
                made.put(wanted.get(i), Picture.of(answers.get(i).outcome().orThrow()));
            }
            version = answers.getFirst().version();
        }
        List<Picture> pictures = queries.stream()
                .map(query -> Objects.requireNonNull(made.get(query)))
                .toList();
        return new Edited(version, Objects.requireNonNull(made.get(HEADER)), pictures);
    }

    private static RenderRequest request(String query) {
        return new RenderRequest(query, List.of(), Compatibility.EDITOR);
    }

    /// Opens an original that the worker may decode.
    private OriginalSource.Opened open(Source source) throws IOException, PictureException {
        Source.Opened original = source.open();
        try {
            long limit = pool.limits().originalBytes();
            if (original.size() > limit) {
                throw new PictureException(
                        Kind.TOO_LARGE, "the picture has " + original.size() + " bytes, and may have " + limit);
            }
            byte[] start = original.bytes().readNBytes(Format.SNIFFED_BYTES);
            if (Format.sniff(start).filter(format -> format != Format.SVG).isEmpty()) {
                throw new PictureException(Kind.UNSUPPORTED, "this is no picture that can be edited");
            }
            InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), original.bytes());
            return new OriginalSource.Opened(original.version(), whole);
        } catch (IOException | PictureException e) {
            original.bytes().close();
            throw e;
        }
    }
}
