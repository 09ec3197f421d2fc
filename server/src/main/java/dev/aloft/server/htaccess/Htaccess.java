package dev.aloft.server.htaccess;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The access rules of one `.htaccess` file, for the files in its folder and below.
///
/// They answer one question: would Apache 2.4 with the usual modules serve a file to an anonymous client that sends a
/// plain `GET`? The directives of mod_access_compat, mod_authz_core, mod_rewrite and mod_alias are evaluated, and the
/// sections `<Files>`, `<FilesMatch>`, `<Limit>`, `<LimitExcept>` and `<IfModule>`. In a section or form that is not
/// understood, a denial applies to every file that it could cover, and a permission is ignored. The file is only
/// parsed: nothing that it names is requested, opened or executed.
public final class Htaccess {

    /// Name of the file in each folder.
    public static final String FILE = ".htaccess";

    /// A longer file is not parsed and denies everything.
    public static final int MAX_BYTES = 32 << 10;

    private final AccessScope folder;
    private final List<AccessScope> files;
    private final Rewriting rewriting;
    private final Redirects redirects;

    private Htaccess(AccessScope folder, List<AccessScope> files, Rewriting rewriting, Redirects redirects) {
        this.folder = folder;
        this.files = List.copyOf(files);
        this.rewriting = rewriting;
        this.redirects = redirects;
    }

    /// @param folder prefix of the keys that it applies to, with a slash at the end
    /// @param text all of the file, or more than [#MAX_BYTES] of it
    public static Htaccess parse(String folder, byte[] text) {
        return of(
                folder,
                text.length > MAX_BYTES
                        ? Node.read("<the file is longer than " + MAX_BYTES + " bytes")
                        : Node.read(new String(text, StandardCharsets.UTF_8)));
    }

    static Htaccess of(String folder, List<Node> nodes) {
        List<AccessScope> files = new ArrayList<>();
        Rewriting rewriting = new Rewriting(folder);
        Redirects redirects = new Redirects(folder);
        AccessScope.Reader whole = new AccessScope.Reader(folder, null);
        whole.read(nodes, node -> rewriting.takes(node) || redirects.takes(node) || isAboutFiles(folder, node, files));
        return new Htaccess(whole.scope(), files, rewriting, redirects);
    }

    private static boolean isAboutFiles(String folder, Node node, List<AccessScope> files) {
        boolean expression = node.name().equals("filesmatch");
        if (!node.section() || !(expression || node.name().equals("files"))) {
            return false;
        }
        List<String> words = node.arguments();
        boolean tilde = !words.isEmpty() && words.getFirst().equals("~");
        String names = words.size() > (tilde ? 1 : 0) ? words.get(tilde ? 1 : 0) : "";
        NamePattern pattern = expression || tilde ? NamePattern.regex(names, false) : NamePattern.wildcard(names);
        AccessScope.Reader reader = new AccessScope.Reader(folder, pattern);
        Rewriting rewriting = new Rewriting(folder);
        Redirects redirects = new Redirects(folder);
        reader.read(node.body(), inner -> rewriting.takes(inner) || redirects.takes(inner));
        // Apache leaves the effect of these in a section about files undefined.
        Stream.concat(rewriting.denials().stream(), redirects.denials().stream())
                .forEach(reader::doubt);
        files.add(reader.scope());
        return true;
    }

    /// The lines that could deny a file.
    public List<Denial> denials() {
        return Stream.of(
                        Stream.concat(Stream.of(folder), files.stream()).flatMap(scope -> scope.denial().stream()),
                        rewriting.denials().stream(),
                        redirects.denials().stream())
                .flatMap(each -> each)
                .toList();
    }

    /// The line that denies a file, among the `.htaccess` files of the folders above it.
    ///
    /// @param chain the `.htaccess` files from the top folder down
    /// @param key of the file
    /// @param url its URL path on a site without Aloft
    public static Optional<Denial> denial(List<Htaccess> chain, String key, String url) {
        Place place = new Place(key, url);
        return access(chain, place)
                .or(() -> rewritten(chain, place))
                .or(() -> chain.stream()
                        .flatMap(file -> file.redirects.denial(place).stream())
                        .findFirst());
    }

    /// Sections about files are evaluated after all folders, as in Apache.
    private static Optional<Denial> access(List<Htaccess> chain, Place place) {
        Access access = Access.OPEN;
        Optional<Denial> doubtful = Optional.empty();
        List<AccessScope> scopes = Stream.concat(
                        chain.stream().map(file -> file.folder), chain.stream().flatMap(file -> file.files.stream()))
                .toList();
        for (AccessScope scope : scopes) {
            Truth covers = scope.covers(place);
            if (covers == Truth.YES) {
                access = access.overriddenBy(scope.access());
                doubtful = doubtful.or(scope::doubtful);
            } else if (covers == Truth.UNKNOWN) {
                doubtful = doubtful.or(() -> scope.denial().map(Denial::unsure));
            }
            if (scope.unsettled() || covers == Truth.UNKNOWN) {
                access = access.withoutChoice();
            }
        }
        Optional<Denial> doubt = doubtful;
        return access.denial().or(() -> doubt);
    }

    /// The rules of the deepest folder that has any apply, and those of the folders above only if it inherits them.
    private static Optional<Denial> rewritten(List<Htaccess> chain, Place place) {
        Optional<Denial> found = Optional.empty();
        for (Htaccess file : chain.reversed()) {
            found = found.or(() -> file.rewriting.denial(place));
            if (file.rewriting.replaces()) {
                break;
            }
        }
        return found;
    }

    /// A line that denies access to a file.
    ///
    /// @param folder of the `.htaccess` file, as a key prefix: `uploads/edd/`
    /// @param line its number, from 1
    /// @param text of the line or its beginning, without control characters
    /// @param understood false if the line is not understood and therefore treated as a denial
    public record Denial(String folder, int line, String text, boolean understood) {

        private static final int MAX_TEXT = 200;

        /// Shortens the text to 200 characters, and replaces control characters by `?`.
        public Denial {
            String begun = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
            text = begun.replaceAll("\\p{Cntrl}", "?");
        }

        /// Such as `uploads/edd/.htaccess, line 3: deny from all`.
        @Override
        public String toString() {
            return folder + Htaccess.FILE + ", line " + line + ": " + text
                    + (understood ? "" : " (not understood, so taken for a denial)");
        }

        Denial unsure() {
            return new Denial(folder, line, text, false);
        }
    }
}
