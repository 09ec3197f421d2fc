package dev.aloft.server.tachyon;

import dev.aloft.image.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The cache key of a picture: everything that the answer depends on except the original's version, as one text.
///
/// @param name of the original below the uploads
/// @param query in canonical form, without signatures; empty for none
/// @param offered the formats that the client takes, best first
record PictureTarget(String name, String query, List<Format> offered) {

    /// Occurs in no object's name and in no URL.
    private static final String SEPARATOR = "\t";

    PictureTarget {
        offered = List.copyOf(offered);
    }

    /// The common prefix of the targets of one original.
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
