package dev.aloft.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Picture filter.
public enum Filter {
    NEGATE,
    GREY,
    SEPIA,
    /// Gaussian blur.
    BLUR,
    /// Light blur of a placeholder.
    PLACEHOLDER;

    /// Limit of Photon.
    private static final int MOST = 3;

    private static final Map<String, Filter> NAMES = Map.of(
            "negate", NEGATE, "grayscale", GREY, "greyscale", GREY, "sepia", SEPIA, "blur", BLUR, "blurgaussian", BLUR);

    /// Parses Photon's comma-separated list; unknown names are ignored.
    static List<Filter> named(String list) {
        List<Filter> filters = new ArrayList<>();
        for (String name : list.split(",", -1)) {
            Optional.ofNullable(NAMES.get(name)).ifPresent(filters::add);
        }
        return filters.subList(0, Math.min(MOST, filters.size()));
    }
}
