package dev.aloft.server.agent;

import dev.aloft.files.DirectoryPage;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.store.DeleteReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/// The JSON of the protocol, written and read field by field.
final class Json {

    /// The most names that one request may remove.
    static final int MAX_NAMES = 1000;

    /// Does not close a request's body: its errors can be reported only after the rest has been read.
    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

    private Json() {}

    static String page(DirectoryPage page) {
        return write(json -> {
            json.writeArrayPropertyStart("entries");
            for (DirectoryPage.Entry entry : page.entries()) {
                json.writeStartObject();
                json.writeStringProperty("name", entry.name());
                switch (entry) {
                    case DirectoryPage.FileEntry file -> {
                        json.writeStringProperty("kind", "file");
                        json.writeNumberProperty("size", file.size());
                        json.writeNumberProperty("modified", file.modified().getEpochSecond());
                    }
                    case DirectoryPage.DirectoryEntry _ -> json.writeStringProperty("kind", "directory");
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringProperty("next", page.next());
        });
    }

    static String report(DeleteReport report, String prefix) {
        Map<String, String> failures = new LinkedHashMap<>();
        report.failures().forEach((key, reason) -> failures.put(key.value().substring(prefix.length()), reason));
        return counted("deleted", report.deleted(), failures);
    }

    /// The number of files done, and the reasons for the others, by name.
    static String counted(String done, int count, Map<String, String> failures) {
        return write(json -> {
            json.writeNumberProperty(done, count);
            json.writeArrayPropertyStart("errors");
            failures.forEach((name, reason) -> {
                json.writeStartObject();
                json.writeStringProperty("name", name);
                json.writeStringProperty("reason", reason);
                json.writeEndObject();
            });
            json.writeEndArray();
        });
    }

    static String queries(List<String> queries) {
        return write(json -> {
            json.writeArrayPropertyStart("queries");
            queries.forEach(json::writeString);
            json.writeEndArray();
        });
    }

    static String status(AgentSite site, @Nullable String version, ExchangeLog log) {
        Optional<String> problem = site.files().writeProblem().map(Exception::getMessage);
        return write(json -> {
            json.writeStringProperty("version", version);
            json.writeStringProperty("site", site.name());
            json.writeStringProperty("bucket", site.files().name());
            json.writeStringProperty("prefix", site.files().top().value());
            json.writeBooleanProperty("writable", problem.isEmpty());
            json.writeStringProperty("problem", problem.orElse(null));
            json.writeArrayPropertyStart("unkept");
            site.files().unsupported().forEach(json::writeString);
            json.writeEndArray();
            json.writeBooleanProperty("signs", site.signer() != null);
            writeObjectCache(json, site.objectCache());
            json.writeNumberProperty("since", log.since().getEpochSecond());
            json.writeNumberProperty("now", Instant.now().getEpochSecond());
            json.writeNumberProperty("exchanges", log.exchanges());
            json.writeNumberProperty("failures", log.failures());
            json.writeArrayPropertyStart("last_failures");
            log.lastFailures().forEach(failure -> {
                json.writeStartObject();
                json.writeNumberProperty("when", failure.when().getEpochSecond());
                json.writeStringProperty("what", failure.what());
                json.writeNumberProperty("status", failure.status());
                json.writeStringProperty("why", failure.why());
                json.writeEndObject();
            });
            json.writeEndArray();
        });
    }

    private static void writeObjectCache(JsonGenerator json, @Nullable ObjectCache cache) {
        if (cache == null) {
            json.writeNullProperty("object_cache");
            return;
        }
        ObjectCache.Statistics statistics = cache.statistics();
        json.writeObjectPropertyStart("object_cache");
        json.writeNumberProperty("entries", statistics.entries());
        json.writeNumberProperty("bytes", statistics.bytes());
        json.writeNumberProperty("max_bytes", statistics.maxBytes());
        json.writeNumberProperty("hits", statistics.hits());
        json.writeNumberProperty("misses", statistics.misses());
        json.writeNumberProperty("evictions", statistics.evictions());
        json.writeEndObject();
    }

    /// Reads a JSON array of names.
    static List<String> names(InputStream body) throws IOException {
        List<String> names = new ArrayList<>();
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException("the body is not a JSON array of names");
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() != JsonToken.VALUE_STRING) {
                    throw new IllegalArgumentException("a name in the body is not a string");
                }
                if (names.size() == MAX_NAMES) {
                    throw new IllegalArgumentException("more than " + MAX_NAMES + " names in one request");
                }
                names.add(json.getString());
            }
            return names;
        } catch (StreamReadException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getOriginalMessage(), e);
        } catch (JacksonIOException e) {
            throw e.getCause();
        }
    }

    private static String write(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    private interface Body {
        void write(JsonGenerator json);
    }
}
