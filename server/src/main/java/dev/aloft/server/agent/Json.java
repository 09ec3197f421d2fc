package dev.aloft.server.agent;

import dev.aloft.bulk.OperationFiles;
import dev.aloft.files.DirectoryPage;
import dev.aloft.files.FileVersions;
import dev.aloft.server.agent.RenditionExchange.StoredRendition;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.server.editor.PictureEditor.Edited;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.objectcache.SlowExchanges.SlowExchange;
import dev.aloft.store.DeleteReport;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.ObjectVersions.Versioning;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
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

    /// The most pictures that one request may make.
    static final int MAX_PICTURES = 100;

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

    static String versions(FileVersions.History history) {
        return write(json -> {
            json.writeArrayPropertyStart("versions");
            for (ObjectVersion version : history.versions()) {
                json.writeStartObject();
                json.writeStringProperty("id", version.id());
                json.writeNumberProperty("modified", version.modified().getEpochSecond());
                json.writeBooleanProperty("latest", version.isLatest());
                json.writeBooleanProperty("deleted", version instanceof ObjectVersion.Deleted);
                if (version instanceof ObjectVersion.Written written) {
                    json.writeNumberProperty("size", written.object().size());
                    json.writeStringProperty("etag", written.object().etag());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeBooleanProperty("more", history.more());
            json.writeBooleanProperty("suspended", history.versioning() == Versioning.SUSPENDED);
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

    static String types(PictureEditor.Types types) {
        return write(json -> {
            json.writeArrayPropertyStart("reads");
            types.reads().forEach(json::writeString);
            json.writeEndArray();
            json.writeArrayPropertyStart("writes");
            types.writes().forEach(json::writeString);
            json.writeEndArray();
        });
    }

    static String renditions(Edited edited, List<StoredRendition> stored) {
        return write(json -> {
            json.writeObjectPropertyStart("original");
            writePicture(json, edited.original());
            json.writeNumberProperty("frames", edited.original().frames());
            json.writeStringProperty("etag", edited.version());
            json.writeEndObject();
            json.writeArrayPropertyStart("renditions");
            for (StoredRendition rendition : stored) {
                json.writeStartObject();
                json.writeStringProperty("name", rendition.name());
                Problem problem = rendition.problem();
                if (problem == null) {
                    writePicture(json, rendition.picture());
                    json.writeNumberProperty("size", rendition.picture().bytes().length);
                    json.writeStringProperty("etag", rendition.etag());
                } else {
                    json.writeNumberProperty("status", problem.status());
                    json.writeStringProperty("reason", problem.message());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /// One line about pictures whose bytes follow it.
    static String pictures(Edited edited) {
        return write(json -> {
            json.writeObjectPropertyStart("original");
            writePicture(json, edited.original());
            json.writeNumberProperty("frames", edited.original().frames());
            json.writeEndObject();
            json.writeArrayPropertyStart("renditions");
            for (PictureEditor.Picture picture : edited.pictures()) {
                json.writeStartObject();
                writePicture(json, picture);
                json.writeNumberProperty("size", picture.bytes().length);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void writePicture(JsonGenerator json, PictureEditor.Picture picture) {
        json.writeStringProperty("type", picture.type());
        json.writeNumberProperty("width", picture.width());
        json.writeNumberProperty("height", picture.height());
    }

    /// @param slowest exchanges of the object cache
    static String status(AgentSite site, @Nullable String version, ExchangeLog log, List<SlowExchange> slowest) {
        Optional<StoreException> trouble = site.files().writeProblem();
        Optional<String> problem = trouble.map(Exception::getMessage);
        return write(json -> {
            json.writeStringProperty("version", version);
            json.writeStringProperty("site", site.name());
            json.writeStringProperty("bucket", site.files().name());
            json.writeStringProperty("prefix", site.files().top().value());
            json.writeBooleanProperty("writable", problem.isEmpty());
            json.writeStringProperty("problem", problem.orElse(null));
            writeSince(json, trouble.flatMap(StoreException::since));
            json.writeArrayPropertyStart("unkept");
            site.files().unsupported().forEach(json::writeString);
            json.writeEndArray();
            json.writeBooleanProperty("signs", site.services().signer() != null);
            writeObjectCache(json, site.services().objectCache());
            writeSlowest(json, slowest);
            writeOperations(json, site.services().running());
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
                json.writeStringProperty("caller", failure.caller());
                json.writeEndObject();
            });
            json.writeEndArray();
        });
    }

    private static void writeSince(JsonGenerator json, Optional<Instant> since) {
        if (since.isPresent()) {
            json.writeNumberProperty("problem_since", since.get().getEpochSecond());
        } else {
            json.writeNullProperty("problem_since");
        }
    }

    private static void writeSlowest(JsonGenerator json, List<SlowExchange> slowest) {
        json.writeArrayPropertyStart("object_cache_slowest");
        for (SlowExchange exchange : slowest) {
            json.writeStartObject();
            json.writeNumberProperty("when", exchange.when().getEpochSecond());
            json.writeNumberProperty("micros", exchange.time().toNanos() / 1000);
            json.writeNumberProperty("commands", exchange.commands());
            json.writeNumberProperty("bytes", exchange.bytes());
            json.writeStringProperty("key", exchange.key().orElse(null));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeOperations(JsonGenerator json, List<OperationFiles.Running> running) {
        json.writeArrayPropertyStart("operations");
        for (OperationFiles.Running each : running) {
            json.writeStartObject();
            json.writeStringProperty("name", each.name());
            json.writeStringProperty("phase", each.phase());
            json.writeNumberProperty("files", each.files());
            json.writeNumberProperty("copied", each.copied());
            json.writeNumberProperty("bytes", each.bytes());
            json.writeBooleanProperty("stream", each.stream());
            json.writeNumberProperty("since", each.since().getEpochSecond());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeObjectCache(JsonGenerator json, @Nullable ObjectCache cache) {
        if (cache == null) {
            json.writeNullProperty("object_cache");
            return;
        }
        ObjectCache.Statistics statistics = cache.statistics();
        json.writeObjectPropertyStart("object_cache");
        ObjectCache.Memory memory = statistics.memory();
        json.writeBooleanProperty("shared", statistics.isShared());
        json.writeNumberProperty("entries", memory.entries());
        json.writeNumberProperty("bytes", memory.bytes());
        json.writeNumberProperty("max_bytes", memory.maxBytes());
        json.writeNumberProperty("evictions", memory.evictions());
        json.writeNumberProperty("hits", statistics.hits());
        json.writeNumberProperty("misses", statistics.misses());
        json.writeEndObject();
    }

    /// Reads a JSON array of names.
    static List<String> names(InputStream body) throws IOException {
        return array(body, MAX_NAMES, "names", json -> text(json, "a name in the body"));
    }

    /// Reads a JSON array of pictures to make.
    static List<RenditionOrder> orders(InputStream body) throws IOException {
        return array(body, MAX_PICTURES, "pictures", Json::order);
    }

    private static RenditionOrder order(JsonParser json) {
        ExchangeRequest.require(json.currentToken() == JsonToken.START_OBJECT, "a picture in the body is no object");
        String name = "";
        String query = "";
        HttpFields.Mutable headers = HttpFields.build();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "name" -> name = text(json, "the name of a picture");
                case "query" -> query = text(json, "the query of a picture");
                case "headers" -> {
                    while (json.nextToken() != JsonToken.END_OBJECT) {
                        String header = String.valueOf(json.currentName());
                        json.nextToken();
                        headers.put(header, text(json, "a header of a picture"));
                    }
                }
                case null, default -> throw new IllegalArgumentException("a picture has no field " + field);
            }
        }
        ExchangeRequest.require(!name.isEmpty() && !name.endsWith("/"), "a picture has no name of a file: " + name);
        return new RenditionOrder(name, query, headers.asImmutable());
    }

    private static String text(JsonParser json, String what) {
        ExchangeRequest.require(json.currentToken() == JsonToken.VALUE_STRING, what + " is not a string");
        return json.getString();
    }

    private static <T> List<T> array(InputStream body, int limit, String what, Function<JsonParser, T> element)
            throws IOException {
        List<T> elements = new ArrayList<>();
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            ExchangeRequest.require(
                    json.nextToken() == JsonToken.START_ARRAY, "the body is not a JSON array of " + what);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                ExchangeRequest.require(elements.size() < limit, "more than " + limit + " " + what + " in one request");
                elements.add(element.apply(json));
            }
            return elements;
        } catch (StreamReadException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getOriginalMessage(), e);
        } catch (JacksonIOException e) {
            throw e.getCause();
        }
    }

    /// A JSON object in a line of its own.
    static String write(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    /// Writes the members of an object.
    interface Body {
        void write(JsonGenerator json);
    }
}
