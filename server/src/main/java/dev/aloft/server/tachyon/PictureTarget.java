package dev.aloft.server.tachyon;

import dev.aloft.image.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// All that an answer depends on but the original's version, as one text: what the cache knows it by.
///
/// @param name of the original below the uploads
/// @param query in its one form, without what gives leave; empty for none
/// @param offered the formats that the client takes, best first
record PictureTarget(String name, String query, List<Format> offered) {

    /// Stands in no name of an object and in no URL.
    private static final String SEPARATOR = "\t";

    PictureTarget {
        offered = List.copyOf(offered);
    }

    /// What the texts of all targets of one original begin with.
    static String prefix(String name) {
        return name + SEPARATOR;
    }

    String text() {
        return prefix(name)
                + query
                + SEPARATOR
                + offered.stream().map(Format::name).collect(Collectors.joining(","));
    }

    static PictureTarget parse(String text) {
        String[] parts = text.split(SEPARATOR, -1);
        List<Format> offered = new ArrayList<>();
        for (String format : parts[2].isEmpty() ? new String[0] : parts[2].split(",", -1)) {
            offered.add(Format.valueOf(format));
        }
        return new PictureTarget(parts[0], parts[1], offered);
    }
}
