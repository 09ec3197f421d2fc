package dev.aloft.migrate;

import dev.aloft.bulk.Progress;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Copies a site's uploads into S3 or back, and compares both sides. For one thread.
public final class Migration {

    private final MigrationSides sides;
    private final int parallel;
    private final Progress progress;
    private final Consumer<Finding> findings;
    private final Instant began = Instant.now();

    /// @param parallel the maximum number of files at the same time
    /// @param progress of the operation under way
    /// @param findings takes each finding, one at a time
    public Migration(MigrationSides sides, int parallel, Progress progress, Consumer<Finding> findings) {
        this.sides = sides;
        this.parallel = parallel;
        this.progress = progress;
        this.findings = findings;
    }

    /// Reports names that S3 does not take, and those that the edge will not serve. Reads and copies no file.
    ///
    /// @param notServed the reason why the edge does not serve a key
    /// @return the number of entries that cannot be copied
    public long checkNames(Function<String, Optional<String>> notServed) throws IOException {
        return new NameCheck(sides, notServed).run(progress, findings);
    }

    /// Copies into S3 what is missing there, and what is older there.
    public Report in(boolean dryRun) throws IOException {
        progress.begin(dryRun ? "comparing files" : "copying files into S3");
        MigrationTally tally = new MigrationTally(progress, findings);
        new CopyIn(sides, tally, dryRun).run(parallel);
        return tally.report();
    }

    /// Compares each local file with S3.
    ///
    /// @param allBytes true to read every object
    /// @param remove true to delete each local file that S3 has, or has a newer version of
    public Report verify(boolean allBytes, boolean remove) throws IOException {
        progress.begin("verifying files");
        MigrationTally tally = new MigrationTally(progress, findings);
        new VerifyCopies(sides, tally, allBytes, remove).run(parallel);
        return tally.report();
    }

    /// Something that an operator should know about one file.
    ///
    /// @param file its name below the folder
    /// @param reason the end of a sentence that begins with the name: `cat.jpg: is a symbolic link`
    public record Finding(Kind kind, String file, String reason) {

        /// Consequence of the finding.
        public enum Kind {
            /// The file was not copied, or not verified.
            FAILED,
            /// The file is copied, and the edge does not serve it.
            NOT_SERVED
        }
    }

    /// The files that are copied out of S3, of those that a folder could expose. The others are reported.
    ///
    /// @param withPrivate true to copy private files, too, which become public there
    /// @param refusal the reason why the file of a key is left out: the end of a sentence that begins with its name
    public record OutSelection(boolean withPrivate, Function<String, Optional<String>> refusal) {

        /// Every file.
        public static final OutSelection ALL = new OutSelection(true, _ -> Optional.empty());
    }

    /// Copies out of S3 what is missing in the folder, and what is older there.
    ///
    /// @param dryRun true to copy nothing; private files are counted as if they were copied
    public Report out(boolean dryRun, OutSelection selection) throws IOException {
        progress.begin(dryRun ? "comparing files" : "copying files out of S3");
        MigrationTally tally = new MigrationTally(progress, findings);
        new CopyOut(sides, tally, dryRun, selection, began).run(parallel);
        return tally.report();
    }

    /// Deletes local files that S3 does not have. Files that were written since this migration began stay.
    public Report deleteExtra() throws IOException {
        progress.begin("deleting local files");
        MigrationTally tally = new MigrationTally(progress, findings);
        new CopyOut(sides, tally, false, OutSelection.ALL, began).deleteExtra(parallel);
        return tally.report();
    }

    /// The result of an operation, in numbers of files.
    ///
    /// @param done files that were copied, or found to be the same on both sides
    /// @param bytes of these
    /// @param unchanged files that an earlier run had copied
    /// @param kept files that are newer on the other side, and stay as they are there
    /// @param deleted files that the site has deleted in S3 and that still lie in the folder
    /// @param removed local files that were deleted
    /// @param extra local files that S3 does not have
    /// @param failed files with a finding
    public record Report(
            long done, long bytes, long unchanged, long kept, long deleted, long removed, long extra, long failed) {}
}
