package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.utils.DateUtils;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/// The document of ListObjectsV2, read strictly: one without the key, size or date of an object is refused with
/// [Kind#BAD_ANSWER], never taken for an emptier page. An ETag may be missing, as some servers have none for files that
/// were not written through them. For one thread.
final class ListAnswer {

    private final String attempt;
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private boolean encoded;
    private boolean truncated;
    private @Nullable String next;

    private ListAnswer(String attempt) {
        this.attempt = attempt;
    }

    private record Entry(String key, long size, String etag, Instant modified) {}

    /// @param attempt for messages: `list s3://media/uploads/`
    static Page parse(String attempt, byte[] document) throws StoreException {
        try {
            ListAnswer answer = new ListAnswer(attempt);
            answer.read(XmlAnswer.open(document, "ListBucketResult"));
            return answer.page();
        } catch (XMLStreamException | DateTimeException | IllegalArgumentException e) {
            throw new StoreException(
                    Kind.BAD_ANSWER,
                    "cannot " + attempt + ": the answer is no listing of S3 (" + e.getMessage() + ")",
                    e);
        }
    }

    private void read(XmlAnswer xml) throws XMLStreamException, StoreException {
        for (String name = xml.next(); name != null; name = xml.next()) {
            switch (name) {
                case "Contents" -> entries.add(entry(xml));
                case "CommonPrefixes" -> prefixes(xml);
                case "EncodingType" -> encoded = xml.text().equals("url");
                case "IsTruncated" ->
                    truncated = Boolean.parseBoolean(xml.text().strip());
                case "NextContinuationToken" -> next = xml.text();
                default -> xml.skip();
            }
        }
    }

    private Entry entry(XmlAnswer xml) throws XMLStreamException, StoreException {
        @Nullable String key = null;
        @Nullable String size = null;
        String etag = "";
        @Nullable String modified = null;
        for (String name = xml.next(); name != null; name = xml.next()) {
            switch (name) {
                case "Key" -> key = xml.text();
                case "Size" -> size = xml.text();
                case "ETag" -> etag = xml.text();
                case "LastModified" -> modified = xml.text();
                default -> xml.skip();
            }
        }
        if (key == null || size == null || modified == null) {
            throw new StoreException(
                    Kind.BAD_ANSWER,
                    "cannot " + attempt + ": an object of the listing has no Key, Size or LastModified");
        }
        return new Entry(key, Long.parseLong(size.strip()), etag, DateUtils.parseIso8601Date(modified.strip()));
    }

    private void prefixes(XmlAnswer xml) throws XMLStreamException {
        for (String name = xml.next(); name != null; name = xml.next()) {
            if (name.equals("Prefix")) {
                prefixes.add(xml.text());
            } else {
                xml.skip();
            }
        }
    }

    private Page page() throws StoreException {
        List<StoredObject> objects = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            S3Requests.key(decoded(entry.key)).map(key -> object(key, entry)).ifPresent(objects::add);
        }
        List<String> paths = prefixes.stream()
                .map(this::decoded)
                .filter(prefix -> S3Requests.key(prefix).isPresent())
                .toList();
        int hidden = entries.size() - objects.size() + prefixes.size() - paths.size();
        if (truncated && next == null) {
            throw new StoreException(
                    Kind.BAD_ANSWER, "cannot " + attempt + ": S3 says that more follows, and not where");
        }
        return new Page(objects, paths, hidden, truncated ? next : null);
    }

    private static StoredObject object(ObjectKey key, Entry entry) {
        return new StoredObject(
                key, entry.size, entry.etag, entry.modified.truncatedTo(ChronoUnit.SECONDS), null, null);
    }

    private String decoded(String key) {
        return encoded ? SdkHttpUtils.urlDecode(key) : key;
    }
}
