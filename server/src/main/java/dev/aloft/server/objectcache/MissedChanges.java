package dev.aloft.server.objectcache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An outage of the server, and the keys whose changes may not have reached it. Above [#MAX_KEYS], everything counts as
/// changed. A file exists as long as the outage, so that the next process knows of one that this process has not
/// survived. Safe for many threads.
final class MissedChanges {

    static final int MAX_KEYS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(MissedChanges.class);

    private final Optional<Path> file;
    private final Set<EntryKey> keys = new HashSet<>();
    private boolean everything;
    private boolean away;

    /// @param file exists during an outage; empty for none
    MissedChanges(Optional<Path> file) {
        this.file = file;
    }

    /// True if an outage has not ended before this process began.
    boolean isLeftOver() {
        return file.isPresent() && Files.exists(file.get());
    }

    /// Adds the changes of an exchange that has failed.
    ///
    /// @return true for the first one of an outage
    synchronized boolean add(List<CacheCommand> commands) {
        boolean first = !away;
        away = true;
        keep(commands);
        if (first) {
            createFile();
        }
        return first;
    }

    /// Adds the changes of an exchange during an outage.
    ///
    /// @return false if there is none
    synchronized boolean addWhileAway(List<CacheCommand> commands) {
        if (away) {
            keep(commands);
        }
        return away;
    }

    private void keep(List<CacheCommand> commands) {
        for (CacheCommand command : commands) {
            switch (command) {
                case CacheCommand.Store store -> keys.add(store.key());
                case CacheCommand.Delete(EntryKey key) -> keys.add(key);
                case CacheCommand.Increment(EntryKey key, long _) -> keys.add(key);
                case CacheCommand.FlushGroup _, CacheCommand.Flush _, CacheCommand.FlushOnce _ -> everything = true;
                case CacheCommand.Changes _,
                        CacheCommand.Keys _,
                        CacheCommand.Get _,
                        CacheCommand.Recall _,
                        CacheCommand.Until _ -> {
                    // changes nothing
                }
            }
        }
        if (everything || keys.size() > MAX_KEYS) {
            everything = true;
            keys.clear();
        }
    }

    /// The commands that make up for them. Nothing is missed any more then, until it is added again.
    synchronized List<CacheCommand> take() {
        List<CacheCommand> commands = new ArrayList<>();
        if (everything) {
            commands.add(new CacheCommand.Flush());
        } else {
            keys.forEach(key -> commands.add(new CacheCommand.Delete(key)));
        }
        everything = false;
        keys.clear();
        return commands;
    }

    /// Ends the outage, unless something has been missed since [#take].
    synchronized boolean endIfEmpty() {
        away = everything || !keys.isEmpty();
        if (!away) {
            deleteFile();
        }
        return !away;
    }

    private void createFile() {
        try {
            if (file.isPresent() && !Files.exists(file.get())) {
                Files.createFile(file.get());
            }
        } catch (IOException e) {
            LOG.warn("cannot write {}: if this process ends before, flush the object cache then", e.getMessage());
        }
    }

    private void deleteFile() {
        try {
            if (file.isPresent()) {
                Files.deleteIfExists(file.get());
            }
        } catch (IOException e) {
            LOG.warn("cannot delete {}: the next start flushes the object cache", e.getMessage());
        }
    }
}
