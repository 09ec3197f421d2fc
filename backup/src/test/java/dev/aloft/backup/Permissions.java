package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.S3Front;
import dev.aloft.testkit.S3Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The actions of one row of `docs/reference/backup-permissions.md`: all that a front lets through.
///
/// @param site on the bucket of the site's files
/// @param backups on the bucket of the backups
public record Permissions(Set<String> site, Set<String> backups) {

    /// Work that needs the permissions.
    public interface Operation {
        void run() throws IOException;
    }

    /// The permissions of an operation.
    ///
    /// @param operation the first cell of its row, without the marks of code
    public static Permissions of(String operation) throws IOException {
        Path page = Path.of(System.getProperty("aloft.root"), "docs/reference/backup-permissions.md");
        List<String> cells = Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("|"))
                .map(line -> Arrays.asList(line.split("\\|", -1)))
                .filter(row -> row.get(1).replace("`", "").strip().equals(operation))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + operation));
        return new Permissions(actions(cells.get(2)), actions(cells.get(3)));
    }

    private static Set<String> actions(String cell) {
        return Arrays.stream(cell.replace("`", "").split(","))
                .map(String::strip)
                .filter(action -> !action.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Runs an operation with these permissions only, and asserts that it needs each of them.
    ///
    /// @param siteBucket with the site's files; any other one has backups
    public void suffice(S3Front front, String siteBucket, Operation operation) throws IOException {
        Set<String> usedOnSite = ConcurrentHashMap.newKeySet();
        Set<String> usedOnBackups = ConcurrentHashMap.newKeySet();
        front.calm();
        front.on(request -> {
                    Set<String> onSite = needed(request, siteBucket, true);
                    Set<String> onBackups = needed(request, siteBucket, false);
                    usedOnSite.addAll(onSite);
                    usedOnBackups.addAll(onBackups);
                    return !site.containsAll(onSite) || !backups.containsAll(onBackups);
                })
                .answer(403);
        try {
            operation.run();
        } finally {
            front.calm();
        }
        assertThat(new TreeSet<>(usedOnSite)).as("on the site's files").isEqualTo(site);
        assertThat(new TreeSet<>(usedOnBackups)).as("on the backups").isEqualTo(backups);
    }

    private static Set<String> needed(S3Request request, String siteBucket, boolean isSite) {
        Set<String> actions = new HashSet<>();
        if (request.bucket().equals(siteBucket) == isSite) {
            actions.add(action(request));
        }
        String source = request.headers().getOrDefault("x-amz-copy-source", "");
        if (!source.isEmpty() && source.replaceFirst("^/", "").startsWith(siteBucket + "/") == isSite) {
            actions.add(source.contains("versionId=") ? "s3:GetObjectVersion" : "s3:GetObject");
        }
        return actions;
    }

    private static String action(S3Request request) {
        boolean hasVersion = request.query().containsKey("versionId");
        return switch (request.operation()) {
            case "ListObjectsV2" -> "s3:ListBucket";
            case "ListObjectVersions" -> "s3:ListBucketVersions";
            case "GetBucketVersioning" -> "s3:GetBucketVersioning";
            case "GetObject", "HeadObject" -> hasVersion ? "s3:GetObjectVersion" : "s3:GetObject";
            case "PutObject",
                    "CopyObject",
                    "CreateMultipartUpload",
                    "UploadPart",
                    "UploadPartCopy",
                    "CompleteMultipartUpload" -> "s3:PutObject";
            case "DeleteObject", "DeleteObjects" -> hasVersion ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
            default -> "of " + request.operation();
        };
    }
}
