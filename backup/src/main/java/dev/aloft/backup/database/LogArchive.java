package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The binary log of a site's database server, in the folder `binlog/` of its backups.
///
/// Segments are written once and never again. Only `state.json` is, about once a minute. Safe for many threads.
public final class LogArchive {

    private static final String FOLDER = "binlog/";
    private static final String STATE = "state.json";
    private static final String TYPE = "application/octet-stream";
    private static final int MAX_STATE_BYTES = 4096;
    private static final JsonMapper JSON = new JsonMapper();

    private final Bucket bucket;
    private final String folder;

    /// The last state that the follower confirmed.
    ///
    /// @param complete every event before this moment is in the archive
    /// @param looked the moment of the look, by the server's clock
    /// @param behindBytes of the server's log that were not in the archive yet
    /// @param log name of the folder of the log that was followed then; empty in a state of an earlier version
    public record State(Instant complete, Instant looked, long behindBytes, String log) {}

    /// @param prefix of the site's backups: empty, or with a slash at its end
    public LogArchive(Bucket bucket, String prefix) {
        this.bucket = bucket;
        this.folder = prefix + FOLDER;
    }

    /// The follower's last state; nothing before its first.
    public Optional<State> state() throws IOException {
        try (ObjectContent content = bucket.get(ObjectKey.of(folder + STATE), null, ReadCondition.any())
                .orElseThrow()) {
            JsonNode state = JSON.readTree(content.body().readNBytes(MAX_STATE_BYTES));
            return Optional.of(new State(
                    Instant.parse(state.path("complete").asString()),
                    Instant.parse(state.path("looked").asString()),
                    state.path("behindBytes").asLong(),
                    state.path("log").asString("")));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        } catch (JacksonException | DateTimeException e) {
            throw new DatabaseException(
                    DatabaseException.Kind.CONTENT,
                    "s3://" + bucket.name() + "/" + folder + STATE + " is not a state of the binary log",
                    "delete it: aloft backup follow writes it again");
        }
    }

    void putState(State state) throws IOException {
        String text = JSON.createObjectNode()
                .put("complete", state.complete().toString())
                .put("looked", state.looked().toString())
                .put("behindBytes", state.behindBytes())
                .put("log", state.log())
                .toString();
        byte[] bytes = text.getBytes(UTF_8);
        bucket.put(
                ObjectKey.of(folder + STATE),
                new ByteArrayInputStream(bytes),
                bytes.length,
                "application/json",
                WriteCondition.always());
    }

    /// Every log of the archive, the oldest first.
    List<LogFolder> folders() throws IOException {
        return folders(objects());
    }

    private static List<LogFolder> folders(NavigableMap<String, List<StoredObject>> objects) {
        return objects.entrySet().stream()
                .flatMap(entry -> LogFolder.of(entry.getKey(), names(entry.getValue())).stream())
                .sorted()
                .toList();
    }

    private static List<String> names(List<StoredObject> objects) {
        return objects.stream()
                .map(object -> object.key().value())
                .map(key -> key.substring(key.lastIndexOf('/') + 1))
                .toList();
    }

    /// The objects by the name of their log's folder.
    private NavigableMap<String, List<StoredObject>> objects() throws IOException {
        NavigableMap<String, List<StoredObject>> objects = new TreeMap<>();
        ListQuery query = ListQuery.flat(folder);
        Optional<String> next;
        do {
            Page page = bucket.list(query);
            page.objects().forEach(object -> {
                String name = object.key().value().substring(folder.length());
                int slash = name.indexOf('/') + 1;
                objects.computeIfAbsent(name.substring(0, slash), _ -> new ArrayList<>())
                        .add(object);
            });
            next = page.nextToken();
            query = query.after(next.orElse(null));
        } while (next.isPresent());
        return objects;
    }

    /// Deletes the logs that end before the oldest dump. The log of a server that took over may have begun before those
    /// of the first one: a log ends with its last write, and the one that was written last stays.
    ///
    /// @param oldest moment of the oldest dump that is kept
    /// @return the number of objects that were deleted; those that S3 retains stay and are not counted
    public long prune(Instant oldest) throws IOException {
        NavigableMap<String, List<StoredObject>> objects = objects();
        List<LogFolder> logs = folders(objects);
        Instant newest = logs.stream()
                .map(log -> written(objects.getOrDefault(log.name(), List.of())))
                .max(Comparator.naturalOrder())
                .orElse(Instant.MAX);
        long deleted = 0;
        for (int i = 0; i + 1 < logs.size() && logs.get(i + 1).begun().isBefore(oldest); i++) {
            LogFolder log = logs.get(i);
            Instant written = written(objects.getOrDefault(log.name(), List.of()));
            if (written.isBefore(oldest) && written.isBefore(newest)) {
                deleted += bucket.deleteAll(keys(log)).deleted();
            }
        }
        return deleted;
    }

    /// The moment of the last write.
    private static Instant written(List<StoredObject> objects) {
        return objects.stream()
                .map(StoredObject::modified)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    private List<ObjectKey> keys(LogFolder log) {
        return Stream.concat(
                        log.segments().stream().map(LogFolder.Segment::name),
                        log.closed().stream().map(LogFolder::closedName))
                .map(name -> ObjectKey.of(folder + log.name() + name))
                .toList();
    }

    /// Writes the bytes of a log from one offset to another.
    void putSegment(String logFolder, long start, long end, InputStream bytes) throws IOException {
        put(logFolder + LogFolder.segmentName(start, end), bytes, end - start);
    }

    /// Records that a log ends there.
    void putClosed(String logFolder, long end) throws IOException {
        put(logFolder + LogFolder.closedName(end), InputStream.nullInputStream(), 0);
    }

    private void put(String name, InputStream bytes, long length) throws IOException {
        bucket.put(ObjectKey.of(folder + name), bytes, length, TYPE, WriteCondition.always());
    }

    /// Reads bytes of a segment.
    ///
    /// @param from offset in the segment
    /// @throws DatabaseException when the segment is missing or not as long as its name says
    byte[] read(LogFolder log, LogFolder.Segment segment, long from, int count) throws IOException {
        ObjectKey key = ObjectKey.of(folder + log.name() + segment.name());
        ByteRange range = ByteRange.of(from, from + count - 1);
        try (ObjectContent content = bucket.get(key, range, ReadCondition.any()).orElseThrow()) {
            byte[] bytes = content.body().readNBytes(count);
            if (bytes.length == count && content.object().size() == segment.end() - segment.start()) {
                return bytes;
            }
            throw damaged(key, "it has " + content.object().size() + " bytes");
        } catch (StoreException e) {
            throw switch (e.kind()) {
                case NOT_FOUND -> damaged(key, "it is missing");
                case RANGE -> damaged(key, "it is too short");
                default -> e;
            };
        }
    }

    private DatabaseException damaged(ObjectKey key, String found) {
        return new DatabaseException(
                DatabaseException.Kind.CONTENT,
                "cannot read s3://" + bucket.name() + "/" + key.value() + ": " + found,
                "restore to an earlier moment, or to a snapshot");
    }

    @Override
    public String toString() {
        return "s3://" + bucket.name() + "/" + folder;
    }
}
