package dev.aloft.server.agent;

import dev.aloft.files.FileMetadata;
import dev.aloft.files.FilePath;
import dev.aloft.server.UploadsFolder;
import dev.aloft.store.PrivateMark;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes files of a site private, and public again, and signs the URLs that private ones are read by.
///
/// The mark of a private file is [PrivateMark] in its metadata: it goes with the file when that is renamed or
/// copied, and stays when it is appended to. Who writes the file anew has to say it again, see [RequestLabels].
final class PrivateFiles {

    static final String MARK = "1";

    private final FileMetadata metadata;
    private final UploadsFolder uploads;
    private final @Nullable UrlSigner signer;

    PrivateFiles(AgentSite site) {
        metadata = new FileMetadata(site.files());
        uploads = UploadsFolder.of(site.files().top());
        signer = site.services().signer();
    }

    /// Marks files or removes the mark; files that already have that state are skipped.
    ///
    /// @return why, by path, for those that could not be marked
    Map<FilePath, String> mark(List<FilePath> paths, boolean isPrivate) {
        Map<FilePath, String> failures = new LinkedHashMap<>();
        for (FilePath path : paths) {
            try {
                mark(path, isPrivate);
            } catch (IOException e) {
                failures.put(path, Problem.of(e).message());
            }
        }
        return failures;
    }

    private void mark(FilePath path, boolean isPrivate) throws IOException {
        Map<String, String> now = metadata.of(path);
        Map<String, String> then = isPrivate ? PrivateMark.with(now) : new HashMap<>(now);
        if (!isPrivate) {
            then.remove(PrivateMark.NAME);
        }
        if (!then.equals(now)) {
            metadata.replace(path, then);
        }
    }

    /// Signs a URL for each path.
    ///
    /// @return the queries, in the order of the paths
    /// @throws FileSystemException when the site has no secret for URLs
    /// @throws IllegalArgumentException for a path outside the uploads, or a lifetime outside the limits
    List<String> sign(List<FilePath> paths, Duration lifetime) throws FileSystemException {
        UrlSigner signing = requireSigner();
        Instant expires = signing.expiry(lifetime);
        List<String> queries = new ArrayList<>();
        for (FilePath path : paths) {
            queries.add(signing.query(belowUploads(path), expires));
        }
        return queries;
    }

    /// Signs a URL for each picture, likewise.
    List<String> sign(List<Picture> pictures) throws FileSystemException {
        UrlSigner signing = requireSigner();
        List<String> queries = new ArrayList<>();
        for (Picture picture : pictures) {
            queries.add(signing.pictureQuery(belowUploads(picture.original()), picture.query()));
        }
        return queries;
    }

    /// @param query what is asked of it
    record Picture(FilePath original, String query) {}

    private UrlSigner requireSigner() throws FileSystemException {
        if (signer == null) {
            throw new FileSystemException(uploads.path().value(), null, "the site has no secret to sign URLs with");
        }
        return signer;
    }

    private String belowUploads(FilePath path) {
        if (!uploads.contains(path)) {
            throw new IllegalArgumentException("only files in " + uploads.path() + " have URLs, not " + path);
        }
        return uploads.path().relativize(path);
    }
}
