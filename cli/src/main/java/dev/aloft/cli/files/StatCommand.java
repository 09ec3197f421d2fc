package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.PrintableText;
import dev.aloft.local.LocalEntry;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `aloft stat`: prints everything known about files.
@Command(name = "stat", description = "Prints size, times, headers and metadata of files.")
final class StatCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "cat.jpg, s3://BUCKET/KEY or SITE:PATH.")
    private List<String> texts = List.of();

    @Mixin
    private FilePlaces places = new FilePlaces();

    @Mixin
    private ListingOutput output = new ListingOutput();

    @Override
    public Integer call() throws Failure {
        return places.with(opened -> {
            for (String text : texts) {
                print(text, properties(opened.open(text)));
            }
            output.finish();
            return 0;
        });
    }

    private Map<String, String> properties(NamedPlace place) throws IOException, Failure {
        Map<String, String> properties = new LinkedHashMap<>();
        Optional<Selection> file = place.file();
        if (file.isEmpty()) {
            place.existingDirectory();
            properties.put("type", "directory");
            return properties;
        }
        if (file.get().root() instanceof BucketRoot bucket) {
            String name = file.get().start();
            describe(bucket.object(name).orElseThrow(place::missing), bucket, name, properties);
        } else {
            Entry entry = file.get().root().find(file.get().start()).orElseThrow(place::missing);
            properties.put("type", "file");
            properties.put("size", Long.toString(entry.size()));
            properties.put("modified", entry.modified().toString());
        }
        return properties;
    }

    private static void describe(StoredObject object, BucketRoot bucket, String name, Map<String, String> properties) {
        properties.put("type", "file");
        properties.put("object", "s3://" + bucket.bucketName() + "/" + bucket.key(name));
        properties.put("size", Long.toString(object.size()));
        properties.put("modified", object.modified().toString());
        LocalEntry.sourceTime(object.metadata()).ifPresent(time -> properties.put("source modified", time.toString()));
        properties.put("etag", object.etag());
        object.type().ifPresent(type -> properties.put("content type", type));
        if (object.cacheControl() != null) {
            properties.put("cache-control", object.cacheControl());
        }
        if (object.contentEncoding() != null) {
            properties.put("content-encoding", object.contentEncoding());
        }
        properties.put("private", PrivateMark.isOn(object) ? "yes" : "no");
        object.metadata().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> properties.put("metadata " + each.getKey(), each.getValue()));
    }

    private void print(String text, Map<String, String> properties) throws IOException {
        StringBuilder lines = new StringBuilder(PrintableText.of(text));
        properties.forEach((name, value) -> {
            String shown = name.equals("size") ? output.size(Long.parseLong(value)) : PrintableText.of(value);
            lines.append(String.format("%n  %-16s %s", name, shown));
        });
        output.line(lines.toString(), node -> {
            node.put("name", text);
            properties.forEach((name, value) -> {
                if (name.equals("size")) {
                    node.put(name, Long.parseLong(value));
                } else {
                    node.put(name.replace(' ', '_').replace('-', '_'), value);
                }
            });
        });
    }
}
