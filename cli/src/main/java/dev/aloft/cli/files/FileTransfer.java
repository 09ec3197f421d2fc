package dev.aloft.cli.files;

import dev.aloft.bulk.Joined;
import dev.aloft.bulk.ParallelTasks;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.files.NamedCopies.NamedCopy;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Copies and moves files from one root to another, and makes one like the other. A file that fails is reported, and
/// the others are done. The results of all calls are added up. For one thread.
final class FileTransfer {

    private static final String REPEATED = "would replace another file of this command";

    private final Options options;
    private final Progress progress;
    private final TransferTally tally;
    private final FileCopier copier;
    private final FileCopier privately;
    private final Set<String> targets = new HashSet<>();

    /// Settings of a transfer.
    ///
    /// @param parallel the maximum number of files at the same time
    /// @param dryRun true to change nothing, and report what would change
    /// @param move true to delete each file after it was copied
    /// @param replace true to replace files that are there
    /// @param localCopies the files that are copied out of S3
    record Options(int parallel, boolean dryRun, boolean move, boolean replace, LocalCopies localCopies) {}

    /// Takes what becomes of single files, one call at a time.
    interface Log {

        /// A file was copied, or would be.
        void copied(FileRoot from, Entry source, FileRoot to, String name);

        /// A file was deleted, or would be.
        void deleted(FileRoot from, Entry file);

        /// A file has failed.
        ///
        /// @param file as the user names it
        /// @param reason the end of a sentence that begins with the name
        void failed(String file, String reason);
    }

    FileTransfer(Options options, Progress progress, Log log) {
        this.options = options;
        this.copier = new FileCopier(options.localCopies().withPrivate(), options.move(), false);
        this.privately = new FileCopier(options.localCopies().withPrivate(), options.move(), true);
        this.progress = progress;
        this.tally = new TransferTally(progress, log);
    }

    /// The result of an operation, in numbers of files.
    ///
    /// @param copied files
    /// @param copiedBytes of these
    /// @param unchanged files that were the same on both sides, or stay because none is to be replaced
    /// @param deleted files
    /// @param deletedBytes of these
    /// @param extra files of the destination that the source does not have
    /// @param extraBytes of these
    /// @param failed files
    record Report(
            long copied,
            long copiedBytes,
            long unchanged,
            long deleted,
            long deletedBytes,
            long extra,
            long extraBytes,
            long failed) {}

    /// The results so far.
    Report report() {
        return tally.report();
    }

