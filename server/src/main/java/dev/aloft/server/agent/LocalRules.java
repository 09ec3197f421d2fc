package dev.aloft.server.agent;

import dev.aloft.files.FilePath;
import dev.aloft.files.PathRules;
import dev.aloft.server.PercentCoding;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The paths of a site that PHP keeps on the host instead of in S3, with their local folders.
///
/// @param folder what holds them on the host, at their paths from the prefix
public record LocalRules(PathRules rules, Path folder) {

    /// The default: every path is in S3.
    public static final LocalRules NONE = new LocalRules(PathRules.NONE, Path.of("/nonexistent"));

    /// @throws IllegalArgumentException for a relative folder
    public LocalRules {
        if (!folder.isAbsolute()) {
            throw new IllegalArgumentException("not an absolute path: " + folder);
        }
    }

    /// @throws IllegalArgumentException for a rule that is no path, or covers everything
    public LocalRules(List<String> rules, Path folder) {
        this(new PathRules(rules), folder);
    }

    /// The rule that covers a path, the first of several.
    ///
    /// @param prefix the site's
    public Optional<String> covering(FilePath prefix, FilePath path) {
        return prefix.contains(path) && !path.equals(prefix)
                ? rules.covering(prefix.relativize(path))
                : Optional.empty();
    }

    /// The local path of a URL-style path that a rule covers.
    public String place(FilePath prefix, FilePath path) {
        return "file://" + PercentCoding.encode(folder + "/" + prefix.relativize(path));
    }
}
