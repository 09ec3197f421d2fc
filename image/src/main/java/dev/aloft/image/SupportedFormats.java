package dev.aloft.image;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Formats that a worker's library decodes and encodes.
public record SupportedFormats(Set<Format> reads, Set<Format> writes) {

    private static final Pattern LISTS = Pattern.compile(".*reads \\[([A-Z, ]*)], writes \\[([A-Z, ]*)]");

    public SupportedFormats {
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
    }

    /// Reads the worker's line about its library; none for an unknown form.
    static SupportedFormats parse(String library) {
        Matcher lists = LISTS.matcher(library);
        return lists.matches()
                ? new SupportedFormats(formats(lists.group(1)), formats(lists.group(2)))
                : new SupportedFormats(Set.of(), Set.of());
    }

    private static Set<Format> formats(String list) {
        Set<Format> formats = EnumSet.noneOf(Format.class);
        for (String name : list.split(", ", -1)) {
            Format.named(name.toLowerCase(Locale.ROOT)).ifPresent(formats::add);
        }
        return formats;
    }
}
