package dev.aloft.nio;

import dev.aloft.files.FileErrors;
import dev.aloft.files.FilePath;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A path in a bucket, in plain Unix manner: lexical, `dir` and `dir/` are one path, `//` folds into `/`,
/// relative paths begin at the root. `.` and `..` stay until [#normalize()]; a file operation looks at the normal
/// form.
///
/// Immutable, but for what a listing said of the file, which travels with the path for a moment, see [Listed].
final class S3Path implements Path {

    private final S3FileSystem fileSystem;
    private final boolean absolute;

    /// None for the root; one empty name for the empty path.
    private final List<String> names;

    private volatile @Nullable Listed listed;

    private S3Path(S3FileSystem fileSystem, boolean absolute, List<String> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = names;
    }

    static S3Path parse(S3FileSystem fileSystem, String path) {
        for (int i = 0; i < path.length(); i = path.offsetByCodePoints(i, 1)) {
            if (!ObjectKey.allows(path.codePointAt(i))) {
                String shown = path.replaceAll("\\p{Cntrl}", "?");
                throw new InvalidPathException(shown, "holds a control character, or no character at all", i);
            }
        }
        boolean absolute = path.startsWith("/");
        List<String> names =
                Arrays.stream(path.split("/")).filter(n -> !n.isEmpty()).toList();
        return of(fileSystem, absolute, names);
    }

    static S3Path root(S3FileSystem fileSystem) {
        return new S3Path(fileSystem, true, List.of());
    }

    private static S3Path of(S3FileSystem fileSystem, boolean absolute, List<String> names) {
        return new S3Path(fileSystem, absolute, names.isEmpty() && !absolute ? List.of("") : List.copyOf(names));
    }

    /// Takes a path that the JDK hands to this provider.
    static S3Path own(Path path) {
        if (path instanceof S3Path own) {
            return own;
        }
        Objects.requireNonNull(path, "path");
        throw new ProviderMismatchException("not an s3:// path: " + path);
    }

    /// The file that this path means.
    ///
    /// @throws FileSystemException when S3 has no key for it, for its length
    FilePath file() throws FileSystemException {
        S3Path normal = toAbsolutePath().normalize();
        try {
            return FilePath.of(String.join("/", normal.names));
        } catch (IllegalArgumentException e) {
            throw FileErrors.failed(toString(), String.valueOf(e.getMessage()), e);
        }
    }

    /// For messages, and for the file of an exception.
    String uri() {
        return "s3://" + fileSystem.bucketName() + toAbsolutePath();
    }

    /// The same path, bearing what a listing said of it.
    S3Path with(Listed attributes) {
        S3Path path = new S3Path(fileSystem, absolute, names);
        path.listed = attributes;
        return path;
    }

    Optional<Listed> listed() {
        return Optional.ofNullable(listed);
    }

    /// A path of one name below this one.
    S3Path child(String name) {
        return resolve(new S3Path(fileSystem, false, List.of(name)));
    }

    private boolean isEmpty() {
        return !absolute && names.size() == 1 && names.getFirst().isEmpty();
    }

    @Override
    public S3FileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable Path getRoot() {
        return absolute ? root(fileSystem) : null;
    }

    @Override
    public @Nullable Path getFileName() {
        return names.isEmpty() ? null : new S3Path(fileSystem, false, List.of(names.getLast()));
    }

