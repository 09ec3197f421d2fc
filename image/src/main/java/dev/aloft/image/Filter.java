package dev.aloft.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Another look.
public enum Filter {
    NEGATE,
    GREY,
    SEPIA,
    /// As through glass.
    BLUR,
    /// As a picture of which nothing has come yet is shown.
    PLACEHOLDER;

    /// Photon takes no more.
    private static final int MOST = 3;

    private static final Map<String, Filter> NAMES = Map.of(
            "negate", NEGATE, "grayscale", GREY, "greyscale", GREY, "sepia", SEPIA, "blur", BLUR, "blurgaussian", BLUR);

    /// Photon's comma list; names that are not among these change nothing.
    static List<Filter> named(String list) {
        List<Filter> filters = new ArrayList<>();
        for (String name : list.split(",", -1)) {
            Optional.ofNullable(NAMES.get(name)).ifPresent(filters::add);
        }
        return filters.subList(0, Math.min(MOST, filters.size()));
    }
}
