package dev.aloft.cli.files;

import dev.aloft.bulk.ParallelTasks;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Deletes entries of a root, a thousand objects in a request. For one thread, which closes it.
final class Removal implements AutoCloseable {

    private static final int BATCH = 1000;
    private static final int MAX_REQUESTS = 8;

    private final FileRoot root;
    private final boolean dryRun;
    private final TransferTally tally;
    private final Choice choice;
    private final ParallelTasks tasks = new ParallelTasks(MAX_REQUESTS);
    private List<Entry> batch = new ArrayList<>();

    /// Says right before a deletion which of a batch are deleted.
    interface Choice {
        List<Entry> of(List<Entry> batch) throws IOException;
    }

    /// @param dryRun true to delete nothing
    Removal(FileRoot root, boolean dryRun, TransferTally tally, Choice choice) {
        this.root = root;
        this.dryRun = dryRun;
        this.tally = tally;
        this.choice = choice;
    }

    void add(Entry entry) throws IOException {
        batch.add(entry);
        if (batch.size() == BATCH) {
            send();
        }
    }

    /// Deletes the last of them, and waits for all.
    void finish() throws IOException {
        send();
        tasks.finish();
    }

    private void send() throws IOException {
        List<Entry> full = choice.of(batch);
        batch = new ArrayList<>();
        if (!full.isEmpty()) {
            tasks.add(() -> delete(full));
        }
    }

    private void delete(List<Entry> entries) throws IOException {
        if (dryRun) {
            entries.forEach(entry -> tally.deleted(root, entry));
            return;
        }
        switch (root) {
            case BucketRoot bucket -> {
                Map<ObjectKey, String> failures = bucket.deleteAll(entries);
                for (Entry entry : entries) {
                    String reason = failures.get(bucket.key(entry.name()));
                    if (reason == null) {
                        tally.deleted(root, entry);
                    } else {
                        tally.failed(root.shown(entry.name()), "was not deleted by S3: " + reason);
                    }
                }
            }
            case LocalRoot _ -> entries.forEach(this::deleteLocal);
        }
    }

    private void deleteLocal(Entry entry) {
        try {
            if (root.delete(entry)) {
                tally.deleted(root, entry);
            } else {
                tally.failed(root.shown(entry.name()), "was changed in the meantime, and stays");
            }
        } catch (IOException e) {
            tally.failed(root.shown(entry.name()), "cannot be deleted: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        tasks.close();
    }
}