    @Override
    public @Nullable Path getParent() {
        if (names.isEmpty() || (names.size() == 1 && !absolute)) {
            return null;
        }
        return new S3Path(fileSystem, absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public Path getName(int index) {
        return subpath(index, index + 1);
    }

    @Override
    public Path subpath(int from, int to) {
        if (from < 0 || to > names.size() || from >= to) {
            throw new IllegalArgumentException("no names " + from + " to " + to + " in \"" + this + "\"");
        }
        return new S3Path(fileSystem, false, names.subList(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        Objects.requireNonNull(other, "other");
        return other instanceof S3Path that
                && fileSystem.equals(that.fileSystem)
                && absolute == that.absolute
                && names.size() >= that.names.size()
                && names.subList(0, that.names.size()).equals(that.names);
    }

    @Override
    public boolean endsWith(Path other) {
        Objects.requireNonNull(other, "other");
        if (!(other instanceof S3Path that) || !fileSystem.equals(that.fileSystem)) {
            return false;
        }
        int skipped = names.size() - that.names.size();
        if (that.absolute) {
            return equals(that);
        }
        return skipped >= 0 && names.subList(skipped, names.size()).equals(that.names);
    }

    @Override
    public S3Path normalize() {
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            boolean climbs = name.equals("..");
            if (climbs && !kept.isEmpty() && !kept.getLast().equals("..")) {
                kept.removeLast();
            } else if (!name.equals(".") && !(climbs && absolute)) {
                kept.add(name);
            }
        }
        return kept.equals(names) ? this : of(fileSystem, absolute, kept);
    }

    @Override
    public S3Path resolve(Path other) {
        S3Path that = own(other);
        if (that.absolute || isEmpty()) {
            return that;
        }
        if (that.isEmpty()) {
            return this;
        }
        List<String> joined = new ArrayList<>(names);
        joined.addAll(that.names);
        return new S3Path(fileSystem, absolute, Collections.unmodifiableList(joined));
    }

    @Override
    public Path relativize(Path other) {
        S3Path that = own(other);
        if (absolute != that.absolute || !fileSystem.equals(that.fileSystem)) {
            throw new IllegalArgumentException("there is no way from \"" + this + "\" to \"" + that + "\"");
        }
        if (isEmpty()) {
            return that;
        }
        List<String> from = climbs() || that.climbs() ? normalize().steps() : steps();
        List<String> to = climbs() || that.climbs() ? that.normalize().steps() : that.steps();
        int common = 0;
        while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
            common++;
        }
        List<String> up = from.subList(common, from.size());
        if (up.contains("..")) {
            throw new IllegalArgumentException("there is no way from \"" + this + "\" to \"" + that + "\"");
        }
        List<String> way = new ArrayList<>(Collections.nCopies(up.size(), ".."));
        way.addAll(to.subList(common, to.size()));
        return of(fileSystem, false, way);
    }

    private boolean climbs() {
        return names.contains(".") || names.contains("..");
    }

    private List<String> steps() {
        return isEmpty() ? List.of() : names;
    }

    /// `s3://bucket/key`, encoded once and in ASCII, of the absolute and normal form.
    @Override
    public URI toUri() {
        try {
            String path = toAbsolutePath().normalize().toString();
            return URI.create(ascii(new URI("s3", fileSystem.bucketName(), path, null, null)));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no URI for " + this, e);
        }
    }

    /// Unlike [URI#toASCIIString()], without a change of the Unicode form: that would be another key.
    private static String ascii(URI uri) {
        StringBuilder ascii = new StringBuilder();
        for (byte octet : uri.toString().getBytes(StandardCharsets.UTF_8)) {
            if (octet >= 0) {
                ascii.append((char) octet);
            } else {
                ascii.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return ascii.toString();
    }

    @Override
    public S3Path toAbsolutePath() {
        return absolute ? this : new S3Path(fileSystem, true, steps());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        S3Path real = toAbsolutePath().normalize();
        if (!fileSystem.operations().exists(real)) {
            throw FileErrors.noSuchFile(toString());
        }
        return real;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        Objects.requireNonNull(watcher, "watcher");
        throw new UnsupportedOperationException("S3 does not report changes");
    }

    /// In the order of the paths' UTF-8 bytes, as S3 lists them; those of another bucket apart.
    ///
    /// @throws ClassCastException for a path of another provider
    @Override
    public int compareTo(Path other) {
        S3Path that = (S3Path) other;
        int byBucket = fileSystem.bucketName().compareTo(that.fileSystem.bucketName());
        return byBucket != 0
                ? byBucket
                : Arrays.compareUnsigned(
                        toString().getBytes(StandardCharsets.UTF_8),
                        that.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof S3Path that
                && fileSystem.equals(that.fileSystem)
                && absolute == that.absolute
                && names.equals(that.names);
    }

    @Override
    public int hashCode() {
        return Objects.hash(fileSystem.bucketName(), absolute, names);
    }

    @Override
    public String toString() {
        return (absolute ? "/" : "") + String.join("/", names);
    }
}