    /// Copies the files of a selection.
    ///
    /// @param naming gives the name of a file's copy
    void copy(Selection selection, FileRoot to, UnaryOperator<String> naming) throws IOException {
        progress.begin(options.move() ? "moving files" : "copying files");
        Replacing replacing = options.replace() ? Replacing.ANY : Replacing.NEVER;
        Entry.Source entries = selection.entries();
        try (ParallelTasks tasks = new ParallelTasks(options.parallel())) {
            for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
                Entry each = entry;
                String name = naming.apply(entry.name());
                if (selection.single() ? !targets.add(to.shown(name)) : targets.contains(to.shown(name))) {
                    tally.failed(selection.root().shown(entry.name()), REPEATED);
                } else {
                    tasks.add(() -> copy(selection.root(), each, to, name, replacing));
                }
            }
            tasks.finish();
        }
        reportHidden(selection.root(), entries);
        if (options.move()) {
            deleteMarker(selection);
        }
    }

    /// Copies files inside S3, each under the name that a list gives it.
    void copyNamed(BucketRoot from, BucketRoot to, NamedCopies.Source copies) throws IOException, Failure {
        progress.begin("copying files");
        Replacing replacing = options.replace() ? Replacing.ANY : Replacing.NEVER;
        try (ParallelTasks tasks = new ParallelTasks(options.parallel())) {
            for (NamedCopy copy = copies.next(); copy != null; copy = copies.next()) {
                NamedCopy each = copy;
                if (targets.add(to.shown(copy.name()))) {
                    tasks.add(() -> copyNamed(from, each, to, replacing));
                } else {
                    tally.failed(from.shown(copy.source()), REPEATED);
                }
            }
            tasks.finish();
        }
    }

    private void copyNamed(BucketRoot from, NamedCopy copy, BucketRoot to, Replacing replacing)
            throws IOException, InterruptedException {
        String shown = from.shown(copy.source());
        try {
            Optional<Entry> source = from.find(copy.source());
            if (source.isEmpty()) {
                tally.failed(shown, "does not exist");
            } else {
                copy(from, source.get(), to, copy.name(), replacing, copy.isPrivate() ? privately : copier);
            }
        } catch (IllegalArgumentException e) {
            tally.failed(shown, "is no key: " + e.getMessage());
        } catch (IOException e) {
            tally.failed(shown, e);
        }
    }

    /// Copies what the destination does not have, or has another version of.
    ///
    /// @param filter names of the files that take part, on both sides
    /// @param extra takes what only the destination has
    void sync(FileRoot from, FileRoot to, NameFilter filter, Comparison comparison, ExtraFiles extra)
            throws IOException {
        progress.begin("comparing and copying files");
        Both both = new Both(from, to, filter);
        try (ParallelTasks tasks = new ParallelTasks(options.parallel())) {
            for (var pair = both.next(); pair != null; pair = both.next()) {
                Entry source = pair.left();
                Entry there = pair.right();
                if (source == null && there != null) {
                    tally.extra(there);
                    extra.add(there);
                } else if (source != null) {
                    tasks.add(() -> update(from, source, to, there, comparison));
                }
            }
            tasks.finish();
        }
        reportHidden(from, both.sources);
    }

    /// Deletes the files that only the destination has, of those that [#sync] has found. One that has changed since
    /// stays, and so does one that the source has by now. Ends at the first entry of the source that cannot
    /// be read. Deletes nothing if the source has become empty.
    ///
    /// @param filter as of [#sync]
    /// @param found by [#sync]
    void deleteExtra(FileRoot from, FileRoot to, NameFilter filter, ExtraFiles found) throws IOException {
        progress.begin("deleting files");
        if (from.walk("").filter(entry -> filter.test(entry.name())).next() == null) {
            tally.failed(from.shown(""), "has no file any more, so nothing was deleted");
            return;
        }
        Both both = new Both(from, to, filter);
        try (Removal removal = new Removal(to, options.dryRun(), tally, batch -> missing(from, batch))) {
            var extra = Joined.of(both::nextExtra, Entry::key, found.read(), Entry::key);
            for (var pair = extra.next(); pair != null && both.isComplete(); pair = extra.next()) {
                Entry now = pair.left();
                if (now != null && now.equals(pair.right())) {
                    removal.add(now);
                }
            }
            removal.finish();
        }
        reportHidden(from, both.sources);
    }

    /// Those entries that a root does not have. Its listing can be older: it reads ahead.
    private List<Entry> missing(FileRoot root, List<Entry> entries) throws IOException {
        Set<Entry> found = ConcurrentHashMap.newKeySet();
        try (ParallelTasks lookups = new ParallelTasks(options.parallel())) {
            for (Entry entry : entries) {
                lookups.add(() -> {
                    if (root.find(entry.name()).isPresent()) {
                        found.add(entry);
                    }
                });
            }
            lookups.finish();
        }
        return entries.stream().filter(entry -> !found.contains(entry)).toList();
    }

    /// Deletes the entries of a selection.
    void delete(Selection selection) throws IOException {
        progress.begin("deleting files");
        Entry.Source entries = selection.entries();
        try (Removal removal = new Removal(selection.root(), options.dryRun(), tally, batch -> batch)) {
            for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
                if (entry.kind() == Entry.Kind.UNFIT) {
                    tally.failed(selection.root().shown(entry.name()), entry.defect());
                } else {
                    removal.add(entry);
                }
            }
            removal.finish();
        }
        reportHidden(selection.root(), entries);
        deleteMarker(selection);
    }

    /// Deletes the marker of the directory itself, which is none of its entries.
    private void deleteMarker(Selection selection) throws IOException {
        if (selection.isTree() && !options.dryRun() && selection.root() instanceof BucketRoot bucket) {
            if (!bucket.deleteMarker()) {
                tally.failed(bucket.shown(""), BucketRoot.MARKER_WITH_BYTES);
            }
        }
    }

    /// Both sides in the order of the names. Markers of directories take part where both sides have them.
    private final class Both {

        private final Entry.Source sources;
        private final Joined<Entry, Entry> pairs;
        private boolean hasUnfit;

        Both(FileRoot from, FileRoot to, NameFilter filter) throws IOException {
            boolean markers = from instanceof BucketRoot && to instanceof BucketRoot;
            Predicate<Entry> takesPart =
                    entry -> filter.covers(entry) && (markers || entry.kind() != Entry.Kind.DIRECTORY);
            this.sources = from.walk("").filter(takesPart).filter(entry -> {
                if (entry.kind() == Entry.Kind.UNFIT) {
                    hasUnfit = true;
                    tally.failed(from.shown(entry.name()), entry.defect());
                }
                return entry.kind() != Entry.Kind.UNFIT;
            });
            Entry.Source there = to.walk("").filter(takesPart).filter(entry -> entry.kind() != Entry.Kind.UNFIT);
            this.pairs = Joined.of(sources, Entry::key, there, Entry::key);
        }

        Joined.@Nullable Pair<Entry, Entry> next() throws IOException {
            return pairs.next();
        }

        /// The next entry that only the destination has.
        @Nullable
        Entry nextExtra() throws IOException {
            var pair = next();
            while (pair != null && pair.left() != null) {
                pair = next();
            }
            return pair == null ? null : pair.right();
        }

        /// False if the source has entries so far that were not compared.
        boolean isComplete() {
            return !hasUnfit && sources.hidden() == 0;
        }
    }

    private void update(FileRoot from, Entry source, FileRoot to, @Nullable Entry there, Comparison comparison)
            throws IOException, InterruptedException {
        try {
            if (there != null && comparison.isSame(from, source, to, there)) {
                tally.unchanged();
                return;
            }
        } catch (IOException e) {
            tally.failed(from.shown(source.name()), e);
            return;
        }
        copy(from, source, to, source.name(), there == null ? Replacing.ABSENT : Replacing.LISTED);
    }

    private void copy(FileRoot from, Entry source, FileRoot to, String name, Replacing replacing)
            throws IOException, InterruptedException {
        copy(from, source, to, name, replacing, copier);
    }

    private void copy(FileRoot from, Entry source, FileRoot to, String name, Replacing replacing, FileCopier copies)
            throws IOException, InterruptedException {
        if (source.kind() == Entry.Kind.UNFIT) {
            tally.failed(from.shown(source.name()), source.defect());
            return;
        }
        Optional<String> refusal = refusal(from, source, to, name);
        if (refusal.isPresent()) {
            tally.failed(from.shown(source.name()), refusal.get());
            return;
        }
        try {
            if (options.dryRun() ? wouldCopy(to, name, replacing) : copies.copy(from, source, to, name, replacing)) {
                if (source.isFile()) {
                    tally.copied(from, source, to, name);
                }
                if (options.move() && !options.dryRun() && !from.delete(source)) {
                    tally.failed(from.shown(source.name()), "was changed after it was copied, and stays");
                }
            } else {
                tally.unchanged();
            }
        } catch (IOException e) {
            tally.failed(from.shown(source.name()), e);
        }
    }

    /// The reason why a file is not copied, as far as the names say.
    private Optional<String> refusal(FileRoot from, Entry source, FileRoot to, String name) {
        return switch (to) {
            case LocalRoot _
            when from instanceof BucketRoot bucket ->
                options.localCopies().refusal().apply(bucket, source.name());
            case LocalRoot _ -> Optional.empty();
            case BucketRoot bucket -> bucket.defect(name).map(defect -> "cannot go there: " + defect);
        };
    }

    private static boolean wouldCopy(FileRoot to, String name, Replacing replacing) throws IOException {
        return switch (to) {
            case LocalRoot local -> replacing != Replacing.NEVER || !local.exists(name);
            case BucketRoot bucket ->
                replacing != Replacing.NEVER || bucket.find(name).isEmpty();
        };
    }

    private void reportHidden(FileRoot root, Entry.Source entries) {
        if (entries.hidden() > 0) {
            tally.failed(
                    root.shown(""),
                    entries.hidden() + " keys are no paths, such as a//b or ../x, and were left as they are");
        }
    }

    /// The files that are copied out of S3 into a local folder, of those that a web server could expose there. The
    /// others are reported.
    ///
    /// @param withPrivate true to copy private files, too, which become public there
    /// @param refusal the reason why the file of a name is left out: the end of a sentence that begins with the
    /// name
    record LocalCopies(boolean withPrivate, BiFunction<BucketRoot, String, Optional<String>> refusal) {

        /// Every file.
        static final LocalCopies ALL = new LocalCopies(true, (_, _) -> Optional.empty());
    }
}
